import { SERVICES } from '../evidence/service.ts'
import { ICMP_ERRORS, transportName } from '../flow/flow.ts'
import { HIGH, LOW } from '../flow/flow-key.ts'
import { PartedSums } from '../flow/parted-sums.ts'
import { graverError, lesser, newerCertificate } from './combine.ts'
import type { Ends } from './ends.ts'
import type { Glossary } from './glossary.ts'
import { icmpErrorNumber, serviceNumber, transportNumber } from './numbered-words.ts'
import type { Observation, ObservationList } from './observation.ts'

// Words of the key.
export const LOW_END = 0
export const HIGH_END = 1
/** Low end's port in the upper 16 bits, high end's in the lower. */
export const BOTH_PORTS = 2
/** The side that spoke first (0 low, 1 high), then the number of the service, then the transport; 8 bits each. */
export const WHAT = 3
const KEY_WORDS = 4

// Places of the sums. Where one is the low side's, the next one is the high side's.
export const FLOWS = 0
export const ESTABLISHED = 1
export const ONLY = 2
export const REFUSED = 4
export const PROHIBITED = 6
export const MIDSTREAM = 8
export const HANDSHAKE_FAILED = 9
export const BROADCAST = 10
export const SENT_PACKETS = 11
export const SENT_BYTES = 13
export const SENT_IP_BYTES = 15
export const SENT_COPIES = 17
export const EXPIRED = 19
export const PROOF_BITS = 20
/** One more than the description; 0 for none. */
export const ALERT = 21
/** Numbers of the glossary; 0 for none. */
export const CLAIM = 22
export const CERTIFICATE = 23
export const ICMP = 25
/** One more than the number of the end that sent the ICMP error; 0 for none. */
export const ICMP_FROM = 26
export const FIRST = 27
export const LAST = 28
const SUM_WIDTH = 29

/** Observations in typed arrays, and beyond a limit in a temporary file; see parted-sums.ts. */
export class ObservationTable implements ObservationList {
  readonly sums: PartedSums
  readonly ends: Ends
  readonly #glossary: Glossary

  constructor(ends: Ends, glossary: Glossary, limit?: number) {
    this.ends = ends
    this.#glossary = glossary
    this.sums = new PartedSums(KEY_WORDS, SUM_WIDTH, limit)
  }

  get count(): number {
    return this.sums.count
  }

  /** Adds to what is known of the same ends; their part has to have its turn. */
  add(seen: Observation): void {
    this.#ask(seen)
    const at = this.sums.place()
    if (at >= 0) this.#addAt(at, seen)
  }

  /** Adds one whose ends are not known yet. */
  append(seen: Observation): void {
    this.#ask(seen)
    this.#addAt(this.sums.placeOfNew(), seen)
  }

  at(number: number): Observation {
    this.sums.turnTo(number)
    const { row, at, keys, keyAt } = this.sums
    const what = keys[keyAt + WHAT]!
    const ports = keys[keyAt + BOTH_PORTS]!
    return {
      transport: transportName(what & 0xff),
      lowAddress: this.ends.text(keys[keyAt + LOW_END]!),
      lowPort: ports >>> 16,
      highAddress: this.ends.text(keys[keyAt + HIGH_END]!),
      highPort: ports & 0xffff,
      first: what >>> 16 === HIGH ? 'high' : 'low',
      service: SERVICES[(what >>> 8) & 0xff]!,
      flows: row[at + FLOWS]!,
      established: row[at + ESTABLISHED]!,
      onlyLow: row[at + ONLY]!,
      onlyHigh: row[at + ONLY + HIGH]!,
      lowRefused: row[at + REFUSED]!,
      lowProhibited: row[at + PROHIBITED]!,
      highRefused: row[at + REFUSED + HIGH]!,
      highProhibited: row[at + PROHIBITED + HIGH]!,
      midstream: row[at + MIDSTREAM]!,
      handshakeFailed: row[at + HANDSHAKE_FAILED]!,
      broadcast: row[at + BROADCAST]!,
      lowPackets: row[at + SENT_PACKETS]!,
      highPackets: row[at + SENT_PACKETS + HIGH]!,
      lowBytes: row[at + SENT_BYTES]!,
      highBytes: row[at + SENT_BYTES + HIGH]!,
      lowIpBytes: row[at + SENT_IP_BYTES]!,
      highIpBytes: row[at + SENT_IP_BYTES + HIGH]!,
      lowCopies: row[at + SENT_COPIES]!,
      highCopies: row[at + SENT_COPIES + HIGH]!,
      proof: row[at + PROOF_BITS]!,
      alert: row[at + ALERT] === 0 ? undefined : row[at + ALERT]! - 1,
      claim: this.#glossary.text(row[at + CLAIM]!),
      lowCertificate: this.#glossary.certificate(row[at + CERTIFICATE]!),
      highCertificate: this.#glossary.certificate(row[at + CERTIFICATE + HIGH]!),
      expired: row[at + EXPIRED]!,
      icmpError: ICMP_ERRORS[row[at + ICMP]!],
      icmpSender: row[at + ICMP_FROM] === 0 ? undefined : this.ends.text(row[at + ICMP_FROM]! - 1),
      firstNs: row[at + FIRST]!,
      lastNs: row[at + LAST]!,
    }
  }

  *[Symbol.iterator](): Generator<Observation> {
    for (let number = 0; number < this.count; number += 1) yield this.at(number)
  }

  close(): void {
    this.sums.close()
  }

  #ask({ transport, lowAddress, lowPort, highAddress, highPort, first, service }: Observation): void {
    const { asked } = this.sums
    asked[LOW_END] = this.ends.numberOf(lowAddress)
    asked[HIGH_END] = this.ends.numberOf(highAddress)
    asked[BOTH_PORTS] = (lowPort << 16) | highPort
    const side = first === 'high' ? HIGH : LOW
    asked[WHAT] = (side << 16) | (serviceNumber(service) << 8) | transportNumber(transport)
  }

  #addAt(at: number, seen: Observation): void {
    const { values } = this.sums
    const isNew = values[at + FLOWS] === 0
    if (isNew || seen.firstNs < values[at + FIRST]!) values[at + FIRST] = seen.firstNs
    if (isNew || seen.lastNs > values[at + LAST]!) values[at + LAST] = seen.lastNs
    addCounts(values, at, seen)
    this.#addEvidence(values, at, seen)
  }

  #addEvidence(values: Float64Array, at: number, seen: Observation): void {
    const glossary = this.#glossary
    values[at + PROOF_BITS] = values[at + PROOF_BITS]! | seen.proof
    const alert = lesser(values[at + ALERT] === 0 ? undefined : values[at + ALERT]! - 1, seen.alert)
    values[at + ALERT] = alert === undefined ? 0 : alert + 1
    const claim = lesser(glossary.text(values[at + CLAIM]!), seen.claim)
    values[at + CLAIM] = glossary.numberOfText(claim)
    for (const [place, certificate] of [
      [CERTIFICATE, seen.lowCertificate],
      [CERTIFICATE + HIGH, seen.highCertificate],
    ] as const) {
      const newer = newerCertificate(glossary.certificate(values[at + place]!), certificate)
      values[at + place] = glossary.numberOfCertificate(newer)
    }
    const from = values[at + ICMP_FROM]!
    const icmpError = ICMP_ERRORS[values[at + ICMP]!]
    const graver = graverError({ icmpError, icmpSender: from === 0 ? undefined : this.ends.text(from - 1) }, seen)
    values[at + ICMP] = icmpErrorNumber(graver.icmpError)
    values[at + ICMP_FROM] = graver.icmpSender === undefined ? 0 : this.ends.numberOf(graver.icmpSender) + 1
  }
}

function addCounts(values: Float64Array, at: number, seen: Observation): void {
  values[at + FLOWS]! += seen.flows
  values[at + ESTABLISHED]! += seen.established
  values[at + ONLY]! += seen.onlyLow
  values[at + ONLY + HIGH]! += seen.onlyHigh
  values[at + REFUSED]! += seen.lowRefused
  values[at + REFUSED + HIGH]! += seen.highRefused
  values[at + PROHIBITED]! += seen.lowProhibited
  values[at + PROHIBITED + HIGH]! += seen.highProhibited
  values[at + MIDSTREAM]! += seen.midstream
  values[at + HANDSHAKE_FAILED]! += seen.handshakeFailed
  values[at + BROADCAST]! += seen.broadcast
  values[at + SENT_PACKETS]! += seen.lowPackets
  values[at + SENT_PACKETS + HIGH]! += seen.highPackets
  values[at + SENT_BYTES]! += seen.lowBytes
  values[at + SENT_BYTES + HIGH]! += seen.highBytes
  values[at + SENT_IP_BYTES]! += seen.lowIpBytes
  values[at + SENT_IP_BYTES + HIGH]! += seen.highIpBytes
  values[at + SENT_COPIES]! += seen.lowCopies
  values[at + SENT_COPIES + HIGH]! += seen.highCopies
  values[at + EXPIRED]! += seen.expired
}
