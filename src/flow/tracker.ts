import { decodeQuoted, NO_ERROR } from '../wire/icmp.ts'
import { createPacket, type Packet } from '../wire/packet.ts'
import { SYN } from '../wire/tcp.ts'
import { TCP, UDP } from '../wire/transport.ts'
import { COPY_PERHAPS, ORIGINAL, RecentPackets } from './copies.ts'
import { Flood } from './flood.ts'
import { NO_SENDER, senderOf } from './flood-attempt.ts'
import { HIGH, KEY_HASH, KEY_SIDE, KEY_WORDS, SHARDS, shardOf, writeKey } from './flow-key.ts'
import { FLOW_LIMITS, type FlowLimits } from './flow-limits.ts'
import type { FlowLog } from './flow-log.ts'
import { coldRow, FlowTable, hotRow } from './flow-table.ts'
import { addLetter, LETTER_D } from './history.ts'
import { type ListedSpans, NOBODY_LISTED } from './listed.ts'
import { appendOpenFlows } from './open-flows.ts'
import { Payloads } from './payload.ts'
import { PlainPackets } from './plain-packets.ts'
import {
  BYTES_F64,
  CLOCK,
  COPIES,
  ENCAPSULATION,
  FRAGMENTS,
  ICMP_ERROR,
  ICMP_SENDER,
  IP_BYTES_F64,
  LAST_F64,
  MOST_PENDING_BYTES,
  PACKETS,
  PENDING_BYTES,
  PENDING_IP_BYTES,
  PROCESS,
  PROTOCOL,
  START_F64,
  STATE,
  STATE_FIRST_SIDE,
  STATE_SEEN_BITS,
  STATE_SEEN_SHIFT,
  STATE_UNICAST,
} from './row.ts'
import { ShardRoom } from './shard-room.ts'
import { isAttempt, isClosed } from './state-word.ts'
import { trackMoreBytes } from './tcp-sequence.ts'
import { beginsAnother, trackSegment } from './tcp-state.ts'

// Idle times, in ticks of the reader's clock (100 ms), after which a flow is over and the same key begins another one.
export const TCP_ESTABLISHED_TIMEOUT = 36_000
export const TCP_ATTEMPT_TIMEOUT = 1_200
/** After both FINs, or a reset: long enough for what is still under way. */
export const TCP_CLOSED_TIMEOUT = 300
/** UDP, and transports without ports. */
export const DATAGRAM_TIMEOUT = 600
/** No timeout is shorter, so that nearly all packets need no more than one comparison. */
const SHORTEST_TIMEOUT = TCP_CLOSED_TIMEOUT

/** The shards that one tracker is responsible for: those whose number leaves `part` when divided by `of`. */
export interface Share {
  readonly part: number
  readonly of: number
}
export const WHOLE: Share = { part: 0, of: 1 }

/** What bounds a tracker, besides the constants of the files that it uses. */
export interface Bounds {
  readonly limits: FlowLimits
  /** Whose attempts are not folded. */
  readonly listed: ListedSpans
}
export const DEFAULT_BOUNDS: Bounds = { limits: FLOW_LIMITS, listed: NOBODY_LISTED }

/**
 * Puts packets into flows: each is opened by its first packet, and closed into the log.
 *
 * A flow ends when it has been idle for its timeout, or when a SYN begins another connection on its key. Both are
 * decided at the packet that finds it so; closing idle flows earlier frees memory and changes nothing.
 */
export class Tracker {
  /** Ethernet frames may be handed to it first; those that it does not take are to be decoded and tracked. */
  readonly plain: PlainPackets
  readonly #table = new FlowTable()
  readonly #log: FlowLog
  readonly #share: Share
  /** The key of the packet at hand. */
  readonly #key = new Int32Array(KEY_WORDS)
  readonly #recent = new RecentPackets()
  readonly #payloads: Payloads
  readonly #quoted = createPacket()
  readonly #flood: Flood
  readonly #room: ShardRoom

  constructor(log: FlowLog, share: Share = WHOLE, { limits, listed }: Bounds = DEFAULT_BOUNDS) {
    const table = this.#table
    this.#log = log
    this.#share = share
    this.#payloads = new Payloads(table, log)
    this.plain = new PlainPackets(table, this.#recent, this.#payloads, SHORTEST_TIMEOUT, share)
    this.#flood = new Flood(log, limits, listed)
    this.#room = new ShardRoom(table, limits.openFlows, {
      shortestTimeout: SHORTEST_TIMEOUT,
      isOver: (flow, now) => isIdleTooLong(table, flow, now),
      close: (flow) => this.#close(flow),
    })
  }

  /** Counts the packet into its flow; one of another share is passed over. */
  track(packet: Packet, view: DataView): void {
    if (packet.protocol !== TCP && packet.protocol !== UDP) this.#trackQuoted(packet, view)
    const key = this.#key
    writeKey(packet, key)
    if (!this.#isOurs(key)) return
    const table = this.#table
    const side = key[KEY_SIDE]!
    let flow = table.find(key, packet)
    const repetition = this.#recent.compare(packet, key)
    if (repetition !== ORIGINAL && flow >= 0 && noteCopy(table, flow, side, repetition)) return
    if (flow < 0) flow = this.#open(packet)
    else if (this.#isOver(flow, side, packet)) flow = this.#replace(flow, packet)
    count(table, flow, side, packet)
    if (packet.protocol === TCP) trackSegment(table, flow, side, packet)
    else noteDatagram(table, flow, side)
    // STATE_SETTLED is the sign.
    if (packet.payloadLength > 0 && table.hot[hotRow(flow) + STATE]! >= 0) this.#look(flow, side, packet, view)
  }

  /** A later fragment of a datagram whose first has been tracked: it adds to its flow's bytes, but is no packet. */
  trackFragment(packet: Packet): void {
    const key = this.#key
    writeKey(packet, key)
    if (!this.#isOurs(key)) return
    const table = this.#table
    const side = key[KEY_SIDE]!
    const flow = table.find(key, packet)
    if (flow < 0) return
    countBytes(table, flow, side, packet)
    const at = table.ownRareRow(flow) + FRAGMENTS
    table.rare.words[at]! += 1
    if (packet.protocol === TCP) trackMoreBytes(table, flow, side, packet.payloadLength)
  }

  /** An ICMP error belongs to the flow whose packet it quotes, besides being a packet of its own. */
  #trackQuoted(packet: Packet, view: DataView): void {
    const quoted = this.#quoted
    const error = decodeQuoted(view, packet, quoted)
    if (error === NO_ERROR) return
    const key = this.#key
    writeKey(quoted, key)
    if (!this.#isOurs(key)) return
    const table = this.#table
    const flow = table.find(key, quoted)
    // What nobody was seen to send, nobody can have been refused.
    if (flow < 0 || table.hot[hotRow(flow) + PACKETS + key[KEY_SIDE]!] === 0) return
    if (isIdleTooLong(table, flow, packet.clock)) return
    if (error <= table.rare.words[table.rareRow(flow) + ICMP_ERROR]!) return
    const row = table.ownRareRow(flow)
    const { family, src0, src1, src2, src3 } = packet
    table.rare.words[row + ICMP_ERROR] = error
    table.rare.words[row + ICMP_SENDER] = this.#log.hosts.numberOf(family, src0, src1, src2, src3)
  }

  #isOurs(key: Int32Array): boolean {
    const { part, of } = this.#share
    return of === 1 || shardOf(key[KEY_HASH]!) % of === part
  }

  /** A flow that is not settled. */
  #look(flow: number, side: number, packet: Packet, view: DataView): void {
    if (packet.protocol === TCP) this.#payloads.lookAtSegment(flow, side, packet, view)
    else if (packet.protocol === UDP) this.#payloads.lookAtDatagram(flow, side, packet, view)
  }

  /** Closes all flows, shard by shard: the capture has ended. */
  finish(): void {
    const table = this.#table
    for (let shard = 0; shard < SHARDS; shard += 1) {
      while (table.liveIn[shard]! > 0) this.#close(table.oldestOf(shard))
    }
    this.#log.closedEarly += this.#room.closedEarly
  }

  /** Does in a branch of the log what finish() would do now, and changes nothing here. */
  finishIn(branch: FlowLog): void {
    appendOpenFlows(this.#table, this.#payloads, this.#flood, branch)
    branch.closedEarly += this.#room.closedEarly
  }

  #isOver(flow: number, side: number, packet: Packet): boolean {
    const table = this.#table
    const row = hotRow(flow)
    const idle = packet.clock - table.hot[row + CLOCK]!
    if (idle > SHORTEST_TIMEOUT && idle > timeoutOf(packet.protocol, table.hot[row + STATE]!)) return true
    return (packet.tcpFlags & SYN) !== 0 && beginsAnother(table, flow, side, packet)
  }

  /** Closes the flow and opens its successor on the same key. */
  #replace(old: number, packet: Packet): number {
    this.#close(old)
    return this.#insert(packet)
  }

  #open(packet: Packet): number {
    const shard = shardOf(this.#key[KEY_HASH]!)
    if (this.#table.liveIn[shard]! >= this.#room.full[shard]!) this.#room.makeRoom(shard, packet.clock)
    return this.#insert(packet)
  }

  #insert(packet: Packet): number {
    const table = this.#table
    const flow = table.insert(this.#key, packet)
    table.coldDoubles[(coldRow(flow) + START_F64) >> 1] = packet.time[0]!
    table.cold[coldRow(flow) + PROCESS] = (packet.processId + 1) | 0
    table.hotDoubles[(hotRow(flow) + LAST_F64) >> 1] = packet.time[0]!
    if (this.#key[KEY_SIDE] === HIGH) table.hot[hotRow(flow) + STATE] = STATE_FIRST_SIDE
    return flow
  }

  #close(flow: number): void {
    const table = this.#table
    this.#payloads.inspections.close(flow)
    const sender = senderOf(table, flow)
    if (sender === NO_SENDER || !this.#flood.takes(table, flow, sender)) this.#log.append(table, flow)
    table.remove(flow)
  }
}

/** Counts a copy with its side. False when the packet is none after all. */
function noteCopy(table: FlowTable, flow: number, side: number, repetition: number): boolean {
  const { rare } = table
  const seen = table.rareRow(flow) + COPIES
  if (repetition === COPY_PERHAPS && rare.words[seen] === 0 && rare.words[seen + 1] === 0) return false
  const at = table.ownRareRow(flow) + COPIES + side
  rare.words[at] = rare.words[at]! + 1
  return true
}

/** What every packet adds to its flow, whatever its transport. */
function count(table: FlowTable, flow: number, side: number, packet: Packet): void {
  const { hot, hotDoubles } = table
  const row = hotRow(flow)
  const time = packet.time[0]!
  const last = (row + LAST_F64) >> 1
  if (time >= hotDoubles[last]!) hotDoubles[last] = time
  else noteEarlier(table, flow, time)
  hot[row + CLOCK] = packet.clock
  hot[row + PACKETS + side] = hot[row + PACKETS + side]! + 1
  if (!packet.linkBroadcast) hot[row + STATE] = hot[row + STATE]! | STATE_UNICAST
  if (packet.encapsulation !== 0) noteEncapsulation(table, flow, packet.encapsulation)
  countBytes(table, flow, side, packet)
}

function noteEncapsulation({ cold }: FlowTable, flow: number, encapsulation: number): void {
  const at = coldRow(flow) + ENCAPSULATION
  cold[at] = cold[at]! | encapsulation
}

function countBytes(table: FlowTable, flow: number, side: number, packet: Packet): void {
  const { hot } = table
  const row = hotRow(flow)
  const bytes = hot[row + PENDING_BYTES + side]! + packet.payloadLength
  const ipBytes = hot[row + PENDING_IP_BYTES + side]! + packet.ipLength
  hot[row + PENDING_BYTES + side] = bytes
  hot[row + PENDING_IP_BYTES + side] = ipBytes
  // The payload is part of the IP packet, so that this sum is the larger one.
  if (ipBytes >= MOST_PENDING_BYTES) addPending(table, flow, side)
}

/** Moves the hot 32-bit sums into the rare doubles. */
function addPending(table: FlowTable, flow: number, side: number): void {
  const rare = table.ownRareRow(flow)
  const { doubles } = table.rare
  const { hot } = table
  const row = hotRow(flow)
  doubles[((rare + BYTES_F64) >> 1) + side]! += hot[row + PENDING_BYTES + side]!
  doubles[((rare + IP_BYTES_F64) >> 1) + side]! += hot[row + PENDING_IP_BYTES + side]!
  hot[row + PENDING_BYTES + side] = 0
  hot[row + PENDING_IP_BYTES + side] = 0
}

/** A packet whose time lies before the latest one; it may also be the earliest. */
function noteEarlier(table: FlowTable, flow: number, time: number): void {
  const start = (coldRow(flow) + START_F64) >> 1
  if (time < table.coldDoubles[start]!) table.coldDoubles[start] = time
}

/** A datagram flow has no more history than who has sent: one D for each side. */
function noteDatagram(table: FlowTable, flow: number, side: number): void {
  const at = hotRow(flow) + STATE
  const bit = 1 << (STATE_SEEN_SHIFT + side * STATE_SEEN_BITS)
  if (table.hot[at]! & bit) return
  table.hot[at] = table.hot[at]! | bit
  addLetter(table.cold, coldRow(flow), LETTER_D, side)
}

function isIdleTooLong({ hot }: FlowTable, flow: number, now: number): boolean {
  const row = hotRow(flow)
  return now - hot[row + CLOCK]! > timeoutOf(hot[row + PROTOCOL]! & 0xff, hot[row + STATE]!)
}

function timeoutOf(protocol: number, state: number): number {
  if (protocol !== TCP) return DATAGRAM_TIMEOUT
  if (isClosed(state)) return TCP_CLOSED_TIMEOUT
  return isAttempt(state) ? TCP_ATTEMPT_TIMEOUT : TCP_ESTABLISHED_TIMEOUT
}
