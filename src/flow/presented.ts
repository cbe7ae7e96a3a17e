import type { ByteStrings } from './byte-strings.ts'
import { SHARDS } from './flow-key.ts'
import type { FlowLog } from './flow-log.ts'

/** Bytes of names and of certificates that the flows of one shard may present; what comes beyond is not kept. */
export const MOST_TEXT_BYTES = 128 * 1024
export const MOST_CERTIFICATE_BYTES = 512 * 1024
const FIRST_NUMBERS = 256
/**
 * Certificates that were presented lately are found by the end of their signature, without a look at all of their
 * bytes.
 */
const RECENT = 256
/** Different answers of name servers that one shard may give. */
export const MOST_ANSWERS = 4096

/**
 * Takes the names and certificates that flows present into the log, up to a limit for each shard. A shard pays for what
 * it presents even where another one has presented the same: limits must not depend on who else works.
 */
export class Presented {
  readonly #log: FlowLog
  readonly #texts = new Allowance(MOST_TEXT_BYTES)
  readonly #certificates = new Allowance(MOST_CERTIFICATE_BYTES)
  readonly #answers = new Allowance(MOST_ANSWERS)
  /** Numbers of certificates; 0 for none. */
  readonly #recent = new Int32Array(RECENT)

  constructor(log: FlowLog) {
    this.#log = log
  }

  /** The same for a branch of the log; what is taken there costs nothing here. */
  branch(log: FlowLog): Presented {
    const branch = new Presented(log)
    branch.#texts.copy(this.#texts)
    branch.#certificates.copy(this.#certificates)
    branch.#answers.copy(this.#answers)
    return branch
  }

  /** The number of a text in the log; 0 for an empty one, and for one that is not kept. */
  text(shard: number, bytes: Uint8Array, length: number): number {
    if (length === 0) return 0
    const { texts } = this.#log
    return this.#take(texts, this.#texts, texts.find(bytes, length), shard, bytes, length)
  }

  certificate(shard: number, bytes: Uint8Array, length: number): number {
    if (length === 0) return 0
    const { certificates } = this.#log
    const slot = bytes[length - 1]! % RECENT
    const recent = this.#recent[slot]!
    const known = isSame(certificates, recent, bytes, length) ? recent : certificates.find(bytes, length)
    const number = this.#take(certificates, this.#certificates, known, shard, bytes, length)
    if (number !== 0) this.#recent[slot] = number
    return number
  }

  /** A name server said that this name has the address of this host. */
  answer(shard: number, host: number, text: number): void {
    const log = this.#log
    const known = log.answerNumber(host, text)
    if (!this.#answers.grants(shard, known === 0 ? log.answers + 1 : known, 1)) log.limited += 1
    else if (known === 0) log.addAnswer(host, text)
  }

  /** The number of what is `known` by that number, or by none; 0 where the shard has no allowance for it. */
  #take(
    strings: ByteStrings,
    allowance: Allowance,
    known: number,
    shard: number,
    bytes: Uint8Array,
    length: number,
  ): number {
    if (allowance.grants(shard, known === 0 ? strings.count + 1 : known, length)) {
      return known === 0 ? strings.add(bytes, length) : known
    }
    this.#log.limited += 1
    return 0
  }
}

function isSame(strings: ByteStrings, number: number, bytes: Uint8Array, length: number): boolean {
  return number !== 0 && Buffer.compare(strings.bytesOf(number), bytes.subarray(0, length)) === 0
}

/** How much each shard may still take; what it took once costs nothing more. */
class Allowance {
  readonly #left: Float64Array
  /** For each number a bit for every shard that took it: two words of 32. */
  #taken = new Int32Array(2 * FIRST_NUMBERS)

  constructor(each: number) {
    this.#left = new Float64Array(SHARDS).fill(each)
  }

  grants(shard: number, number: number, cost: number): boolean {
    const word = number * 2 + (shard >> 5)
    const bit = 1 << (shard & 31)
    if (word >= this.#taken.length) this.#grow(word)
    if (this.#taken[word]! & bit) return true
    if (this.#left[shard]! < cost) return false
    this.#left[shard]! -= cost
    this.#taken[word] = this.#taken[word]! | bit
    return true
  }

  copy(other: Allowance): void {
    this.#left.set(other.#left)
    this.#taken = other.#taken.slice()
  }

  #grow(word: number): void {
    const taken = new Int32Array(Math.max(word + 1, this.#taken.length * 2))
    taken.set(this.#taken)
    this.#taken = taken
  }
}
