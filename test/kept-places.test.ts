import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeptPlaces } from '../src/kept-places.ts'

interface Entry {
  readonly place: number
  readonly start: number
  readonly crowd: number | undefined
}

function partsOf(entries: readonly Entry[], most: number, atOnce: number): readonly (readonly number[])[] {
  const kept = new KeptPlaces(most)
  for (const { place, start, crowd } of entries) kept.add(place, start, crowd)
  return [...kept.inOrder(atOnce)].map(({ places, starts }) => {
    expect(places.every((place, at) => entries[place]?.start === starts[at])).toBe(true)
    return [...places]
  })
}

function entriesOf(count: number, startOf: (place: number) => number, crowdOf: (place: number) => number | undefined) {
  return Array.from({ length: count }, (_, place): Entry => ({ place, start: startOf(place), crowd: crowdOf(place) }))
}

describe('the places of kept flows', () => {
  it('come in the order of their starts, and of their places where those are equal', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean())), (many) => {
        const entries = many.map(([start, crowded], place) => ({ place, start, crowd: crowded ? 1 : undefined }))
        const wanted = entries.toSorted((a, b) => a.start - b.start || a.place - b.place).map(({ place }) => place)
        const parts = partsOf(entries, many.length, 4)
        expect(parts.flat()).toEqual(wanted)
        for (const [at, part] of parts.entries()) {
          const next = parts[at + 1]?.[0]
          if (next !== undefined) expect(entries[part.at(-1) as number]?.start).not.toBe(entries[next]?.start)
          if (next !== undefined) expect(part.length).toBeGreaterThanOrEqual(4)
        }
      }),
    )
  })

  it('of crowded conversations are those of the earliest flows', () => {
    const entries = entriesOf(
      300_000,
      (place) => (place * 7919) % 300_007,
      (place) => place % 3,
    )
    const kept = new Set(partsOf(entries, 10, 1000).flat())
    expect(kept.size).toBeLessThan(100_000)
    for (const crowd of [0, 1, 2]) {
      const earliest = entries.filter((entry) => entry.crowd === crowd).sort((a, b) => a.start - b.start)
      for (const { place } of earliest.slice(0, 10)) expect(kept.has(place)).toBe(true)
    }
  })

  it('of other conversations are all there, however many are crowded', () => {
    const entries = entriesOf(
      200_000,
      (place) => -place,
      (place) => (place % 2 === 0 ? 5 : undefined),
    )
    const kept = new Set(partsOf(entries, 1, 50_000).flat())
    expect(entries.every(({ place, crowd }) => crowd === 5 || kept.has(place))).toBe(true)
  })

  it('of a crowded conversation whose flows all begin at once are all there', () => {
    const entries = entriesOf(
      200_000,
      () => 0,
      () => 5,
    )
    expect(partsOf(entries, 10, 1000).map(({ length }) => length)).toEqual([200_000])
  })
})
