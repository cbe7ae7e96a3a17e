import type { WallClock } from '../../src/intervals.ts'

/** A wall clock that is moved by hand. */
export interface HandClock extends WallClock {
  /** Lets time pass, and what is due meanwhile be called. */
  pass(ms: number): void
  /** Calls that are still to come. */
  readonly pending: number
}

export function handClock(): HandClock {
  let time = 0
  const calls = new Map<() => void, number>()
  return {
    now: () => time,
    after(ms, call) {
      calls.set(call, time + ms)
      return () => calls.delete(call)
    },
    pass(ms) {
      const end = time + ms
      while (true) {
        const [next] = [...calls].sort((a, b) => a[1] - b[1])
        if (next === undefined || next[1] > end) break
        calls.delete(next[0])
        time = Math.max(time, next[1])
        next[0]()
      }
      time = Math.max(time, end)
    },
    get pending() {
      return calls.size
    },
  }
}
