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
// A row with an asterisk stands on all pages of a family. Virtual addresses and pools are addresses of their servers.
const DOCUMENTED = `
dir*-rp-web-8080     table tcp 8080 http     reverse-proxy-internal > director
dir*-rp-web-4443     table tcp 4443 https    reverse-proxy-internal > director
dir*-fe-444          table tcp 444 https     director > front-end
dir*-client-web-80   table tcp 80 http       client-internal > director
dir*-client-web-443  table tcp 443 https     client-internal > director
dir*-edge-sip-5061   table tcp 5061 sip-mtls edge-internal > director
dir1-cls-50001       table tcp 50001 wcf-mtls any > edge-internal
dir1-cls-50002       table tcp 50002 wcf-mtls any > edge-internal
dir1-cls-50003       table tcp 50003 wcf-mtls any > edge-internal
dirdns-cls-50001     table tcp 50001 wcf-mtls any > director
dirdns-cls-50002     table tcp 50002 wcf-mtls any > director
dirdns-cls-50003     table tcp 50003 wcf-mtls any > director
dirhlb-cls-50001     table tcp 50001 wcf-mtls any > director
dirhlb-cls-50002     table tcp 50002 wcf-mtls any > director
dirhlb-cls-50003     table tcp 50003 wcf-mtls any > director
dir*-sip-edge-5061   prose tcp 5061 sip-mtls director,front-end > edge-internal
dir1-edge-fe-sip-5061 prose tcp 5061 sip-mtls edge-internal > front-end
dir1-rp-fe-8080      prose tcp 8080 http     reverse-proxy-internal > front-end
dir1-rp-fe-4443      prose tcp 4443 https    reverse-proxy-internal > front-end
dir1-cls-dir-50001   correction tcp 50001 wcf-mtls any > director
dir1-cls-dir-50002   correction tcp 50002 wcf-mtls any > director
dir1-cls-dir-50003   correction tcp 50003 wcf-mtls any > director

edge*-ext-xmpp-in-5269      table tcp 5269 xmpp     any:xmpp-partner > edge-access
edge*-ext-xmpp-out-5269     table tcp 5269 xmpp     edge-access > any:xmpp-partner
edge*-ext-crl-80            table tcp 80 http       edge-access > any
edge*-ext-dns-tcp-53        table tcp 53 dns        edge-access > any
edge*-ext-dns-udp-53        table udp 53 dns        edge-access > any
edge*-ext-sip-client-443    table tcp 443 sip-tls   any:client-external > edge-access
edge*-ext-sip-fed-in-5061   table tcp 5061 sip-mtls any:federation-partner,pic-partner > edge-access
edge*-ext-sip-fed-out-5061  table tcp 5061 sip-mtls edge-access > any:federation-partner,pic-partner
edge*-ext-webconf-443       table tcp 443 psom-tls  any:client-external > edge-webconf
edge1nat-ext-av-rtp-tcp-out   table tcp 50000-59999 srtp edge-av > any
edge1pub-ext-av-rtp-tcp-out   table tcp 50000-59999 srtp edge-access > any
edge1pub-ext-av-rtp-tcp-out   correction tcp 50000-59999 srtp edge-av > any
edgednsnat-ext-av-rtp-tcp-out table tcp 50000-59999 srtp edge-av > any
edgednspub-ext-av-rtp-tcp-out table tcp 50000-59999 srtp edge-av > any
edge*-ext-av-rtp-udp-out    table udp 50000-59999 srtp edge-av > any
edge*-ext-av-rtp-tcp-in     table tcp 50000-59999 srtp any > edge-av
edge*-ext-av-rtp-udp-in     table udp 50000-59999 srtp any > edge-av
edge*-ext-av-stun-udp-out   table udp 3478 ms-turn  edge-av > any
edge*-ext-av-stun-udp-in    table udp 3478 ms-turn  any > edge-av
edge*-ext-av-stun-tcp-in    table tcp 443 ms-turn-pseudo-tls any > edge-av
edge*-ext-av-stun-tcp-out   table tcp 443 ms-turn-pseudo-tls edge-av > any
edge*-int-xmpp-23456        table tcp 23456 xmpp-gateway-mtls any:front-end > edge-internal
edge*-int-sip-out-5061      table tcp 5061 sip-mtls any:director,front-end > edge-internal
edge*-int-sip-in-5061       table tcp 5061 sip-mtls edge-internal > any:director,front-end
edge*-int-psom-8057         table tcp 8057 psom-mtls any:front-end > edge-internal
edge*-int-mras-5062         table tcp 5062 sip-mtls any:front-end,sba,sbs > edge-internal
edge*-int-stun-3478         table udp 3478 ms-turn  any:client-internal,front-end,mediation,sba,sbs > edge-internal
edge*-int-stun-443          table tcp 443 ms-turn-pseudo-tls any:client-internal,front-end,mediation,sba,sbs > edge-internal
edge*-int-repl-4443         table tcp 4443 https    any:cms-master > edge-internal
edge*-int-cls-50001         table tcp 50001 wcf-mtls any > edge-internal
edge*-int-cls-50002         table tcp 50002 wcf-mtls any > edge-internal
edge*-int-cls-50003         table tcp 50003 wcf-mtls any > edge-internal
edge*-fed-sip-out-5061      table tcp 5061 sip-mtls edge-access > any:federation-partner,pic-partner
edge*-pic-sip-in-5061       table tcp 5061 sip-mtls pic-partner > edge-access
edge*-pic-sip-out-5061      table tcp 5061 sip-mtls edge-access > pic-partner
edge*-pic-client-443        table tcp 443 sip-tls   client-external > edge-access
edge*-pic-av-rtp-tcp-out    table tcp 50000-59999 srtp edge-av > pic-partner
edge*-pic-av-stun-out-3478  table udp 3478 ms-turn  edge-av > pic-partner
edge*-pic-av-stun-in-3478   table udp 3478 ms-turn  pic-partner > edge-av

edgehlb-node-crl-80             table tcp 80 http  edge-access > any
edgehlb-node-dns-tcp-53         table tcp 53 dns   edge-access > any
edgehlb-node-dns-udp-53         table udp 53 dns   edge-access > any
edgehlb-node-av-rtp-tcp-out     table tcp 50000-59999 srtp edge-av > any
edgehlb-node-av-rtp-udp-out     table udp 50000-59999 srtp edge-av > any
edgehlb-node-av-rtp-tcp-in      table tcp 50000-59999 srtp any > edge-av
edgehlb-node-av-rtp-udp-in      table udp 50000-59999 srtp any > edge-av
edgehlb-node-av-stun-udp-out    table udp 3478 ms-turn  edge-av > any
edgehlb-node-av-stun-udp-in     table udp 3478 ms-turn  any > edge-av
edgehlb-node-av-stun-tcp-in     table tcp 443 ms-turn-pseudo-tls any > edge-av
edgehlb-node-av-stun-tcp-out    table tcp 443 ms-turn-pseudo-tls edge-av > any
edgehlb-node-int-xmpp-23456     table tcp 23456 xmpp-gateway-mtls any:front-end > edge-internal
edgehlb-node-int-repl-4443      table tcp 4443 https    any:cms-master > edge-internal
edgehlb-node-int-psom-8057      table tcp 8057 psom-mtls any:director,front-end > edge-internal
edgehlb-node-int-stun-3478      table udp 3478 ms-turn  any:director,front-end > edge-internal
edgehlb-node-int-stun-443       table tcp 443 ms-turn-pseudo-tls any:director,front-end > edge-internal
edgehlb-node-int-cls-50001      table tcp 50001 wcf-mtls any > edge-internal
edgehlb-node-int-cls-50002      table tcp 50002 wcf-mtls any > edge-internal
edgehlb-node-int-cls-50003      table tcp 50003 wcf-mtls any > edge-internal
edgehlb-vip-xmpp-in-5269        table tcp 5269 xmpp     any:xmpp-partner > edge-access
edgehlb-vip-xmpp-out-5269       table tcp 5269 xmpp     edge-access > any:xmpp-partner
edgehlb-vip-sip-client-443      table tcp 443 sip-tls   any:client-external > edge-access
edgehlb-vip-sip-fed-in-5061     table tcp 5061 sip-mtls any:federation-partner,pic-partner > edge-access
edgehlb-vip-sip-fed-out-5061    table tcp 5061 sip-mtls edge-access > federation-partner
edgehlb-vip-webconf-443         table tcp 443 psom-tls  any:client-external > edge-webconf
edgehlb-vip-av-stun-3478        table udp 3478 ms-turn  any > edge-av
edgehlb-vip-av-stun-443         table tcp 443 ms-turn-pseudo-tls any > edge-av
edgehlb-vip-int-sip-out-5061    table tcp 5061 sip-mtls any:director,front-end > edge-internal
edgehlb-vip-int-sip-in-5061     table tcp 5061 sip-mtls edge-internal > any:director,front-end
edgehlb-vip-int-mras-5062       table tcp 5062 sip-mtls any:front-end,sba,sbs > edge-internal
edgehlb-vip-int-stun-3478       table udp 3478 ms-turn  any > edge-internal
edgehlb-vip-int-stun-443        table tcp 443 ms-turn-pseudo-tls any > edge-internal
edgehlb-vip-int-stun-443-rev    table tcp 443 ms-turn-pseudo-tls edge-internal > any

rp-ext-80         table tcp 80 http   any > reverse-proxy-external
rp-ext-443        table tcp 443 https any > reverse-proxy-external
rp-int-wac-443    table tcp 443 https reverse-proxy-internal > office-web-apps
autod-ext-80      table tcp 80 http   any > reverse-proxy-external
autod-ext-443     table tcp 443 https any > reverse-proxy-external

xmpp-in-5269      table tcp 5269 xmpp any:xmpp-partner > edge-access
xmpp-out-5269     table tcp 5269 xmpp edge-access > any:xmpp-partner
xmpp-int-23456    table tcp 23456 xmpp-gateway-mtls any:front-end > edge-internal
pic-sip-in-5061       table tcp 5061 sip-mtls pic-partner > edge-access
pic-sip-out-5061      table tcp 5061 sip-mtls edge-access > pic-partner
pic-client-443        table tcp 443 sip-tls   client-external > edge-access
pic-av-rtp-tcp-out    table      tcp 50000-59999 srtp edge-access > pic-partner
pic-av-rtp-tcp-out    correction tcp 50000-59999 srtp edge-av > pic-partner
pic-av-stun-out-3478  table      udp 3478 ms-turn edge-access > pic-partner
pic-av-stun-out-3478  correction udp 3478 ms-turn edge-av > pic-partner
pic-av-stun-in-3478   table      udp 3478 ms-turn pic-partner > edge-access
pic-av-stun-in-3478   correction udp 3478 ms-turn pic-partner > edge-av
fed-sip-out-5061      table tcp 5061 sip-mtls edge-access > any:federation-partner,pic-partner

int-fe-sip-5060       table tcp 5060 sip       trusted-application,front-end > front-end
int-fe-rpc-135        table tcp 135 rpc        front-end,admin-station > front-end
int-fe-imconf-5062    table tcp 5062 sip-mtls  front-end > front-end
int-fe-psom-8057      table tcp 8057 psom-tls  client-internal > front-end
int-fe-psom-8058      table tcp 8058 psom-tls  client-internal > front-end
int-fe-avconf-5063    table tcp 5063 sip-mtls  front-end > front-end
int-fe-web-80         table tcp 80 http        front-end,client-internal > front-end
int-fe-web-443        table tcp 443 https      front-end,client-internal > front-end
int-fe-web-8080       table tcp 8080 http      reverse-proxy-internal > front-end
int-fe-reach-8060     table tcp 8060 psom-mtls front-end > front-end
int-fe-reach-8061     table tcp 8061 psom-mtls front-end > front-end
int-fe-mcx-5086       table tcp 5086 sip-mtls  front-end > front-end
int-fe-mcx-5087       table tcp 5087 sip-mtls  front-end > front-end
int-fe-mobility-443   table tcp 443 https      front-end,client-internal > front-end
int-fe-caa-5064       table tcp 5064 sip       front-end > front-end
int-fe-caa-5072       table tcp 5072 sip-mtls  front-end > front-end
int-fe-med-5070       table tcp 5070 sip-mtls  front-end > mediation,front-end
int-fe-med-5067       table tcp 5067 sip-tls   pstn-gateway > mediation,front-end
int-fe-med-5068       table tcp 5068 sip       pstn-gateway > mediation,front-end
int-fe-med-5081       table tcp 5081 sip       mediation,front-end > pstn-gateway
int-fe-med-5082       table tcp 5082 sip-tls   mediation,front-end > pstn-gateway
int-fe-appshare-5065  table tcp 5065 sip-mtls  front-end > front-end
int-fe-appshare-media table tcp 49152-65535 srtp client-internal,edge-internal > front-end
int-fe-cas-5073       table tcp 5073 sip-mtls  front-end > front-end
int-fe-cps-5075       table tcp 5075 sip-mtls  front-end > front-end
int-fe-testbot-5076   table tcp 5076 sip-mtls  front-end > front-end
int-fe-e911-5066      table tcp 5066 sip       front-end > pstn-gateway
int-fe-rgs-5071       table tcp 5071 sip-mtls  front-end > front-end
int-fe-rgs-8404       table tcp 8404 wcf-mtls  front-end > front-end
int-fe-pdp-5080       table tcp 5080 sip-mtls  edge-internal,front-end > front-end
int-fe-pdp-448        table tcp 448 ms-turn    client-internal,front-end > front-end
int-wac-443           table tcp 443 https      front-end > office-web-apps
int-dir-sip-5060      table tcp 5060 sip       trusted-application > director
int-dir-web-80        table tcp 80 http        director > front-end,director
int-dir-web-443       table tcp 443 https      director > front-end,director
int-med-5070          table tcp 5070 sip-mtls  front-end > mediation,front-end
int-med-5067          table tcp 5067 sip-tls   pstn-gateway > mediation,front-end
int-med-5068          table tcp 5068 sip       pstn-gateway > mediation,front-end
int-pchat-5041        table tcp 5041 sip-mtls  front-end > persistent-chat
int-pchat-881         table tcp 881 wcf-tls    persistent-chat,front-end > persistent-chat
int-pchat-443         table tcp 443 https      client-internal > persistent-chat

avreq-out-443     related-page tcp 443 ms-turn-pseudo-tls edge-av > any
avreq-out-3478    related-page udp 3478 ms-turn           edge-av > any
avreq-in-443      related-page tcp 443 ms-turn-pseudo-tls any > edge-av
avreq-in-3478     related-page udp 3478 ms-turn           any > edge-av
sql-1433          related-page tcp 1433 tds           front-end > sql-backend
sql-browser-1434  related-page udp 1434 sql-browser   front-end > sql-backend
sql-mirror-5022   related-page tcp 5022 db-mirroring  sql-backend > sql-backend
sql-witness-7022  related-page tcp 7022 db-mirroring  sql-backend > sql-backend
hyb-rtp           related-page tcp 50000-59999 srtp   edge-av > office-365
pair-smb-445      related-page tcp 445 smb            front-end > file-store
mob-ucwa-5088     related-page tcp 5088 sip-mtls front-end,sba > front-end,sba
mob-ucwa-5089     related-page tcp 5089 sip-mtls front-end,sba > front-end,sba

topo-winfab-5090      topology tcp 5090-5094 windows-fabric front-end > front-end
topo-confdir-9001     topology tcp 9001 wcf-mtls            front-end > front-end
topo-lyss-5077        topology tcp 5077 wcf-mtls            front-end > front-end
topo-ucwa-5088        topology tcp 5088 sip-mtls            front-end,sba > front-end,sba
topo-ucwa-5089        topology tcp 5089 sip-mtls            front-end,sba > front-end,sba
topo-pchatweb-5095    topology tcp 5095-5096 sip-mtls       front-end > front-end
topo-xmppgw-5098      topology tcp 5098 sip-mtls            front-end > front-end
topo-skypesearch-4443 topology tcp 4443 https-mtls          front-end > edge-internal
`

// Rows that are several permissions: each is the share of one rule.
const SHARES = `
rp-int-8080       table tcp 8080 http  reverse-proxy-internal > front-end
rp-int-8080       table tcp 8080 http  reverse-proxy-internal > director
rp-int-4443       table tcp 4443 https reverse-proxy-internal > front-end
rp-int-4443       table tcp 4443 https reverse-proxy-internal > director
autod-int-8080    table tcp 8080 http  reverse-proxy-internal > front-end
autod-int-8080    table tcp 8080 http  reverse-proxy-internal > director
autod-int-8080    table tcp 8080 http  reverse-proxy-internal > office-web-apps
autod-int-4443    table tcp 4443 https reverse-proxy-internal > front-end
autod-int-4443    table tcp 4443 https reverse-proxy-internal > director
autod-int-4443    table tcp 4443 https reverse-proxy-internal > office-web-apps

int-all-sqlbrowser-1434 table udp 1434 sql-browser director > director
int-all-sqlbrowser-1434 table udp 1434 sql-browser front-end > front-end
int-all-sqlbrowser-1434 table udp 1434 sql-browser mediation > mediation
int-all-sqlbrowser-1434 table udp 1434 sql-browser sba > sba
int-all-sqlbrowser-1434 table udp 1434 sql-browser sbs > sbs
int-all-sqlbrowser-1434 table udp 1434 sql-browser persistent-chat > persistent-chat
int-all-sqlbrowser-1434 table udp 1434 sql-browser edge-internal > edge-internal
int-fe-sip-5061   table tcp 5061 sip-mtls director > front-end
int-fe-sip-5061   table tcp 5061 sip-mtls edge-internal > front-end
int-fe-sip-5061   table tcp 5061 sip-mtls front-end,mediation,sba,sbs,persistent-chat > front-end
int-fe-sip-5061   table tcp 5061 sip-tls  client-internal > front-end
int-fe-focus-444  table tcp 444 https     director > front-end
int-fe-focus-444  table tcp 444 https     front-end,sba > front-end
int-fe-web-4443   table tcp 4443 https    reverse-proxy-internal > front-end
int-fe-web-4443   table tcp 4443 https    front-end > front-end
int-fe-video-media table udp 57501-65535 srtp client-internal,edge-internal > front-end
int-fe-video-media table tcp 57501-65535 srtp client-internal,edge-internal > front-end
int-audio-media   table udp 49152-57500 srtp client-internal,edge-internal,pstn-gateway > front-end,mediation
int-audio-media   table tcp 49152-57500 srtp client-internal,edge-internal,pstn-gateway > front-end,mediation
int-cms-smb-445   table tcp 445 smb       cms-master > director
int-cms-smb-445   table tcp 445 smb       cms-master > front-end,mediation,sba,sbs,persistent-chat
int-dir-444       table tcp 444 https     director > front-end
int-dir-444       table tcp 444 https     front-end > director
int-dir-sip-5061  table tcp 5061 sip-mtls edge-internal > director
int-dir-sip-5061  table tcp 5061 sip-mtls front-end > director
int-dir-sip-5061  table tcp 5061 sip-tls  client-internal > director

hyb-sip-5061      related-page tcp 5061 sip-mtls office-365 > edge-access
hyb-sip-5061      related-page tcp 5061 sip-mtls edge-access > office-365
hyb-psom-443      related-page tcp 443 psom-tls  office-365 > edge-webconf
hyb-psom-443      related-page tcp 443 psom-tls  edge-webconf > office-365
hyb-stun-443      related-page tcp 443 ms-turn-pseudo-tls office-365 > edge-av
hyb-stun-443      related-page tcp 443 ms-turn-pseudo-tls edge-av > office-365
hyb-stun-3478     related-page udp 3478 ms-turn  office-365 > edge-av
hyb-stun-3478     related-page udp 3478 ms-turn  edge-av > office-365
`

/** Rows that no rule cites, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  'sql-named': 'a named instance listens where its administrator has put it: the port is known to the topology only',
  'mob-apns-5223': 'from phones to Apple: no Lync server takes part, and "any" would allow it to every one of them',
  'topo-platform-6008': 'of the release of 2019, which has no pack',
}

/** The pages that the rows of a prefix stand on. */
export const PAGES_OF: Readonly<Record<string, readonly string[]>> = {
  dir1: ['single-director'],
  dirdns: ['director-dns-hlb'],
  dirhlb: ['director-hlb'],
  edge1nat: ['single-edge-nat'],
  edge1pub: ['single-edge-public'],
  edgednsnat: ['scaled-edge-dns-nat'],
  edgednspub: ['scaled-edge-dns-public'],
  edgehlb: ['scaled-edge-hlb'],
  rp: ['reverse-proxy'],
  autod: ['autodiscover'],
  xmpp: ['xmpp-federation', 'federation'],
  pic: ['public-im', 'federation'],
  fed: ['federation'],
  int: ['internal-servers'],
  avreq: ['av-requirements'],
  sql: ['sql-firewall'],
  hyb: ['hybrid'],
  pair: ['pool-pairing'],
  mob: ['mobility-technical'],
  topo: ['topology'],
}

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  dir: ['dir1', 'dirdns', 'dirhlb'],
  edge: ['edge1nat', 'edge1pub', 'edgednsnat', 'edgednspub'],
}

export const DOCUMENTED_ROWS: readonly Row[] = parse(DOCUMENTED)
export const SHARED_ROWS: readonly Row[] = parse(SHARES)

/** Every row that is in the tables, cited or left out. */
export const ROW_IDS: ReadonlySet<string> = new Set([
  ...[...DOCUMENTED_ROWS, ...SHARED_ROWS].map(({ id }) => id),
  ...Object.keys(LEFT_OUT),
])

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
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap(parseLine)
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
  const [family = '', row = ''] = name.split('*')
  const ids = name.includes('*') ? (FAMILIES[family] ?? []).map((prefix) => `${prefix}${row}`) : [name]
  return ids.map((id) => ({ id, ...rest }))
}

function parties(side: string): readonly string[] {
  return (side.split(':')[0] ?? '').split(',')
}

function usual(side: string): readonly string[] {
  return side.split(':')[1]?.split(',') ?? []
}
