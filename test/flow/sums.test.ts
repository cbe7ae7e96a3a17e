import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Sums } from '../../src/flow/sums.ts'

const WORDS = 3
const WIDTH = 2

function ask(sums: Sums, key: readonly number[]): void {
  for (const [index, word] of key.entries()) sums.asked[index] = word
}

function entries(sums: Sums): readonly (readonly [string, readonly number[]])[] {
  return Array.from({ length: sums.count }, (_, entry) => [
    sums.keys.slice(entry * WORDS, (entry + 1) * WORDS).join(),
    [...sums.values.slice(entry * WIDTH, (entry + 1) * WIDTH)],
  ])
}

/** Keys that differ in single bits, so that some meet in the table. */
const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(-1, -2147483648, 2147483647, 0x10000, 0x3d90000))
const addition = fc.tuple(fc.tuple(word, word, word), fc.integer({ min: -1000, max: 1000 }))

describe('sums under keys of numbers', () => {
  test('are those of a map, in the order in which the keys came', () => {
    fc.assert(
      fc.property(fc.array(addition, { maxLength: 300 }), (additions) => {
        const sums = new Sums(WORDS, WIDTH)
        const model = new Map<string, number[]>()
        for (const [key, value] of additions) {
          ask(sums, key)
          const known = model.get(key.join()) ?? [0, 0]
          model.set(key.join(), [(known[0] ?? 0) + value, (known[1] ?? 0) + 1])
          expect(sums.find() >= 0).toBe(known[1] !== 0)
          const entry = sums.findOrAdd()
          sums.values[entry * WIDTH] = (sums.values[entry * WIDTH] ?? 0) + value
          sums.values[entry * WIDTH + 1] = (sums.values[entry * WIDTH + 1] ?? 0) + 1
          expect(sums.find()).toBe(entry)
        }
        expect(entries(sums)).toEqual([...model])
      }),
      { numRuns: 100 },
    )
  })

  test('stay when the table grows, several times over', () => {
    const sums = new Sums(WORDS, WIDTH)
    const count = 10_000
    for (let round = 0; round < 2; round += 1) {
      for (let index = 0; index < count; index += 1) {
        ask(sums, [index >> 4, -index, index << 16])
        const entry = sums.findOrAdd()
        expect(entry).toBe(index)
        sums.values[entry * WIDTH] = (sums.values[entry * WIDTH] ?? 0) + index
      }
    }
    expect(sums.count).toBe(count)
    const wrong = entries(sums).filter(([, [sum, other]], index) => sum !== index * 2 || other !== 0)
    expect(wrong).toEqual([])
    ask(sums, [0, 1, 1])
    expect(sums.find()).toBe(-1)
    expect(sums.count).toBe(count)
  })
})
