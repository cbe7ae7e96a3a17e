import { addressText } from '../wire/address.ts'

const FIRST_CAPACITY = 1024
/** Address family, then the four words of the address. */
const HOST_WORDS = 5

/**
 * Numbers for addresses, given in the order in which they are met: what is added up over many flows compares numbers
 * instead of texts. An address has one text object, made when it is first asked for.
 */
export class HostTable {
  #hosts = new Int32Array(FIRST_CAPACITY * HOST_WORDS)
  /** Host number + 1, found by open addressing; at most half full. */
  #slots = new Int32Array(FIRST_CAPACITY * 2)
  #count = 0
  readonly #texts: (string | undefined)[] = []

  numberOf(family: number, word0: number, word1: number, word2: number, word3: number): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(family, word0, word1, word2, word3) & mask
    while (true) {
      const host = this.#slots[slot]! - 1
      if (host < 0) break
      if (this.#is(host, family, word0, word1, word2, word3)) return host
      slot = (slot + 1) & mask
    }
    if (this.#count * 2 >= this.#slots.length) {
      this.#grow()
      return this.numberOf(family, word0, word1, word2, word3)
    }
    this.#slots[slot] = this.#count + 1
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
      const [family, word0, word1, word2, word3] = addresses.subarray(at, at + HOST_WORDS)
      numbers[host] = this.numberOf(family!, word0!, word1!, word2!, word3!)
    }
    return numbers
  }

  text(host: number): string {
    let text = this.#texts[host]
    if (text === undefined) {
      const at = host * HOST_WORDS
      const hosts = this.#hosts
      text = addressText(hosts[at]!, hosts[at + 1]!, hosts[at + 2]!, hosts[at + 3]!, hosts[at + 4]!)
      this.#texts[host] = text
    }
    return text
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
    this.#slots = new Int32Array(this.#slots.length * 2)
    const mask = this.#slots.length - 1
    for (let host = 0; host < this.#count; host += 1) {
      const at = host * HOST_WORDS
      let slot = hashOf(hosts[at]!, hosts[at + 1]!, hosts[at + 2]!, hosts[at + 3]!, hosts[at + 4]!) & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
      this.#slots[slot] = host + 1
    }
  }
}

function hashOf(family: number, word0: number, word1: number, word2: number, word3: number): number {
  let hash = Math.imul(word3 ^ Math.imul(word2, 0x27d4eb2f), 0x85ebca6b) ^ family
  hash = Math.imul(hash ^ word0 ^ Math.imul(word1, 0x165667b1), 0xc2b2ae35)
  return hash ^ (hash >>> 15)
}
