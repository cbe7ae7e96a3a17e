import { formatAddress, type Point, parseAddress, pointIn } from '../inventory/address.ts'
import { formatRange, rangeOf } from '../inventory/address-range.ts'
import type { Inventory } from '../inventory/inventory.ts'

/** Addresses of clients in one network. */
export interface ClientNetwork {
  /** As an inventory writes it. */
  readonly network: string
  readonly clients: readonly string[]
}

/** So many clients of one network make it worth an entry; so many such networks make it worth to widen it. */
const FEWEST = 3

/** Prefix lengths from the narrow to the wide one: a subnet, and a site. */
const PREFIXES = { 4: [24, 16], 6: [64, 48] } as const
const BITS = { 4: 32, 6: 128 } as const

/**
 * The networks that clients share. A network in which a server stands is none of clients, and neither is one that
 * crosses a range of the inventory.
 */
export function clientNetworks(
  clients: readonly string[],
  servers: readonly string[],
  inventory: Inventory,
): readonly ClientNetwork[] {
  const taken = takenSpans(servers, inventory)
  const networks: ClientNetwork[] = []
  for (const family of [4, 6] as const) {
    const [narrow, wide] = PREFIXES[family]
    const ours = clients.filter((address) => address.includes(':') === (family === 6))
    const subnets = grouped(ours, family, narrow, taken).filter(({ clients: own }) => own.length >= FEWEST)
    const sites = grouped(
      subnets.map(({ first }) => first),
      family,
      wide,
      taken,
    ).filter(({ clients: own }) => own.length >= FEWEST)
    const inSite = new Set(sites.flatMap((site) => site.clients))
    for (const site of sites) {
      const own = subnets.filter(({ first }) => site.clients.includes(first)).flatMap((subnet) => subnet.clients)
      networks.push({ network: site.network, clients: own })
    }
    networks.push(...subnets.filter(({ first }) => !inSite.has(first)))
  }
  return networks
}

interface Span {
  readonly first: Point
  readonly last: Point
}

interface Group extends ClientNetwork {
  /** The first address of the network. */
  readonly first: string
}

/** Addresses by their network, without those networks that are taken. */
function grouped(
  addresses: readonly string[],
  family: 4 | 6,
  prefix: number,
  taken: readonly Span[],
): readonly Group[] {
  const mask = (1n << BigInt(BITS[family] - prefix)) - 1n
  const groups = new Map<Point, string[]>()
  for (const address of addresses) {
    const point = pointIn(family, address)
    const first = point - (point & mask)
    const group = groups.get(first) ?? []
    group.push(address)
    groups.set(first, group)
  }
  return [...groups]
    .filter(([first]) => !taken.some((span) => span.first <= first + mask && span.last >= first))
    .map(([first, clients]) => {
      const network = formatRange({ ...rangeOf(first, first + mask), prefix })
      return { first: formatAddress(first), network, clients }
    })
}

/** What is no room for clients: machines that serve others, and whatever the inventory lists. */
function takenSpans(servers: readonly string[], { entries }: Inventory): readonly Span[] {
  const single = servers.map((address) => parseAddress(address)).filter((point) => point !== undefined)
  const ranges = entries.flatMap((entry) => entry.ranges)
  return [
    ...single.map((point) => ({ first: point, last: point })),
    ...ranges.map(({ family, first, last }) => ({ first: pointIn(family, first), last: pointIn(family, last) })),
  ]
}
