import { SERVICES } from '../evidence/service.ts'
import { datagramConnState, tcpConnState } from '../flow/conn-state.ts'
import { alertOf, type End, ICMP_ERRORS, type IcmpError, transportName } from '../flow/flow.ts'
import { HIGH, LOW } from '../flow/flow-key.ts'
import type { HostTable } from '../flow/host-table.ts'
import type { Names } from '../flow/names.ts'
import {
  BYTES_F64,
  CERTIFICATES,
  CLAIM,
  COPIES,
  EVIDENCE,
  EVIDENCE_SERVICE_MASK,
  HIGH_HOST,
  ICMP_ERROR,
  ICMP_SENDER,
  IP_BYTES_F64,
  LAST_F64,
  LOW_HOST,
  PACKETS,
  PORTS,
  PROOF,
  PROTOCOL,
  START_F64,
  STATE,
  STATE_BEYOND_SYN,
  STATE_SYN,
  STATE_SYN_ACK,
  STATE_UNICAST,
} from '../flow/row.ts'
import { Sums } from '../flow/sums.ts'
import { endpointState } from '../flow/tcp-state.ts'
import { type Conversation, type ConversationKey, outcomesAt } from './conversation.ts'
import { DIRECTION_BASES, type DirectionBasis } from './direction.ts'
import type { ConversationList } from './judge-all.ts'
import { datagramOutcome, OUTCOMES, type Outcome, tcpOutcome, withEvidence } from './outcome.ts'
import type { Validity } from './validity.ts'

// Words of the key.
const ORIG_HOST = 0
const RESP_HOST = 1
/** Port in the upper 16 bits, then the number of the service, then the transport. */
const RESP_PORT = 2
const KEY_WORDS = 3

// Places of the sums.
const FLOWS = 0
const ACCEPTED = 1
const BROADCAST = 2
const ORIG_PACKETS = 3
const RESP_PACKETS = 4
const ORIG_BYTES = 5
const RESP_BYTES = 6
const ORIG_IP_BYTES = 7
const RESP_IP_BYTES = 8
const FIRST = 9
const LAST = 10
/** Number of the best basis in DIRECTION_BASES. */
const BASIS = 11
const ORIG_COPIES = 12
const RESP_COPIES = 13
const PROOF_BITS = 14
/** One more than the description; 0 for none. */
const ALERT = 15
/** Places in the order of names.ts; 0 for none. */
const CLAIM_PLACE = 16
const ORIG_CERTIFICATE = 17
const RESP_CERTIFICATE = 18
const EXPIRED = 19
const ICMP = 20
/** One more than the host's number; 0 for none. */
const ICMP_FROM = 21
const OUTCOME = 22
const SUM_WIDTH = OUTCOME + OUTCOMES.length

/** IANA protocol number. */
const TCP_NUMBER = 6

const OUTCOME_NUMBER = Object.fromEntries(OUTCOMES.map((outcome, index) => [outcome, index])) as Record<Outcome, number>

/** Adds up, straight from the rows of the flow log, the flows whose direction is certain. Shaped by speed; see sums.ts. */
export class CertainConversations implements ConversationList {
  readonly #sums = new Sums(KEY_WORDS, SUM_WIDTH)
  readonly #hosts: HostTable
  readonly #names: Names
  readonly #validity: Validity

  constructor(hosts: HostTable, names: Names, validity: Validity) {
    this.#hosts = hosts
    this.#names = names
    this.#validity = validity
  }

  add(rows: Int32Array, doubles: Float64Array, row: number, originator: End, basis: DirectionBasis): void {
    this.#ask(rows, row, originator)
    const known = this.#sums.count
    const entry = this.#sums.findOrAdd()
    const sums = this.#sums.values
    const at = entry * SUM_WIDTH
    const isNew = entry === known
    const start = doubles[(row + START_F64) >> 1]!
    const last = doubles[(row + LAST_F64) >> 1]!
    if (isNew || start < sums[at + FIRST]!) sums[at + FIRST] = start
    if (isNew || last > sums[at + LAST]!) sums[at + LAST] = last
    const basisNumber = DIRECTION_BASES.indexOf(basis)
    if (isNew || basisNumber < sums[at + BASIS]!) sums[at + BASIS] = basisNumber
    const orig = originator === 'low' ? LOW : HIGH
    addRow(sums, at, rows, doubles, row, orig)
    this.#addNames(at, rows, row, orig)
    if (!this.#validity.isValid(rows, row, start)) sums[at + EXPIRED]! += 1
    if (rows[row + ICMP_ERROR] !== 0) this.#addError(at, rows, row)
  }

  #addNames(at: number, rows: Int32Array, row: number, orig: number): void {
    const sums = this.#sums.values
    const { textOrder, certificateOrder } = this.#names
    const certificates = row + CERTIFICATES
    keepFirst(sums, at + CLAIM_PLACE, textOrder.places[rows[row + CLAIM]!]!)
    keepFirst(sums, at + ORIG_CERTIFICATE, certificateOrder.places[rows[certificates + orig]!]!)
    keepFirst(sums, at + RESP_CERTIFICATE, certificateOrder.places[rows[certificates + 1 - orig]!]!)
  }

  /** The gravest error; of equal ones the sender whose address comes first as text. */
  #addError(at: number, rows: Int32Array, row: number): void {
    const sums = this.#sums.values
    const error = rows[row + ICMP_ERROR]!
    const sender = rows[row + ICMP_SENDER]!
    const known = sums[at + ICMP]!
    if (error < known) return
    if (error === known && this.#hosts.text(sums[at + ICMP_FROM]! - 1) <= this.#hosts.text(sender)) return
    sums[at + ICMP] = error
    sums[at + ICMP_FROM] = sender + 1
  }

  /** The conversation that the flow of this row was added to, or -1. */
  entryOf(rows: Int32Array, row: number, originator: End): number {
    this.#ask(rows, row, originator)
    return this.#sums.find()
  }

  get count(): number {
    return this.#sums.count
  }

  #ask(rows: Int32Array, row: number, originator: End): void {
    const asked = this.#sums.asked
    const ports = rows[row + PORTS]!
    const fromLow = originator === 'low'
    asked[ORIG_HOST] = rows[row + (fromLow ? LOW_HOST : HIGH_HOST)]!
    asked[RESP_HOST] = rows[row + (fromLow ? HIGH_HOST : LOW_HOST)]!
    const service = rows[row + EVIDENCE]! & EVIDENCE_SERVICE_MASK
    asked[RESP_PORT] =
      ((fromLow ? ports & 0xffff : ports >>> 16) << 16) | (service << 8) | (rows[row + PROTOCOL]! & 0xff)
  }

  keyAt(entry: number): ConversationKey {
    const key = entry * KEY_WORDS
    const { keys } = this.#sums
    return {
      transport: transportName(keys[key + RESP_PORT]! & 0xff),
      origAddress: this.#hosts.text(keys[key + ORIG_HOST]!),
      respAddress: this.#hosts.text(keys[key + RESP_HOST]!),
      respPort: keys[key + RESP_PORT]! >>> 16,
      service: SERVICES[(keys[key + RESP_PORT]! >>> 8) & 0xff]!,
      certain: true,
    }
  }

  at(entry: number): Conversation {
    const key = entry * KEY_WORDS
    const { keys, values } = this.#sums
    const at = entry * SUM_WIDTH
    const names = this.#names
    return {
      transport: transportName(keys[key + RESP_PORT]! & 0xff),
      origAddress: this.#hosts.text(keys[key + ORIG_HOST]!),
      respAddress: this.#hosts.text(keys[key + RESP_HOST]!),
      respPort: keys[key + RESP_PORT]! >>> 16,
      service: SERVICES[(keys[key + RESP_PORT]! >>> 8) & 0xff]!,
      certain: true,
      basis: DIRECTION_BASES[values[at + BASIS]!]!,
      flows: values[at + FLOWS]!,
      outcomes: outcomesAt(values, at + OUTCOME),
      accepted: values[at + ACCEPTED]!,
      broadcast: values[at + BROADCAST]!,
      origPackets: values[at + ORIG_PACKETS]!,
      respPackets: values[at + RESP_PACKETS]!,
      origBytes: values[at + ORIG_BYTES]!,
      respBytes: values[at + RESP_BYTES]!,
      origIpBytes: values[at + ORIG_IP_BYTES]!,
      respIpBytes: values[at + RESP_IP_BYTES]!,
      origCopies: values[at + ORIG_COPIES]!,
      respCopies: values[at + RESP_COPIES]!,
      proof: values[at + PROOF_BITS]!,
      alert: values[at + ALERT] === 0 ? undefined : values[at + ALERT]! - 1,
      claim: names.text(names.textOrder.numbers[values[at + CLAIM_PLACE]!]!),
      origCertificate: names.certificate(names.certificateOrder.numbers[values[at + ORIG_CERTIFICATE]!]!),
      respCertificate: names.certificate(names.certificateOrder.numbers[values[at + RESP_CERTIFICATE]!]!),
      expired: values[at + EXPIRED]!,
      icmpError: ICMP_ERRORS[values[at + ICMP]!],
      icmpSender: values[at + ICMP] === 0 ? undefined : this.#hosts.text(values[at + ICMP_FROM]! - 1),
      firstNs: values[at + FIRST]!,
      lastNs: values[at + LAST]!,
    }
  }
}

/** The lower of two places, of which 0 is none. */
function keepFirst(sums: Float64Array, at: number, place: number): void {
  const known = sums[at]!
  if (place !== 0 && (known === 0 || place < known)) sums[at] = place
}

function addRow(
  sums: Float64Array,
  at: number,
  rows: Int32Array,
  doubles: Float64Array,
  row: number,
  orig: number,
): void {
  const resp = 1 - orig
  const state = rows[row + STATE]!
  const bytes = (row + BYTES_F64) >> 1
  const ipBytes = (row + IP_BYTES_F64) >> 1
  sums[at + FLOWS]! += 1
  if (state & STATE_SYN_ACK) sums[at + ACCEPTED]! += 1
  if (!(state & STATE_UNICAST)) sums[at + BROADCAST]! += 1
  sums[at + ORIG_PACKETS]! += rows[row + PACKETS + orig]! >>> 0
  sums[at + RESP_PACKETS]! += rows[row + PACKETS + resp]! >>> 0
  sums[at + ORIG_BYTES]! += doubles[bytes + orig]!
  sums[at + RESP_BYTES]! += doubles[bytes + resp]!
  sums[at + ORIG_IP_BYTES]! += doubles[ipBytes + orig]!
  sums[at + RESP_IP_BYTES]! += doubles[ipBytes + resp]!
  sums[at + ORIG_COPIES]! += rows[row + COPIES + orig]!
  sums[at + RESP_COPIES]! += rows[row + COPIES + resp]!
  sums[at + PROOF_BITS] = sums[at + PROOF_BITS]! | rows[row + PROOF]!
  const alert = alertOf(rows[row + EVIDENCE]!)
  if (alert !== undefined) keepFirst(sums, at + ALERT, alert + 1)
  const outcome = withEvidence(outcomeOfRow(rows, doubles, row, orig), alert !== undefined, icmpErrorOf(rows, row))
  sums[at + OUTCOME + OUTCOME_NUMBER[outcome]]! += 1
}

function icmpErrorOf(rows: Int32Array, row: number): IcmpError | undefined {
  return ICMP_ERRORS[rows[row + ICMP_ERROR]!]
}

/** The outcome by the flow's own packets. */
function outcomeOfRow(rows: Int32Array, doubles: Float64Array, row: number, orig: number): Outcome {
  const state = rows[row + STATE]!
  const resp = 1 - orig
  if ((rows[row + PROTOCOL]! & 0xff) !== TCP_NUMBER) {
    const spoke = datagramConnState(rows[row + PACKETS + orig] !== 0, rows[row + PACKETS + resp] !== 0)
    return datagramOutcome(spoke)
  }
  const bytes = (row + BYTES_F64) >> 1
  const silent = doubles[bytes] === 0 && doubles[bytes + 1] === 0
  const connState = tcpConnState(endpointState(state, orig), endpointState(state, resp), silent)
  const handshakeSeen = (state & (STATE_SYN | STATE_SYN_ACK)) !== 0
  return tcpOutcome(connState, handshakeSeen, (state & STATE_BEYOND_SYN) !== 0, doubles[bytes + resp]! > 0)
}
