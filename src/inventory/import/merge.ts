import { familyOf, parseAddress } from '../address.ts'
import { formatRange } from '../address-range.ts'
import type { Inventory, InventoryEntry } from '../inventory.ts'
import { compileLookup } from '../lookup.ts'
import type { Role } from '../roles.ts'
import { nameKey } from './deployment.ts'
import type { Proposal } from './proposals.ts'

/** What becomes of something that a file says. */
export const CHANGES = ['added', 'address added', 'known', 'differs', 'no address'] as const
export type Change = (typeof CHANGES)[number]

export interface MergedEndpoint {
  readonly change: Change
  readonly name: string
  readonly addresses: readonly string[]
  readonly roles: readonly Role[]
  /** What the inventory says instead, or where it says the same; empty where there is nothing to add. */
  readonly remark: string
}

/** An entry to write. */
export interface NewEntry {
  readonly name: string
  /** Empty: not known yet. */
  readonly addresses: readonly string[]
  readonly roles: readonly Role[]
}

export interface Merged {
  readonly endpoints: readonly MergedEndpoint[]
  readonly entries: readonly NewEntry[]
  /** Addresses for entries of the inventory that have none, by the index of the entry. */
  readonly filled: ReadonlyMap<number, readonly string[]>
}

/** What is known of an address. */
interface Known {
  readonly names: readonly string[]
  readonly roles: readonly Role[]
  /** Whether an entry has this very address, and not a network or range around it. */
  readonly isExact: boolean
  readonly place: string
}

/**
 * Puts endpoints beside what the inventory says. Nothing that it says is changed: what contradicts it is told and left
 * out, and an address is written only where none was known.
 */
export function mergeEndpoints(inventory: Inventory, endpoints: readonly Proposal[]): Merged {
  const added: NewEntry[] = []
  const filled = new Map<number, readonly string[]>()
  const knownOf = knownAddresses(inventory)
  const results = endpoints.flatMap((endpoint) => {
    const open = inventory.entries.find((entry) => isOpen(entry, endpoint))
    const sorted = sortAddresses(endpoint, open, knownOf)
    const written = writeAddresses(endpoint, sorted.unknown, inventory, added, filled, knownOf)
    return [...sorted.results, ...written]
  })
  return { endpoints: foldKnown(results), entries: added, filled }
}

type KnownOf = {
  readonly get: (address: string) => Known | undefined
  readonly add: (address: string, entry: NewEntry) => void
}

function knownAddresses(inventory: Inventory): KnownOf {
  const lookup = compileLookup(inventory)
  const single = new Set(
    inventory.entries
      .flatMap(({ ranges }) => ranges.filter(({ first, last }) => first === last))
      .map(({ first }) => first),
  )
  const added = new Map<string, Known>()
  return {
    get(address) {
      const placement = lookup(address)
      const found = added.get(address)
      if (found !== undefined || placement === undefined) return found
      const [first] = placement.entries
      const names = placement.entries.map(({ name }) => name)
      return { names, roles: placement.roles, isExact: single.has(address), place: `${first?.file}:${first?.line}` }
    },
    add: (address, { name, roles }) =>
      added.set(address, { names: [name], roles, isExact: true, place: 'this import' }),
  }
}

interface Sorted {
  readonly results: readonly MergedEndpoint[]
  /** Addresses that the inventory does not have, or only as part of something else. */
  readonly unknown: readonly string[]
}

function sortAddresses(endpoint: Proposal, open: InventoryEntry | undefined, knownOf: KnownOf): Sorted {
  const results: MergedEndpoint[] = []
  const unknown: string[] = []
  for (const address of endpoint.addresses) {
    const known = knownOf.get(address)
    const result = known && compare(endpoint, open, address, known)
    if (result === undefined) unknown.push(address)
    else results.push(result)
  }
  return { results, unknown }
}

function isOpen({ name, ranges }: InventoryEntry, endpoint: Proposal): boolean {
  return ranges.length === 0 && nameKey(name) === nameKey(endpoint.name)
}

/** Undefined where the address lies in a network or range, from which an entry of its own takes no role away. */
function compare(
  endpoint: Proposal,
  open: InventoryEntry | undefined,
  address: string,
  known: Known,
): MergedEndpoint | undefined {
  if (open !== undefined && !known.isExact && isSubset(known.roles, open.roles)) return undefined
  const result = { name: endpoint.name, addresses: [address], roles: endpoint.roles }
  const inventory = `${known.place} says ${known.names.join(', ')} (${known.roles.join(', ')})`
  if (isSubset(endpoint.roles, known.roles)) {
    const isNamed =
      endpoint.isAlias || !known.isExact || known.names.some((name) => nameKey(name) === nameKey(endpoint.name))
    return isNamed
      ? { ...result, change: 'known', remark: known.isExact ? '' : inventory }
      : { ...result, change: 'differs', remark: `${inventory}, and was kept` }
  }
  const isOfOthers = !endpoint.roles.some((role) => known.roles.includes(role))
  if (!known.isExact && (isOfOthers || isSubset(known.roles, endpoint.roles))) return undefined
  return { ...result, change: 'differs', remark: `${inventory}, and was kept` }
}

function isSubset(part: readonly Role[], whole: readonly Role[]): boolean {
  return part.every((role) => whole.includes(role))
}

function writeAddresses(
  endpoint: Proposal,
  addresses: readonly string[],
  { entries }: Inventory,
  added: NewEntry[],
  filled: Map<number, readonly string[]>,
  knownOf: KnownOf,
): readonly MergedEndpoint[] {
  const { name, roles } = endpoint
  const named = entries.filter((entry) => nameKey(entry.name) === nameKey(name))
  const open = named.find((entry) => isOpen(entry, endpoint))
  const placed = named.filter(({ ranges }) => ranges.length > 0)
  const result = { name, addresses, roles }
  if (addresses.length === 0) {
    if (endpoint.addresses.length > 0) return []
    return withoutAddress(endpoint, open, placed, added)
  }
  const contradiction = placed.find((entry) => addresses.some((address) => hasFamily(entry, address)))
  if (contradiction !== undefined) {
    return [
      {
        ...result,
        change: 'differs',
        remark: `${placeOf(contradiction)} says ${rangesOf(contradiction)}, and was kept`,
      },
    ]
  }
  for (const address of addresses) knownOf.add(address, { name, addresses, roles: open?.roles ?? roles })
  if (open === undefined) {
    added.push(result)
    return [{ ...result, change: 'added', remark: '' }]
  }
  filled.set(entries.indexOf(open), [...(filled.get(entries.indexOf(open)) ?? []), ...addresses])
  return [{ ...result, roles: open.roles, change: 'address added', remark: roleRemark(roles, open) }]
}

/** Another address of the same family than a machine has: a new one, or an old one. Which is right, a person has to say. */
function hasFamily({ ranges }: InventoryEntry, address: string): boolean {
  const point = parseAddress(address)
  return point !== undefined && ranges.some(({ family }) => family === familyOf(point))
}

function withoutAddress(
  { name, roles }: Proposal,
  open: InventoryEntry | undefined,
  [placed]: readonly InventoryEntry[],
  added: NewEntry[],
): readonly MergedEndpoint[] {
  const result = { name, addresses: [], roles }
  if (open !== undefined) return [{ ...result, change: 'no address', remark: roleRemark(roles, open) }]
  if (placed === undefined) {
    if (!added.some((entry) => nameKey(entry.name) === nameKey(name))) added.push(result)
    return [{ ...result, change: 'no address', remark: '' }]
  }
  const remark = roleRemark(roles, placed)
  return [{ ...result, addresses: placed.ranges.map(formatRange), change: remark === '' ? 'known' : 'differs', remark }]
}

function roleRemark(roles: readonly Role[], entry: InventoryEntry): string {
  return isSubset(roles, entry.roles) ? '' : `${placeOf(entry)} says ${entry.roles.join(', ')}, and was kept`
}

function placeOf({ file, line }: InventoryEntry): string {
  return `${file}:${line}`
}

function rangesOf({ ranges }: InventoryEntry): string {
  return ranges.map(formatRange).join(', ')
}

/** What is known of several addresses of one endpoint is one line. */
function foldKnown(results: readonly MergedEndpoint[]): readonly MergedEndpoint[] {
  const folded: MergedEndpoint[] = []
  for (const result of results) {
    const at = folded.findIndex((each) => isSameLine(each, result))
    const before = folded[at]
    if (before === undefined) folded.push(result)
    else folded[at] = { ...before, addresses: [...new Set([...before.addresses, ...result.addresses])] }
  }
  return folded
}

function isSameLine(left: MergedEndpoint, right: MergedEndpoint): boolean {
  return (
    left.change === right.change && left.name === right.name && left.remark === right.remark && left.change === 'known'
  )
}
