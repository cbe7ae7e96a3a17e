import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endUnitOf, hasSoundLength, markUnits, UNIT_WORDS, unitsOf } from '../../src/flow/fragment-units.ts'
import { FRAGMENT_MORE } from '../../src/wire/fragment.ts'
import { createPacket, type Packet } from '../../src/wire/packet.ts'

const MOST_UNITS = 8192

/** A fragment of so many bytes that begins at the unit `at`. */
function fragment(at: number, length: number, more = 0): Packet {
  return Object.assign(createPacket(), { fragment: at | more, fragmentLength: length })
}

describe('the length of a fragment', () => {
  it.each([
    [0, 8, FRAGMENT_MORE, true],
    [0, 7, FRAGMENT_MORE, false],
    [0, 12, FRAGMENT_MORE, false],
    [3, 12, 0, true],
    [3, 1, 0, true],
    [3, 0, 0, false],
    [3, -8, 0, false],
    [8191, 7, 0, true],
    [8191, 8, 0, false],
    [8190, 8, FRAGMENT_MORE, true],
    [8190, 16, FRAGMENT_MORE, false],
  ])('from unit %i, of %i bytes, with flags %i: sound is %s', (at, length, more, isSound) => {
    expect(hasSoundLength(fragment(at, length, more))).toBe(isSound)
  })

  it.each([
    [1, 1],
    [8, 1],
    [9, 2],
    [1480, 185],
  ])('of %i bytes is %i units', (length, units) => {
    expect([unitsOf(fragment(5, length)), endUnitOf(fragment(5, length, FRAGMENT_MORE))]).toEqual([units, 5 + units])
  })
})

describe('units of a datagram', () => {
  it('are marked once each, and those of other datagrams are left alone', () => {
    const at = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: MOST_UNITS - 1 }))
    const length = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: MOST_UNITS * 8 }))
    fc.assert(
      fc.property(fc.array(fc.tuple(at, length), { maxLength: 30 }), (parts) => {
        const units = new Int32Array(3 * UNIT_WORDS)
        const come = new Set<number>()
        for (const [begin, bytes] of parts) {
          const packet = fragment(begin, Math.min(bytes, (MOST_UNITS - begin) * 8 - 1))
          const before = come.size
          for (let unit = begin; unit < endUnitOf(packet); unit += 1) come.add(unit)
          expect(markUnits(units, UNIT_WORDS, packet)).toBe(come.size - before)
        }
        const marked = Array.from({ length: MOST_UNITS }, (_, unit) => unit).filter(
          (unit) => (((units[UNIT_WORDS + (unit >> 5)] ?? 0) >>> (unit & 31)) & 1) === 1,
        )
        expect(marked).toEqual([...come].sort((a, b) => a - b))
        expect(units.subarray(0, UNIT_WORDS).every((word) => word === 0)).toBe(true)
        expect(units.subarray(2 * UNIT_WORDS).every((word) => word === 0)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})
