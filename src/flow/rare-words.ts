import { RARE_WORDS, WORDS_BEFORE_RARE } from './row.ts'

/**
 * So many times larger becomes what is full. The system gives memory only where it is written to; but what was copied
 * from stays until it is collected, which nothing calls for while packets are tracked.
 */
export const ROOM_GROWTH = 8

const FIRST_ROWS = 256
/** The row that is read for flows without rare words. It stays 0. */
const NO_ROW = 0

/** The rare words of flows, in rows that are given by number, and given again once they have come back. */
export class RareWords {
  /** To rareRow() of a number the constants of row.ts are added. */
  words = new Int32Array(FIRST_ROWS * RARE_WORDS)
  /** The same memory as doubles: word w is double w / 2. */
  doubles = new Float64Array(this.words.buffer)
  /** Rows beyond this number were never given. */
  #used = NO_ROW
  /** First of the rows that came back, chained through their first word. */
  #free = NO_ROW

  /** The number of a row of zeros, from 1 on. */
  take(): number {
    const number = this.#free
    if (number === NO_ROW) {
      this.#used += 1
      if ((this.#used + 1) * RARE_WORDS > this.words.length) this.#grow()
      return this.#used
    }
    const first = number * RARE_WORDS
    this.#free = this.words[first]!
    this.words.fill(0, first, first + RARE_WORDS)
    return number
  }

  giveBack(number: number): void {
    this.words[number * RARE_WORDS] = this.#free
    this.#free = number
  }

  #grow(): void {
    const words = new Int32Array(this.words.length * ROOM_GROWTH)
    words.set(this.words)
    this.words = words
    this.doubles = new Float64Array(words.buffer)
  }
}

/** What the constants of rare words are added to: as many words before them as stand before them in the log. */
export function rareRow(number: number): number {
  return number * RARE_WORDS - WORDS_BEFORE_RARE
}
