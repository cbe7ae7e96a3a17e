/**
 * What the files of one import say of a deployment, each as far as it goes: a topology names pools, machines and
 * services, a hosts file only addresses. Names are as they were written; they are compared by `nameKey`.
 */
export interface Deployment {
  readonly pools: readonly Pool[]
  readonly services: readonly Service[]
  /** Machines of which the file does not say which pool they are in. */
  readonly machines: readonly Machine[]
  readonly hosts: readonly HostLine[]
  /** What was passed over and should be said. */
  readonly remarks: readonly string[]
}

export const NO_DEPLOYMENT: Deployment = { pools: [], services: [], machines: [], hosts: [], remarks: [] }

/** Servers under one name; a single server is a pool of one. */
export interface Pool {
  readonly name: string
  readonly machines: readonly Machine[]
}

export interface Machine {
  readonly name: string
  readonly interfaces: readonly NetInterface[]
}

export const SIDES = ['primary', 'internal', 'external', 'pstn'] as const
export type Side = (typeof SIDES)[number]

export interface NetInterface {
  readonly side: Side
  /** Counts the interfaces of a side. */
  readonly number: number
  /** Canonical text; empty where the file says "all addresses of this host", which is 0.0.0.0. */
  readonly addresses: readonly string[]
  /** What stands for it outside of an address translator. */
  readonly publicAddresses: readonly string[]
  /** The name that the service behind it is published under. */
  readonly publishedName?: string
}

/** A service as the topology document names it, whatever file it comes from. */
export interface Service {
  /** The topology's word: `Registrar`, `EdgeServer`. */
  readonly roleName: string
  readonly pool: string
  readonly isDirector: boolean
  /** Only Central Management says it: of two paired pools one is active. */
  readonly isActive: boolean
  /** A database, which is installed on an instance of SQL Server. */
  readonly isDatabase: boolean
  readonly ports: readonly ServicePort[]
}

export type Protocol = 'mtls' | 'tls' | 'tcp' | 'udp' | 'tcporudp' | 'http' | 'https'

export interface ServicePort {
  /** Without its `urn:component:` or `urn:application:`. */
  readonly owner: string
  readonly usage: string
  readonly side: Side
  /** Which interface of the side; undefined where the file does not say. */
  readonly number: number | undefined
  readonly protocol: Protocol
  readonly first: number
  readonly count: number
  /** What a load balancer or reverse proxy publishes it as. */
  readonly publishedPort?: number
  readonly publishedName?: string
}

/** An address and the names it has. */
export interface HostLine {
  readonly address: string
  readonly names: readonly string[]
}

/** Names of hosts do not differ in case, nor by the dot at their end. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

/** Puts together what several files say, machines and their interfaces by name. */
export function joinDeployments(parts: readonly Deployment[]): Deployment {
  const pools = new Map<string, Pool>()
  for (const pool of parts.flatMap((part) => part.pools)) {
    const before = pools.get(nameKey(pool.name))
    pools.set(nameKey(pool.name), {
      name: before?.name ?? pool.name,
      machines: joinMachines([...(before?.machines ?? []), ...pool.machines]),
    })
  }
  return withPools({
    pools: [...pools.values()],
    services: parts.flatMap((part) => part.services),
    machines: joinMachines(parts.flatMap((part) => part.machines)),
    hosts: parts.flatMap((part) => part.hosts),
    remarks: parts.flatMap((part) => part.remarks),
  })
}

function joinMachines(machines: readonly Machine[]): readonly Machine[] {
  const joined = new Map<string, Machine>()
  for (const machine of machines) {
    const before = joined.get(nameKey(machine.name))
    const interfaces = joinInterfaces([...(before?.interfaces ?? []), ...machine.interfaces])
    joined.set(nameKey(machine.name), { name: before?.name ?? machine.name, interfaces })
  }
  return [...joined.values()]
}

function joinInterfaces(interfaces: readonly NetInterface[]): readonly NetInterface[] {
  const joined = new Map<string, NetInterface>()
  for (const each of interfaces) {
    const key = `${each.side} ${each.number}`
    const before = joined.get(key)
    const publishedName = before?.publishedName ?? each.publishedName
    joined.set(key, {
      side: each.side,
      number: each.number,
      addresses: [...new Set([...(before?.addresses ?? []), ...each.addresses])],
      publicAddresses: [...new Set([...(before?.publicAddresses ?? []), ...each.publicAddresses])],
      ...(publishedName === undefined ? {} : { publishedName }),
    })
  }
  return [...joined.values()]
}

/** Puts machines without a pool where another file has them, and makes a pool of each service whose pool has no machine. */
function withPools({ pools, services, machines, ...others }: Deployment): Deployment {
  const poolOf = new Map(pools.flatMap((pool) => pool.machines.map((machine) => [nameKey(machine.name), pool.name])))
  const loose = new Map(machines.map((machine) => [nameKey(machine.name), machine]))
  const known = pools.map(({ name, machines: own }) => ({
    name,
    machines: joinMachines([
      ...own,
      ...own.map((each) => loose.get(nameKey(each.name))).filter((each) => each !== undefined),
    ]),
  }))
  const named = new Set(pools.map(({ name }) => nameKey(name)))
  const missing = services.map(({ pool }) => pool).filter((name) => !named.has(nameKey(name)))
  const made = [...new Map(missing.map((name) => [nameKey(name), name])).values()].map((name) => {
    const machine = loose.get(nameKey(name))
    return { name, machines: machine === undefined ? [] : [machine] }
  })
  const madeNames = new Set(made.map(({ name }) => nameKey(name)))
  const rest = machines.filter(({ name }) => !poolOf.has(nameKey(name)) && !madeNames.has(nameKey(name)))
  return { ...others, pools: [...known, ...made], services, machines: rest }
}
