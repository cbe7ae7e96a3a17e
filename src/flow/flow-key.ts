/**
 * The two endpoints of a flow have a canonical order, so that both directions of a connection find the same row and
 * the same shard. One end is called low, the other high, by the numbers alone: it says nothing about who opened it.
 */
import type { Packet } from '../wire/packet.ts'
import { hashOfFlow, hashOfFront } from './keyed-hash.ts'

/** Flows hash to this many shards, fixed for all time: a worker owns whole shards, and every limit is a shard's. */
export const SHARDS = 64
const SHARD_SHIFT = Math.clz32(SHARDS - 1)
export const SHARD_BITS = 32 - SHARD_SHIFT

/** The side of a flow that a packet comes from. */
export const LOW = 0
export const HIGH = 1

/**
 * The key of a packet, worked out once: KEY_WORDS words. The first four stand in the
 * same order at the beginning of a flow's row.
 */
export const KEY_LOW_ADDRESS = 0
export const KEY_HIGH_ADDRESS = 1
export const KEY_PORTS = 2
export const KEY_PROTOCOL = 3
/** LOW or HIGH: the side that sent the packet. */
export const KEY_SIDE = 4
/** The same in every run; its upper bits choose the shard. */
export const KEY_HASH = 5
/** The same upper bits, and behind them those of a keyed hash: where the table of open flows looks for the flow. */
export const KEY_PLACE = 6
export const KEY_WORDS = 7

export function writeKey(packet: Packet, key: Int32Array): void {
  const side = sourceSide(packet)
  const { src3, dst3, srcPort, dstPort } = packet
  const low = side === LOW ? src3 : dst3
  const high = side === LOW ? dst3 : src3
  const ports = side === LOW ? (srcPort << 16) | dstPort : (dstPort << 16) | srcPort
  const protocol = (packet.family << 8) | packet.protocol
  key[KEY_LOW_ADDRESS] = low
  key[KEY_HIGH_ADDRESS] = high
  key[KEY_PORTS] = ports
  key[KEY_PROTOCOL] = protocol
  key[KEY_SIDE] = side
  if (packet.family === 4) {
    const hash = ipv4Hash(low, high, ports, protocol)
    key[KEY_HASH] = hash
    key[KEY_PLACE] = ipv4Place(hash, low, high, ports, protocol)
    return
  }
  const hash = lastHash(frontHash(packet, side === LOW, endsHash(low, high, ports)), protocol)
  key[KEY_HASH] = hash
  key[KEY_PLACE] = placeIn(hash, (hashOfFlow(low, high, ports, protocol) + keyedFronts(packet, side)) | 0)
}

/** The hash of an IPv4 key. */
export function ipv4Hash(low: number, high: number, ports: number, protocol: number): number {
  return lastHash(endsHash(low, high, ports), protocol)
}

/** The place of an IPv4 key that has this hash. */
export function ipv4Place(hash: number, low: number, high: number, ports: number, protocol: number): number {
  return placeIn(hash, hashOfFlow(low, high, ports, protocol))
}

function placeIn(hash: number, keyed: number): number {
  return ((hash >>> SHARD_SHIFT) << SHARD_SHIFT) | (keyed >>> SHARD_BITS)
}

function keyedFronts({ src0, src1, src2, dst0, dst1, dst2 }: Packet, side: number): number {
  return (hashOfFront(side, src0, src1, src2) + hashOfFront(1 - side, dst0, dst1, dst2)) | 0
}

function endsHash(low: number, high: number, ports: number): number {
  let hash = Math.imul(low, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ high, 0x85ebca6b)
  return Math.imul(hash ^ (hash >>> 13) ^ ports, 0xc2b2ae35)
}

function lastHash(start: number, protocol: number): number {
  const hash = Math.imul(start ^ (start >>> 15) ^ protocol, 0x27d4eb2f)
  return hash ^ (hash >>> 16)
}

/** Which side the packet's source is. Between two sockets of one address the port decides. */
function sourceSide(packet: Packet): number {
  const { src3, dst3 } = packet
  if (src3 !== dst3) return src3 < dst3 ? LOW : HIGH
  if (packet.src2 !== packet.dst2) return packet.src2 < packet.dst2 ? LOW : HIGH
  if (packet.src1 !== packet.dst1) return packet.src1 < packet.dst1 ? LOW : HIGH
  if (packet.src0 !== packet.dst0) return packet.src0 < packet.dst0 ? LOW : HIGH
  return packet.srcPort <= packet.dstPort ? LOW : HIGH
}

/** Mixes in the first three words of both IPv6 addresses. */
function frontHash(packet: Packet, fromLow: boolean, start: number): number {
  let hash = start
  hash = Math.imul(hash ^ (hash >>> 15) ^ (fromLow ? packet.src0 : packet.dst0), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13) ^ (fromLow ? packet.src1 : packet.dst1), 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 15) ^ (fromLow ? packet.src2 : packet.dst2), 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 13) ^ (fromLow ? packet.dst0 : packet.src0), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15) ^ (fromLow ? packet.dst1 : packet.src1), 0xc2b2ae35)
  return Math.imul(hash ^ (hash >>> 13) ^ (fromLow ? packet.dst2 : packet.src2), 0x9e3779b1)
}

/** Of a hash, or of a place. */
export function shardOf(hash: number): number {
  return hash >>> SHARD_SHIFT
}
