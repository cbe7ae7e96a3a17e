import { PATH_FAMILIES } from '../evidence/http.ts'
import * as proof from '../evidence/proof.ts'
import type { Service } from '../evidence/service.ts'
import { alertMeaning } from '../evidence/tls-alert.ts'
import type { JudgedRow } from '../store/read-rows.ts'

/** What a flow or a conversation has to show for its service, and an ICMP error that answered it. */
export type Proven = Pick<
  JudgedRow,
  'service' | 'proof' | 'alert' | 'claim' | 'orig_certificate' | 'resp_certificate' | 'icmp_error' | 'icmp_sender'
> & {
  /** Of a flow: number of the path family of its HTTP request. */
  readonly path_family?: number
}

/** The sentence behind the evidence: what was seen. Empty where nothing was. */
export function proofSentence(row: Proven): string {
  return [serviceText(row), alertText(row), limitText(row), icmpText(row)].filter((part) => part !== '').join('; ')
}

function serviceText(row: Proven): string {
  const { service, proof: bits } = row
  const cover = bits & proof.FRAMING_PREAMBLE ? 'a .NET framing preamble, then ' : ''
  switch (service) {
    case 'none':
      return ''
    case 'unidentified':
      return 'the first bytes are of no known protocol'
    case 'tls':
    case 'mtls':
    case 'tls-one-way':
    case 'tls-resumed':
    case 'tls13':
      return `${cover}${tlsText(row)}${namesText(row)}`
    case 'ms-turn':
      return bits & proof.PSEUDO_TLS ? 'MS-TURN behind a pseudo-TLS handshake' : 'MS-TURN messages'
    case 'http':
      return httpText(row)
    case 'xmpp':
      return bits & proof.STARTTLS ? `XMPP, then STARTTLS${namesText(row)}` : `an XMPP stream in clear${namesText(row)}`
    case 'net-framing':
      return `a .NET framing preamble without TLS${namesText(row)}`
    case 'rtp':
    case 'stun':
      return `${CLEAR[service]}${bits & proof.FRAMED ? ', framed on TCP' : ''}`
    default:
      return CLEAR[service]
  }
}

type ClearService = Exclude<
  Service,
  | 'none'
  | 'unidentified'
  | 'tls'
  | 'mtls'
  | 'tls-one-way'
  | 'tls-resumed'
  | 'tls13'
  | 'ms-turn'
  | 'http'
  | 'xmpp'
  | 'net-framing'
>

const CLEAR: Readonly<Record<ClearService, string>> = {
  rtp: 'RTP of one source with growing sequence numbers',
  stun: 'STUN messages',
  sip: 'SIP in clear',
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

const VERSIONS: readonly (readonly [bits: number, name: string])[] = [
  [proof.SSL_3_0, 'SSL 3.0'],
  [proof.TLS_1_0, 'TLS 1.0'],
  [proof.TLS_1_1, 'TLS 1.1'],
  [proof.TLS_1_2, 'TLS 1.2'],
  [proof.TLS_1_3, 'TLS 1.3'],
]

function tlsText({ service, proof: bits, alert }: Proven): string {
  const versions = VERSIONS.flatMap(([bit, name]) => (bits & bit ? [name] : []))
  const version = versions.length === 0 ? 'TLS' : versions.join(' and ')
  switch (service) {
    case 'mtls':
      return `mutual ${version}: the client presented a certificate`
    case 'tls-one-way':
      return `${version}: ${withoutCertificate(bits)}`
    case 'tls-resumed':
      return `${version}, a resumed session: whether mutual was settled before`
    case 'tls13':
      return 'TLS 1.3, which hides the certificates'
    default:
      if (bits & proof.RECORDS_ONLY) return `${version} records, without the handshake`
      return alert === null ? `${version}, of which the handshake was not seen to its end` : version
  }
}

function withoutCertificate(bits: number): string {
  if (bits & proof.CLIENT_CERTIFICATE_EMPTY) return 'the server asked for a certificate and the client had none'
  return 'the client presented no certificate'
}

function httpText({ claim, path_family = 0 }: Proven): string {
  const host = claim === null ? '' : ` to ${claim}`
  const path = path_family === 0 ? '' : `, path ${PATH_FAMILIES[path_family]}`
  return `an HTTP request${host}${path}`
}

function namesText({ claim, orig_certificate, resp_certificate }: Proven): string {
  const parts = [
    ...(claim === null ? [] : [`asked for ${claim}`]),
    ...(resp_certificate[0] === undefined ? [] : [`the responder presents ${resp_certificate[0]}`]),
    ...(orig_certificate[0] === undefined ? [] : [`the originator presents ${orig_certificate[0]}`]),
  ]
  return parts.map((part) => `, ${part}`).join('')
}

function alertText({ alert }: Proven): string {
  return alert === null ? '' : `the handshake failed with the alert "${alertMeaning(alert)}"`
}

function limitText({ proof: bits }: Proven): string {
  return bits & proof.LIMIT_REACHED ? 'not looked at to the end, because a limit was reached' : ''
}

const ICMP_TEXTS = {
  unreachable: 'says that it cannot be reached',
  'port-unreachable': 'says that nobody listens on the port',
  prohibited: 'says that it is prohibited',
} as const

function icmpText({ icmp_error, icmp_sender }: Proven): string {
  return icmp_error === null ? '' : `${icmp_sender} ${ICMP_TEXTS[icmp_error]}`
}
