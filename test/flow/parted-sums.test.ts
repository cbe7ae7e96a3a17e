import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PartedSums } from '../../src/flow/parted-sums.ts'

const WORDS = 2
const WIDTH = 2

type Addition = readonly [key: readonly [number, number], value: number]

function ask(sums: PartedSums, key: readonly number[]): void {
  for (const [index, word] of key.entries()) sums.asked[index] = word
}

/** Offers the additions for each part. Returns how often. */
function addUp(sums: PartedSums, additions: readonly Addition[]): number {
  let times = 0
  do {
    times += 1
    for (const [key, value] of additions) {
      ask(sums, key)
      const turn = sums.turnOfAsked()
      const at = sums.place()
      expect(at >= 0).toBe(sums.isTurn(turn))
      if (at < 0) continue
      sums.values[at] = (sums.values[at] ?? 0) + value
      sums.values[at + 1] = (sums.values[at + 1] ?? 0) + 1
    }
  } while (sums.nextPart())
  return times
}

interface Entry {
  readonly key: readonly number[]
  readonly sums: readonly number[]
}

function entryAt(sums: PartedSums, number: number, words = WORDS, width = WIDTH): Entry {
  sums.turnTo(number)
  const { row, at, keys, keyAt } = sums
  return { key: [...keys.subarray(keyAt, keyAt + words)], sums: [...row.subarray(at, at + width)] }
}

function entries(sums: PartedSums): Map<string, readonly number[]> {
  const all = Array.from({ length: sums.count }, (_, number) => entryAt(sums, number))
  return new Map(all.map((each) => [each.key.join(), each.sums]))
}

const word = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(-1, -2147483648, 2147483647, 0x10000))
const additions = fc.array(fc.tuple(fc.tuple(word, word), fc.integer({ min: -1000, max: 1000 })), { maxLength: 400 })

describe('sums of which only some are in memory', () => {
  test('are those of a map, and are found by their keys', () => {
    fc.assert(
      fc.property(additions, fc.integer({ min: 1, max: 500 }), (several, limit) => {
        const sums = new PartedSums(WORDS, WIDTH, limit)
        const times = addUp(sums, several)
        const model = new Map<string, readonly number[]>()
        for (const [key, value] of several) {
          const [sum = 0, count = 0] = model.get(key.join()) ?? []
          model.set(key.join(), [sum + value, count + 1])
        }
        expect(entries(sums)).toEqual(model)
        expect(sums.count).toBe(model.size)
        expect(times > 1).toBe(model.size > limit)
        for (const [key] of several) {
          ask(sums, key)
          expect(entryAt(sums, sums.find()).key).toEqual(key)
        }
        ask(sums, [31, 31])
        expect(sums.find()).toBe(-1)
        sums.close()
      }),
      { numRuns: 60 },
    )
  })

  test('of keys that are all new come in their order, without a second turn', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (words, limit) => {
        const sums = new PartedSums(1, 1, limit)
        for (const [number, each] of words.entries()) {
          sums.asked[0] = each
          // Making the place may replace the values.
          const at = sums.placeOfNew()
          sums.values[at] = number
        }
        expect(words.map((_, number) => entryAt(sums, number, 1, 1))).toEqual(
          words.map((each, number) => ({ key: [each], sums: [number] })),
        )
        sums.close()
      }),
    )
  })

  test('nothing is added to them when all parts are complete', () => {
    const sums = new PartedSums(1, 1, 10)
    expect(sums.place()).toBe(0)
    expect(sums.nextPart()).toBe(false)
    expect(sums.place()).toBe(-1)
    expect(sums.nextPart()).toBe(false)
    expect(sums.find()).toBe(0)
  })
})
