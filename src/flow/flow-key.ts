/**
 * The two endpoints of a flow have a canonical order, so that both directions of a connection find the same row and
 * the same shard. One end is called low, the other high, by the numbers alone: it says nothing about who opened it.
 */
import type { Packet } from '../wire/packet.ts'

/** Flows hash to this many shards, fixed for all time: a worker owns whole shards, and every limit is a shard's. */
export const SHARDS = 64
const SHARD_SHIFT = 26

/** The side of a flow that a packet comes from. */
export const LOW = 0
export const HIGH = 1

/** Which side the packet's source is. Between two sockets of one address the port decides. */
export function sourceSide(packet: Packet): number {
  if (packet.src3 !== packet.dst3) return packet.src3 < packet.dst3 ? LOW : HIGH
  if (packet.src2 !== packet.dst2) return packet.src2 < packet.dst2 ? LOW : HIGH
  if (packet.src1 !== packet.dst1) return packet.src1 < packet.dst1 ? LOW : HIGH
  if (packet.src0 !== packet.dst0) return packet.src0 < packet.dst0 ? LOW : HIGH
  return packet.srcPort <= packet.dstPort ? LOW : HIGH
}

/** A hash that is the same for both directions: every pair of fields enters by its sum and its product. */
export function flowHash(packet: Packet): number {
  let hash = pair(packet.src3, packet.dst3) ^ Math.imul(packet.srcPort + packet.dstPort, 0x2545f491)
  hash = Math.imul(hash ^ (packet.srcPort * packet.dstPort) ^ (packet.protocol << 24), 0x85ebca6b)
  if (packet.family === 6) {
    hash = Math.imul(hash ^ pair(packet.src0, packet.dst0), 0xc2b2ae35)
    hash = Math.imul(hash ^ pair(packet.src1, packet.dst1), 0x27d4eb2f)
    hash = Math.imul(hash ^ pair(packet.src2, packet.dst2), 0x165667b1)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function pair(left: number, right: number): number {
  return Math.imul((left + right) | 0, 0x9e3779b1) ^ Math.imul(left, right)
}

export function shardOf(hash: number): number {
  return hash >>> SHARD_SHIFT
}
