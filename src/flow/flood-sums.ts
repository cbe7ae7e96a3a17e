import { CONN_STATES, tcpConnState } from './conn-state.ts'
import { maskAddress, WIDEST_NETWORK } from './flood-network.ts'
import { LOW } from './flow-key.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import {
  ADDRESS_FRONTS,
  BYTES_F64,
  COPIES,
  HIGH_ADDRESS,
  ICMP_ERROR,
  IP_BYTES_F64,
  LAST_F64,
  LOW_ADDRESS,
  PACKETS,
  PENDING_BYTES,
  PENDING_IP_BYTES,
  PORTS,
  PROTOCOL,
  START_F64,
  STATE,
  STATE_SYN_ACK,
  STATE_UNICAST,
} from './row.ts'
import { Sums } from './sums.ts'
import { endpointState, originatorOf } from './tcp-state.ts'

// Words of the key of folded attempts: the originator's network and the responder's address, four words each.
export const ORIG_NETWORK = 0
export const RESP_ADDRESS = 4
/** Responder's port in the upper 16 bits, then the KIND, then the address family. */
export const PORT_KIND_FAMILY = 8
export const FOLDED_KEY_WORDS = 9
/** Inside: number of the conn state, then two bits with the gravest ICMP error. */
export const KIND_SHIFT = 8
export const KIND_MASK = 0xff
export const KIND_ERROR_BITS = 2
export const KIND_ERROR_MASK = 0b11
export const FAMILY_MASK = 0xff

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
  /** How much is folded: the width of the originators' networks (flood-network.ts), and beyond the widest the following. */
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

  addAttempt(table: FlowTable, flow: number): void {
    writeAttempt(table, flow, this.#sums.asked)
    // Making the place may replace the values.
    const at = this.#placeOfAsked()
    addAttempt(this.values, at, table, flow)
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
  const family = key[PORT_KIND_FAMILY]! & FAMILY_MASK
  maskAddress(key, ORIG_NETWORK, family, Math.min(width, WIDEST_NETWORK))
  if (width >= ANY_PORT) key[PORT_KIND_FAMILY] = key[PORT_KIND_FAMILY]! & 0xffff
  if (width >= ANY_RESPONDER) maskAddress(key, RESP_ADDRESS, family, WIDEST_NETWORK)
}

/** Writes who attempted what, with the originator's whole address in the place of its network. */
export function writeAttempt({ hot, cold, coldDoubles }: FlowTable, flow: number, key: Int32Array): void {
  const row = hotRow(flow)
  const coldAt = coldRow(flow)
  const state = hot[row + STATE]!
  const orig = originatorOf(state) - 1
  const resp = 1 - orig
  for (let word = 0; word < 3; word += 1) {
    key[ORIG_NETWORK + word] = cold[coldAt + ADDRESS_FRONTS + 3 * orig + word]!
    key[RESP_ADDRESS + word] = cold[coldAt + ADDRESS_FRONTS + 3 * resp + word]!
  }
  key[ORIG_NETWORK + 3] = hot[row + (orig === LOW ? LOW_ADDRESS : HIGH_ADDRESS)]!
  key[RESP_ADDRESS + 3] = hot[row + (resp === LOW ? LOW_ADDRESS : HIGH_ADDRESS)]!
  const silent = hot[row + PENDING_BYTES + orig] === 0 && coldDoubles[((coldAt + BYTES_F64) >> 1) + orig] === 0
  const connState = CONN_STATES.indexOf(tcpConnState(endpointState(state, orig), endpointState(state, resp), silent))
  const kind = (connState << KIND_ERROR_BITS) | cold[coldAt + ICMP_ERROR]!
  const ports = hot[row + PORTS]!
  const port = resp === LOW ? ports >>> 16 : ports & 0xffff
  key[PORT_KIND_FAMILY] = (port << 16) | (kind << KIND_SHIFT) | (hot[row + PROTOCOL]! >> 8)
}

function addAttempt(sums: Float64Array, at: number, table: FlowTable, flow: number): void {
  const { hot, hotDoubles, cold, coldDoubles } = table
  const row = hotRow(flow)
  const coldAt = coldRow(flow)
  const state = hot[row + STATE]!
  const start = coldDoubles[(coldAt + START_F64) >> 1]!
  const last = hotDoubles[(row + LAST_F64) >> 1]!
  const isNew = sums[at + FLOWS] === 0
  if (isNew || start < sums[at + FIRST]!) sums[at + FIRST] = start
  if (isNew || last > sums[at + LAST]!) sums[at + LAST] = last
  sums[at + FLOWS]! += 1
  if (state & STATE_SYN_ACK) sums[at + ACCEPTED]! += 1
  if (!(state & STATE_UNICAST)) sums[at + BROADCAST]! += 1
  const orig = originatorOf(state) - 1
  for (let end = 0; end < 2; end += 1) {
    const side = end === 0 ? orig : 1 - orig
    const bytes = coldDoubles[((coldAt + BYTES_F64) >> 1) + side]! + hot[row + PENDING_BYTES + side]!
    const ipBytes = coldDoubles[((coldAt + IP_BYTES_F64) >> 1) + side]! + hot[row + PENDING_IP_BYTES + side]!
    sums[at + ORIG_PACKETS + end]! += hot[row + PACKETS + side]! >>> 0
    sums[at + ORIG_BYTES + end]! += bytes
    sums[at + ORIG_IP_BYTES + end]! += ipBytes
    sums[at + ORIG_COPIES + end]! += cold[coldAt + COPIES + side]!
  }
}

function addSums(sums: Float64Array, at: number, others: Float64Array, from: number): void {
  const isNew = sums[at + FLOWS] === 0
  if (isNew || others[from + FIRST]! < sums[at + FIRST]!) sums[at + FIRST] = others[from + FIRST]!
  if (isNew || others[from + LAST]! > sums[at + LAST]!) sums[at + LAST] = others[from + LAST]!
  for (let place = 0; place < FIRST; place += 1) sums[at + place]! += others[from + place]!
}
