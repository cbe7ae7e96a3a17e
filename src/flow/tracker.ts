import type { Packet } from '../wire/packet.ts'
import { SYN } from '../wire/tcp.ts'
import { TCP } from '../wire/transport.ts'
import { FlowShard } from './flow-shard.ts'
import { flowHash, HIGH, SHARDS, shardOf, sourceSide } from './flow-key.ts'
import type { FlowLog } from './flow-log.ts'
import { addLetter, LETTER_D } from './history.ts'
import {
  BYTES_F64,
  CLOCK_F64,
  HISTORY_LENGTH,
  IP_BYTES_F64,
  LAST_F64,
  ORDINAL,
  PACKETS,
  PROTOCOL,
  START_F64,
  STATE,
  STATE_FIRST_SIDE,
  STATE_SEEN_SHIFT,
  STATE_UNICAST,
} from './row.ts'
import { beginsAnother, isAttempt, isClosed, trackSegment } from './tcp-state.ts'

// Idle times by the reader's clock after which a flow is over and the same key begins another one.
export const TCP_ESTABLISHED_TIMEOUT_NS = 3600e9
export const TCP_ATTEMPT_TIMEOUT_NS = 120e9
/** After both FINs, or a reset: long enough for what is still under way. */
export const TCP_CLOSED_TIMEOUT_NS = 30e9
/** UDP, and transports without ports. */
export const DATAGRAM_TIMEOUT_NS = 60e9

/** A shard looks for expired flows when it is full, but not before the clock has moved on by this much. */
const SWEEP_INTERVAL_NS = 1e9

/**
 * Puts packets into flows: one row for each, opened by its first packet, closed into the log.
 *
 * A flow ends when it has been idle for its timeout, or when a SYN begins another connection on its key. Both are
 * decided at the packet that finds it so; freeing the rows of idle flows earlier changes nothing.
 */
export class Tracker {
  readonly #shards = Array.from({ length: SHARDS }, () => new FlowShard())
  readonly #swept = new Float64Array(SHARDS)
  readonly #log: FlowLog

  constructor(log: FlowLog) {
    this.#log = log
  }

  /** Flows open at the moment. */
  get open(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.live, 0)
  }

  /** `timeNs` is the record's time, `clock` the reader's clock at it; both in nanoseconds since the origin. */
  track(packet: Packet, timeNs: number, clock: number): void {
    const side = sourceSide(packet)
    const hash = flowHash(packet)
    const number = shardOf(hash)
    const shard = this.#shards[number]!
    let row = shard.find(packet, side, hash)
    if (row >= 0 && this.#isOver(shard, row, side, packet, clock)) row = this.#replace(shard, row, side, packet, timeNs)
    if (row < 0) row = this.#open(shard, number, side, hash, packet, timeNs, clock)
    this.#count(shard, row, side, packet, timeNs, clock)
  }

  /** Closes all flows: the capture has ended. */
  finish(): void {
    for (const shard of this.#shards) {
      shard.forEach((row) => {
        this.#close(shard, row)
      })
    }
  }

  #isOver(shard: FlowShard, row: number, side: number, packet: Packet, clock: number): boolean {
    const state = shard.rows[row + STATE]!
    if (clock - shard.doubles[(row + CLOCK_F64) >> 1]! > timeoutOf(packet.protocol, state)) return true
    return (packet.tcpFlags & SYN) !== 0 && beginsAnother(shard.rows, row, side, packet)
  }

  /** Closes the flow and opens its successor on the same key. */
  #replace(shard: FlowShard, old: number, side: number, packet: Packet, timeNs: number): number {
    const sameStart = shard.doubles[(old + START_F64) >> 1] === timeNs
    const ordinal = sameStart ? shard.rows[old + ORDINAL]! + 1 : 0
    this.#close(shard, old)
    const row = shard.insert(packet, side, flowHash(packet))
    begin(shard, row, side, timeNs)
    shard.rows[row + ORDINAL] = ordinal
    return row
  }

  #open(
    shard: FlowShard,
    number: number,
    side: number,
    hash: number,
    packet: Packet,
    timeNs: number,
    clock: number,
  ): number {
    if (shard.isFull && clock - this.#swept[number]! >= SWEEP_INTERVAL_NS) {
      this.#swept[number] = clock
      this.#sweep(shard, clock)
    }
    const row = shard.insert(packet, side, hash)
    begin(shard, row, side, timeNs)
    return row
  }

  #sweep(shard: FlowShard, clock: number): void {
    shard.forEach((row) => {
      const idle = clock - shard.doubles[(row + CLOCK_F64) >> 1]!
      const protocol = shard.rows[row + PROTOCOL]! & 0xff
      if (idle > timeoutOf(protocol, shard.rows[row + STATE]!)) this.#close(shard, row)
    })
  }

  #close(shard: FlowShard, row: number): void {
    this.#log.append(shard.rows, row)
    shard.remove(row)
  }

  #count(shard: FlowShard, row: number, side: number, packet: Packet, timeNs: number, clock: number): void {
    const rows = shard.rows
    const doubles = shard.doubles
    const half = row >> 1
    if (timeNs > doubles[half + LAST_F64 / 2]!) doubles[half + LAST_F64 / 2] = timeNs
    else if (timeNs < doubles[half + START_F64 / 2]!) doubles[half + START_F64 / 2] = timeNs
    doubles[half + CLOCK_F64 / 2] = clock
    doubles[half + BYTES_F64 / 2 + side] = doubles[half + BYTES_F64 / 2 + side]! + packet.payloadLength
    doubles[half + IP_BYTES_F64 / 2 + side] = doubles[half + IP_BYTES_F64 / 2 + side]! + packet.ipLength
    rows[row + PACKETS + side] = rows[row + PACKETS + side]! + 1
    if (!packet.linkBroadcast) rows[row + STATE] = rows[row + STATE]! | STATE_UNICAST
    if (packet.protocol === TCP) trackSegment(rows, row, side, packet)
    else noteDatagram(rows, row, side)
  }
}

function begin(shard: FlowShard, row: number, side: number, timeNs: number): void {
  shard.doubles[(row + START_F64) >> 1] = timeNs
  shard.doubles[(row + LAST_F64) >> 1] = timeNs
  if (side === HIGH) shard.rows[row + STATE] = STATE_FIRST_SIDE
}

/** A datagram flow has no more history than who has sent: one D for each side. */
function noteDatagram(rows: Int32Array, row: number, side: number): void {
  if (rows[row + HISTORY_LENGTH] === 2) return
  const bit = 1 << (STATE_SEEN_SHIFT + side)
  if (rows[row + STATE]! & bit) return
  rows[row + STATE] = rows[row + STATE]! | bit
  addLetter(rows, row, LETTER_D, side)
}

function timeoutOf(protocol: number, state: number): number {
  if (protocol !== TCP) return DATAGRAM_TIMEOUT_NS
  if (isClosed(state)) return TCP_CLOSED_TIMEOUT_NS
  return isAttempt(state) ? TCP_ATTEMPT_TIMEOUT_NS : TCP_ESTABLISHED_TIMEOUT_NS
}
