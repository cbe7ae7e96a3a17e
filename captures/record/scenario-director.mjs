import * as at from './addresses.mjs'

/**
 * What is meant to be seen on the Director. A row is one flow, and also a row of README's tables: `by` is the row
 * of the port tables that allows it, or the reason why it is unexpected. What is spoken follows from the
 * responder's port (hosts.mjs), and from that service and evidence, where a row does not say them. `outcome` is established unless it says otherwise; a recording in which another
 * outcome happened is thrown away.
 */

const expected = (from, to, port, by, more = {}) => ({ from, to, port, verdict: 'expected', by, ...more })
const unexpected = (from, to, port, by, more = {}) => ({ from, to, port, verdict: 'unexpected', by, ...more })
const outOfScope = (from, to, port, shows) => ({ from, to, port, verdict: 'out-of-scope', shows })

const refused = { outcome: 'refused' }
const unanswered = { outcome: 'unanswered' }
const udp = { transport: 'udp' }
/** A client without a certificate: it answers the server's request for one with an empty list. */
const anonymous = { certificate: undefined }

const publishedRows = [
  expected(at.REVERSE_PROXY, at.DIRECTOR, 8080, 'dir1-rp-web-8080', { ...refused, shows: 'service not started yet' }),
  { start: at.DIRECTOR, port: 8080 },
  expected(at.REVERSE_PROXY, at.DIRECTOR, 8080, 'dir1-rp-web-8080', { shows: 'started; with the row above: flaky' }),
  expected(at.REVERSE_PROXY, at.DIRECTOR, 8080, 'dir1-rp-web-8080', {
    path: '/reset',
    ends: 'broken-off',
    shows: 'the responder resets after the request',
  }),
  expected(at.REVERSE_PROXY, at.DIRECTOR, 4443, 'dir1-rp-web-4443'),
  expected(at.DIRECTOR, at.FRONT_END, 444, 'dir1-fe-444', { shows: 'mutual TLS' }),
  expected(at.CLIENT, at.DIRECTOR, 80, 'dir1-client-web-80', { fromPort: 61999 }),
  expected(at.CLIENT, at.DIRECTOR, 80, 'dir1-client-web-80', {
    fromPort: 61999,
    shows: 'the same ports as the row above: a second flow',
  }),
  expected(at.CLIENT, at.DIRECTOR, 443, 'dir1-client-web-443'),
  expected(at.OTHER_CLIENT, at.DIRECTOR, 443, 'dir1-client-web-443', {
    ends: 'aborted',
    shows: 'the originator resets after the handshake',
  }),
  expected(at.EDGE_INTERNAL, at.DIRECTOR, 5061, 'dir1-edge-sip-5061', { shows: 'mutual TLS' }),
  expected(at.EDGE_INTERNAL, at.DIRECTOR, 5061, 'dir1-edge-sip-5061', { resumes: true, shows: 'resumed TLS session' }),
  expected(at.DIRECTOR, at.EDGE_INTERNAL, 50001, 'dir1-cls-50001', { shows: 'preamble in clear, then mutual TLS' }),
  expected(at.DIRECTOR, at.EDGE_INTERNAL, 50002, 'dir1-cls-50002'),
  expected(at.DIRECTOR, at.EDGE_INTERNAL, 50003, 'dir1-cls-50003'),
]

const otherRules = [
  expected(at.DIRECTOR, at.EDGE_INTERNAL, 5061, 'dir1-sip-edge-5061', { shows: 'prose only; mutual TLS' }),
  expected(at.ADMIN_STATION, at.DIRECTOR, 50001, 'dir1-cls-dir-50001', { shows: 'preamble in clear, then mutual TLS' }),
  expected(at.ADMIN_STATION, at.DIRECTOR, 50002, 'dir1-cls-dir-50002'),
  expected(at.ADMIN_STATION, at.DIRECTOR, 50003, 'dir1-cls-dir-50003', { shows: '24,000 bytes back' }),
  expected(at.STRANGER, at.DIRECTOR, 50002, 'dir1-cls-dir-50002', { shows: 'source any includes unlisted addresses' }),
  expected(at.CLIENT, at.DIRECTOR, 5061, 'int-dir-sip-5061', {
    ...anonymous,
    shows: 'TLS; the server asks, the client has no certificate',
  }),
  expected(at.OLD_PHONE, at.DIRECTOR, 5061, 'int-dir-sip-5061', {
    ...anonymous,
    ciphers: 'AES128-SHA',
    outcome: 'handshake-failed',
    shows: 'no cipher suite in common, TLS alert 40',
  }),
  expected(at.FRONT_END, at.DIRECTOR, 5061, 'int-dir-sip-5061', { shows: 'mutual TLS' }),
  expected(at.FRONT_END, at.DIRECTOR, 5061, 'int-dir-sip-5061', { open: true, shows: 'still open at the end' }),
  expected(at.DIRECTOR, at.FRONT_END, 5061, 'int-fe-sip-5061', { shows: 'mutual TLS' }),
  expected(at.FRONT_END, at.DIRECTOR, 444, 'int-dir-444', { shows: 'the way back of 444' }),
  expected(at.DIRECTOR, at.FRONT_END, 80, 'int-dir-web-80'),
  expected(at.DIRECTOR, at.FRONT_END, 443, 'int-dir-web-443'),
  expected(at.FRONT_END, at.DIRECTOR, 445, 'int-cms-smb-445', { shows: 'from the Central Management master' }),
  expected(at.DIRECTOR, at.EDGE_INTERNAL, 3478, 'edge1pub-int-stun-3478', { ...udp, shows: 'STUN binding' }),
  expected(at.DIRECTOR, at.FRONT_END_STOPPED, 444, 'dir1-fe-444', refused),
  expected(at.DIRECTOR, at.FRONT_END_DROPPED, 444, 'dir1-fe-444', {
    ...unanswered,
    shows: 'the SYN is repeated: one attempt',
  }),
  expected(at.DIRECTOR, at.FRONT_END_REJECTED, 444, 'dir1-fe-444', {
    outcome: 'prohibited',
    shows: 'ICMP administratively prohibited (type 3, code 13)',
  }),
]

const baseline = 'windows-baseline'
const domain = [
  expected(at.DIRECTOR, at.DOMAIN_CONTROLLER, 53, baseline, { ...udp, shows: 'DNS' }),
  expected(at.DIRECTOR, at.DOMAIN_CONTROLLER, 88, baseline, { ...udp, shows: 'Kerberos in two IP fragments' }),
  expected(at.DIRECTOR, at.DOMAIN_CONTROLLER, 88, baseline, { shows: 'Kerberos' }),
  expected(at.DIRECTOR, at.DOMAIN_CONTROLLER, 389, baseline, { shows: 'LDAP' }),
  expected(at.DIRECTOR, at.DOMAIN_CONTROLLER, 123, baseline, { ...udp, ...unanswered, application: 'ntp' }),
  expected(at.DIRECTOR, at.DOMAIN_CONTROLLER, 389, baseline, {
    ...udp,
    ...refused,
    application: 'ldap',
    shows: 'ICMP port unreachable',
  }),
  expected(at.ADMIN_STATION, at.DIRECTOR, 5985, baseline, {
    method: 'POST',
    path: '/wsman',
    shows: 'remote management over HTTP',
  }),
]

const version6 = [
  expected(at.CLIENT_6, at.DIRECTOR_6, 443, 'dir1-client-web-443'),
  expected(at.EDGE_INTERNAL_6, at.DIRECTOR_6, 5061, 'dir1-edge-sip-5061', { shows: 'mutual TLS' }),
  expected(at.DIRECTOR_6, at.DOMAIN_CONTROLLER_6, 53, baseline, { ...udp, shows: 'DNS' }),
  expected(at.DIRECTOR_6, at.EDGE_INTERNAL_6, 50003, 'dir1-cls-50003', refused),
  unexpected(at.STRANGER_6, at.DIRECTOR_6, 22, 'unknown-source', refused),
]

const everyReason = [
  unexpected(at.STRANGER, at.DIRECTOR, 5061, 'unknown-source'),
  unexpected(at.STRANGER, at.DIRECTOR, 3389, 'unknown-source', refused),
  unexpected(at.STRANGER, at.DIRECTOR, 1433, 'unknown-source', unanswered),
  unexpected(at.DIRECTOR, at.STRANGER, 443, 'unknown-destination', {
    shows: 'its certificate and the SNI name it `updates.example.net`',
  }),
  unexpected(at.DIRECTOR, at.REVERSE_PROXY, 4443, 'wrong-direction', { shows: 'nearest: `dir1-rp-web-4443`' }),
  unexpected(at.CLIENT, at.DIRECTOR, 4443, 'wrong-source', { shows: 'nearest: `dir1-rp-web-4443`' }),
  unexpected(at.FRONT_END_STOPPED, at.DIRECTOR, 445, 'wrong-source', { shows: 'not the Central Management master' }),
  unexpected(at.DIRECTOR, at.SQL_SERVER, 444, 'wrong-destination', { ...refused, shows: 'nearest: `dir1-fe-444`' }),
  unexpected(at.REVERSE_PROXY, at.DIRECTOR, 8443, 'wrong-port', refused),
  unexpected(at.CLIENT, at.DIRECTOR, 5061, 'wrong-port', {
    ...udp,
    ...unanswered,
    application: 'sip',
    shows: 'the right port on the wrong transport',
  }),
  unexpected(at.SQL_SERVER, at.DIRECTOR, 5723, 'no-rule'),
]

const noise = [
  { ping: at.STRANGER, to: at.DIRECTOR },
  { from: at.CLIENT, fromPort: 68, to: '255.255.255.255', port: 67, says: 'dhcp', shows: 'broadcast, DHCP' },
  {
    from: at.FRONT_END,
    fromPort: 137,
    to: '10.0.0.255',
    port: 137,
    says: 'netbios',
    shows: 'subnet broadcast, NetBIOS',
  },
  { from: at.DIRECTOR, to: '239.255.255.250', port: 1900, says: 'ssdp', shows: 'multicast, SSDP' },
  { from: at.CLIENT, to: '224.0.0.252', port: 5355, says: 'llmnr', shows: 'multicast, LLMNR' },
  { from: at.DIRECTOR_6, to: 'ff02::1:3', port: 5355, says: 'llmnr', shows: 'multicast over IPv6, LLMNR' },
].map((row) => ({ ...row, noise: true, transport: row.ping ? 'icmp' : 'udp', verdict: 'out-of-scope' }))

export const DIRECTOR_SCENARIO = [
  ...publishedRows,
  ...otherRules,
  ...domain,
  ...version6,
  ...everyReason,
  outOfScope(at.STRANGER, at.DIRECTOR_BACKUP, 22, 'neither end is in the inventory'),
  ...noise,
]

/** Connections that stand when the recordings start, and what is then said on them. */
export const STANDING = [
  expected(at.EDGE_INTERNAL, at.DIRECTOR, 50001, 'dir1-cls-dir-50001', {
    fromPort: 49600,
    outcome: 'midstream',
    said: ['responder', 'originator'],
    inDirectorCapture: true,
    shows: "the responder's packet comes first; direction by listener, or by rules where nothing shows who listens",
  }),
  unexpected(at.STRANGER, at.DIRECTOR, 2222, 'unknown-source', {
    service: '',
    fromPort: 40022,
    outcome: 'midstream',
    said: ['responder', 'originator'],
    shows: "the responder's packet comes first; direction by port order",
  }),
  unexpected(at.STRANGER, at.DIRECTOR, 7000, 'unknown-source', {
    service: '',
    fromPort: 7000,
    outcome: 'midstream',
    said: ['originator'],
    shows: 'equal ports; direction by the first packet',
  }),
  expected(at.CLIENT, at.DIRECTOR, 5061, 'int-dir-sip-5061', {
    ...anonymous,
    fromPort: 61998,
    outcome: 'midstream',
    silent: true,
    shows: 'the whole TLS handshake follows; direction by content',
  }),
]
