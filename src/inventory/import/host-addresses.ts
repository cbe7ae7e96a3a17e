import type { InventoryEntry } from '../inventory.ts'
import { type HostLine, nameKey } from './deployment.ts'
import { hostNameOf, type Proposal } from './proposals.ts'

export interface Addressed {
  readonly endpoints: readonly Proposal[]
  /** Names of the hosts files that are nobody's. */
  readonly strangers: readonly string[]
}

/**
 * Gives endpoints the addresses that hosts files have for their names; endpoints of the inventory take part where a file
 * names them. A name without a domain means the one endpoint whose name begins with it.
 */
export function addHostAddresses(
  proposals: readonly Proposal[],
  entries: readonly InventoryEntry[],
  hosts: readonly HostLine[],
): Addressed {
  const listed = entriesAsProposals(entries, proposals)
  const keyOf = nameFinder([...proposals, ...listed])
  const addresses = new Map<string, Set<string>>()
  const strangers = new Set<string>()
  for (const { address, names } of hosts) {
    const keys = names.map(keyOf).filter((key) => key !== undefined)
    for (const key of keys) addresses.set(key, (addresses.get(key) ?? new Set()).add(address))
    if (keys.length === 0) for (const name of names) strangers.add(name)
  }
  const found = (endpoint: Proposal): Proposal => withAddresses(endpoint, addresses)
  return {
    endpoints: [
      ...proposals.map(found).filter((each) => !each.isAlias || each.addresses.length > 0),
      ...listed.map(found).filter((each) => each.addresses.length > 0),
    ],
    strangers: [...strangers],
  }
}

function entriesAsProposals(entries: readonly InventoryEntry[], proposals: readonly Proposal[]): readonly Proposal[] {
  const named = new Set(proposals.map(({ name }) => nameKey(name)))
  return entries
    .filter(({ name }) => !named.has(nameKey(name)))
    .map(({ name, roles }) => ({ name, roles, addresses: [], hostName: hostNameOf(name), isAlias: false }))
}

/** Finds the full name of an endpoint by that name, or by its first label where no other has the same. */
function nameFinder(endpoints: readonly Proposal[]): (name: string) => string | undefined {
  const full = new Set<string>()
  for (const { hostName } of endpoints) if (hostName !== undefined) full.add(nameKey(hostName))
  const byLabel = new Map<string, string | undefined>()
  for (const name of full) {
    const [label = name] = name.split('.')
    byLabel.set(label, byLabel.has(label) ? undefined : name)
  }
  return (name) => (full.has(nameKey(name)) ? nameKey(name) : byLabel.get(nameKey(name)))
}

function withAddresses(endpoint: Proposal, addresses: ReadonlyMap<string, ReadonlySet<string>>): Proposal {
  const found = endpoint.hostName === undefined ? undefined : addresses.get(nameKey(endpoint.hostName))
  return { ...endpoint, addresses: [...new Set([...endpoint.addresses, ...(found ?? [])])] }
}
