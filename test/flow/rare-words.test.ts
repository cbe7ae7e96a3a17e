import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RareWords, rareRow } from '../../src/flow/rare-words.ts'
import { BYTES_F64, FRAGMENTS, RARE_WORDS, WORDS_BEFORE_RARE } from '../../src/flow/row.ts'

/** All words of a row. */
function wordsOf({ words }: RareWords, number: number): readonly number[] {
  const first = rareRow(number) + WORDS_BEFORE_RARE
  return [...words.subarray(first, first + RARE_WORDS)]
}

/** Writes a mark into the first and the last word of a row. */
function mark(rare: RareWords, number: number, value: number): void {
  rare.doubles[(rareRow(number) + BYTES_F64) >> 1] = value
  rare.words[rareRow(number) + FRAGMENTS] = value
}

function markOf(rare: RareWords, number: number): readonly unknown[] {
  return [rare.doubles[(rareRow(number) + BYTES_F64) >> 1], rare.words[rareRow(number) + FRAGMENTS]]
}

const ZEROS = new Array<number>(RARE_WORDS).fill(0)

describe('rare words', () => {
  it('begin as zeros and stay apart, whichever came back before', () => {
    // A number to take a row with that mark, or which of the taken rows comes back.
    const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.nat(30).map(String)), { maxLength: 100 })
    fc.assert(
      fc.property(steps, (many) => {
        const rare = new RareWords()
        const model = new Map<number, number>()
        for (const step of many) {
          if (typeof step === 'number') {
            const number = rare.take()
            expect([model.has(number), wordsOf(rare, number)]).toEqual([false, ZEROS])
            mark(rare, number, step)
            model.set(number, step)
          } else if (model.size > 0) {
            const number = [...model.keys()][Number(step) % model.size] as number
            rare.giveBack(number)
            model.delete(number)
          }
          for (const [number, value] of model) expect(markOf(rare, number)).toEqual([value, value])
          expect(wordsOf(rare, 0)).toEqual(ZEROS)
        }
      }),
    )
  })

  it('are kept while their room grows, several times over', () => {
    const rare = new RareWords()
    const before = rare.words.length
    const numbers = Array.from({ length: 20_000 }, (_, index) => {
      const number = rare.take()
      mark(rare, number, index + 1)
      return number
    })
    expect(rare.words.length).toBeGreaterThan(before * 8)
    expect(wordsOf(rare, 0)).toEqual(ZEROS)
    for (const [index, number] of numbers.entries()) {
      if (markOf(rare, number).some((word) => word !== index + 1)) expect.fail(`row ${number} has lost its words`)
    }
  })

  it('take no more room than there are flows with some at once', () => {
    const rare = new RareWords()
    const before = rare.words.length
    for (let turn = 0; turn < 1000; turn += 1) {
      const numbers = Array.from({ length: 100 }, () => rare.take())
      for (const number of numbers) rare.giveBack(number)
    }
    expect(rare.words.length).toBe(before)
  })
})
