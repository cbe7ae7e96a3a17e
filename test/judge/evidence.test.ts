import { describe, expect, test } from 'vitest'
import { SERVICES, type Service } from '../../src/evidence/service.ts'
import { EVIDENCE, type Evidence, evidenceOf } from '../../src/judge/evidence.ts'
import { APPLICATION_PROTOCOLS, type ApplicationProtocol } from '../../src/rules/rule.ts'

/*
 * What each protocol looks like on the wire, written down once more: one letter for each service in the order of
 * COLUMNS. C is confirmed, t (it tallies) consistent, - unknown, x contradicted.
 */
const COLUMNS: readonly Service[] = [
  ...(['none', 'unidentified'] as const),
  ...(['tls', 'mtls', 'tls-one-way', 'tls-resumed', 'tls13', 'net-framing'] as const),
  ...(['ms-turn', 'stun', 'rtp'] as const),
  ...(['sip', 'http', 'xmpp'] as const),
  ...(['smb', 'rpc', 'rdp', 'ssh', 'tds'] as const),
  ...(['dns', 'ldap', 'kerberos', 'ntp'] as const),
]

const TABLE: Readonly<Record<ApplicationProtocol, string>> = {
  // Cleartext is as visible as anything: what is not it is something else.
  sip: '-x xxxxxx xxx Cxx xxxxx xxxx',
  http: '-x xxxxxx xxx xCx xxxxx xxxx',
  // In clear up to STARTTLS; the topology document says TLS, and some begin with it.
  xmpp: '-x tttttx xxx xxC xxxxx xxxx',
  // Clients have no certificate, or one: any TLS is right.
  'sip-tls': '-x tCCCCx xxx xxx xxxxx xxxx',
  https: '-x tCCCCx xxx xxx xxxxx xxxx',
  'psom-tls': '-x tCCCCx xxx xxx xxxxx xxxx',
  ldaps: '-x tCCCCx xxx xxx xxxxx xxxx',
  tls: '-x tCCCCx xxx xxx xxxxx xxxx',
  // Servers owe each other certificates: without the client's, something is wrong.
  'sip-mtls': '-x tCxttx xxx xxx xxxxx xxxx',
  'psom-mtls': '-x tCxttx xxx xxx xxxxx xxxx',
  'xmpp-gateway-mtls': '-x tCxttx xxx xxx xxxxx xxxx',
  // Replication, and services of WCF: usually mutual.
  'https-mtls': '-x tCtttx xxx xxx xxxxx xxxx',
  'wcf-mtls': '-x tCtttt xxx xxx xxxxx xxxx',
  'wcf-tls': '-x tCCCCt xxx xxx xxxxx xxxx',
  // Media: connectivity checks, relays and RTP share a port, and much of it nobody can tell.
  'ms-turn': '-- xxxxxx CCt xxx xxxxx xxxx',
  'ms-turn-pseudo-tls': '-x xxxxxx Ctt xxx xxxxx xxxx',
  srtp: '-- xxxxxx CCC xxx xxxxx xxxx',
  // Windows: bytes that nobody knows say nothing, because these protocols begin in many ways.
  dns: '-- xxxxxx xxx xxx xxxxx Cxxx',
  smb: '-- xxxxxx xxx xxx Cxxxx xxxx',
  rpc: '-- xxxxxx xxx xxx xCxxx xxxx',
  ldap: '-- xxxxxx xxx xxx xxxxx xCxx',
  kerberos: '-- xxxxxx xxx xxx xxxxx xxCx',
  ntp: '-- xxxxxx xxx xxx xxxxx xxxC',
  tds: '-- xxxxxx xxx xxx xxxxC xxxx',
  rdp: '-- tttttx xxx xxx xxCxx xxxx',
  winrm: '-x tCCCCx xxx xCx xxxxx xxxx',
  // The name service has the header of DNS, the session service carries SMB.
  netbios: '-- xxxxxx xxx xxx txxxx txxx',
  dhcp: '-- xxxxxx xxx xxx xxxxx xxxx',
  snmp: '-- xxxxxx xxx xxx xxxxx xxxx',
  'sql-browser': '-- xxxxxx xxx xxx xxxxx xxxx',
  'db-mirroring': '-- xxxxxx xxx xxx xxxxx xxxx',
  'windows-fabric': '-- tttttt xxx xxx xxxxx xxxx',
}

const LETTERS: Readonly<Record<string, Evidence>> = {
  C: 'confirmed',
  t: 'consistent',
  '-': 'unknown',
  x: 'contradicted',
}

describe('whether the bytes fit the protocol', () => {
  test('the table has every service once', () => {
    expect(COLUMNS.toSorted()).toEqual(SERVICES.toSorted())
    for (const row of Object.values(TABLE)) expect(row.replaceAll(' ', '')).toHaveLength(COLUMNS.length)
  })

  test.each(APPLICATION_PROTOCOLS)('%s', (protocol) => {
    const letters = TABLE[protocol].replaceAll(' ', '')
    const wanted = COLUMNS.map((service, index) => [service, LETTERS[letters[index] ?? '']])
    expect(COLUMNS.map((service) => [service, evidenceOf(protocol, service)])).toEqual(wanted)
  })

  test('best first', () => {
    expect(EVIDENCE).toEqual(['confirmed', 'consistent', 'unknown', 'contradicted'])
  })
})
