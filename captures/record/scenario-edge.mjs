import * as at from './addresses.mjs'

/** What is meant to be seen on the Edge, besides the Director's flows with it. See scenario-director.mjs. */

const expected = (from, to, port, by, more = {}) => ({ from, to, port, verdict: 'expected', by, ...more })
const unexpected = (from, to, port, by, more = {}) => ({ from, to, port, verdict: 'unexpected', by, ...more })

const refused = { outcome: 'refused' }
const unanswered = { outcome: 'unanswered' }
const udp = { transport: 'udp' }
const allocates = { ...udp, application: 'allocate', shows: 'MS-TURN Allocate' }
const anonymous = { certificate: undefined }
/** Comes by the address, and takes whatever certificate it gets. */
const careless = { serverName: undefined, careless: true }
const asAccess = { certificate: 'access' }
const unusual = { shows: 'allowed, unusual source' }

/** A row that a correction withdraws: what is evidence for it depends on the reading. */
const withdrawn = { evidence: '' }

const internalLeg = [
  expected(at.FRONT_END, at.EDGE_INTERNAL, 5061, 'edge1pub-int-sip-out-5061', { shows: 'mutual TLS' }),
  expected(at.EDGE_INTERNAL, at.FRONT_END, 5061, 'edge1pub-int-sip-in-5061', { shows: 'mutual TLS' }),
  expected(at.FRONT_END, at.EDGE_INTERNAL, 5062, 'edge1pub-int-mras-5062', { shows: 'mutual TLS' }),
  expected(at.OTHER_CLIENT, at.EDGE_INTERNAL, 5062, 'edge1pub-int-mras-5062', { certificate: 'pc011', ...unusual }),
  expected(at.FRONT_END, at.EDGE_INTERNAL, 8057, 'edge1pub-int-psom-8057', { shows: 'mutual TLS' }),
  expected(at.FRONT_END_STOPPED, at.EDGE_INTERNAL, 8057, 'edge1pub-int-psom-8057', unanswered),
  expected(at.FRONT_END, at.EDGE_INTERNAL, 4443, 'edge1pub-int-repl-4443', { shows: 'replication' }),
  expected(at.FRONT_END, at.EDGE_INTERNAL, 23456, 'edge1pub-int-xmpp-23456', { shows: 'mutual TLS' }),
  expected(at.CLIENT, at.EDGE_INTERNAL, 443, 'edge1pub-int-stun-443', { shows: 'MS-TURN behind pseudo-TLS' }),
  expected(at.CLIENT, at.EDGE_INTERNAL, 3478, 'edge1pub-int-stun-3478', { ...udp, shows: 'STUN binding' }),
  expected(at.OTHER_CLIENT, at.EDGE_INTERNAL, 3478, 'edge1pub-int-stun-3478', allocates),
  expected(at.ADMIN_STATION, at.EDGE_INTERNAL, 50001, 'edge1pub-int-cls-50001', { shows: 'preamble, then mutual TLS' }),
  expected(at.ADMIN_STATION, at.EDGE_INTERNAL, 50002, 'edge1pub-int-cls-50002'),
  expected(at.ADMIN_STATION, at.EDGE_INTERNAL, 50003, 'edge1pub-int-cls-50003'),
  expected(at.ADMIN_STATION, at.EDGE_INTERNAL, 5985, 'windows-baseline', {
    method: 'POST',
    path: '/wsman',
    shows: 'remote management over HTTP',
  }),
  expected(at.STRANGER, at.EDGE_INTERNAL, 5061, 'edge1pub-int-sip-out-5061', unusual),
  unexpected(at.STRANGER, at.EDGE_INTERNAL, 3389, 'unknown-source', refused),
  unexpected(at.EDGE_INTERNAL, at.STRANGER, 445, 'unknown-destination', unanswered),
  unexpected(at.DIRECTOR, at.EDGE_INTERNAL, 5063, 'wrong-port', { ...refused, shows: 'nearest: `dir1-sip-edge-5061`' }),
  unexpected(at.SQL_SERVER, at.EDGE_INTERNAL, 1433, 'no-rule', refused),
  unexpected(at.EDGE_INTERNAL, at.DOMAIN_CONTROLLER, 389, 'wrong-source', {
    ...unanswered,
    shows: 'an Edge is no domain member; without windows-baseline: no-rule',
  }),
]

const externalLeg = [
  expected(at.REMOTE_USER, at.EDGE_ACCESS, 443, 'edge1pub-ext-sip-client-443', anonymous),
  expected(at.SCANNER, at.EDGE_ACCESS, 443, 'edge1pub-ext-sip-client-443', {
    ...anonymous,
    ...careless,
    shows: 'unlisted: counts as an external client',
  }),
  expected(at.REMOTE_USER, at.EDGE_WEBCONF, 443, 'edge1pub-ext-webconf-443', anonymous),
  expected(at.REMOTE_USER, at.EDGE_AV, 443, 'edge1pub-ext-av-stun-tcp-in', { shows: 'MS-TURN behind pseudo-TLS' }),
  expected(at.REMOTE_USER, at.EDGE_AV, 3478, 'edge1pub-ext-av-stun-udp-in', allocates),
  expected(at.PARTNER_ACCESS, at.EDGE_ACCESS, 5061, 'edge1pub-ext-sip-fed-in-5061', { shows: 'mutual TLS' }),
  expected(at.EDGE_ACCESS, at.PARTNER_ACCESS, 5061, 'edge1pub-ext-sip-fed-out-5061', {
    ...asAccess,
    shows: 'mutual TLS',
  }),
  expected(at.PIC_PARTNER, at.EDGE_ACCESS, 5061, 'edge1pub-ext-sip-fed-in-5061', {
    certificate: 'pic',
    shows: 'mutual TLS',
  }),
  expected(at.EDGE_ACCESS, at.PIC_PARTNER, 5061, 'edge1pub-ext-sip-fed-out-5061', unanswered),
  expected(at.XMPP_PARTNER, at.EDGE_ACCESS, 5269, 'edge1pub-ext-xmpp-in-5269', { shows: 'XMPP, STARTTLS' }),
  expected(at.EDGE_ACCESS, at.XMPP_PARTNER, 5269, 'edge1pub-ext-xmpp-out-5269', {
    ...asAccess,
    shows: 'XMPP, STARTTLS',
  }),
  expected(at.EDGE_ACCESS, at.PUBLIC_DNS, 53, 'edge1pub-ext-dns-udp-53', udp),
  expected(at.EDGE_ACCESS, at.PUBLIC_DNS, 53, 'edge1pub-ext-dns-tcp-53'),
  expected(at.EDGE_ACCESS, at.CRL_SERVER, 80, 'edge1pub-ext-crl-80', { path: '/issuing.crl' }),
  expected(at.EDGE_ACCESS, at.CRL_SERVER_DOWN, 80, 'edge1pub-ext-crl-80', refused),
  expected(at.EDGE_AV, at.PARTNER_AV, 443, 'edge1pub-ext-av-stun-tcp-out', {
    fromPort: 50100,
    shows: 'MS-TURN behind pseudo-TLS; originator port in the media range',
  }),
  expected(at.EDGE_AV, at.PARTNER_AV, 3478, 'edge1pub-ext-av-stun-udp-out', {
    ...allocates,
    fromPort: 3478,
    shows: 'MS-TURN; both ports 3478',
  }),
  expected(at.EDGE_AV, at.PARTNER_AV, 50250, 'edge1pub-ext-av-rtp-udp-out', {
    ...udp,
    ...withdrawn,
    fromPort: 50150,
    shows: 'RTP',
  }),
  expected(at.EDGE_AV, at.PARTNER_AV, 50310, 'edge1pub-ext-av-rtp-tcp-out', {
    ...withdrawn,
    fromPort: 50120,
    shows: 'framed RTP',
  }),
  expected(at.PARTNER_AV, at.EDGE_AV, 50200, 'edge1pub-ext-av-rtp-udp-in', { ...udp, fromPort: 50260, shows: 'RTP' }),
  expected(at.PARTNER_AV, at.EDGE_AV, 50300, 'edge1pub-ext-av-rtp-tcp-in', { shows: 'framed RTP' }),
  expected(at.SCANNER, at.EDGE_AV, 50002, 'edge1pub-ext-av-rtp-tcp-in', {
    shows: 'framed RTP on a logging port: media, not exposed',
  }),
]

const externalFindings = [
  unexpected(at.SCANNER, at.EDGE_ACCESS, 50001, 'exposed', {
    ...anonymous,
    ...careless,
    shows: 'the logging agent answers the Internet; remark `name-differs`',
  }),
  unexpected(at.SCANNER, at.EDGE_AV, 50003, 'exposed', {
    ...anonymous,
    ...careless,
    shows: 'TLS where the media rule would allow; without `exposed`: protocol-mismatch; remark `name-differs`',
  }),
  unexpected(at.SCANNER, at.EDGE_ACCESS, 3389, 'wrong-port', {
    ...refused,
    shows: 'refused, so not exposed; nearest: `edge1pub-pic-client-443`',
  }),
  unexpected(at.EDGE_ACCESS, at.REMOTE_USER, 443, 'wrong-direction', {
    ...refused,
    shows: 'nearest: `edge1pub-pic-client-443`',
  }),
  unexpected(at.PIC_PARTNER, at.EDGE_WEBCONF, 5061, 'wrong-destination', {
    ...refused,
    shows: 'nearest: `edge1pub-pic-sip-in-5061`',
  }),
  unexpected(at.REMOTE_USER, at.EDGE_WEBCONF, 3478, 'no-rule', {
    ...udp,
    ...refused,
    application: 'stun',
    shows: 'ICMP port unreachable',
  }),
]

const version6 = [
  expected(at.REMOTE_USER_6, at.EDGE_ACCESS_6, 443, 'edge1pub-ext-sip-client-443', anonymous),
  expected(at.REMOTE_USER_6, at.EDGE_AV_6, 3478, 'edge1pub-ext-av-stun-udp-in', { ...udp, shows: 'STUN binding' }),
  unexpected(at.SCANNER_6, at.EDGE_ACCESS_6, 3389, 'wrong-port', refused),
]

export const EDGE_SCENARIO = [
  ...internalLeg,
  ...externalLeg,
  ...externalFindings,
  ...version6,
  { ping: at.SCANNER, to: at.EDGE_ACCESS, noise: true, transport: 'icmp', verdict: 'out-of-scope' },
]
