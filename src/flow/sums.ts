const FIRST_BITS = 10

/**
 * Sums under keys of whole numbers: an open-addressing table of `keyWords` 32-bit words and `sumWidth` doubles for each
 * entry. A capture has many more flows than conversations, and adding them up in objects under text keys takes longer
 * than reading the capture (`npm run bench`, judging).
 */
export class Sums {
  /** Entries, numbered in the order of their first use. */
  count = 0
  keys: Int32Array
  values: Float64Array

  readonly #keyWords: number
  readonly #sumWidth: number
  /** Entry + 1; at most half full. */
  #slots: Int32Array
  #bits = FIRST_BITS + 1
  /** The key that find() and add() are asked about: the caller fills it. */
  readonly asked: Int32Array

  constructor(keyWords: number, sumWidth: number, asked = new Int32Array(keyWords)) {
    const capacity = 1 << FIRST_BITS
    this.#keyWords = keyWords
    this.#sumWidth = sumWidth
    this.keys = new Int32Array(capacity * keyWords)
    this.values = new Float64Array(capacity * sumWidth)
    this.#slots = new Int32Array(1 << this.#bits)
    this.asked = asked
  }

  /** The entry of the asked key, or -1. */
  find(): number {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = this.#slotOf(this.asked, 0); ; slot = (slot + 1) & mask) {
      const entry = slots[slot]! - 1
      if (entry < 0 || this.#isAsked(entry)) return entry
    }
  }

  /** The entry of the asked key; a new one has sums of 0. */
  findOrAdd(): number {
    const found = this.find()
    return found >= 0 ? found : this.add()
  }

  /** A new entry for the asked key, which has none yet. Its sums are 0. */
  add(): number {
    if (this.count * 2 >= this.#slots.length) this.#grow()
    const entry = this.count
    this.count += 1
    const at = entry * this.#keyWords
    for (let word = 0; word < this.#keyWords; word += 1) this.keys[at + word] = this.asked[word]!
    this.#index(entry)
    return entry
  }

  /** Takes the entries out for which `stays` does not hold. The others keep their order, and get other numbers. */
  retain(stays: (entry: number) => boolean): void {
    const { keys, values } = this
    const [words, width] = [this.#keyWords, this.#sumWidth]
    let kept = 0
    for (let entry = 0; entry < this.count; entry += 1) {
      if (!stays(entry)) continue
      keys.copyWithin(kept * words, entry * words, (entry + 1) * words)
      values.copyWithin(kept * width, entry * width, (entry + 1) * width)
      kept += 1
    }
    values.fill(0, kept * width, this.count * width)
    this.count = kept
    this.#slots.fill(0)
    for (let entry = 0; entry < kept; entry += 1) this.#index(entry)
  }

  /** Gives the memory of the sums back: keys can still be found, and nothing can be added. */
  dropValues(): void {
    this.values = new Float64Array(0)
    this.keys = this.keys.slice(0, this.count * this.#keyWords)
  }

  #isAsked(entry: number): boolean {
    const at = entry * this.#keyWords
    for (let word = 0; word < this.#keyWords; word += 1) {
      if (this.keys[at + word] !== this.asked[word]) return false
    }
    return true
  }

  #slotOf(words: Int32Array, at: number): number {
    return hashOfWords(words, at, this.#keyWords, 0) >>> (32 - this.#bits)
  }

  #index(entry: number): void {
    const mask = this.#slots.length - 1
    let slot = this.#slotOf(this.keys, entry * this.#keyWords)
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = entry + 1
  }

  #grow(): void {
    const keys = new Int32Array(this.keys.length * 2)
    keys.set(this.keys)
    this.keys = keys
    const values = new Float64Array(this.values.length * 2)
    values.set(this.values)
    this.values = values
    this.#bits += 1
    this.#slots = new Int32Array(1 << this.#bits)
    for (let entry = 0; entry < this.count; entry += 1) this.#index(entry)
  }
}

/** Words of the longest key, and two functions. */
const MOST_WORDS = 32
const multipliers = new Int32Array(crypto.getRandomValues(new Uint32Array(4 * MOST_WORDS)).buffer)

/**
 * Multilinear hashing as in keyed-hash.ts: which keys meet in the upper bits cannot be foreseen. `other` is 0 or 1: two
 * functions that know nothing of each other.
 */
export function hashOfWords(words: Int32Array, at: number, count: number, other: number): number {
  let hash = multipliers[other]!
  let unit = other * 2 * MOST_WORDS + 2
  for (let word = at; word < at + count; word += 1) {
    const value = words[word]!
    hash = (hash + Math.imul(multipliers[unit]!, value & 0xffff) + Math.imul(multipliers[unit + 1]!, value >>> 16)) | 0
    unit += 2
  }
  return hash
}
