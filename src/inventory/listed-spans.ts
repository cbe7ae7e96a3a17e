import { familyOf, pointIn } from './address.ts'
import type { Inventory } from './inventory.ts'

/** An IPv4 address in IPv6, `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
const MAPPED = 0xffffn << 32n

interface Span {
  readonly first: bigint
  last: bigint
}

/**
 * The addresses that the inventory lists: eight words for each run of them, those of its first and of its last address, in
 * ascending order and apart from each other. IPv4 addresses are the IPv6 addresses that mean them.
 */
export function listedSpans({ entries }: Inventory): Uint32Array {
  const spans = entries
    .flatMap(({ ranges }) => ranges)
    .map(({ family, first, last }) => ({ first: valueIn(family, first), last: valueIn(family, last) }))
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
  return Uint32Array.from(merged(spans).flatMap(({ first, last }) => [...wordsOf(first), ...wordsOf(last)]))
}

function merged(ascending: readonly Span[]): readonly Span[] {
  const runs: Span[] = []
  for (const { first, last } of ascending) {
    const before = runs.at(-1)
    if (before === undefined || first > before.last) runs.push({ first, last })
    else if (last > before.last) before.last = last
  }
  return runs
}

function valueIn(family: 4 | 6, address: string): bigint {
  const point = pointIn(family, address)
  return familyOf(point) === 4 ? MAPPED | point : BigInt.asUintN(128, point)
}

function wordsOf(value: bigint): readonly number[] {
  return [96n, 64n, 32n, 0n].map((shift) => Number((value >> shift) & 0xffffffffn))
}
