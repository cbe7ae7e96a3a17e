/** A time this far behind the latest one is not jitter between queues or interfaces, but a clock that was set back. */
const STEP_BACK_NS = 5e9
/** So many records in a row must lie behind before the clock is believed to have been set back. */
const STEP_BACK_RECORDS = 1000

/**
 * The reader's clock, in nanoseconds: it never goes back, whatever the times of the records do.
 *
 * Flows expire by it, and by nothing else, so that the result does not depend on when memory is freed or on how many
 * workers share the flows. It follows the latest time seen; where the capture's own clock was set back for good, it
 * goes on from there.
 */
export class ReaderClock {
  now = 0
  #latest = 0
  #behind = 0
  #started = false

  advance(timeNs: number): number {
    const ahead = timeNs - this.#latest
    if (!this.#started) {
      this.#started = true
      this.#latest = timeNs
    } else if (ahead >= 0) {
      this.now += ahead
      this.#latest = timeNs
      this.#behind = 0
    } else if (ahead < -STEP_BACK_NS) {
      this.#behind += 1
      if (this.#behind >= STEP_BACK_RECORDS) this.#latest = timeNs
    } else {
      this.#behind = 0
    }
    return this.now
  }
}
