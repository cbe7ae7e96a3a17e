import type { PortRange, Rule } from '../../../src/rules/rule.ts'

/** One row of the documentation's tables and sentences, as read from the pages. */
export interface Row {
  readonly id: string
  readonly kind: string
  readonly transport: string
  readonly ports: PortRange
  readonly protocol: string
  readonly originators: readonly string[]
  readonly usualOriginators: readonly string[]
  readonly responders: readonly string[]
  readonly usualResponders: readonly string[]
}

// row, kind, transport, port, protocol, who calls > who is called; "any:a,b" is "any (can be defined as a, b)".
// A row with {a,b} stands on several pages under several prefixes.
const DOCUMENTED = `
{dir1,dirdns,dirhlb}-rp-web-8080     table tcp 8080 http     reverse-proxy-internal > director
{dir1,dirdns,dirhlb}-rp-web-4443     table tcp 4443 https    reverse-proxy-internal > director
{dir1,dirdns,dirhlb}-fe-444          table tcp 444 https     director > front-end
{dir1,dirdns,dirhlb}-client-web-80   table tcp 80 http       client-internal > director
{dir1,dirdns,dirhlb}-client-web-443  table tcp 443 https     client-internal > director
{dir1,dirdns,dirhlb}-edge-sip-5061   table tcp 5061 sip-mtls edge-internal > director
dir1-cls-50001                       table tcp 50001 wcf-mtls any > edge-internal
dir1-cls-50002                       table tcp 50002 wcf-mtls any > edge-internal
dir1-cls-50003                       table tcp 50003 wcf-mtls any > edge-internal
{dirdns,dirhlb}-cls-50001            table tcp 50001 wcf-mtls any > director
{dirdns,dirhlb}-cls-50002            table tcp 50002 wcf-mtls any > director
{dirdns,dirhlb}-cls-50003            table tcp 50003 wcf-mtls any > director
{dir1,dirdns,dirhlb}-sip-edge-5061   prose tcp 5061 sip-mtls director,front-end > edge-internal
dir1-edge-fe-sip-5061                prose tcp 5061 sip-mtls edge-internal > front-end
dir1-rp-fe-8080                      prose tcp 8080 http     reverse-proxy-internal > front-end
dir1-rp-fe-4443                      prose tcp 4443 https    reverse-proxy-internal > front-end
dir1-cls-dir-50001                   correction tcp 50001 wcf-mtls any > director
dir1-cls-dir-50002                   correction tcp 50002 wcf-mtls any > director
dir1-cls-dir-50003                   correction tcp 50003 wcf-mtls any > director
{edge1nat,edge1pub}-ext-xmpp-in-5269      table tcp 5269 xmpp     any:xmpp-partner > edge-access
{edge1nat,edge1pub}-ext-xmpp-out-5269     table tcp 5269 xmpp     edge-access > any:xmpp-partner
{edge1nat,edge1pub}-ext-crl-80            table tcp 80 http       edge-access > any
{edge1nat,edge1pub}-ext-dns-tcp-53        table tcp 53 dns        edge-access > any
{edge1nat,edge1pub}-ext-dns-udp-53        table udp 53 dns        edge-access > any
{edge1nat,edge1pub}-ext-sip-client-443    table tcp 443 sip-tls   any:client-external > edge-access
{edge1nat,edge1pub}-ext-sip-fed-in-5061   table tcp 5061 sip-mtls any:federation-partner,pic-partner > edge-access
{edge1nat,edge1pub}-ext-sip-fed-out-5061  table tcp 5061 sip-mtls edge-access > any:federation-partner,pic-partner
{edge1nat,edge1pub}-ext-webconf-443       table tcp 443 psom-tls  any:client-external > edge-webconf
edge1nat-ext-av-rtp-tcp-out               table tcp 50000-59999 srtp edge-av > any
edge1pub-ext-av-rtp-tcp-out               table tcp 50000-59999 srtp edge-access > any
edge1pub-ext-av-rtp-tcp-out               correction tcp 50000-59999 srtp edge-av > any
{edge1nat,edge1pub}-ext-av-rtp-udp-out    table udp 50000-59999 srtp edge-av > any
{edge1nat,edge1pub}-ext-av-rtp-tcp-in     table tcp 50000-59999 srtp any > edge-av
{edge1nat,edge1pub}-ext-av-rtp-udp-in     table udp 50000-59999 srtp any > edge-av
{edge1nat,edge1pub}-ext-av-stun-udp-out   table udp 3478 ms-turn  edge-av > any
{edge1nat,edge1pub}-ext-av-stun-udp-in    table udp 3478 ms-turn  any > edge-av
{edge1nat,edge1pub}-ext-av-stun-tcp-in    table tcp 443 ms-turn-pseudo-tls any > edge-av
{edge1nat,edge1pub}-ext-av-stun-tcp-out   table tcp 443 ms-turn-pseudo-tls edge-av > any
{edge1nat,edge1pub}-int-xmpp-23456        table tcp 23456 xmpp-gateway-mtls any:front-end > edge-internal
{edge1nat,edge1pub}-int-sip-out-5061      table tcp 5061 sip-mtls any:director,front-end > edge-internal
{edge1nat,edge1pub}-int-sip-in-5061       table tcp 5061 sip-mtls edge-internal > any:director,front-end
{edge1nat,edge1pub}-int-psom-8057         table tcp 8057 psom-mtls any:front-end > edge-internal
{edge1nat,edge1pub}-int-mras-5062         table tcp 5062 sip-mtls any:front-end,sba,sbs > edge-internal
{edge1nat,edge1pub}-int-stun-3478         table udp 3478 ms-turn  any:client-internal,front-end,mediation,sba,sbs > edge-internal
{edge1nat,edge1pub}-int-stun-443          table tcp 443 ms-turn-pseudo-tls any:client-internal,front-end,mediation,sba,sbs > edge-internal
{edge1nat,edge1pub}-int-repl-4443         table tcp 4443 https    any:cms-master > edge-internal
{edge1nat,edge1pub}-int-cls-50001         table tcp 50001 wcf-mtls any > edge-internal
{edge1nat,edge1pub}-int-cls-50002         table tcp 50002 wcf-mtls any > edge-internal
{edge1nat,edge1pub}-int-cls-50003         table tcp 50003 wcf-mtls any > edge-internal
{edge1nat,edge1pub}-fed-sip-out-5061      table tcp 5061 sip-mtls edge-access > any:federation-partner,pic-partner
{edge1nat,edge1pub}-pic-sip-in-5061       table tcp 5061 sip-mtls pic-partner > edge-access
{edge1nat,edge1pub}-pic-sip-out-5061      table tcp 5061 sip-mtls edge-access > pic-partner
{edge1nat,edge1pub}-pic-client-443        table tcp 443 sip-tls   client-external > edge-access
{edge1nat,edge1pub}-pic-av-rtp-tcp-out    table tcp 50000-59999 srtp edge-av > pic-partner
{edge1nat,edge1pub}-pic-av-stun-out-3478  table udp 3478 ms-turn  edge-av > pic-partner
{edge1nat,edge1pub}-pic-av-stun-in-3478   table udp 3478 ms-turn  pic-partner > edge-av
`

// Rows of the internal servers page name the listener and several callers: a rule cites its share of the row.
const SHARES = `
int-dir-sip-5061  table tcp 5061 sip-mtls edge-internal > director
int-dir-sip-5061  table tcp 5061 sip-mtls front-end > director
int-dir-sip-5061  table tcp 5061 sip-tls  client-internal > director
int-fe-sip-5061   table tcp 5061 sip-mtls director > front-end
int-fe-sip-5061   table tcp 5061 sip-mtls edge-internal > front-end
int-dir-444       table tcp 444 https     director > front-end
int-dir-444       table tcp 444 https     front-end > director
int-fe-focus-444  table tcp 444 https     director > front-end
int-dir-web-80    table tcp 80 http       director > front-end,director
int-dir-web-443   table tcp 443 https     director > front-end,director
int-dir-sip-5060  table tcp 5060 sip      trusted-application > director
int-cms-smb-445   table tcp 445 smb       cms-master > director
int-fe-web-8080   table tcp 8080 http     reverse-proxy-internal > front-end
int-fe-web-4443   table tcp 4443 https    reverse-proxy-internal > front-end
avreq-out-443     related-page tcp 443 ms-turn-pseudo-tls edge-av > any
avreq-out-3478    related-page udp 3478 ms-turn           edge-av > any
avreq-in-443      related-page tcp 443 ms-turn-pseudo-tls any > edge-av
avreq-in-3478     related-page udp 3478 ms-turn           any > edge-av
`

export const DOCUMENTED_ROWS: readonly Row[] = parse(DOCUMENTED)
export const SHARED_ROWS: readonly Row[] = parse(SHARES)

/** Transport, ports, protocol and both parties as one comparable text. */
export function permission(of: Row | Rule): string {
  const ranges = 'kind' in of ? [of.ports] : of.ports
  const ports = ranges.map(({ first, last }) => `${first}-${last}`).sort()
  return [
    [...of.originators].sort().join(','),
    [...of.responders].sort().join(','),
    of.transport,
    ports.join(','),
    of.protocol,
  ].join(' ')
}

function parse(text: string): readonly Row[] {
  return text.trim().split('\n').flatMap(parseLine)
}

function parseLine(line: string): readonly Row[] {
  const [name = '', kind = '', transport = '', ports = '', protocol = '', from = '', , to = ''] = line.split(/\s+/)
  const [first = '', last = first] = ports.split('-')
  const rest = {
    kind,
    transport,
    ports: { first: Number(first), last: Number(last) },
    protocol,
    ...{ originators: parties(from), usualOriginators: usual(from) },
    ...{ responders: parties(to), usualResponders: usual(to) },
  }
  const [, prefixes, row] = /^\{(.*)\}(.*)$/.exec(name) ?? ['', '', name]
  return (prefixes ?? '').split(',').map((prefix) => ({ id: `${prefix}${row}`, ...rest }))
}

function parties(side: string): readonly string[] {
  return (side.split(':')[0] ?? '').split(',')
}

function usual(side: string): readonly string[] {
  return side.split(':')[1]?.split(',') ?? []
}
