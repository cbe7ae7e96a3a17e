import type { Service } from '../evidence/service.ts'
import type { ApplicationProtocol } from '../rules/rule.ts'

/** Whether the bytes fit the protocol that the rule names, best first. */
export const EVIDENCE = ['confirmed', 'consistent', 'unknown', 'contradicted'] as const
export type Evidence = (typeof EVIDENCE)[number]

/** What the services mean to a protocol; whatever is in none of the lists contradicts it. */
interface Fit {
  readonly confirmed: readonly Service[]
  readonly consistent?: readonly Service[]
  /** Bytes that are none of the known services: they tell nothing where a protocol has many beginnings. */
  readonly unknown?: readonly Service[]
}

const COMPLETE_TLS: readonly Service[] = ['mtls', 'tls-one-way', 'tls-resumed', 'tls13']

/** TLS, whoever has shown a certificate. */
const ANY_TLS: Fit = { confirmed: COMPLETE_TLS, consistent: ['tls'] }
/** Servers owe each other certificates. Of a resumed session, and of TLS 1.3, nobody can see whether both had one. */
const MUTUAL_TLS: Fit = { confirmed: ['mtls'], consistent: ['tls-resumed', 'tls13', 'tls'] }
/** Certificates of both ends are usual, but not owed. */
const USUALLY_MUTUAL_TLS: Fit = { confirmed: ['mtls'], consistent: ['tls-one-way', 'tls-resumed', 'tls13', 'tls'] }

/** Nothing here tells such a protocol from unknown bytes. */
const UNRECOGNISED: readonly Service[] = ['unidentified']

/** After section (c) of what is known of the ports: what each protocol looks like on the wire. */
const FITS: Readonly<Record<ApplicationProtocol, Fit>> = {
  sip: { confirmed: ['sip'] },
  'sip-tls': ANY_TLS,
  'sip-mtls': MUTUAL_TLS,
  http: { confirmed: ['http'] },
  https: ANY_TLS,
  'https-mtls': USUALLY_MUTUAL_TLS,
  'wcf-mtls': { ...USUALLY_MUTUAL_TLS, consistent: ['tls-one-way', 'tls-resumed', 'tls13', 'tls', 'net-framing'] },
  'wcf-tls': { ...ANY_TLS, consistent: ['tls', 'net-framing'] },
  'psom-tls': ANY_TLS,
  'psom-mtls': MUTUAL_TLS,
  // Where the first elements are not in the capture, only the TLS behind them is seen.
  xmpp: { confirmed: ['xmpp'], consistent: ['tls', ...COMPLETE_TLS] },
  'xmpp-gateway-mtls': MUTUAL_TLS,
  // Connectivity checks and relayed media use the same port.
  'ms-turn': { confirmed: ['ms-turn', 'stun'], consistent: ['rtp'], unknown: UNRECOGNISED },
  'ms-turn-pseudo-tls': { confirmed: ['ms-turn'], consistent: ['stun', 'rtp'] },
  srtp: { confirmed: ['rtp', 'stun', 'ms-turn'], unknown: UNRECOGNISED },
  dns: { confirmed: ['dns'], unknown: UNRECOGNISED },
  smb: { confirmed: ['smb'], unknown: UNRECOGNISED },
  rpc: { confirmed: ['rpc'], unknown: UNRECOGNISED },
  ldap: { confirmed: ['ldap'], unknown: UNRECOGNISED },
  ldaps: ANY_TLS,
  kerberos: { confirmed: ['kerberos'], unknown: UNRECOGNISED },
  ntp: { confirmed: ['ntp'], unknown: UNRECOGNISED },
  dhcp: { confirmed: [], unknown: UNRECOGNISED },
  // Its name service has the header of DNS, its sessions carry SMB.
  netbios: { confirmed: [], consistent: ['dns', 'smb'], unknown: UNRECOGNISED },
  rdp: { confirmed: ['rdp'], consistent: ['tls', ...COMPLETE_TLS], unknown: UNRECOGNISED },
  winrm: { confirmed: ['http', ...COMPLETE_TLS], consistent: ['tls'] },
  snmp: { confirmed: [], unknown: UNRECOGNISED },
  tds: { confirmed: ['tds'], unknown: UNRECOGNISED },
  'sql-browser': { confirmed: [], unknown: UNRECOGNISED },
  'db-mirroring': { confirmed: [], unknown: UNRECOGNISED },
  'windows-fabric': { confirmed: [], consistent: ['tls', ...COMPLETE_TLS, 'net-framing'], unknown: UNRECOGNISED },
  tls: ANY_TLS,
}

export function evidenceOf(protocol: ApplicationProtocol, service: Service): Evidence {
  if (service === 'none') return 'unknown'
  const { confirmed, consistent, unknown } = FITS[protocol]
  if (confirmed.includes(service)) return 'confirmed'
  if (consistent?.includes(service)) return 'consistent'
  return unknown?.includes(service) ? 'unknown' : 'contradicted'
}
