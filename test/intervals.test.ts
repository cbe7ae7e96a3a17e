import { describe, expect, it } from 'vitest'
import { startIntervals, WALL_CLOCK } from '../src/intervals.ts'
import { handClock } from './support/hand-clock.ts'

/** The times, in seconds, at which a stream that never rests is stored. */
function storedAt(longestS: number, untilS: number, store: (nowS: number) => boolean = () => true): readonly number[] {
  const clock = handClock()
  const times: number[] = []
  const intervals = startIntervals(longestS * 1000, clock, () => {
    times.push(clock.now() / 1000)
    return store(clock.now() / 1000)
  })
  clock.pass(untilS * 1000)
  intervals.stop()
  return times
}

describe('the intervals of a stream', () => {
  it('begin early and grow to what was asked for', () => {
    expect(storedAt(60, 250)).toEqual([5, 15, 35, 75, 135, 195])
    expect(storedAt(30, 100)).toEqual([5, 15, 35, 65, 95])
    expect(storedAt(2, 9)).toEqual([2, 4, 6, 8])
  })

  it('do not grow while there is nothing to store', () => {
    expect(storedAt(60, 60, (now) => now > 18)).toEqual([5, 10, 15, 20, 30, 50])
  })

  it('are longer where storing takes more than a tenth of them', () => {
    const clock = handClock()
    const times: number[] = []
    const intervals = startIntervals(10_000, clock, () => {
      times.push(clock.now() / 1000)
      clock.pass(2000)
      return true
    })
    clock.pass(60_000)
    expect(times).toEqual([5, 27, 49])
    intervals.stop()
  })

  it('pass between two windows too, when no timer has a chance', () => {
    const clock = handClock()
    let stored = 0
    const store = () => {
      stored += 1
      return true
    }
    let now = 0
    const intervals = startIntervals(10_000, { ...clock, now: () => now }, store)
    intervals.look()
    expect(stored).toBe(0)
    now = 5000
    intervals.look()
    intervals.look()
    expect([stored, clock.pending]).toEqual([1, 1])
    intervals.stop()
    expect(clock.pending).toBe(0)
  })

  it('pass while bytes are waited for, and hand on what comes of both', async () => {
    const clock = handClock()
    let stored = 0
    const intervals = startIntervals(10_000, clock, () => {
      stored += 1
      if (stored === 2) throw new Error('the disk is full')
      return true
    })
    let arrive: (value: string) => void = () => {}
    const coming = intervals.during(
      new Promise<string>((resolve) => {
        arrive = resolve
      }),
    )
    clock.pass(5000)
    expect(stored).toBe(1)
    arrive('bytes')
    expect(await coming).toBe('bytes')
    await expect(intervals.during(Promise.reject(new Error('gone')))).rejects.toThrow('gone')
    const endless = intervals.during(new Promise(() => {}))
    clock.pass(10_000)
    await expect(endless).rejects.toThrow('the disk is full')
    expect(clock.pending).toBe(0)
  })

  it('are those of the wall clock', async () => {
    let stored = 0
    const intervals = startIntervals(20, WALL_CLOCK, () => {
      stored += 1
      return true
    })
    await new Promise((resolve) => setTimeout(resolve, 120))
    intervals.stop()
    const before = stored
    expect(before).toBeGreaterThan(1)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(stored).toBe(before)
  })
})
