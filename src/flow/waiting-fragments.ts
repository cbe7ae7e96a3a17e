import type { Packet } from '../wire/packet.ts'

/** Later fragments of a shard that wait for their first; one more is left out of its flow. */
export const MOST_WAITING = 512

// Words of a waiting fragment.
/** The place behind it: in its chain, or among the free ones. */
const NEXT = 0
const FRAGMENT = 1
const IP_LENGTH = 2
const PAYLOAD_LENGTH = 3
const BROADCAST = 4
const WAITING_WORDS = 5

/**
 * The places of a shard's waiting fragments, counted from 1; 0 is none. Those of a datagram are a chain, in the order in
 * which they came, and the free ones are another.
 */
export interface WaitingFragments {
  readonly words: Int32Array
  readonly times: Float64Array
  /** The first of the free places. */
  free: number
}

export function createWaiting(): WaitingFragments {
  const words = new Int32Array(MOST_WAITING * WAITING_WORDS)
  for (let place = 1; place < MOST_WAITING; place += 1) words[rowOf(place) + NEXT] = place + 1
  return { words, times: new Float64Array(MOST_WAITING), free: 1 }
}

/** Lets the packet wait behind the place `last`, or in a chain of its own; its place, or 0 where all are taken. */
export function addWaiting(waiting: WaitingFragments, last: number, packet: Packet): number {
  const place = waiting.free
  if (place === 0) return 0
  const { words } = waiting
  const row = rowOf(place)
  waiting.free = words[row + NEXT]!
  words[row + NEXT] = 0
  words[row + FRAGMENT] = packet.fragment
  words[row + IP_LENGTH] = packet.ipLength
  words[row + PAYLOAD_LENGTH] = packet.payloadLength
  words[row + BROADCAST] = packet.linkBroadcast ? 1 : 0
  waiting.times[place - 1] = packet.time[0]!
  if (last !== 0) words[rowOf(last) + NEXT] = place
  return place
}

/**
 * Makes the first packet of a datagram the fragment that waited at `place`, which is free again. The next place of its
 * chain, or 0.
 */
export function takeWaiting(waiting: WaitingFragments, place: number, packet: Packet): number {
  const { words } = waiting
  const row = rowOf(place)
  const next = words[row + NEXT]!
  packet.time[0] = waiting.times[place - 1]!
  packet.fragment = words[row + FRAGMENT]!
  packet.ipLength = words[row + IP_LENGTH]!
  packet.payloadLength = words[row + PAYLOAD_LENGTH]!
  packet.linkBroadcast = words[row + BROADCAST] !== 0
  packet.payloadEnd = packet.payload
  packet.tcpFlags = 0
  packet.checksum = 0
  giveBack(waiting, place)
  return next
}

/** Frees the places of the chain that begins at `first`; how many there were. */
export function freeWaiting(waiting: WaitingFragments, first: number): number {
  let count = 0
  for (let place = first; place !== 0; count += 1) {
    const next = waiting.words[rowOf(place) + NEXT]!
    giveBack(waiting, place)
    place = next
  }
  return count
}

/** How many fragments the chain that begins at `first` has. */
export function countWaiting({ words }: WaitingFragments, first: number): number {
  let count = 0
  for (let place = first; place !== 0; place = words[rowOf(place) + NEXT]!) count += 1
  return count
}

function giveBack(waiting: WaitingFragments, place: number): void {
  waiting.words[rowOf(place) + NEXT] = waiting.free
  waiting.free = place
}

function rowOf(place: number): number {
  return (place - 1) * WAITING_WORDS
}
