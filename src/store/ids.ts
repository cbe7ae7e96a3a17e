/** Digits of base 32 without those that are mistaken for others. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
/** Whole numbers that a double holds, in ten digits. */
export const ID_BITS = 50
const ID_DIGITS = 10
const HIGH_BITS = ID_BITS - 32

/**
 * Ids come from what a row is, not from when it was written: the same capture gives the same ids again. Among a million
 * rows two meet with a chance of one in two thousand; the later one in their common order then takes the next number.
 */
export function idNumber(text: string): number {
  const hash = new IdHash()
  hash.add(text)
  return hash.number()
}

/**
 * The same number of a text that is given in pieces: putting the text together takes longer than hashing it, and what
 * many texts begin with is hashed once.
 */
export class IdHash {
  #low = 0x9747b28c | 0
  #high = 0x2545f491 | 0

  add(text: string): void {
    let low = this.#low
    let high = this.#high
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      low = Math.imul(low ^ code, 0x85ebca6b)
      high = Math.imul(high ^ code, 0xc2b2ae35)
      low ^= low >>> 15
      high ^= high >>> 13
    }
    this.#low = low
    this.#high = high
  }

  /** Goes on from where the other stands. */
  continueFrom(other: IdHash): void {
    this.#low = other.#low
    this.#high = other.#high
  }

  copy(): IdHash {
    const copy = new IdHash()
    copy.continueFrom(this)
    return copy
  }

  /** The id of what was added so far. */
  number(): number {
    const low = Math.imul(this.#low ^ (this.#high >>> 16), 0x27d4eb2f)
    const high = Math.imul(this.#high ^ (low >>> 16), 0x165667b1)
    return ((high ^ (high >>> 14)) & (2 ** HIGH_BITS - 1)) * 2 ** 32 + ((low ^ (low >>> 16)) >>> 0)
  }
}

/** The kinds of row that people name by their id: its first letter. */
export type IdPrefix = 'c' | 'f'

export function idText(prefix: IdPrefix, id: number): string {
  let text = ''
  let rest = id
  for (let digit = 0; digit < ID_DIGITS; digit += 1) {
    text = DIGITS[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return prefix + text
}

/** A run of ids, both ends included. */
export interface IdSpan {
  readonly prefix: IdPrefix
  readonly first: number
  readonly last: number
}

/** The ids that begin with what somebody typed: an id, or at least the first digit of one. Undefined where none can. */
export function idsThatBeginWith(text: string): IdSpan | undefined {
  const [, prefix, digits = ''] = /^([cf])([0-9a-z]+)$/.exec(text.toLowerCase()) ?? []
  if (prefix === undefined || digits.length > ID_DIGITS) return undefined
  let first = 0
  for (const digit of digits) {
    const value = DIGITS.indexOf(digit)
    if (value < 0) return undefined
    first = first * 32 + value
  }
  const size = 32 ** (ID_DIGITS - digits.length)
  return { prefix: prefix as IdPrefix, first: first * size, last: (first + 1) * size - 1 }
}
