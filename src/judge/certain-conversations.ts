import { alertOf, type End } from '../flow/flow.ts'
import { HIGH, LOW } from '../flow/flow-key.ts'
import type { Names } from '../flow/names.ts'
import {
  BYTES_F64,
  CERTIFICATES,
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
  CLAIM as ROW_CLAIM,
  START_F64,
  STATE,
  STATE_SYN_ACK,
  STATE_UNICAST,
} from '../flow/row.ts'
import {
  ACCEPTED,
  ALERT,
  BASIS,
  BROADCAST,
  CLAIM,
  ConversationTable,
  EXPIRED,
  FIRST,
  FLOWS,
  ICMP,
  ICMP_FROM,
  LAST,
  ORIG_BYTES,
  ORIG_CERTIFICATE,
  ORIG_COPIES,
  ORIG_HOST,
  ORIG_IP_BYTES,
  ORIG_PACKETS,
  OUTCOME,
  PROOF_BITS,
  RESP_BYTES,
  RESP_CERTIFICATE,
  RESP_COPIES,
  RESP_HOST,
  RESP_IP_BYTES,
  RESP_PACKETS,
  RESP_PORT,
} from './conversation-table.ts'
import { DIRECTION_BASES, type Direction } from './direction.ts'
import type { Ends } from './ends.ts'
import { keepFirst, placesOf } from './glossary.ts'
import { OUTCOMES, type Outcome } from './outcome.ts'
import { outcomeOfRow } from './row-outcome.ts'
import type { Validity } from './validity.ts'

const OUTCOME_NUMBER = Object.fromEntries(OUTCOMES.map((outcome, index) => [outcome, index])) as Record<Outcome, number>

/**
 * Adds up, straight from the rows of the flow log, the flows whose direction is certain. Shaped by speed; see sums.ts.
 */
export class CertainConversations extends ConversationTable {
  readonly #places: Names
  readonly #validity: Validity

  constructor(ends: Ends, names: Names, validity: Validity, limit?: number) {
    super(ends, placesOf(names), true, limit)
    this.#places = names
    this.#validity = validity
  }

  addRow(rows: Int32Array, doubles: Float64Array, row: number, { originator, basis }: Direction): void {
    this.#askRow(rows, row, originator)
    const at = this.sums.place()
    if (at < 0) return
    const sums = this.sums.values
    const isNew = sums[at + FLOWS] === 0
    const start = doubles[(row + START_F64) >> 1]!
    const last = doubles[(row + LAST_F64) >> 1]!
    if (isNew || start < sums[at + FIRST]!) sums[at + FIRST] = start
    if (isNew || last > sums[at + LAST]!) sums[at + LAST] = last
    const basisNumber = DIRECTION_BASES.indexOf(basis)
    if (isNew || basisNumber < sums[at + BASIS]!) sums[at + BASIS] = basisNumber
    const orig = originator === 'low' ? LOW : HIGH
    addRow(sums, at, rows, doubles, row, orig)
    this.#addNames(sums, at, rows, row, orig)
    if (!this.#validity.isValid(rows, row, start)) sums[at + EXPIRED]! += 1
    if (rows[row + ICMP_ERROR] !== 0) this.#addError(sums, at, rows, row)
  }

  #addNames(sums: Float64Array, at: number, rows: Int32Array, row: number, orig: number): void {
    const { textOrder, certificateOrder } = this.#places
    const certificates = row + CERTIFICATES
    keepFirst(sums, at + CLAIM, textOrder.places[rows[row + ROW_CLAIM]!]!)
    keepFirst(sums, at + ORIG_CERTIFICATE, certificateOrder.places[rows[certificates + orig]!]!)
    keepFirst(sums, at + RESP_CERTIFICATE, certificateOrder.places[rows[certificates + 1 - orig]!]!)
  }

  /** The gravest error; of equal ones the sender whose address comes first as text. */
  #addError(sums: Float64Array, at: number, rows: Int32Array, row: number): void {
    const error = rows[row + ICMP_ERROR]!
    const sender = rows[row + ICMP_SENDER]!
    const known = sums[at + ICMP]!
    if (error < known) return
    if (error === known && this.ends.text(sums[at + ICMP_FROM]! - 1) <= this.ends.text(sender)) return
    sums[at + ICMP] = error
    sums[at + ICMP_FROM] = sender + 1
  }

  /** The number of the conversation that the flow of this row was added to, or -1. */
  entryOf(rows: Int32Array, row: number, originator: End): number {
    this.#askRow(rows, row, originator)
    return this.sums.find()
  }

  #askRow(rows: Int32Array, row: number, originator: End): void {
    const { asked } = this.sums
    const ports = rows[row + PORTS]!
    const fromLow = originator === 'low'
    asked[ORIG_HOST] = rows[row + (fromLow ? LOW_HOST : HIGH_HOST)]!
    asked[RESP_HOST] = rows[row + (fromLow ? HIGH_HOST : LOW_HOST)]!
    const service = rows[row + EVIDENCE]! & EVIDENCE_SERVICE_MASK
    asked[RESP_PORT] =
      ((fromLow ? ports & 0xffff : ports >>> 16) << 16) | (service << 8) | (rows[row + PROTOCOL]! & 0xff)
  }
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
  sums[at + OUTCOME + OUTCOME_NUMBER[outcomeOfRow(rows, doubles, row, orig)]]! += 1
}
