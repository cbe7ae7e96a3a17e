import { alertOf, ICMP_ERRORS } from '../flow/flow.ts'
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
  STATE_FIRST_SIDE,
  STATE_UNICAST,
} from '../flow/row.ts'
import type { Ends } from './ends.ts'
import { keepFirst, placesOf } from './glossary.ts'
import {
  ALERT,
  BOTH_PORTS,
  BROADCAST,
  CERTIFICATE,
  CLAIM,
  ESTABLISHED,
  EXPIRED,
  FIRST,
  FLOWS,
  HANDSHAKE_FAILED,
  HIGH_END,
  ICMP,
  ICMP_FROM,
  LAST,
  LOW_END,
  MIDSTREAM,
  ObservationTable,
  ONLY,
  PROHIBITED,
  PROOF_BITS,
  REFUSED,
  SENT_BYTES,
  SENT_COPIES,
  SENT_IP_BYTES,
  SENT_PACKETS,
  WHAT,
} from './observation-table.ts'
import { outcomeOfRow, TCP_NUMBER } from './row-outcome.ts'
import type { Validity } from './validity.ts'

/** Adds up, straight from the rows of the flow log, the flows whose direction the bytes do not prove. */
export class UnprovenFlows extends ObservationTable {
  readonly #places: Names
  readonly #validity: Validity

  constructor(ends: Ends, names: Names, validity: Validity, limit?: number) {
    super(ends, placesOf(names), limit)
    this.#places = names
    this.#validity = validity
  }

  addRow(rows: Int32Array, doubles: Float64Array, row: number): void {
    const { asked } = this.sums
    asked[LOW_END] = rows[row + LOW_HOST]!
    asked[HIGH_END] = rows[row + HIGH_HOST]!
    asked[BOTH_PORTS] = rows[row + PORTS]!
    const first = rows[row + STATE]! & STATE_FIRST_SIDE ? HIGH : LOW
    const service = rows[row + EVIDENCE]! & EVIDENCE_SERVICE_MASK
    asked[WHAT] = (first << 16) | (service << 8) | (rows[row + PROTOCOL]! & 0xff)
    const at = this.sums.place()
    if (at < 0) return
    const sums = this.sums.values
    const isNew = sums[at + FLOWS] === 0
    const start = doubles[(row + START_F64) >> 1]!
    const last = doubles[(row + LAST_F64) >> 1]!
    if (isNew || start < sums[at + FIRST]!) sums[at + FIRST] = start
    if (isNew || last > sums[at + LAST]!) sums[at + LAST] = last
    addTraffic(sums, at, rows, doubles, row)
    this.#addEvidence(sums, at, rows, row)
    if (!this.#validity.isValid(rows, row, start)) sums[at + EXPIRED]! += 1
  }

  #addEvidence(sums: Float64Array, at: number, rows: Int32Array, row: number): void {
    const { textOrder, certificateOrder } = this.#places
    sums[at + PROOF_BITS] = sums[at + PROOF_BITS]! | rows[row + PROOF]!
    const alert = alertOf(rows[row + EVIDENCE]!)
    if (alert !== undefined) keepFirst(sums, at + ALERT, alert + 1)
    keepFirst(sums, at + CLAIM, textOrder.places[rows[row + ROW_CLAIM]!]!)
    for (const side of [LOW, HIGH]) {
      keepFirst(sums, at + CERTIFICATE + side, certificateOrder.places[rows[row + CERTIFICATES + side]!]!)
    }
    if (rows[row + ICMP_ERROR] !== 0) this.#addError(sums, at, rows[row + ICMP_ERROR]!, rows[row + ICMP_SENDER]!)
  }

  /** The gravest error; of equal ones the sender whose address comes first as text. */
  #addError(sums: Float64Array, at: number, error: number, sender: number): void {
    const known = sums[at + ICMP]!
    if (error < known) return
    if (error === known && this.ends.text(sums[at + ICMP_FROM]! - 1) <= this.ends.text(sender)) return
    sums[at + ICMP] = error
    sums[at + ICMP_FROM] = sender + 1
  }
}

function addTraffic(sums: Float64Array, at: number, rows: Int32Array, doubles: Float64Array, row: number): void {
  sums[at + FLOWS]! += 1
  sums[at + outcomePlace(rows, doubles, row)]! += 1
  if (!(rows[row + STATE]! & STATE_UNICAST)) sums[at + BROADCAST]! += 1
  for (let side = LOW; side <= HIGH; side += 1) {
    sums[at + SENT_PACKETS + side]! += rows[row + PACKETS + side]! >>> 0
    sums[at + SENT_BYTES + side]! += doubles[((row + BYTES_F64) >> 1) + side]!
    sums[at + SENT_IP_BYTES + side]! += doubles[((row + IP_BYTES_F64) >> 1) + side]!
    sums[at + SENT_COPIES + side]! += rows[row + COPIES + side]!
  }
}

/** The outcome, as far as it can be told without a direction; see outcome.ts. */
function outcomePlace(rows: Int32Array, doubles: Float64Array, row: number): number {
  if ((rows[row + PROTOCOL]! & 0xff) === TCP_NUMBER) {
    const outcome = outcomeOfRow(rows, doubles, row, LOW)
    if (outcome === 'handshake-failed') return HANDSHAKE_FAILED
    return outcome === 'established' ? ESTABLISHED : MIDSTREAM
  }
  if (rows[row + PACKETS + LOW] !== 0 && rows[row + PACKETS + HIGH] !== 0) return ESTABLISHED
  const sender = rows[row + PACKETS + HIGH] === 0 ? LOW : HIGH
  switch (ICMP_ERRORS[rows[row + ICMP_ERROR]!]) {
    case 'port-unreachable':
      return REFUSED + sender
    case 'prohibited':
      return PROHIBITED + sender
    default:
      return ONLY + sender
  }
}
