import { CLOCK, type Packet, TIME } from '../wire/packet.ts'
import { SYN } from '../wire/tcp.ts'
import { TCP } from '../wire/transport.ts'
import { flowHash, HIGH, SHARDS, shardOf, sourceSide } from './flow-key.ts'
import type { FlowLog } from './flow-log.ts'
import { FlowShard } from './flow-shard.ts'
import { addLetter, LETTER_D } from './history.ts'
import {
  BYTES_F64,
  CLOCK_F64,
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

  /** Counts the packet, with its times in `packet.times`, into its flow. */
  track(packet: Packet): void {
    const side = sourceSide(packet)
    const hash = flowHash(packet)
    const shard = this.#shards[shardOf(hash)]!
    let row = shard.find(packet, side, hash)
    if (row < 0) row = this.#open(shard, side, hash, packet)
    else if (this.#isOver(shard, row, side, packet)) row = this.#replace(shard, row, side, hash, packet)
    count(shard, row, side, packet)
  }

  /** Closes all flows: the capture has ended. */
  finish(): void {
    for (const shard of this.#shards) {
      shard.forEach((row) => {
        this.#close(shard, row)
      })
    }
  }

  #isOver(shard: FlowShard, row: number, side: number, packet: Packet): boolean {
    const state = shard.rows[row + STATE]!
    const idle = packet.times[CLOCK]! - shard.doubles[(row + CLOCK_F64) >> 1]!
    // No timeout is shorter than this one, so that nearly all packets need no more than one comparison.
    if (idle > TCP_CLOSED_TIMEOUT_NS && idle > timeoutOf(packet.protocol, state)) return true
    return (packet.tcpFlags & SYN) !== 0 && beginsAnother(shard.rows, row, side, packet)
  }

  /** Closes the flow and opens its successor on the same key. */
  #replace(shard: FlowShard, old: number, side: number, hash: number, packet: Packet): number {
    const sameStart = shard.doubles[(old + START_F64) >> 1] === packet.times[TIME]
    const ordinal = sameStart ? shard.rows[old + ORDINAL]! + 1 : 0
    this.#close(shard, old)
    const row = insert(shard, side, hash, packet)
    shard.rows[row + ORDINAL] = ordinal
    return row
  }

  #open(shard: FlowShard, side: number, hash: number, packet: Packet): number {
    if (shard.isFull) {
      const number = shardOf(hash)
      const clock = packet.times[CLOCK]!
      if (clock - this.#swept[number]! >= SWEEP_INTERVAL_NS) this.#sweep(shard, number, clock)
    }
    return insert(shard, side, hash, packet)
  }

  /** Closes the flows whose time is over. */
  #sweep(shard: FlowShard, number: number, clock: number): void {
    this.#swept[number] = clock
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
}

function insert(shard: FlowShard, side: number, hash: number, packet: Packet): number {
  const row = shard.insert(packet, side, hash)
  shard.doubles[(row + START_F64) >> 1] = packet.times[TIME]!
  shard.doubles[(row + LAST_F64) >> 1] = packet.times[TIME]!
  if (side === HIGH) shard.rows[row + STATE] = STATE_FIRST_SIDE
  return row
}

function count(shard: FlowShard, row: number, side: number, packet: Packet): void {
  const { rows, doubles } = shard
  const half = row >> 1
  const time = packet.times[TIME]!
  if (time > doubles[half + LAST_F64 / 2]!) doubles[half + LAST_F64 / 2] = time
  else if (time < doubles[half + START_F64 / 2]!) doubles[half + START_F64 / 2] = time
  doubles[half + CLOCK_F64 / 2] = packet.times[CLOCK]!
  doubles[half + BYTES_F64 / 2 + side] = doubles[half + BYTES_F64 / 2 + side]! + packet.payloadLength
  doubles[half + IP_BYTES_F64 / 2 + side] = doubles[half + IP_BYTES_F64 / 2 + side]! + packet.ipLength
  rows[row + PACKETS + side] = rows[row + PACKETS + side]! + 1
  if (!packet.linkBroadcast) rows[row + STATE] = rows[row + STATE]! | STATE_UNICAST
  if (packet.protocol === TCP) trackSegment(rows, row, side, packet)
  else noteDatagram(rows, row, side)
}

/** A datagram flow has no more history than who has sent: one D for each side. */
function noteDatagram(rows: Int32Array, row: number, side: number): void {
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
