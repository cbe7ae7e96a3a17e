import { familyOf, parseAddress } from '../address.ts'
import { formatRange } from '../address-range.ts'
import type { Inventory, InventoryEntry } from '../inventory.ts'
import { compileLookup } from '../lookup.ts'
import { cut, LONGEST_PHRASE } from '../problems.ts'
import type { Role } from '../roles.ts'
import { nameKey } from './deployment.ts'
import type { Proposal } from './proposals.ts'

/** What becomes of an endpoint that a file names. */
export type Change = 'added' | 'address added' | 'known' | 'differs' | 'no address'

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
  const named = entriesByName(inventory)
  const writing: Writing = { entries: [], open: new Set(), filled: new Map(), knownOf: knownAddresses(inventory) }
  const results = endpoints.flatMap((endpoint) => {
    const namesakes = named.get(nameKey(endpoint.name)) ?? []
    const sorted = sortAddresses(endpoint, namesakes.find(isOpen), writing.knownOf)
    return [...sorted.results, ...writeAddresses(endpoint, sorted.unknown, namesakes, writing)]
  })
  return { endpoints: foldKnown(results), entries: writing.entries, filled: writing.filled }
}

/** An entry of the inventory and its index in it. */
interface Indexed extends InventoryEntry {
  readonly index: number
}

function entriesByName({ entries }: Inventory): ReadonlyMap<string, readonly Indexed[]> {
  const named = new Map<string, Indexed[]>()
  entries.forEach((entry, index) => {
    const namesakes = named.get(nameKey(entry.name)) ?? []
    namesakes.push({ ...entry, index })
    named.set(nameKey(entry.name), namesakes)
  })
  return named
}

/** What is to be written, while it grows. */
interface Writing {
  readonly entries: NewEntry[]
  /** Names of new entries without an address. */
  readonly open: Set<string>
  readonly filled: Map<number, readonly string[]>
  readonly knownOf: KnownOf
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

function isOpen({ ranges }: InventoryEntry): boolean {
  return ranges.length === 0
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
  const inventory = `${known.place} says ${phrase(known.names)} (${known.roles.join(', ')})`
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

/** `addresses` are those of the endpoint that are to be written, unless a namesake has others. */
function writeAddresses(
  endpoint: Proposal,
  addresses: readonly string[],
  namesakes: readonly Indexed[],
  writing: Writing,
): readonly MergedEndpoint[] {
  const { name, roles } = endpoint
  if (addresses.length === 0) return endpoint.addresses.length > 0 ? [] : [withoutAddress(endpoint, namesakes, writing)]
  const result = { name, addresses, roles }
  const other = namesakes.find((entry) => addresses.some((address) => hasFamily(entry, address)))
  if (other !== undefined) {
    return [{ ...result, change: 'differs', remark: `${placeOf(other)} says ${rangesOf(other)}, and was kept` }]
  }
  const open = namesakes.find(isOpen)
  for (const address of addresses) writing.knownOf.add(address, { ...result, roles: open?.roles ?? roles })
  if (open === undefined) {
    writing.entries.push(result)
    return [{ ...result, change: 'added', remark: '' }]
  }
  writing.filled.set(open.index, [...(writing.filled.get(open.index) ?? []), ...addresses])
  return [{ ...result, roles: open.roles, change: 'address added', remark: roleRemark(roles, open) }]
}

/** Another address of the same family than a machine has: a new one, or an old one. Which is right, a person has to say. */
function hasFamily({ ranges }: InventoryEntry, address: string): boolean {
  const point = parseAddress(address)
  return point !== undefined && ranges.some(({ family }) => family === familyOf(point))
}

function withoutAddress(
  { name, roles }: Proposal,
  namesakes: readonly Indexed[],
  { entries, open: names }: Writing,
): MergedEndpoint {
  const result = { name, addresses: [], roles }
  const open = namesakes.find(isOpen)
  if (open !== undefined) return { ...result, change: 'no address', remark: roleRemark(roles, open) }
  const [placed] = namesakes
  if (placed === undefined) {
    if (!names.has(nameKey(name))) entries.push(result)
    names.add(nameKey(name))
    return { ...result, change: 'no address', remark: '' }
  }
  const remark = roleRemark(roles, placed)
  return {
    ...result,
    addresses: placed.ranges.map(formatRange),
    change: remark === '' ? 'known' : 'differs',
    remark,
  }
}

function roleRemark(roles: readonly Role[], entry: InventoryEntry): string {
  return isSubset(roles, entry.roles) ? '' : `${placeOf(entry)} says ${entry.roles.join(', ')}, and was kept`
}

function placeOf({ file, line }: InventoryEntry): string {
  return `${file}:${line}`
}

function rangesOf({ ranges }: InventoryEntry): string {
  return phrase(ranges.map(formatRange))
}

function phrase(texts: readonly string[]): string {
  return cut(texts.join(', '), LONGEST_PHRASE)
}

/** What is known of several addresses of one endpoint is one line. */
function foldKnown(results: readonly MergedEndpoint[]): readonly MergedEndpoint[] {
  const folded = new Map<string, MergedEndpoint>()
  results.forEach((result, index) => {
    const key = result.change === 'known' ? `${result.name}\n${result.remark}` : `${index}`
    const before = folded.get(key)
    const addresses = [...new Set([...(before?.addresses ?? []), ...result.addresses])]
    folded.set(key, { ...(before ?? result), addresses })
  })
  return [...folded.values()]
}
