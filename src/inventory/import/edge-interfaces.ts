import { ROLES, type Role } from '../roles.ts'
import type { Machine, NetInterface, Service, ServicePort } from './deployment.ts'
import { nameKey } from './deployment.ts'

/** The external roles of an Edge by the owner of a port; the XMPP proxy shares the address of the Access Edge. */
const EXTERNAL_ROLES: ReadonlyMap<string, Role> = new Map([
  ['AccessEdge', 'edge-access'],
  ['XmppFederationProxy', 'edge-access'],
  ['DataEdge', 'edge-webconf'],
  ['MediaRelayEdge', 'edge-av'],
])

const ALL_EXTERNAL: readonly Role[] = ['edge-access', 'edge-webconf', 'edge-av']

/** What an interface of an Edge is called after its machine. */
export const INTERNAL_SUFFIX = 'internal'

/** Only an Edge has an internal side. */
export function hasInternalSide({ interfaces }: Machine): boolean {
  return interfaces.some(({ side }) => side === 'internal')
}

export function edgePorts(services: readonly Service[]): readonly ServicePort[] {
  return services.filter(({ roleName }) => roleName === 'EdgeServer').flatMap(({ ports }) => ports)
}

/**
 * The roles of an interface: those of the services whose ports are on it, told by side and number, or where a file does
 * not number them by the name they are published under. One external interface alone has all of them. None where it
 * cannot be told.
 */
export function rolesOfInterface(
  { side, number, publishedName }: NetInterface,
  { interfaces }: Machine,
  ports: readonly ServicePort[],
): readonly Role[] {
  if (side === 'internal') return ['edge-internal']
  if (side !== 'external') return []
  const external = ports.filter((port) => port.side === 'external')
  const roles = rolesOfPorts(
    external.filter(
      (port) => port.number === number || (port.number === undefined && isSame(port.publishedName, publishedName)),
    ),
  )
  const isAlone = interfaces.filter((each) => each.side === 'external').length === 1
  return roles.length === 0 && isAlone ? ALL_EXTERNAL : roles
}

function isSame(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && nameKey(left) === nameKey(right)
}

export function rolesOfPorts(ports: readonly ServicePort[]): readonly Role[] {
  const roles = new Set(ports.map(({ owner }) => EXTERNAL_ROLES.get(owner)))
  return ROLES.filter((role) => roles.has(role))
}

/** `edge01.contoso.com av`: the machine and what the interface is for. */
export function interfaceName(machine: string, side: NetInterface['side'], roles: readonly Role[]): string {
  const [role] = roles
  if (side === 'internal') return `${machine} ${INTERNAL_SUFFIX}`
  return `${machine} ${roles.length === 1 ? role?.replace('edge-', '') : 'external'}`
}
