import { addressText } from '../wire/address.ts'
import { hashOfAddress, placeOf, regrown } from './keyed-hash.ts'

const FIRST_CAPACITY = 1024
/** Twice as many places as addresses. */
const FIRST_BITS = 11
/** Address family, then the four words of the address. */
const HOST_WORDS = 5
/** Texts that are kept: with 64 bytes each 4 MB. Most are asked for several times, and those of a capture are few. */
const MOST_TEXTS = 1 << 16

/**
 * Numbers for addresses, given in the order in which they are met: what is added up over many flows compares numbers
 * instead of texts.
 */
export class HostTable {
  #hosts = new Int32Array(FIRST_CAPACITY * HOST_WORDS)
  #bits = FIRST_BITS
  /**
   * Found by open addressing, at most half full: host number + 1, then the hash, which spares looks at other addresses.
   */
  #slots = new Int32Array(2 << FIRST_BITS)
  #count = 0
  /** By the lower bits of a host's number: the text that was asked for last, and the number of its host + 1. */
  #texts: string[] = []
  #textHosts = new Int32Array(0)

  numberOf(family: number, word0: number, word1: number, word2: number, word3: number): number {
    const hash = hashOfAddress(family, word0, word1, word2, word3)
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = placeOf(hash, this.#bits) << 1
    for (; slots[slot] !== 0; slot = (slot + 2) & mask) {
      const host = slots[slot]! - 1
      if (slots[slot + 1] === hash && this.#is(host, family, word0, word1, word2, word3)) return host
    }
    if (this.#count * 2 >= 1 << this.#bits) {
      this.#grow()
      return this.numberOf(family, word0, word1, word2, word3)
    }
    slots[slot] = this.#count + 1
    slots[slot + 1] = hash
    const at = this.#count * HOST_WORDS
    this.#hosts[at] = family
    this.#hosts[at + 1] = word0
    this.#hosts[at + 2] = word1
    this.#hosts[at + 3] = word2
    this.#hosts[at + 4] = word3
    this.#count += 1
    return this.#count - 1
  }

  /** The addresses of all hosts in the order of their numbers, HOST_WORDS words each. */
  addresses(): Int32Array {
    return this.#hosts.slice(0, this.#count * HOST_WORDS)
  }

  /** This table's numbers for the addresses of another one, by that one's numbers. */
  numbersOf(addresses: Int32Array): Int32Array {
    const numbers = new Int32Array(addresses.length / HOST_WORDS)
    for (let host = 0; host < numbers.length; host += 1) {
      const at = host * HOST_WORDS
      numbers[host] = this.numberOf(
        addresses[at]!,
        addresses[at + 1]!,
        addresses[at + 2]!,
        addresses[at + 3]!,
        addresses[at + 4]!,
      )
    }
    return numbers
  }

  text(host: number): string {
    const place = host & (MOST_TEXTS - 1)
    if (this.#textHosts[place] === host + 1) return this.#texts[place]!
    if (this.#texts.length === 0) this.#makeRoomForTexts()
    const at = host * HOST_WORDS
    const hosts = this.#hosts
    const text = addressText(hosts[at]!, hosts[at + 1]!, hosts[at + 2]!, hosts[at + 3]!, hosts[at + 4]!)
    this.#textHosts[place] = host + 1
    this.#texts[place] = text
    return text
  }

  /** Only the thread that judges asks for texts. */
  #makeRoomForTexts(): void {
    this.#texts = new Array<string>(MOST_TEXTS).fill('')
    this.#textHosts = new Int32Array(MOST_TEXTS)
  }

  #is(host: number, family: number, word0: number, word1: number, word2: number, word3: number): boolean {
    const at = host * HOST_WORDS
    const hosts = this.#hosts
    return (
      hosts[at + 4] === word3 &&
      hosts[at] === family &&
      hosts[at + 1] === word0 &&
      hosts[at + 2] === word1 &&
      hosts[at + 3] === word2
    )
  }

  #grow(): void {
    const hosts = new Int32Array(this.#hosts.length * 2)
    hosts.set(this.#hosts)
    this.#hosts = hosts
    this.#bits += 1
    this.#slots = regrown(this.#slots, this.#bits)
  }
}
