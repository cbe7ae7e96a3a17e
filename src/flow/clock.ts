/** A time this far behind the latest one is not jitter between queues or interfaces, but a clock that was set back. */
const STEP_BACK_NS = 5e9
/** So many records in a row must lie behind before the clock is believed to have been set back. */
const STEP_BACK_RECORDS = 1000
const NS_PER_TICK = 1e8
/** Two hours: longer than every timeout, so that what a longer step says is said, and one false time does no harm. */
const LONGEST_STEP = 72_000
/** Nearly seven years on, in a 32-bit integer: the clock stands still there, and flows no longer expire. */
const LATEST = 2 ** 31 - 1

/**
 * The reader's clock, in ticks of 100 ms: it never goes back, whatever the times of the records do.
 *
 * Flows expire by it, and by nothing else, so that the result does not depend on when memory is freed or on how many
 * workers share the flows. It follows the latest time seen; where the capture's own clock was set back for good, it
 * goes on from there.
 */
export class ReaderClock {
  now = 0
  /** Nanoseconds since the origin at which the clock showed `now`. */
  #shownAt = Number.NaN
  #behind = 0

  advance(timeNs: number): number {
    const ahead = timeNs - this.#shownAt
    // Most records come within a tick of the one before.
    if (ahead >= 0 && ahead < NS_PER_TICK) this.#behind = 0
    else this.#move(timeNs, ahead)
    return this.now
  }

  #move(timeNs: number, ahead: number): void {
    if (ahead >= NS_PER_TICK) {
      const ticks = Math.floor(ahead / NS_PER_TICK)
      this.now = Math.min(this.now + Math.min(ticks, LONGEST_STEP), LATEST)
      this.#shownAt += ticks * NS_PER_TICK
      this.#behind = 0
    } else if (ahead < -STEP_BACK_NS) {
      this.#behind += 1
      if (this.#behind >= STEP_BACK_RECORDS) {
        this.#shownAt = timeNs
        this.#behind = 0
      }
    } else if (Number.isNaN(this.#shownAt)) {
      this.#shownAt = timeNs
    } else {
      this.#behind = 0
    }
  }
}
