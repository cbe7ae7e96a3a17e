import { Sums } from '../flow/sums.ts'
import type { Conversation } from './conversation.ts'
import type { Ends } from './ends.ts'

/*
 * A case is all of a conversation that its judgement and its health depend on, in whole numbers: conversations of one
 * case are judged alike. A million conversations are of some hundred cases, and only the first of each is looked at as a
 * whole. Shaped by speed: 100,000 conversations are judged in 65 ms, and in 165 where each is looked at.
 */

// Words of a case.
/** The number of the originator among the ends; among cases, what kind of end it is. */
export const ORIG_END = 0
export const RESP_END = 1
/** Port in the upper 16 bits, then the number of the service, then the transport. */
export const PORT = 2
export const SIGNS = 3
/** The list's numbers of the certificates that the ends presented; 0 for none. */
export const ORIG_CERTIFICATE = 4
export const RESP_CERTIFICATE = 5
/** Which of several lists it is in: they differ in certainty, and in their numbers of certificates. */
export const LIST = 6
const CASE_WORDS = 7

// Bits of the signs.
/** Some flow was accepted. */
export const ACCEPTED_SIGN = 1 << 0
/** All flows were broadcast. */
export const BROADCAST_SIGN = 1 << 1
/** Some certificate had expired. */
export const EXPIRED_SIGN = 1 << 2
export const SSL_3_0_SIGN = 1 << 3
/** Some flow had the first of the outcomes; the bits above are of the others, in their order. */
export const OUTCOME_SIGN = 1 << 4

/** Conversations by number, with their cases. */
interface CaseList {
  readonly ends: Ends
  at(number: number): Conversation
  caseAt(number: number, words: Int32Array): void
}

/**
 * Returns what gives what `find` finds for conversations, looking only at the first one of each case. `kindOf` tells
 * what kind of end an address is: addresses of one kind make no difference.
 */
export function byCase<Found>(
  list: CaseList,
  kindOf: (address: string) => number,
  find: (conversation: Conversation) => Found,
): (number: number) => Found {
  const cases = new Sums(CASE_WORDS, 0)
  const found: Found[] = []
  const kinds = new EndKinds(list.ends, kindOf)
  return (number) => {
    const { asked } = cases
    list.caseAt(number, asked)
    asked[ORIG_END] = kinds.of(asked[ORIG_END]!)
    asked[RESP_END] = kinds.of(asked[RESP_END]!)
    const known = cases.find()
    if (known >= 0) return found[known]!
    found[cases.add()] = find(list.at(number))
    return found.at(-1)!
  }
}

/** The kinds of ends, of which each address is asked about once. */
class EndKinds {
  readonly #ends: Ends
  readonly #kindOf: (address: string) => number
  /** By the number of an end: its kind + 1; 0 where nobody has asked. */
  #known = new Int32Array(1024)

  constructor(ends: Ends, kindOf: (address: string) => number) {
    this.#ends = ends
    this.#kindOf = kindOf
  }

  of(end: number): number {
    // Networks of folded attempts, which are few.
    if (end < 0) return this.#kindOf(this.#ends.text(end))
    if (end >= this.#known.length) {
      const longer = new Int32Array(2 * end)
      longer.set(this.#known)
      this.#known = longer
    }
    const known = this.#known[end]!
    if (known !== 0) return known - 1
    const kind = this.#kindOf(this.#ends.text(end))
    this.#known[end] = kind + 1
    return kind
  }
}
