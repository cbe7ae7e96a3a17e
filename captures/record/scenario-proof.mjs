import * as at from './addresses.mjs'

/** What only the bytes tell, on both machines: see scenario-director.mjs. */

const expected = (from, to, port, by, more = {}) => ({ from, to, port, verdict: 'expected', by, ...more })
const unexpected = (from, to, port, by, more = {}) => ({ from, to, port, verdict: 'unexpected', by, ...more })

/** The rule row that would allow it, and what is spoken instead. */
const mismatch = (from, to, port, row, { shows, ...more }) =>
  unexpected(from, to, port, 'protocol-mismatch', { ...more, shows: `${shows}; nearest: \`${row}\`` })

const failed = { outcome: 'handshake-failed' }
const brokenOff = { ends: 'broken-off' }
const anonymous = { certificate: undefined }
const cleartext = (application) => ({ layer: 'tcp', application })

const mutualOrNot = [
  mismatch(at.DIRECTOR, at.FRONT_END_STOPPED, 5061, 'int-fe-sip-5061', {
    shows: 'one-way TLS between servers: the responder does not ask for a certificate',
  }),
  mismatch(at.FRONT_END_STOPPED, at.DIRECTOR, 5061, 'int-dir-sip-5061', {
    ...anonymous,
    shows: 'one-way TLS between servers: the originator is asked and has no certificate',
  }),
  mismatch(at.FRONT_END_NEW, at.EDGE_INTERNAL, 8057, 'edge1pub-int-psom-8057', {
    ...anonymous,
    shows: 'one-way TLS: the originator is asked and has no certificate',
  }),
  expected(at.DIRECTOR, at.FRONT_END_NEW, 5061, 'int-fe-sip-5061', {
    shows: 'TLS 1.3: whether it is mutual cannot be seen',
  }),
  expected(at.DIRECTOR, at.FRONT_END_STOPPED, 443, 'int-dir-web-443', { shows: 'TLS 1.0' }),
]

const certificates = [
  expected(at.DIRECTOR, at.FRONT_END_NEW, 443, 'int-dir-web-443', {
    careless: true,
    shows: 'the certificate was valid until 2021; remark `certificate-expired`',
  }),
  expected(at.DIRECTOR, at.FRONT_END_NEW, 444, 'dir1-fe-444', {
    serverName: 'pool01.contoso.local',
    careless: true,
    shows: 'the certificate is that of `fe99.contoso.local`; remark `name-differs`',
  }),
]

const failures = [
  expected(at.DIRECTOR, at.FRONT_END_REJECTED, 5061, 'int-fe-sip-5061', {
    ...failed,
    shows: 'the responder refuses the certificate: unknown CA, TLS alert 48',
  }),
  expected(at.EDGE_INTERNAL, at.DIRECTOR, 5061, 'dir1-edge-sip-5061', {
    ...failed,
    refuses: true,
    shows: 'the originator refuses the certificate: unknown CA, TLS alert 48',
  }),
  expected(at.PARTNER_ACCESS, at.EDGE_ACCESS, 5061, 'edge1pub-ext-sip-fed-in-5061', {
    ...failed,
    refuses: true,
    shows: 'the originator refuses the certificate: unknown CA, TLS alert 48',
  }),
  expected(at.OLD_PHONE, at.DIRECTOR, 443, 'dir1-client-web-443', {
    ...failed,
    version: 'TLSv1',
    shows: 'no version in common, TLS alert 70',
  }),
]

const otherProtocols = [
  mismatch(at.DIRECTOR, at.FRONT_END_DROPPED, 5061, 'int-fe-sip-5061', { shows: 'SIP in clear' }),
  mismatch(at.CLIENT, at.DIRECTOR, 5061, 'int-dir-sip-5061', {
    ...cleartext('http'),
    ...brokenOff,
    shows: 'HTTP; the responder closes without an answer',
  }),
  mismatch(at.CLIENT, at.DIRECTOR, 443, 'dir1-client-web-443', {
    ...cleartext('http'),
    ...brokenOff,
    shows: 'HTTP in clear; the responder closes without an answer',
  }),
  mismatch(at.REVERSE_PROXY, at.DIRECTOR, 8080, 'dir1-rp-web-8080', {
    ...anonymous,
    ...brokenOff,
    layer: 'tls',
    service: 'tls',
    shows: 'TLS; the responder closes without an answer',
  }),
  { start: at.DIRECTOR, port: 4443, ...cleartext('ssh') },
  mismatch(at.REVERSE_PROXY, at.DIRECTOR, 4443, 'dir1-rp-web-4443', { ...cleartext('ssh'), shows: 'SSH' }),
  { start: at.EDGE_ACCESS, port: 443, address: at.EDGE_ACCESS, layer: 'ms-turn' },
  mismatch(at.REMOTE_USER, at.EDGE_ACCESS, 443, 'edge1pub-ext-sip-client-443', {
    layer: 'ms-turn',
    shows: "MS-TURN behind pseudo-TLS: the A/V Edge's protocol",
  }),
  { start: at.EDGE_AV, port: 443, address: at.EDGE_AV, layer: 'tls', application: 'sip', certificate: 'access' },
  mismatch(at.REMOTE_USER, at.EDGE_AV, 443, 'edge1pub-ext-av-stun-tcp-in', {
    ...anonymous,
    layer: 'tls',
    application: 'sip',
    serverName: 'sip.contoso.com',
    shows: "TLS: the Access Edge's protocol; remark `name-differs`",
  }),
]

const names = [
  expected(at.REVERSE_PROXY, at.DIRECTOR, 8080, 'dir1-rp-web-8080', {
    host: 'lyncdiscover.contoso.com',
    path: '/Autodiscover/AutodiscoverService.svc/root?originalDomain=contoso.com',
    shows: 'Autodiscover, Host `lyncdiscover.contoso.com`',
  }),
  expected(at.DIRECTOR, at.DOMAIN_CONTROLLER, 53, 'windows-baseline', {
    transport: 'udp',
    application: 'dns-backup',
    shows: `the answer names ${at.BACKUP_SERVER}: \`backup01.contoso.local\``,
  }),
  unexpected(at.DIRECTOR, at.BACKUP_SERVER, 445, 'unknown-destination', {
    shows: 'in no inventory, but named by the DNS answer above',
  }),
]

const management = [
  { start: at.DIRECTOR, port: 3389 },
  expected(at.ADMIN_STATION, at.DIRECTOR, 3389, 'windows-baseline', { shows: 'Remote Desktop' }),
  expected(at.ADMIN_STATION, at.DIRECTOR, 135, 'windows-baseline', { shows: 'RPC endpoint mapper' }),
  unexpected(at.DIRECTOR, at.SQL_SERVER, 1433, 'wrong-source', { shows: 'SQL Server (TDS)' }),
]

export const PROOF_SCENARIO = [...mutualOrNot, ...certificates, ...failures, ...otherProtocols, ...names, ...management]
