import { CONN_STATES, tcpConnState } from './conn-state.ts'
import { bytesOf, ipBytesOf, isAnswering } from './flood-attempt.ts'
import { maskAddress, WIDEST_NETWORK } from './flood-network.ts'
import { LOW } from './flow-key.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import {
  ADDRESS_FRONTS,
  COPIES,
  HIGH_ADDRESS,
  ICMP_ERROR,
  LAST_F64,
  LOW_ADDRESS,
  PACKETS,
  PORTS,
  PROTOCOL,
  START_F64,
  STATE,
  STATE_SYN_ACK,
  STATE_UNICAST,
} from './row.ts'
import { endpointState, originatorOf } from './state-word.ts'
import { Sums } from './sums.ts'

// Words of the key of folded attempts: the originator's network and the responder's address, four words each.
export const ORIG_NETWORK = 0
export const RESP_ADDRESS = 4
/** Responder's port in the upper 16 bits, below it the kind. */
export const PORT_AND_KIND = 8
/** As in a flow's row: IANA protocol number, then the address family times 256. */
export const PROTOCOL_AND_FAMILY = 9
export const FOLDED_KEY_WORDS = 10
/** Inside of the kind: the gravest ICMP error, above it the number of the conn state. */
export const KIND_MASK = 0xffff
export const KIND_ERROR_BITS = 2
export const KIND_ERROR_MASK = 0b11
/** No handshake tells who called, and there is no conn state. */
export const KIND_UNPROVEN = 0x80
/** The sender answers: the port is its own. */
export const KIND_ANSWER = 0x40

// Places of the sums. Those of one end come before the same of the other one.
export const FLOWS = 0
export const ACCEPTED = 1
export const BROADCAST = 2
export const ORIG_PACKETS = 3
export const RESP_PACKETS = 4
export const ORIG_BYTES = 5
export const RESP_BYTES = 6
export const ORIG_IP_BYTES = 7
export const RESP_IP_BYTES = 8
export const ORIG_COPIES = 9
export const RESP_COPIES = 10
/** Added up are the places before this one. */
export const FIRST = 11
export const LAST = 12
export const FOLDED_SUM_WIDTH = 13

/** Sums of attempts, as one thread hands them to another. */
export interface FoldedAttempts {
  /**
   * How much is folded: the width of the originators' networks (flood-network.ts), and beyond the widest the following.
   */
  readonly width: number
  readonly count: number
  readonly keys: Int32Array
  readonly values: Float64Array
}

/** Of any port of the responder: 0 stands for it. */
export const ANY_PORT = WIDEST_NETWORK + 1
/** And of any responder. */
export const ANY_RESPONDER = WIDEST_NETWORK + 2

/**
 * Sums of attempts by the originator's network, the responder and its port. Where there are more than `limit`, all
 * networks become wider. How wide they come to be depends only on what is added in the end: where a part of it is too
 * much, the whole is.
 */
export class FloodSums implements FoldedAttempts {
  width = 0
  #sums = new Sums(FOLDED_KEY_WORDS, FOLDED_SUM_WIDTH)
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get count(): number {
    return this.#sums.count
  }
  get keys(): Int32Array {
    return this.#sums.keys
  }
  get values(): Float64Array {
    return this.#sums.values
  }

  addAttempt(table: FlowTable, flow: number, sender: number): void {
    writeAttempt(table, flow, sender, this.#sums.asked)
    // Making the place may replace the values.
    const at = this.#placeOfAsked()
    addAttempt(this.values, at, table, flow, sender)
  }

  /** Adds what another thread has folded. */
  addFolded({ width, count, keys, values }: FoldedAttempts): void {
    while (this.width < width) this.#widen()
    for (let entry = 0; entry < count; entry += 1) {
      this.#sums.asked.set(keys.subarray(entry * FOLDED_KEY_WORDS, (entry + 1) * FOLDED_KEY_WORDS))
      const at = this.#placeOfAsked()
      addSums(this.values, at, values, entry * FOLDED_SUM_WIDTH)
    }
  }

  /** Where the sums of the asked key stand. */
  #placeOfAsked(): number {
    foldKey(this.#sums.asked, this.width)
    let entry = this.#sums.find()
    while (entry < 0 && this.count >= this.#limit && this.width < ANY_RESPONDER) {
      this.#widen()
      foldKey(this.#sums.asked, this.width)
      entry = this.#sums.find()
    }
    return (entry < 0 ? this.#sums.findOrAdd() : entry) * FOLDED_SUM_WIDTH
  }

  #widen(): void {
    const { asked, count, keys, values } = this.#sums
    this.width += 1
    this.#sums = new Sums(FOLDED_KEY_WORDS, FOLDED_SUM_WIDTH)
    this.addFolded({ width: this.width, count, keys, values })
    this.#sums.asked.set(asked)
  }
}

function foldKey(key: Int32Array, width: number): void {
  const family = key[PROTOCOL_AND_FAMILY]! >> 8
  maskAddress(key, ORIG_NETWORK, family, Math.min(width, WIDEST_NETWORK))
  if (width >= ANY_PORT) key[PORT_AND_KIND] = key[PORT_AND_KIND]! & KIND_MASK
  if (width >= ANY_RESPONDER) maskAddress(key, RESP_ADDRESS, family, WIDEST_NETWORK)
}

/** Writes who attempted what, with the sender's whole address in the place of its network. */
export function writeAttempt(table: FlowTable, flow: number, sender: number, key: Int32Array): void {
  const { hot, cold } = table
  const row = hotRow(flow)
  const coldAt = coldRow(flow)
  const resp = 1 - sender
  for (let word = 0; word < 3; word += 1) {
    key[ORIG_NETWORK + word] = cold[coldAt + ADDRESS_FRONTS + 3 * sender + word]!
    key[RESP_ADDRESS + word] = cold[coldAt + ADDRESS_FRONTS + 3 * resp + word]!
  }
  key[ORIG_NETWORK + 3] = hot[row + (sender === LOW ? LOW_ADDRESS : HIGH_ADDRESS)]!
  key[RESP_ADDRESS + 3] = hot[row + (resp === LOW ? LOW_ADDRESS : HIGH_ADDRESS)]!
  const ports = hot[row + PORTS]!
  const answers = isAnswering(table, flow, sender)
  const port = (answers ? sender : resp) === LOW ? ports >>> 16 : ports & 0xffff
  key[PORT_AND_KIND] = (port << 16) | kindOf(table, flow, sender) | (answers ? KIND_ANSWER : 0)
  key[PROTOCOL_AND_FAMILY] = hot[row + PROTOCOL]!
}

function kindOf(table: FlowTable, flow: number, sender: number): number {
  const state = table.hot[hotRow(flow) + STATE]!
  const error = table.rare.words[table.rareRow(flow) + ICMP_ERROR]!
  if (originatorOf(state) === 0) return KIND_UNPROVEN | error
  const silent = bytesOf(table, flow, sender) === 0
  const connState = tcpConnState(endpointState(state, sender), endpointState(state, 1 - sender), silent)
  return (CONN_STATES.indexOf(connState) << KIND_ERROR_BITS) | error
}

function addAttempt(sums: Float64Array, at: number, table: FlowTable, flow: number, sender: number): void {
  const { hot, hotDoubles, coldDoubles, rare } = table
  const row = hotRow(flow)
  const copies = table.rareRow(flow) + COPIES
  const state = hot[row + STATE]!
  const start = coldDoubles[(coldRow(flow) + START_F64) >> 1]!
  const last = hotDoubles[(row + LAST_F64) >> 1]!
  const isNew = sums[at + FLOWS] === 0
  if (isNew || start < sums[at + FIRST]!) sums[at + FIRST] = start
  if (isNew || last > sums[at + LAST]!) sums[at + LAST] = last
  sums[at + FLOWS]! += 1
  if (state & STATE_SYN_ACK) sums[at + ACCEPTED]! += 1
  if (!(state & STATE_UNICAST)) sums[at + BROADCAST]! += 1
  for (let end = 0; end < 2; end += 1) {
    const side = end === 0 ? sender : 1 - sender
    sums[at + ORIG_PACKETS + end]! += hot[row + PACKETS + side]! >>> 0
    sums[at + ORIG_BYTES + end]! += bytesOf(table, flow, side)
    sums[at + ORIG_IP_BYTES + end]! += ipBytesOf(table, flow, side)
    sums[at + ORIG_COPIES + end]! += rare.words[copies + side]!
  }
}

function addSums(sums: Float64Array, at: number, others: Float64Array, from: number): void {
  const isNew = sums[at + FLOWS] === 0
  if (isNew || others[from + FIRST]! < sums[at + FIRST]!) sums[at + FIRST] = others[from + FIRST]!
  if (isNew || others[from + LAST]! > sums[at + LAST]!) sums[at + LAST] = others[from + LAST]!
  for (let place = 0; place < FIRST; place += 1) sums[at + place]! += others[from + place]!
}
