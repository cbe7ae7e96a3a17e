import { formatRange, rangeOf } from './address-range.ts'
import type { InventoryEntry } from './inventory.ts'
import { type Problems, quoted } from './problems.ts'
import { type Crossing, layOut, type Place, placesOf } from './segments.ts'
import type { Source } from './source.ts'

/** Reports the entries that share addresses without one inside the other, each pair once. */
export function reportOverlaps(entries: readonly InventoryEntry[], source: Source, problems: Problems): void {
  const told = new Map<Place, Set<Place>>()
  for (const crossing of layOut(placesOf(entries)).crossings) {
    const others = told.get(crossing.later) ?? new Set()
    told.set(crossing.later, others)
    if (others.has(crossing.earlier)) continue
    others.add(crossing.earlier)
    problems.add(source.start(crossing.later.entries[0].line), () => crossingSentence(crossing))
  }
}

export function crossingSentence({ earlier, later, shared }: Crossing): string {
  const addresses = formatRange(rangeOf(shared.first, shared.last))
  return `${nameOf(later)} and ${nameOf(earlier)} share ${addresses}, and neither is inside the other; give it to one of them`
}

function nameOf({ entries: [entry] }: Place): string {
  return `${quoted(entry.name)} at ${entry.file}:${entry.line}`
}
