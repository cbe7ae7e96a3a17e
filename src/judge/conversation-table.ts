import { SSL_3_0 } from '../evidence/proof.ts'
import { SERVICES } from '../evidence/service.ts'
import { ICMP_ERRORS, transportName } from '../flow/flow.ts'
import { PartedSums } from '../flow/parted-sums.ts'
import * as cases from './cases.ts'
import { graverError, lesser, newerCertificate } from './combine.ts'
import { type Conversation, type ConversationKey, outcomesAt } from './conversation.ts'
import { DIRECTION_BASES } from './direction.ts'
import type { Ends } from './ends.ts'
import type { Glossary } from './glossary.ts'
import type { ConversationList } from './judge-all.ts'
import { icmpErrorNumber, serviceNumber, transportNumber } from './numbered-words.ts'
import { OUTCOMES } from './outcome.ts'

// Words of the key.
export const ORIG_HOST = 0
export const RESP_HOST = 1
/** Port in the upper 16 bits, then the number of the service, then the transport. */
export const RESP_PORT = 2
const KEY_WORDS = 3

// Places of the sums.
export const FLOWS = 0
export const ACCEPTED = 1
export const BROADCAST = 2
export const ORIG_PACKETS = 3
export const RESP_PACKETS = 4
export const ORIG_BYTES = 5
export const RESP_BYTES = 6
export const ORIG_IP_BYTES = 7
export const RESP_IP_BYTES = 8
export const FIRST = 9
export const LAST = 10
/** Number of the best basis in DIRECTION_BASES. */
export const BASIS = 11
export const ORIG_COPIES = 12
export const RESP_COPIES = 13
export const PROOF_BITS = 14
/** One more than the description; 0 for none. */
export const ALERT = 15
/** Numbers of the glossary; 0 for none. */
export const CLAIM = 16
export const ORIG_CERTIFICATE = 17
export const RESP_CERTIFICATE = 18
export const EXPIRED = 19
export const ICMP = 20
/** One more than the number of the end that sent the ICMP error; 0 for none. */
export const ICMP_FROM = 21
export const OUTCOME = 22
export const SUM_WIDTH = OUTCOME + OUTCOMES.length

/** Conversations in typed arrays, and beyond a limit in a temporary file; see parted-sums.ts. */
export class ConversationTable implements ConversationList {
  readonly sums: PartedSums
  readonly ends: Ends
  readonly glossary: Glossary
  readonly #certain: boolean

  constructor(ends: Ends, glossary: Glossary, certain: boolean, limit?: number) {
    this.sums = new PartedSums(KEY_WORDS, SUM_WIDTH, limit)
    this.ends = ends
    this.glossary = glossary
    this.#certain = certain
  }

  get count(): number {
    return this.sums.count
  }

  /** Adds to what is known of a conversation; its part has to have its turn. */
  add(conversation: Conversation): void {
    this.#ask(conversation)
    const at = this.sums.place()
    if (at >= 0) this.#addAt(at, conversation)
  }

  /** Adds a conversation that is not known yet, and that will not be looked for by its key. */
  append(conversation: Conversation): void {
    this.#ask(conversation)
    this.#addAt(this.sums.placeOfNew(), conversation)
  }

  /** The number of a conversation, or -1. */
  numberOf(key: ConversationKey): number {
    this.#ask(key)
    return this.sums.find()
  }

  keyAt(number: number): ConversationKey {
    this.sums.turnTo(number)
    const { keys, keyAt } = this.sums
    const respPort = keys[keyAt + RESP_PORT]!
    return {
      transport: transportName(respPort & 0xff),
      origAddress: this.ends.text(keys[keyAt + ORIG_HOST]!),
      respAddress: this.ends.text(keys[keyAt + RESP_HOST]!),
      respPort: respPort >>> 16,
      service: SERVICES[(respPort >>> 8) & 0xff]!,
      certain: this.#certain,
    }
  }

  thingAt(number: number, words: Int32Array): void {
    this.sums.turnTo(number)
    const { keys, keyAt } = this.sums
    words[ORIG_HOST] = keys[keyAt + ORIG_HOST]!
    words[RESP_HOST] = keys[keyAt + RESP_HOST]!
    words[RESP_PORT] = keys[keyAt + RESP_PORT]! & ~0xff00
  }

  caseAt(number: number, words: Int32Array): void {
    this.sums.turnTo(number)
    const { row, at, keys, keyAt } = this.sums
    words[cases.ORIG_END] = keys[keyAt + ORIG_HOST]!
    words[cases.RESP_END] = keys[keyAt + RESP_HOST]!
    words[cases.PORT] = keys[keyAt + RESP_PORT]!
    words[cases.SIGNS] = signsAt(row, at)
    words[cases.ORIG_CERTIFICATE] = row[at + ORIG_CERTIFICATE]!
    words[cases.RESP_CERTIFICATE] = row[at + RESP_CERTIFICATE]!
  }

  at(number: number): Conversation {
    this.sums.turnTo(number)
    const { row, at, keys, keyAt } = this.sums
    const { ends, glossary } = this
    const respPort = keys[keyAt + RESP_PORT]!
    return {
      transport: transportName(respPort & 0xff),
      origAddress: ends.text(keys[keyAt + ORIG_HOST]!),
      respAddress: ends.text(keys[keyAt + RESP_HOST]!),
      respPort: respPort >>> 16,
      service: SERVICES[(respPort >>> 8) & 0xff]!,
      certain: this.#certain,
      basis: DIRECTION_BASES[row[at + BASIS]!]!,
      flows: row[at + FLOWS]!,
      outcomes: outcomesAt(row, at + OUTCOME),
      accepted: row[at + ACCEPTED]!,
      broadcast: row[at + BROADCAST]!,
      origPackets: row[at + ORIG_PACKETS]!,
      respPackets: row[at + RESP_PACKETS]!,
      origBytes: row[at + ORIG_BYTES]!,
      respBytes: row[at + RESP_BYTES]!,
      origIpBytes: row[at + ORIG_IP_BYTES]!,
      respIpBytes: row[at + RESP_IP_BYTES]!,
      origCopies: row[at + ORIG_COPIES]!,
      respCopies: row[at + RESP_COPIES]!,
      proof: row[at + PROOF_BITS]!,
      alert: row[at + ALERT] === 0 ? undefined : row[at + ALERT]! - 1,
      claim: glossary.text(row[at + CLAIM]!),
      origCertificate: glossary.certificate(row[at + ORIG_CERTIFICATE]!),
      respCertificate: glossary.certificate(row[at + RESP_CERTIFICATE]!),
      expired: row[at + EXPIRED]!,
      icmpError: ICMP_ERRORS[row[at + ICMP]!],
      icmpSender: row[at + ICMP_FROM] === 0 ? undefined : ends.text(row[at + ICMP_FROM]! - 1),
      firstNs: row[at + FIRST]!,
      lastNs: row[at + LAST]!,
    }
  }

  *[Symbol.iterator](): Generator<Conversation> {
    for (let number = 0; number < this.count; number += 1) yield this.at(number)
  }

  close(): void {
    this.sums.close()
  }

  #ask({ transport, origAddress, respAddress, respPort, service }: ConversationKey): void {
    const { asked } = this.sums
    asked[ORIG_HOST] = this.ends.numberOf(origAddress)
    asked[RESP_HOST] = this.ends.numberOf(respAddress)
    asked[RESP_PORT] = (respPort << 16) | (serviceNumber(service) << 8) | transportNumber(transport)
  }

  #addAt(at: number, c: Conversation): void {
    const { values } = this.sums
    const basis = DIRECTION_BASES.indexOf(c.basis)
    const isNew = values[at + FLOWS] === 0
    if (isNew || basis < values[at + BASIS]!) values[at + BASIS] = basis
    if (isNew || c.firstNs < values[at + FIRST]!) values[at + FIRST] = c.firstNs
    if (isNew || c.lastNs > values[at + LAST]!) values[at + LAST] = c.lastNs
    addCounts(values, at, c)
    this.#addEvidence(values, at, c)
  }

  #addEvidence(values: Float64Array, at: number, c: Conversation): void {
    const { ends, glossary } = this
    values[at + PROOF_BITS] = values[at + PROOF_BITS]! | c.proof
    const alert = lesser(values[at + ALERT] === 0 ? undefined : values[at + ALERT]! - 1, c.alert)
    values[at + ALERT] = alert === undefined ? 0 : alert + 1
    if (c.claim !== undefined) {
      values[at + CLAIM] = glossary.numberOfText(lesser(glossary.text(values[at + CLAIM]!), c.claim))
    }
    for (const [place, certificate] of [
      [ORIG_CERTIFICATE, c.origCertificate],
      [RESP_CERTIFICATE, c.respCertificate],
    ] as const) {
      if (certificate === undefined) continue
      const newer = newerCertificate(glossary.certificate(values[at + place]!), certificate)
      values[at + place] = glossary.numberOfCertificate(newer)
    }
    if (c.icmpError === undefined) return
    const from = values[at + ICMP_FROM]!
    const known = {
      icmpError: ICMP_ERRORS[values[at + ICMP]!],
      icmpSender: from === 0 ? undefined : ends.text(from - 1),
    }
    const { icmpError, icmpSender } = graverError(known, c)
    values[at + ICMP] = icmpErrorNumber(icmpError)
    values[at + ICMP_FROM] = icmpSender === undefined ? 0 : ends.numberOf(icmpSender) + 1
  }
}

function signsAt(row: Float64Array, at: number): number {
  let signs = 0
  if (row[at + ACCEPTED] !== 0) signs |= cases.ACCEPTED_SIGN
  if (row[at + BROADCAST] === row[at + FLOWS]) signs |= cases.BROADCAST_SIGN
  if (row[at + EXPIRED] !== 0) signs |= cases.EXPIRED_SIGN
  if (row[at + PROOF_BITS]! & SSL_3_0) signs |= cases.SSL_3_0_SIGN
  for (let outcome = 0; outcome < OUTCOMES.length; outcome += 1) {
    if (row[at + OUTCOME + outcome] !== 0) signs |= cases.OUTCOME_SIGN << outcome
  }
  return signs
}

function addCounts(values: Float64Array, at: number, c: Conversation): void {
  values[at + FLOWS]! += c.flows
  values[at + ACCEPTED]! += c.accepted
  values[at + BROADCAST]! += c.broadcast
  values[at + ORIG_PACKETS]! += c.origPackets
  values[at + RESP_PACKETS]! += c.respPackets
  values[at + ORIG_BYTES]! += c.origBytes
  values[at + RESP_BYTES]! += c.respBytes
  values[at + ORIG_IP_BYTES]! += c.origIpBytes
  values[at + RESP_IP_BYTES]! += c.respIpBytes
  values[at + ORIG_COPIES]! += c.origCopies
  values[at + RESP_COPIES]! += c.respCopies
  values[at + EXPIRED]! += c.expired
  for (const [index, outcome] of OUTCOMES.entries()) values[at + OUTCOME + index]! += c.outcomes[outcome]
}
