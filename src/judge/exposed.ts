import type { Service } from '../evidence/service.ts'
import type { MovedPort } from '../inventory/inventory.ts'
import { INTERNET_FACING } from '../inventory/roles.ts'
import type { Conversation } from './conversation.ts'
import type { Party } from './party.ts'

/**
 * Ports that no Internet-facing role should answer on: management, databases, replication, authentication of media users,
 * conferencing between servers, the XMPP gateway, and the Centralized Logging agent, which binds to all addresses.
 */
const EXPOSED_PORTS: ReadonlySet<number> = new Set([
  22, 135, 139, 445, 1433, 3389, 4443, 5062, 5985, 5986, 8057, 23_456, 50_001, 50_002, 50_003,
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

/** A service that was moved to the port is published there. A media range is not: it covers the logging agent's ports. */
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
