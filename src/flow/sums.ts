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
  #slots: Int32Array
  /** The key that find() and add() are asked about: the caller fills it. */
  readonly asked: Int32Array

  constructor(keyWords: number, sumWidth: number) {
    const capacity = 1024
    this.#keyWords = keyWords
    this.keys = new Int32Array(capacity * keyWords)
    this.values = new Float64Array(capacity * sumWidth)
    this.#slots = new Int32Array(capacity * 2)
    this.asked = new Int32Array(keyWords)
  }

  /** The entry of the asked key, or -1. */
  find(): number {
    const mask = this.#slots.length - 1
    for (let slot = this.#hash(this.asked, 0) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]! - 1
      if (entry < 0 || this.#isAsked(entry)) return entry
    }
  }

  /** The entry of the asked key; a new one has sums of 0. */
  findOrAdd(): number {
    const found = this.find()
    if (found >= 0) return found
    if (this.count * 2 >= this.#slots.length) this.#grow()
    const entry = this.count
    this.count += 1
    this.keys.set(this.asked, entry * this.#keyWords)
    this.#index(entry)
    return entry
  }

  #isAsked(entry: number): boolean {
    const at = entry * this.#keyWords
    for (let word = 0; word < this.#keyWords; word += 1) {
      if (this.keys[at + word] !== this.asked[word]) return false
    }
    return true
  }

  #hash(words: Int32Array, at: number): number {
    let hash = 0
    for (let word = 0; word < this.#keyWords; word += 1) {
      hash = Math.imul(hash ^ words[at + word]!, 0x85ebca6b)
      hash ^= hash >>> 15
    }
    return hash
  }

  #index(entry: number): void {
    const mask = this.#slots.length - 1
    let slot = this.#hash(this.keys, entry * this.#keyWords) & mask
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
    this.#slots = new Int32Array(this.#slots.length * 2)
    for (let entry = 0; entry < this.count; entry += 1) this.#index(entry)
  }
}
