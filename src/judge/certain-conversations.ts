import { tcpConnState } from '../flow/conn-state.ts'
import { type End, transportName } from '../flow/flow.ts'
import { HIGH, LOW } from '../flow/flow-key.ts'
import type { HostTable } from '../flow/host-table.ts'
import {
  BYTES_F64,
  HIGH_HOST,
  IP_BYTES_F64,
  LAST_F64,
  LOW_HOST,
  PACKETS,
  PORTS,
  PROTOCOL,
  START_F64,
  STATE,
  STATE_BEYOND_SYN,
  STATE_SYN,
  STATE_SYN_ACK,
  STATE_UNICAST,
} from '../flow/row.ts'
import { endpointState } from '../flow/tcp-state.ts'
import { type Conversation, outcomesAt } from './conversation.ts'
import { DIRECTION_BASES, type DirectionBasis } from './direction.ts'
import type { ConversationList } from './judge-all.ts'
import { OUTCOMES, type Outcome, tcpOutcome } from './outcome.ts'
import { Sums } from './sums.ts'

// Words of the key.
const ORIG_HOST = 0
const RESP_HOST = 1
/** Port in the upper 16 bits, transport in the lower. */
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
const OUTCOME = 12
const SUM_WIDTH = OUTCOME + OUTCOMES.length

const OUTCOME_NUMBER = Object.fromEntries(OUTCOMES.map((outcome, index) => [outcome, index])) as Record<Outcome, number>

/**
 * Adds up, straight from the rows of the flow log, the flows whose direction is certain. All of them are TCP so far:
 * their handshake was seen, or their listener is known. Shaped by speed; see sums.ts.
 */
export class CertainConversations implements ConversationList {
  readonly #sums = new Sums(KEY_WORDS, SUM_WIDTH)
  readonly #hosts: HostTable

  constructor(hosts: HostTable) {
    this.#hosts = hosts
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
    addRow(sums, at, rows, doubles, row, originator === 'low' ? LOW : HIGH)
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
    asked[RESP_PORT] = ((fromLow ? ports & 0xffff : ports >>> 16) << 16) | (rows[row + PROTOCOL]! & 0xff)
  }

  at(entry: number): Conversation {
    const key = entry * KEY_WORDS
    const { keys, values } = this.#sums
    const at = entry * SUM_WIDTH
    return {
      transport: transportName(keys[key + RESP_PORT]! & 0xff),
      origAddress: this.#hosts.text(keys[key + ORIG_HOST]!),
      respAddress: this.#hosts.text(keys[key + RESP_HOST]!),
      respPort: keys[key + RESP_PORT]! >>> 16,
      service: 'none',
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
      firstNs: values[at + FIRST]!,
      lastNs: values[at + LAST]!,
    }
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
  const silent = doubles[bytes] === 0 && doubles[bytes + 1] === 0
  const connState = tcpConnState(endpointState(state, orig), endpointState(state, resp), silent)
  const handshakeSeen = (state & (STATE_SYN | STATE_SYN_ACK)) !== 0
  const outcome = tcpOutcome(connState, handshakeSeen, (state & STATE_BEYOND_SYN) !== 0)
  sums[at + OUTCOME + OUTCOME_NUMBER[outcome]]! += 1
}
