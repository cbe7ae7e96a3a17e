import { hostNameOf } from '../inventory/import/proposals.ts'
import type { Inventory, InventoryEntry } from '../inventory/inventory.ts'
import type { Suggestion } from './suggest.ts'

/** Names that say which machine it is; what clients ask for may be the name of a service. */
const OWN_NAMES: ReadonlySet<string> = new Set(['certificate', 'dns', 'capture'])

/**
 * Finds the entries without an address among the suggestions: by a name that the traffic has for the address, and by a
 * role that the entry has as well. A name that several addresses have is a question, unless the roles answer it.
 */
export function findOpenEntries(list: readonly Suggestion[], { entries }: Inventory): readonly Suggestion[] {
  const open = entries.filter(({ ranges }) => ranges.length === 0)
  const found = new Map<Suggestion, Suggestion>()
  for (const entry of open) {
    const named = list.filter((each) => !found.has(each) && hasName(each, entry))
    const fitting = named.filter((each) => fits(each, entry))
    for (const each of fitting.length > 0 ? fitting : named) {
      found.set(each, asEntry(each, entry, fitting.length > 0 ? fitting.length : named.length))
    }
  }
  return list.map((each) => found.get(each) ?? each)
}

function hasName({ names }: Suggestion, { name }: InventoryEntry): boolean {
  const wanted = hostNameOf(name)
  return names.some((each) => OWN_NAMES.has(each.kind) && each.name.toLowerCase() === wanted)
}

function fits({ roles, alternatives }: Suggestion, entry: InventoryEntry): boolean {
  return [...roles, ...alternatives].some((role) => entry.roles.includes(role))
}

function asEntry(each: Suggestion, entry: InventoryEntry, claimants: number): Suggestion {
  const isFitting = fits(each, entry)
  const hasOtherRole = !isFitting && each.roles.length > 0
  const confidence = claimants > 1 || hasOtherRole ? 'possible' : isFitting ? 'clear' : 'likely'
  return { ...each, entry, confidence }
}
