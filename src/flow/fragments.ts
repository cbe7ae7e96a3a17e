import { FRAGMENT_AROUND, FRAGMENT_MORE, FRAGMENT_OFFSET, LONGEST_DATAGRAM, writeDatagram } from '../wire/fragment.ts'
import { DATAGRAM_WORDS, type Packet } from '../wire/packet.ts'
import { SHARDS, shardOf } from './flow-key.ts'

/** Ticks of the reader's clock after which no more fragments of a datagram are expected: 30 s, as most hosts wait. */
export const FRAGMENT_TIMEOUT = 300
/**
 * A datagram that is complete, or begins again, within so many ticks is a copy, and later another one of the same
 * number.
 */
export const FRAGMENT_COPY_TICKS = 1
/** Datagrams of a shard that are remembered; one more takes the place of the oldest. */
export const MOST_DATAGRAMS = 128
/** Later fragments of a shard that wait for their first; one more is left out of its flow. */
export const MOST_WAITING = 512

/** What the counts of a FragmentTable are of. All but the limits on datagrams count fragments. */
export const FRAGMENT_ANOMALIES = [
  'ip-fragment-without-first',
  'ip-fragment-overlap',
  'ip-fragment-copy',
  'ip-fragment-length-wrong',
  'ip-fragmented-datagrams-too-many',
  'ip-fragments-waiting-too-many',
] as const
const WITHOUT_FIRST = 0
const OVERLAP = 1
const COPY = 2
const LENGTH_WRONG = 3
const DATAGRAMS_TOO_MANY = 4
const WAITING_TOO_MANY = 5

// Words of a remembered datagram, behind those of writeDatagram().
/** Source port in the upper half. */
const PORTS = DATAGRAM_WORDS
const PROTOCOL = DATAGRAM_WORDS + 1
/** BEGUN and TUNNEL. */
const STATE = DATAGRAM_WORDS + 2
/** The reader's clock at its first fragment to come. */
const CLOCK = DATAGRAM_WORDS + 3
/** Units of 8 bytes that have come, and those of the whole datagram, once its last fragment told. */
const UNITS = DATAGRAM_WORDS + 4
const ALL_UNITS = DATAGRAM_WORDS + 5
/** Waiting fragments, counted from 1, as a chain in the order in which they came; 0 for none. */
const FIRST_WAITING = DATAGRAM_WORDS + 6
const LAST_WAITING = DATAGRAM_WORDS + 7
const ROW_WORDS = DATAGRAM_WORDS + 8

/** Its first fragment has come. */
const BEGUN = 1
/** Its first fragment holds a tunnel's packet, whose lengths are those of its own headers. */
const TUNNEL = 2

/** A bit for each unit of 8 bytes that a datagram can have. */
const UNIT_WORDS = (FRAGMENT_OFFSET + 1) / 32

// Words of a waiting fragment.
const NEXT = 0
const FRAGMENT = 1
const IP_LENGTH = 2
const PAYLOAD_LENGTH = 3
const BROADCAST = 4
const WAITING_WORDS = 5

const NONE = -1

/** Everything that belongs to the datagrams of a shard. Made when its first fragment comes: most captures have none. */
interface Shard {
  /** 0 where a row is free. */
  readonly hashes: Int32Array
  readonly rows: Int32Array
  readonly units: Int32Array
  readonly waiting: Int32Array
  readonly times: Float64Array
  /** The row that is written next: the one that has been there longest. */
  oldest: number
  /** First of the free places for waiting fragments, chained like those in use. */
  free: number
}

/**
 * Gives later fragments the ports of their datagram's first one. A fragment that comes before the first waits for it.
 *
 * Nothing here depends on the flows, and its shards are made of what tells datagrams apart: every worker that sees all
 * packets keeps the same table.
 */
export class FragmentTable {
  /** By FRAGMENT_ANOMALIES. */
  readonly counts = new Float64Array(FRAGMENT_ANOMALIES.length)
  readonly #shards: (Shard | undefined)[] = new Array<Shard | undefined>(SHARDS).fill(undefined)
  /** What tells the datagram at hand from others. */
  readonly #datagram = new Int32Array(DATAGRAM_WORDS)
  #hash = 0
  /** Where the fragments that nextWaiting() gives out stand. */
  #shard: Shard | undefined
  #next = 0

  /**
   * Takes note of a packet whose `fragment` is not 0: the first fragment of its datagram, or inside the first fragment
   * of a tunnel's. nextWaiting() then gives out the later ones that came before.
   */
  begin(packet: Packet): void {
    this.#next = 0
    if (packet.fragment & FRAGMENT_AROUND) this.#beginTunnel(packet)
    if ((packet.fragment & FRAGMENT_MORE) === 0) return
    writeDatagram(packet, this.#datagram)
    const shard = this.#locate()
    let row = this.#find(shard, packet.clock)
    if (row !== NONE && shard.rows[row + STATE] !== 0) {
      if (isAgain(shard, row, packet)) return
      this.#remove(shard, row)
      row = NONE
    }
    if (row === NONE) row = this.#insert(shard, packet.clock)
    shard.rows[row + PORTS] = (packet.srcPort << 16) | packet.dstPort
    shard.rows[row + PROTOCOL] = packet.protocol
    shard.rows[row + STATE] = BEGUN
    if (!hasSoundLength(packet)) this.counts[LENGTH_WRONG]! += 1
    else if (addUnits(shard, row, packet) < unitsOf(packet)) this.counts[OVERLAP]! += 1
    this.#shard = shard
    this.#next = shard.rows[row + FIRST_WAITING]!
    shard.rows[row + FIRST_WAITING] = 0
  }

  /**
   * Fills `packet`, which still holds what begin() was given, with the next fragment that waited; false after the last.
   */
  nextWaiting(packet: Packet): boolean {
    const shard = this.#shard
    if (this.#next === 0 || shard === undefined) return false
    const place = this.#next - 1
    const at = place * WAITING_WORDS
    this.#next = shard.waiting[at + NEXT]!
    packet.time[0] = shard.times[place]!
    packet.fragment = shard.waiting[at + FRAGMENT]!
    packet.ipLength = shard.waiting[at + IP_LENGTH]!
    packet.payloadLength = shard.waiting[at + PAYLOAD_LENGTH]!
    packet.linkBroadcast = shard.waiting[at + BROADCAST] !== 0
    packet.payloadEnd = packet.payload
    packet.tcpFlags = 0
    packet.checksum = 0
    giveBack(shard, place)
    return true
  }

  /** Gives a later fragment the ports and the protocol of its datagram; false when it does not count, or not yet. */
  take(packet: Packet): boolean {
    if (packet.fragment & FRAGMENT_AROUND) this.#beginTunnel(packet)
    if (!hasSoundLength(packet)) {
      this.counts[LENGTH_WRONG]! += 1
      return false
    }
    writeDatagram(packet, this.#datagram)
    const shard = this.#locate()
    let row = this.#find(shard, packet.clock)
    if (row === NONE) row = this.#insert(shard, packet.clock)
    const state = shard.rows[row + STATE]!
    if (state & TUNNEL) return false
    const added = addUnits(shard, row, packet)
    if (added < unitsOf(packet)) this.counts[added === 0 ? COPY : OVERLAP]! += 1
    if (added === 0) return false
    if (state === 0) {
      this.#wait(shard, row, packet)
      return false
    }
    packet.srcPort = shard.rows[row + PORTS]! >>> 16
    packet.dstPort = shard.rows[row + PORTS]! & 0xffff
    packet.protocol = shard.rows[row + PROTOCOL]!
    return true
  }

  /** The counts as they would be, had the capture ended here. */
  countsSoFar(): Float64Array {
    const counts = this.counts.slice()
    for (const shard of this.#shards) {
      for (let place = 0; shard !== undefined && place < MOST_DATAGRAMS; place += 1) {
        if (shard.hashes[place] !== 0) counts[WITHOUT_FIRST]! += waitingOf(shard, place * ROW_WORDS)
      }
    }
    return counts
  }

  /** Counts what still waits: the capture has ended. */
  finish(): void {
    for (const shard of this.#shards) {
      for (let place = 0; shard !== undefined && place < MOST_DATAGRAMS; place += 1) {
        if (shard.hashes[place] !== 0) this.#remove(shard, place * ROW_WORDS)
      }
    }
  }

  /** The tunnel's later fragments bring nothing: what stands inside has been counted by its own lengths. */
  #beginTunnel(packet: Packet): void {
    this.#datagram.set(packet.around)
    const shard = this.#locate()
    let row = this.#find(shard, packet.clock)
    if (row === NONE) row = this.#insert(shard, packet.clock)
    freeWaiting(shard, row)
    shard.rows[row + STATE] = BEGUN | TUNNEL
    shard.rows[row + CLOCK] = packet.clock
  }

  /** Puts the hash of the datagram at hand into `#hash`, and says which shard it is of. */
  #locate(): Shard {
    let hash = 0
    for (let word = 0; word < DATAGRAM_WORDS; word += 1) {
      hash = Math.imul(hash ^ (hash >>> 15) ^ this.#datagram[word]!, 0x85ebca6b)
    }
    hash ^= hash >>> 13
    this.#hash = hash === 0 ? 1 : hash
    const number = shardOf(this.#hash)
    const shard = this.#shards[number] ?? createShard()
    this.#shards[number] = shard
    return shard
  }

  /** The row of the datagram at hand, unless it is over. */
  #find(shard: Shard, clock: number): number {
    const { hashes } = shard
    for (let place = 0; place < MOST_DATAGRAMS; place += 1) {
      if (hashes[place] !== this.#hash || !this.#isAt(shard, place * ROW_WORDS)) continue
      if (!isOver(shard, place * ROW_WORDS, clock)) return place * ROW_WORDS
      this.#remove(shard, place * ROW_WORDS)
    }
    return NONE
  }

  #isAt(shard: Shard, row: number): boolean {
    for (let word = 0; word < DATAGRAM_WORDS; word += 1) {
      if (shard.rows[row + word] !== this.#datagram[word]) return false
    }
    return true
  }

  #insert(shard: Shard, clock: number): number {
    const place = shard.oldest
    const row = place * ROW_WORDS
    if (shard.hashes[place] !== 0) {
      if (!isOver(shard, row, clock) && !isComplete(shard, row)) this.counts[DATAGRAMS_TOO_MANY]! += 1
      this.#remove(shard, row)
    }
    shard.oldest = (place + 1) % MOST_DATAGRAMS
    shard.hashes[place] = this.#hash
    shard.rows.set(this.#datagram, row)
    shard.rows.fill(0, row + DATAGRAM_WORDS, row + ROW_WORDS)
    shard.rows[row + CLOCK] = clock
    shard.units.fill(0, place * UNIT_WORDS, (place + 1) * UNIT_WORDS)
    return row
  }

  #remove(shard: Shard, row: number): void {
    this.counts[WITHOUT_FIRST]! += freeWaiting(shard, row)
    shard.hashes[row / ROW_WORDS] = 0
  }

  #wait(shard: Shard, row: number, packet: Packet): void {
    const place = shard.free - 1
    if (place < 0) {
      this.counts[WAITING_TOO_MANY]! += 1
      return
    }
    const { rows, waiting } = shard
    const at = place * WAITING_WORDS
    shard.free = waiting[at + NEXT]!
    waiting[at + NEXT] = 0
    waiting[at + FRAGMENT] = packet.fragment
    waiting[at + IP_LENGTH] = packet.ipLength
    waiting[at + PAYLOAD_LENGTH] = packet.payloadLength
    waiting[at + BROADCAST] = packet.linkBroadcast ? 1 : 0
    shard.times[place] = packet.time[0]!
    if (rows[row + FIRST_WAITING] === 0) rows[row + FIRST_WAITING] = place + 1
    else waiting[(rows[row + LAST_WAITING]! - 1) * WAITING_WORDS + NEXT] = place + 1
    rows[row + LAST_WAITING] = place + 1
  }
}

function createShard(): Shard {
  const waiting = new Int32Array(MOST_WAITING * WAITING_WORDS)
  for (let place = 0; place < MOST_WAITING - 1; place += 1) waiting[place * WAITING_WORDS + NEXT] = place + 2
  return {
    hashes: new Int32Array(MOST_DATAGRAMS),
    rows: new Int32Array(MOST_DATAGRAMS * ROW_WORDS),
    units: new Int32Array(MOST_DATAGRAMS * UNIT_WORDS),
    waiting,
    times: new Float64Array(MOST_WAITING),
    oldest: 0,
    free: 1,
  }
}

function isComplete(shard: Shard, row: number): boolean {
  const all = shard.rows[row + ALL_UNITS]!
  return all !== 0 && shard.rows[row + UNITS] === all
}

/** A fragment that still comes is of another datagram with the same number. */
function isOver(shard: Shard, row: number, clock: number): boolean {
  const age = clock - shard.rows[row + CLOCK]!
  return age > FRAGMENT_TIMEOUT || (age > FRAGMENT_COPY_TICKS && isComplete(shard, row))
}

/** Whether a first fragment is the one that the datagram already has. */
function isAgain(shard: Shard, row: number, packet: Packet): boolean {
  const { rows } = shard
  if (packet.clock - rows[row + CLOCK]! > FRAGMENT_COPY_TICKS) return false
  return rows[row + PORTS] === ((packet.srcPort << 16) | packet.dstPort) && rows[row + PROTOCOL] === packet.protocol
}

/** All fragments but the last are of whole units, and none goes beyond the longest datagram (RFC 791 section 3.1). */
function hasSoundLength({ fragment, fragmentLength }: Packet): boolean {
  if (fragmentLength <= 0 || (fragment & FRAGMENT_OFFSET) * 8 + fragmentLength > LONGEST_DATAGRAM) return false
  return (fragment & FRAGMENT_MORE) === 0 || fragmentLength % 8 === 0
}

function unitsOf({ fragmentLength }: Packet): number {
  return (fragmentLength + 7) >> 3
}

/** Marks the fragment's units as come; how many of them had not yet. */
function addUnits(shard: Shard, row: number, packet: Packet): number {
  const { rows, units } = shard
  const base = (row / ROW_WORDS) * UNIT_WORDS
  const begin = packet.fragment & FRAGMENT_OFFSET
  const end = begin + unitsOf(packet)
  let added = 0
  for (let word = begin >> 5; word << 5 < end; word += 1) {
    const from = begin - (word << 5)
    const to = end - (word << 5)
    const bits = (to >= 32 ? -1 : (1 << to) - 1) & (from > 0 ? -1 << from : -1)
    added += bitCount(bits & ~units[base + word]!)
    units[base + word]! |= bits
  }
  rows[row + UNITS]! += added
  if ((packet.fragment & FRAGMENT_MORE) === 0) rows[row + ALL_UNITS] = end
  return added
}

function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function waitingOf({ rows, waiting }: Shard, row: number): number {
  let count = 0
  for (let next = rows[row + FIRST_WAITING]!; next !== 0; next = waiting[(next - 1) * WAITING_WORDS + NEXT]!) count += 1
  return count
}

/** Frees the places of the row's waiting fragments; how many there were. */
function freeWaiting(shard: Shard, row: number): number {
  let count = 0
  let next = shard.rows[row + FIRST_WAITING]!
  shard.rows[row + FIRST_WAITING] = 0
  while (next !== 0) {
    const place = next - 1
    next = shard.waiting[place * WAITING_WORDS + NEXT]!
    giveBack(shard, place)
    count += 1
  }
  return count
}

function giveBack(shard: Shard, place: number): void {
  shard.waiting[place * WAITING_WORDS + NEXT] = shard.free
  shard.free = place + 1
}
