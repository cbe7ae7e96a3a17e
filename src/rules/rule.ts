import type { Role } from '../inventory/roles.ts'
import type { Reference } from './reference.ts'

/** A role, or anybody: `any` includes addresses that no inventory lists. */
export type Party = Role | 'any'

export type Transport = 'tcp' | 'udp'

/** Both ends included. One port is a range of one. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** A media range as servers are configured with it: its first port, and how many ports it has. */
export interface MediaRange {
  readonly start: number
  readonly count: number
}

/**
 * What a rule says is spoken on its port. The name is the documentation's; what the bytes can
 * prove of it is the business of the evidence stage.
 */
export const APPLICATION_PROTOCOLS = [
  'sip',
  'sip-tls',
  'sip-mtls',
  'http',
  'https',
  'https-mtls',
  'wcf-mtls',
  'wcf-tls',
  'psom-tls',
  'psom-mtls',
  'xmpp',
  'xmpp-gateway-mtls',
  'ms-turn',
  'ms-turn-pseudo-tls',
  'srtp',
  'dns',
  'smb',
  'rpc',
  'ldap',
  'ldaps',
  'kerberos',
  'ntp',
  'dhcp',
  'netbios',
  'rdp',
  'winrm',
  'snmp',
  'tds',
  'sql-browser',
  'db-mirroring',
  'windows-fabric',
  'tls',
] as const
export type ApplicationProtocol = (typeof APPLICATION_PROTOCOLS)[number]

/**
 * One documented permission: originators of these roles may open `transport` connections
 * to responders of these roles on `ports`, to speak `protocol`.
 *
 * A rule is data. Two pages that give the same permission are two references of one rule.
 */
export interface Rule {
  /** Unique in its pack, kebab-case, stable: databases and scripts keep it. */
  readonly id: string
  readonly originators: readonly Party[]
  readonly responders: readonly Party[]
  /** Where the page says "any (can be defined as ...)": the narrower list. Others are allowed, with a remark. */
  readonly usualOriginators?: readonly Role[]
  readonly usualResponders?: readonly Role[]
  /** Holds only where the responder's address has one of these roles as well: services that share an address. */
  readonly sharedWith?: readonly Role[]
  readonly transport: Transport
  /** Responder ports. */
  readonly ports: readonly PortRange[]
  /** Where the ports are a media range: the range as it is configured. `ports` also has the ends that a page rounds to. */
  readonly mediaRange?: MediaRange
  /** Originator ports, where a page names them. Nothing is judged by them; they are shown. */
  readonly originatorPorts?: readonly PortRange[]
  readonly protocol: ApplicationProtocol
  /** One line, in our own words. */
  readonly purpose: string
  readonly references: readonly Reference[]
}
