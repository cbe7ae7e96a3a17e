import { hostNameOf, type Proposal } from '../inventory/import/proposals.ts'
import { newInventory } from '../inventory/import/write-inventory.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Suggestion } from '../judge/suggest.ts'

// What suggestions come to as entries of an inventory.

/** A suggestion with the entry to write for it. */
export interface SuggestedEntry {
  readonly suggestion: Suggestion
  readonly entry: Proposal
}

/** Names of machines; what else the traffic calls a name is not written into a file. */
const WRITABLE_NAME = /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i

/** The entries of suggestions that have a role. No two get the same name, and none that of an entry with an address. */
export function suggestedEntries(list: readonly Suggestion[], { entries }: Inventory): readonly SuggestedEntry[] {
  const taken = new Set(entries.filter(({ ranges }) => ranges.length > 0).map(({ name }) => hostNameOf(name)))
  const suggested: SuggestedEntry[] = []
  for (const suggestion of list) {
    const { addresses, entry, roles } = suggestion
    if (roles.length === 0 && entry === undefined) continue
    const name = entry?.name ?? freeName(suggestion, taken)
    taken.add(hostNameOf(name))
    const proposal = { name, roles: entry?.roles ?? roles, addresses, hostName: name, isAlias: false }
    suggested.push({ suggestion, entry: proposal })
  }
  return suggested
}

function freeName({ addresses, names, roles, clients }: Suggestion, taken: ReadonlySet<string>): string {
  const [address] = addresses
  const name = names.find((each) => WRITABLE_NAME.test(each.name))?.name
  if (name === undefined || clients > 0) return `${clients > 0 ? 'clients' : (roles[0] ?? '')} ${address}`
  return taken.has(hostNameOf(name)) ? `${name} ${address}` : name
}

/** Sure enough to be written when somebody asks for it: no other role is as near. */
export function isWritten({ suggestion: { confidence, alternatives } }: SuggestedEntry): boolean {
  return confidence === 'clear' || (confidence === 'likely' && alternatives.length === 0)
}

/** The entries as lines of an inventory: what is not sure enough is a comment, and so are addresses for known entries. */
export function snippetOf(suggested: readonly SuggestedEntry[]): string {
  const lines = suggested.map((each) => {
    const line = lineOf(each.entry)
    if (each.suggestion.entry !== undefined) {
      const { file, line: number } = each.suggestion.entry
      return `  # ${file}:${number}: ${line.trim().slice(2)}`
    }
    return isWritten(each) ? line : `  # ${line.trim()}  # ${orText(each.suggestion)}`
  })
  return ['endpoints:', ...lines, ''].join('\n')
}

function lineOf(entry: Proposal): string {
  const text = newInventory({ entries: [entry], filled: new Map(), ports: [] }, undefined) ?? ''
  return text.split('\n')[1] ?? ''
}

function orText({ confidence = 'possible', alternatives }: Suggestion): string {
  return alternatives.length === 0 ? confidence : `${confidence}; or ${alternatives.join(', ')}`
}
