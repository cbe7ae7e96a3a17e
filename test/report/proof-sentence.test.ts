import { describe, expect, it } from 'vitest'
import { PATH_FAMILIES } from '../../src/evidence/http.ts'
import * as proof from '../../src/evidence/proof.ts'
import { SERVICES, type Service } from '../../src/evidence/service.ts'
import { type Proven, proofSentence } from '../../src/report/proof-sentence.ts'

function sentence(service: Service, bits = 0, fields: Partial<Proven> = {}): string {
  return proofSentence({
    service,
    proof: bits,
    alert: null,
    claim: null,
    orig_certificate: [],
    resp_certificate: [],
    icmp_error: null,
    icmp_sender: null,
    ...fields,
  })
}

/** What is said of every service where nothing else is known. */
const SENTENCES: Readonly<Record<Service, string>> = {
  none: '',
  unidentified: 'the first bytes are of no known protocol',
  tls: 'TLS, of which the handshake was not seen to its end',
  mtls: 'mutual TLS: the client presented a certificate',
  'tls-one-way': 'TLS: the client presented no certificate',
  'tls-resumed': 'TLS, a resumed session: whether mutual was settled before',
  tls13: 'TLS 1.3, which hides the certificates',
  'ms-turn': 'MS-TURN messages',
  stun: 'STUN messages',
  rtp: 'RTP of one source with growing sequence numbers',
  sip: 'SIP in clear',
  http: 'an HTTP request',
  xmpp: 'an XMPP stream in clear',
  'net-framing': 'a .NET framing preamble without TLS',
  smb: 'SMB messages',
  rpc: 'RPC messages',
  rdp: 'Remote Desktop',
  ssh: 'an SSH banner',
  tds: 'TDS messages of SQL Server',
  dns: 'DNS messages',
  ldap: 'LDAP messages',
  kerberos: 'Kerberos messages',
  ntp: 'NTP messages',
}

const TLS_SERVICES: readonly Service[] = ['tls', 'mtls', 'tls-one-way', 'tls-resumed', 'tls13']

describe('the sentence behind the evidence', () => {
  it.each(SERVICES)('of %s', (service) => {
    expect(sentence(service)).toBe(SENTENCES[service])
  })

  it('is another one for every service', () => {
    expect(new Set(SERVICES.map((service) => sentence(service))).size).toBe(SERVICES.length)
  })

  it.each([
    [proof.SSL_3_0, 'SSL 3.0'],
    [proof.TLS_1_0, 'TLS 1.0'],
    [proof.TLS_1_1, 'TLS 1.1'],
    [proof.TLS_1_2, 'TLS 1.2'],
    [proof.TLS_1_3, 'TLS 1.3'],
    [proof.TLS_1_0 | proof.TLS_1_2, 'TLS 1.0 and TLS 1.2'],
  ])('has the version: %i', (bits, version) => {
    expect(sentence('mtls', bits)).toBe(`mutual ${version}: the client presented a certificate`)
    expect(sentence('tls-one-way', bits)).toBe(`${version}: the client presented no certificate`)
    expect(sentence('tls-resumed', bits)).toBe(`${version}, a resumed session: whether mutual was settled before`)
    expect(sentence('tls', bits)).toBe(`${version}, of which the handshake was not seen to its end`)
  })

  it('tells a client that was asked and had no certificate from one that was not asked', () => {
    expect(sentence('tls-one-way', proof.CERTIFICATE_REQUEST | proof.CLIENT_CERTIFICATE_EMPTY)).toBe(
      'TLS: the server asked for a certificate and the client had none',
    )
    expect(sentence('tls-one-way', proof.CERTIFICATE_REQUEST)).toBe('TLS: the client presented no certificate')
  })

  it('tells records whose handshake was over, and covers in clear', () => {
    expect(sentence('tls', proof.RECORDS_ONLY | proof.TLS_1_2)).toBe('TLS 1.2 records, without the handshake')
    expect(sentence('mtls', proof.FRAMING_PREAMBLE | proof.TLS_1_2)).toBe(
      'a .NET framing preamble, then mutual TLS 1.2: the client presented a certificate',
    )
    expect(sentence('xmpp', proof.STARTTLS)).toBe('XMPP, then STARTTLS')
    expect(sentence('ms-turn', proof.PSEUDO_TLS)).toBe('MS-TURN behind a pseudo-TLS handshake')
    expect(sentence('rtp', proof.FRAMED)).toBe('RTP of one source with growing sequence numbers, framed on TCP')
    expect(sentence('stun', proof.FRAMED)).toBe('STUN messages, framed on TCP')
  })

  it.each([...TLS_SERVICES, 'xmpp', 'net-framing'] as const)(
    'of %s says who was asked for and who presents what',
    (service) => {
      const names = {
        claim: 'dir01.contoso.local',
        resp_certificate: ['pool.contoso.local', 'dir01.contoso.local'],
        orig_certificate: ['fe01.contoso.local'],
      }
      expect(sentence(service, 0, names)).toBe(
        `${SENTENCES[service]}, asked for dir01.contoso.local, the responder presents pool.contoso.local, the originator presents fe01.contoso.local`,
      )
    },
  )

  it('of HTTP has host and path family', () => {
    expect(sentence('http', 0, { claim: 'lyncdiscover.contoso.com', path_family: PATH_FAMILIES.indexOf('meet') })).toBe(
      'an HTTP request to lyncdiscover.contoso.com, path meet',
    )
    for (const [number, family] of PATH_FAMILIES.entries()) {
      expect(sentence('http', 0, { path_family: number })).toBe(
        `an HTTP request${number === 0 ? '' : `, path ${family}`}`,
      )
    }
  })

  it.each([
    [40, 'handshake failure'],
    [42, 'bad certificate'],
    [48, 'unknown CA'],
    [70, 'protocol version'],
    [0, 'close notify'],
    [200, 'alert 200'],
  ])('has the meaning of the alert that ended a handshake: %i', (alert, meaning) => {
    expect(sentence('tls', proof.TLS_1_2, { alert })).toBe(`TLS 1.2; the handshake failed with the alert "${meaning}"`)
  })

  it.each([
    ['unreachable', 'says that it cannot be reached'],
    ['port-unreachable', 'says that nobody listens on the port'],
    ['prohibited', 'says that it is prohibited'],
  ] as const)('has the ICMP error and its sender: %s', (icmp_error, text) => {
    expect(sentence('none', 0, { icmp_error, icmp_sender: '10.0.0.1' })).toBe(`10.0.0.1 ${text}`)
  })

  it.each(SERVICES)('of %s says that a limit was reached', (service) => {
    const limited = 'not looked at to the end, because a limit was reached'
    expect(sentence(service, proof.LIMIT_REACHED)).toBe(
      [SENTENCES[service], limited].filter((part) => part !== '').join('; '),
    )
  })
})
