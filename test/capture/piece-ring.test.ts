import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PieceRing } from '../../src/capture/piece-ring.ts'

const PIECES = 8

/** Both ends of a ring, as two threads have them. */
function ends(): { giver: PieceRing; taker: PieceRing } {
  const taker = new PieceRing()
  return { giver: new PieceRing(taker.memory), taker }
}

describe('a ring of pieces', () => {
  it('gives out what was put in, in order, however much is put in and taken at a time', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 60 })
    const target = fc.integer({ min: 1, max: 3000 })
    fc.assert(
      fc.property(lengths, target, fc.integer({ min: 1, max: PIECES }), (given, most, atOnce) => {
        const { giver, taker } = ends()
        const put: number[] = []
        const got: number[] = []
        const buffer = new Uint8Array(most)
        const takeAll = () => {
          for (let count = taker.take(buffer); count !== undefined; count = taker.take(buffer)) {
            got.push(...buffer.subarray(0, count))
          }
        }
        for (const [index, length] of given.entries()) {
          const bytes = Uint8Array.from({ length }, (_, at) => index * 31 + at)
          giver.room().set(bytes)
          giver.give(length)
          put.push(...bytes)
          if (index % atOnce === atOnce - 1) takeAll()
        }
        takeAll()
        expect(got).toEqual(put)
      }),
      { numRuns: 50 },
    )
  })

  it('has nothing to take before something is given, and after all is taken', () => {
    const { giver, taker } = ends()
    const buffer = new Uint8Array(100)
    expect(taker.take(buffer)).toBe(undefined)
    giver.room().fill(7)
    giver.give(150)
    expect([taker.take(buffer), taker.take(buffer), taker.take(buffer)]).toEqual([100, 50, undefined])
  })

  it('tells the giver once that the next piece is wanted, and the taker when it is there already', () => {
    const { giver, taker } = ends()
    expect(giver.give(1)).toBe(false)
    expect(taker.wantNext()).toBe(false)
    taker.take(new Uint8Array(1))
    expect(taker.wantNext()).toBe(true)
    expect([giver.give(1), giver.give(1)]).toEqual([true, false])
  })
})
