import { hashOfBytes, placeOf, regrown } from './keyed-hash.ts'

const FIRST_STRINGS = 64
/** Twice as many places as strings. */
const FIRST_BITS = 7
const FIRST_BYTES = 4096
/** Up to here, bytes are handled one by one: a call into the runtime costs as much. */
const FEW = 48

const { compare } = Buffer

/**
 * Numbers for strings of bytes, given from 1 on in the order in which they are met; the same bytes have one number.
 * Names and certificates are kept so, until somebody below the packet line asks for them.
 */
export class ByteStrings {
  count = 0
  #bytes = new Uint8Array(FIRST_BYTES)
  /** Where each string ends; string n begins where string n - 1 ends. */
  #ends = new Int32Array(FIRST_STRINGS)
  #bits = FIRST_BITS
  /** Found by open addressing, at most half full: a number, then the hash, which spares looks at other strings. */
  #slots = new Int32Array(2 << FIRST_BITS)

  /** The number of the first `length` of these bytes, or 0. */
  find(bytes: Uint8Array, length: number): number {
    return this.#slots[this.#slotOf(bytes, length, hashOfBytes(bytes, 0, length))]!
  }

  /** Gives a number to bytes that have none yet. */
  add(bytes: Uint8Array, length: number): number {
    if ((this.count + 1) * 2 > 1 << this.#bits) this.#grow()
    const start = this.#startOf(this.count + 1)
    this.#reserve(start + length)
    this.#bytes.set(bytes.subarray(0, length), start)
    const hash = hashOfBytes(bytes, 0, length)
    const slot = this.#slotOf(bytes, length, hash)
    this.count += 1
    this.#ends[this.count] = start + length
    this.#slots[slot] = this.count
    this.#slots[slot + 1] = hash
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

  /** Where the number of these bytes stands, or the empty slot that it would stand in. */
  #slotOf(bytes: Uint8Array, length: number, hash: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = placeOf(hash, this.#bits) << 1
    for (; slots[slot] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot + 1] === hash && this.#is(slots[slot]!, bytes, length)) break
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
    this.#bits += 1
    this.#slots = regrown(this.#slots, this.#bits)
  }
}
