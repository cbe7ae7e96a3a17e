/** The wall clock. */
export interface WallClock {
  /** Milliseconds that never go back. */
  now(): number
  /** Calls back once after so many milliseconds, unless the returned function was called before. */
  after(ms: number, call: () => void): () => void
}

export const WALL_CLOCK: WallClock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/**
 * Whoever starts to record wants to see something soon: the first interval is no longer, and each twice the one before.
 */
const FIRST_MS = 5000
/** Storing takes no more than a tenth of the time; else the next interval is longer. */
const TIMES_AS_LONG = 10

/** The intervals at which what was read of a stream is stored. */
export interface Intervals {
  /** Stores where an interval has passed. To be called between two windows. */
  look(): void
  /** Waits for bytes; stores where an interval passes meanwhile. Fails where either does. */
  during<Value>(coming: Promise<Value>): Promise<Value>
  stop(): void
}

/**
 * Calls `store` after each interval, between two windows or while bytes are waited for. It says whether it stored
 * anything; intervals grow up to `longestMs` only by those that did.
 */
export function startIntervals(longestMs: number, { now, after }: WallClock, store: () => boolean): Intervals {
  let intervalMs = Math.min(FIRST_MS, longestMs)
  let dueAt = 0
  let callOff = () => {}
  let fail: (error: unknown) => void = () => {}

  function wait(ms: number): void {
    dueAt = now() + ms
    callOff = after(ms, ring)
  }

  function look(): void {
    const start = now()
    if (start < dueAt) return
    callOff()
    if (store()) intervalMs = Math.min(2 * intervalMs, longestMs)
    wait(Math.max(intervalMs, TIMES_AS_LONG * (now() - start)))
  }

  /** Windows are taken without a break, so that nothing is half taken when a timer rings. */
  function ring(): void {
    dueAt = now()
    try {
      look()
    } catch (error) {
      fail(error)
    }
  }

  wait(intervalMs)
  return {
    look,
    during: (coming) =>
      new Promise((resolve, reject) => {
        fail = reject
        coming.then(resolve, reject)
      }),
    stop: () => callOff(),
  }
}
