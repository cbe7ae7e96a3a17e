const FIRST_STRINGS = 64
const FIRST_BYTES = 4096
/** Up to here, bytes are handled one by one: a call into the runtime costs as much. */
const FEW = 48

const { compare } = Buffer

/**
 * Numbers for strings of bytes, given from 1 on in the order in which they are met; the same bytes have one number. Names
 * and certificates are kept so, until somebody below the packet line asks for them.
 */
export class ByteStrings {
  count = 0
  #bytes = new Uint8Array(FIRST_BYTES)
  /** Where each string ends; string n begins where string n - 1 ends. */
  #ends = new Int32Array(FIRST_STRINGS)
  /** Numbers, found by open addressing; at most half full. */
  #slots = new Int32Array(FIRST_STRINGS * 2)

  /** The number of the first `length` of these bytes, or 0. */
  find(bytes: Uint8Array, length: number): number {
    return this.#slots[this.#slotOf(bytes, length)]!
  }

  /** Gives a number to bytes that have none yet. */
  add(bytes: Uint8Array, length: number): number {
    if ((this.count + 1) * 2 > this.#slots.length) this.#grow()
    const start = this.#startOf(this.count + 1)
    this.#reserve(start + length)
    this.#bytes.set(bytes.subarray(0, length), start)
    const slot = this.#slotOf(bytes, length)
    this.count += 1
    this.#ends[this.count] = start + length
    this.#slots[slot] = this.count
    return this.count
  }

  /** The bytes of a number; valid until the next string is added. */
  bytesOf(number: number): Uint8Array {
    return this.#bytes.subarray(this.#startOf(number), this.#ends[number])
  }

  /** All strings in the order of their numbers. */
  all(): readonly Uint8Array[] {
    return Array.from({ length: this.count }, (_, index) => this.bytesOf(index + 1).slice())
  }

  /** This one's numbers for the strings of another one, by that one's numbers. */
  numbersOf(strings: readonly Uint8Array[]): Int32Array {
    const numbers = new Int32Array(strings.length + 1)
    strings.forEach((bytes, index) => {
      numbers[index + 1] = this.find(bytes, bytes.length) || this.add(bytes, bytes.length)
    })
    return numbers
  }

  #startOf(number: number): number {
    return this.#ends[number - 1]!
  }

  #slotOf(bytes: Uint8Array, length: number): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(bytes, 0, length) & mask
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#is(this.#slots[slot]!, bytes, length)) break
    }
    return slot
  }

  #is(number: number, bytes: Uint8Array, length: number): boolean {
    const start = this.#startOf(number)
    if (this.#ends[number]! - start !== length) return false
    if (length > FEW) return compare(this.#bytes.subarray(start, start + length), bytes.subarray(0, length)) === 0
    for (let index = 0; index < length; index += 1) if (this.#bytes[start + index] !== bytes[index]) return false
    return true
  }

  #reserve(bytes: number): void {
    if (this.count + 2 > this.#ends.length) {
      const ends = new Int32Array(this.#ends.length * 2)
      ends.set(this.#ends)
      this.#ends = ends
    }
    if (bytes <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(bytes, this.#bytes.length * 2))
    grown.set(this.#bytes)
    this.#bytes = grown
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let number = 1; number <= this.count; number += 1) {
      let slot = hashOf(this.#bytes, this.#startOf(number), this.#ends[number]!) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number
    }
    this.#slots = slots
  }
}

/** Differs from run to run, so that nobody can prepare strings that all meet. */
const SEED = (Math.random() * 2 ** 32) | 0

/** After FNV-1a, four bytes at a time. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED ^ (end - start)
  let at = start
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    hash = Math.imul(hash ^ word, 0x01000193)
    hash ^= hash >>> 15
  }
  for (; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  return hash ^ (hash >>> 15)
}
