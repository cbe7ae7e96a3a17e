import { parseAddress } from '../address.ts'
import type { Role } from '../roles.ts'
import {
  type Deployment,
  type Machine,
  type NetInterface,
  nameKey,
  type Pool,
  type Service,
  type ServicePort,
} from './deployment.ts'
import {
  edgePorts,
  hasInternalSide,
  INTERNAL_SUFFIX,
  interfaceName,
  rolesOfInterface,
  rolesOfPorts,
} from './edge-interfaces.ts'
import { isEdgePool, rolesOfPool, servicesByPool } from './pool-roles.ts'

/** An endpoint that the files speak of. */
export interface Proposal {
  readonly name: string
  readonly roles: readonly Role[]
  /** Canonical text; empty where no file has the address. */
  readonly addresses: readonly string[]
  /** The name that hosts files have for it; undefined where none can stand for it alone. */
  readonly hostName: string | undefined
  /** The name of a pool or a published service: an endpoint only where a file has an address for it. */
  readonly isAlias: boolean
}

export interface Proposals {
  readonly endpoints: readonly Proposal[]
  /** What the files have without saying what it does: machines, or interfaces of an Edge. */
  readonly withoutRole: readonly string[]
}

/** The endpoints of a deployment: machines first, then the names that may have addresses of their own. */
export function proposalsOf(deployment: Deployment): Proposals {
  const services = servicesByPool(deployment)
  const pools = deployment.pools.map((pool) => proposePool(pool, services.get(nameKey(pool.name)) ?? [], deployment))
  const unnumbered = edgePorts(deployment.services).filter(({ number }) => number === undefined)
  const loose = deployment.machines.map((machine) =>
    hasInternalSide(machine) ? proposeEdge(machine, unnumbered) : withoutRole(machine),
  )
  const all = [...pools, ...loose]
  const machines = all.flatMap(({ endpoints }) => endpoints.filter(({ isAlias }) => !isAlias))
  const named = new Set(machines.map(({ hostName }) => nameKey(hostName ?? '')))
  const aliases = joinAliases(all.flatMap(({ endpoints }) => endpoints.filter(({ isAlias }) => isAlias)))
  return {
    endpoints: [...machines, ...aliases.filter(({ name }) => !named.has(nameKey(name)))],
    withoutRole: all.flatMap((each) => each.withoutRole),
  }
}

function withoutRole({ name }: Machine): Proposals {
  return { endpoints: [], withoutRole: [name] }
}

function proposePool(pool: Pool, services: readonly Service[], deployment: Deployment): Proposals {
  const machines = pool.machines.length === 0 ? [{ name: pool.name, interfaces: [] }] : pool.machines
  const roles = rolesOfPool(deployment, services)
  const isEdge = isEdgePool(services) || machines.some(hasInternalSide)
  const parts = machines.map((machine) => {
    if (isEdge) return proposeEdge(machine, edgePorts(services))
    return roles.length === 0 ? withoutRole(machine) : { endpoints: [proposeServer(machine, roles)], withoutRole: [] }
  })
  const aliases = isEdge ? edgeAliases(pool, services) : roles.length > 0 ? [alias(pool.name, roles)] : []
  return {
    endpoints: [...parts.flatMap(({ endpoints }) => endpoints), ...aliases],
    withoutRole: parts.flatMap((part) => part.withoutRole),
  }
}

/** The roles of a server are those of all its addresses. */
function proposeServer({ name, interfaces }: Machine, roles: readonly Role[]): Proposal {
  const own = addressIn(name)
  const listed = interfaces.flatMap(({ addresses, publicAddresses }) => [...addresses, ...publicAddresses])
  return { name, roles, addresses: [...new Set([...own, ...listed])], hostName: name, isAlias: false }
}

/** A gateway may be named by its address. */
function addressIn(name: string): readonly string[] {
  return parseAddress(name) === undefined ? [] : [name]
}

/** The roles of an Edge are those of its interfaces, each of them an endpoint. */
function proposeEdge(machine: Machine, ports: readonly ServicePort[]): Proposals {
  const interfaces = machine.interfaces.length > 0 ? machine.interfaces : interfacesBehind(ports)
  const whole = { ...machine, interfaces }
  const endpoints: Proposal[] = []
  const unclear: string[] = []
  for (const each of interfaces) {
    const roles = rolesOfInterface(each, whole, ports)
    if (roles.length > 0) endpoints.push(...proposeInterface(machine.name, each, roles))
    else unclear.push([`${machine.name} ${each.side} ${each.number}`, ...each.addresses].join(' '))
  }
  return { endpoints, withoutRole: unclear }
}

function proposeInterface(machine: string, each: NetInterface, roles: readonly Role[]): readonly Proposal[] {
  const name = interfaceName(machine, each.side, roles)
  const hostName = each.side === 'internal' ? machine : undefined
  const local: Proposal = { name, roles, addresses: each.addresses, hostName, isAlias: false }
  if (each.publicAddresses.length === 0) return [local]
  return [local, { ...local, name: `${name} public`, addresses: each.publicAddresses, hostName: undefined }]
}

/** The interfaces of an Edge of which a file has only the services: one inside, and one for each external name. */
function interfacesBehind(ports: readonly ServicePort[]): readonly NetInterface[] {
  const external = new Map<string, NetInterface>()
  for (const { side, number, publishedName } of ports) {
    if (side !== 'external') continue
    const key = `${number ?? publishedName ?? ''}`
    const name = publishedName === undefined ? {} : { publishedName }
    external.set(key, { ...withoutAddress('external', number ?? external.size + 1), ...external.get(key), ...name })
  }
  const internal = withoutAddress('internal', 1)
  return external.size === 0 ? [internal, withoutAddress('external', 1)] : [internal, ...external.values()]
}

function withoutAddress(side: 'internal' | 'external', number: number): NetInterface {
  return { side, number, addresses: [], publicAddresses: [] }
}

function alias(name: string, roles: readonly Role[]): Proposal {
  return { name, roles, addresses: [], hostName: name, isAlias: true }
}

/** The name of the pool is inside; the names that its services are published under are outside. */
function edgeAliases(pool: Pool, services: readonly Service[]): readonly Proposal[] {
  const external = edgePorts(services).filter(({ side }) => side === 'external')
  const published = [
    ...new Set(external.map(({ publishedName }) => publishedName).filter((name) => name !== undefined)),
  ]
  return [
    alias(pool.name, ['edge-internal']),
    ...published.map((name) => alias(name, rolesOfPorts(external.filter((port) => port.publishedName === name)))),
  ]
}

/** Several pools may publish their services under one name. */
function joinAliases(aliases: readonly Proposal[]): readonly Proposal[] {
  const joined = new Map<string, Proposal>()
  for (const each of aliases) {
    const before = joined.get(nameKey(each.name))
    const roles = [...new Set([...(before?.roles ?? []), ...each.roles])]
    if (roles.length > 0) joined.set(nameKey(each.name), { ...(before ?? each), roles })
  }
  return [...joined.values()]
}

/** The names by which a hosts file may speak of an endpoint of that name: its own, or that of the Edge it is inside of. */
export function hostNameOf(endpoint: string): string {
  return nameKey(endpoint.replace(new RegExp(` ${INTERNAL_SUFFIX}$`), ''))
}
