import type { Packet } from '../wire/packet.ts'
import { FIN, SYN } from '../wire/tcp.ts'
import { TCP } from '../wire/transport.ts'
import { KEY_HASH, KEY_SIDE, SHARDS, shardOf } from './flow-key.ts'

/** Packets of each shard that are remembered: a copy comes soon after its original. */
const REMEMBERED = 256
const MASK = REMEMBERED - 1
/** One hash; a part of another one, and the time. */
const WORDS = 2
/** Time in steps of 16 microseconds, modulo 17 seconds. */
const STEP_US = 16
const TIME_BITS = 20
const TIME_MASK = (1 << TIME_BITS) - 1

/**
 * Hosts give every packet another IPv4 identification, also a retransmitted one, so that the same number means the same
 * packet for as long as it can be under way in the capturing system.
 */
export const COPY_WINDOW_STEPS = 100_000 / STEP_US
/**
 * Without an identification (IPv6, and 0), a repetition may be a retransmission; no host sends one sooner, and a copy
 * is there within microseconds or after one more hop.
 */
export const UNNUMBERED_COPY_WINDOW_STEPS = Math.floor(1_000 / STEP_US)

/** What a packet is to those that came shortly before it. */
export const ORIGINAL = 0
export const COPY = 1
/** The same bytes again, but hosts also repeat such a packet: a copy only where the flow has copies anyway. */
export const COPY_PERHAPS = 2

/**
 * Recognises packets that the capture holds more than once: a span port sees both ways, several components of a Windows
 * host trace the same packet, a router's both sides are recorded. Link-layer addresses, VLAN tags and hop limit may
 * differ.
 */
export class RecentPackets {
  readonly #packets = new Int32Array(SHARDS * REMEMBERED * WORDS)

  /** Compares the packet with the recent ones of its shard, and remembers it. */
  compare(packet: Packet, key: Int32Array): number {
    const isTcp = packet.protocol === TCP && packet.tcpFlags !== 0
    const keyHash = key[KEY_HASH]!
    const sequence = isTcp ? packet.seq : 0
    const numbers = (packet.identification << 16) | packet.checksum
    const flags = isTcp ? (packet.tcpFlags << 16) | packet.window : 0
    const length = packet.ipLength * 2 + key[KEY_SIDE]!
    const first = firstHash(keyHash, sequence, isTcp ? packet.ack : 0, numbers, flags, length)
    const second = secondHash(keyHash, sequence, numbers, flags, length)
    const now = stepOf(packet.time[0]!)
    if (this.isRemembered(keyHash, first, second)) {
      const steps = (now - this.#packets[placeOf(keyHash, first) + 1]!) & TIME_MASK
      const meaning = meaningOf(packet, isTcp, steps)
      if (meaning !== ORIGINAL) return meaning
    }
    this.remember(keyHash, first, second, now)
    return ORIGINAL
  }

  /** Whether a packet of these hashes is among the recent ones of its shard. */
  isRemembered(keyHash: number, first: number, second: number): boolean {
    const packets = this.#packets
    const at = placeOf(keyHash, first)
    return packets[at] === first && ((packets[at + 1]! ^ second) & ~TIME_MASK) === 0
  }

  remember(keyHash: number, first: number, second: number, step: number): void {
    const packets = this.#packets
    const at = placeOf(keyHash, first)
    packets[at] = first
    packets[at + 1] = (second & ~TIME_MASK) | step
  }
}

/**
 * Two hashes tell packets apart. Both are of all fields: an acknowledgement and the data behind it share most of them.
 * `numbers`: IPv4 identification and checksum; `flags`: TCP flags and window; `length`: of the IP packet, and the side.
 */
export function firstHash(
  keyHash: number,
  sequence: number,
  acknowledgement: number,
  numbers: number,
  flags: number,
  length: number,
): number {
  let hash = Math.imul(keyHash ^ sequence, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15) ^ acknowledgement, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13) ^ numbers, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 16) ^ flags, 0x27d4eb2f)
  return Math.imul(hash ^ (hash >>> 15) ^ length, 0x165667b1)
}

export function secondHash(keyHash: number, sequence: number, numbers: number, flags: number, length: number): number {
  return Math.imul(numbers ^ (flags << 7) ^ length, 0x85ebca6b) ^ Math.imul(sequence ^ keyHash, 0xc2b2ae35)
}

/** The time in steps, modulo TIME_MASK + 1. */
export function stepOf(timeNs: number): number {
  return Math.floor(timeNs / (1000 * STEP_US)) & TIME_MASK
}

function placeOf(keyHash: number, first: number): number {
  return (shardOf(keyHash) * REMEMBERED + ((first ^ (first >>> 16)) & MASK)) * WORDS
}

/**
 * `steps` is the time since the packet before, modulo TIME_MASK + 1: a clock that goes back a little is near the end.
 */
function meaningOf(packet: Packet, isTcp: boolean, steps: number): number {
  const elapsed = Math.min(steps, TIME_MASK + 1 - steps)
  if (packet.identification !== 0) return elapsed <= COPY_WINDOW_STEPS ? COPY : ORIGINAL
  // Nothing of the content was compared, or there is no time to tell by.
  if (packet.checksum === 0 || !packet.hasTime) return ORIGINAL
  if (elapsed > UNNUMBERED_COPY_WINDOW_STEPS) return ORIGINAL
  // Acknowledgements and resets are repeated at once when several segments call for them.
  if (isTcp && packet.payloadLength === 0 && (packet.tcpFlags & (SYN | FIN)) === 0) return COPY_PERHAPS
  return COPY
}
