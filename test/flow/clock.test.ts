import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReaderClock } from '../../src/flow/clock.ts'

/** What the clock shows after each of the times. */
function readings(times: readonly number[]): readonly number[] {
  const clock = new ReaderClock()
  return times.map((time) => clock.advance(time))
}

const TICK = 1e8
const SECOND = 10 * TICK
const MINUTE = 60 * SECOND

describe('the reader’s clock, in ticks of 100 ms', () => {
  it('follows times that go on, without losing parts of ticks', () => {
    expect(readings([5, 5, 9, TICK, TICK + 4, TICK + 5, 95 * TICK])).toEqual([0, 0, 0, 0, 0, 1, 94])
    const shown = readings(Array.from({ length: 1000 }, (_, index) => index * 0.7 * TICK))
    expect(shown.at(-1)).toBe(699)
  })

  it('stands still while times lie behind, as they do between queues and interfaces', () => {
    expect(readings([10, 7, 8, 10, 11].map((seconds) => seconds * SECOND))).toEqual([0, 0, 0, 0, 10])
  })

  it('never goes back, and never runs ahead of the sum of all steps forward', () => {
    const times = fc.array(fc.integer({ min: -(10 ** 13), max: 10 ** 13 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(times, (many) => {
        const shown = readings(many)
        let forward = 0
        for (let index = 1; index < many.length; index += 1) {
          forward += Math.max(0, (many[index] as number) - (many[index - 1] as number))
          expect(shown[index]).toBeGreaterThanOrEqual(shown[index - 1] as number)
          expect(shown[index]).toBeLessThanOrEqual(forward / TICK)
        }
      }),
    )
  })

  it('does not depend on where times are counted from', () => {
    const times = fc.array(fc.integer({ min: 0, max: 10 ** 12 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(times, fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), (many, shift) => {
        expect(readings(many.map((time) => time + shift))).toEqual(readings(many))
      }),
    )
  })

  it('goes on from a clock that was set back for good', () => {
    const back = Array.from({ length: 2000 }, (_, index) => index * SECOND)
    const shown = readings([100 * MINUTE, ...back])
    expect(shown[999]).toBe(0)
    expect(shown[2000]).toBe(1000 * 10)
  })

  it('is not set back by two captures that are read in turns', () => {
    const turns = Array.from({ length: 5000 }, (_, index) => (index % 2 === 0 ? MINUTE * 60 : 0) + index * 1e6)
    expect(readings(turns).at(-1)).toBe(49)
  })

  it('takes a thousand records to be set back each time', () => {
    const low = Array.from({ length: 1000 }, () => 0)
    // Set back to 0 by a thousand records; then one stray record, and on it goes.
    const shown = readings([100 * MINUTE, ...low, -10 * MINUTE, SECOND])
    expect(shown.at(-1)).toBe(10)
  })

  it('goes on after one stray time in a far future', () => {
    const centuries = 248 * 365 * 86_400 * SECOND
    const after = Array.from({ length: 2000 }, (_, index) => index * SECOND)
    const shown = readings([0, centuries, ...after])
    expect((shown[2001] as number) - (shown[1100] as number)).toBe(901 * 10)
  })
})
