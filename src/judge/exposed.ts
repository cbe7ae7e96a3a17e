import type { Service } from '../evidence/service.ts'
import type { MovedPort } from '../inventory/inventory.ts'
import { INTERNET_FACING, type Role } from '../inventory/roles.ts'
import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import type { Conversation } from './conversation.ts'
import { coversPort, names, type Party } from './party.ts'

/** Of the Centralized Logging agent, which binds to all addresses of its server. */
const LOGGING_PORTS: readonly number[] = [50_001, 50_002, 50_003]

/**
 * Ports that no Internet-facing role should answer on: management, databases, replication, authentication of media
 * users, conferencing between servers, the XMPP gateway, and logging.
 */
const EXPOSED_PORTS: ReadonlySet<number> = new Set([
  ...[22, 135, 139, 445, 1433, 3389, 4443, 5062, 5985, 5986, 8057, 23_456],
  ...LOGGING_PORTS,
])

/** Media may use any port of the media range, the logging agent's among them. */
const MEDIA: readonly Service[] = ['rtp', 'stun', 'ms-turn']

/**
 * Whether an Internet-facing role accepted a connection on a port that is none of the Internet's business, and that the
 * topology does not publish for it either.
 */
export function isExposed(
  { transport, respPort, accepted, service }: Conversation,
  resp: Party,
  moved?: readonly MovedPort[],
): boolean {
  return (
    transport === 'tcp' &&
    accepted > 0 &&
    resp.facesInternet &&
    EXPOSED_PORTS.has(respPort) &&
    !MEDIA.includes(service) &&
    !isPublished(respPort, resp, moved)
  )
}

/**
 * A service that was moved to the port is published there. A media range is not: it covers the logging agent's ports.
 */
function isPublished(port: number, { roles }: Party, moved: readonly MovedPort[] = []): boolean {
  return moved.some(
    ({ role, transport, documented, actual }) =>
      transport === 'tcp' &&
      INTERNET_FACING.has(role) &&
      roles.includes(role) &&
      documented.first === documented.last &&
      actual.some(({ first, last }) => first <= port && port <= last),
  )
}

/** What an exposed port of the logging agent may be instead, where nothing was said on it: rules of either. */
export interface LoggingOrMedia {
  readonly logging: readonly RuleInForce[]
  readonly media: readonly RuleInForce[]
}

/** Undefined where no rules leave a doubt. The rules name the agent at the address that is not for the Internet. */
export function loggingOrMedia(
  { rules }: RuleSet,
  port: number,
  respRoles: readonly Role[],
): LoggingOrMedia | undefined {
  if (!LOGGING_PORTS.includes(port)) return undefined
  const asked = rules.filter(({ rule, withdrawn }) => !withdrawn && rule.transport === 'tcp' && coversPort(rule, port))
  const media = asked.filter(({ rule }) => rule.mediaRange !== undefined && names(rule.responders, respRoles))
  const logging = asked.filter(({ rule }) => rule.mediaRange === undefined && names(rule.responders, ['edge-internal']))
  return media.length > 0 && logging.length > 0 ? { logging, media } : undefined
}
