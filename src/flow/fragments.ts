import { FRAGMENT_AROUND, FRAGMENT_MORE, writeDatagram } from '../wire/fragment.ts'
import { DATAGRAM_WORDS, type Packet } from '../wire/packet.ts'
import { SHARDS, shardOf } from './flow-key.ts'
import { endUnitOf, hasSoundLength, markUnits, UNIT_WORDS, unitsOf } from './fragment-units.ts'
import {
  addWaiting,
  countWaiting,
  createWaiting,
  freeWaiting,
  takeWaiting,
  type WaitingFragments,
} from './waiting-fragments.ts'

/** Ticks of the reader's clock after which no more fragments of a datagram are expected: 30 s, as most hosts wait. */
export const FRAGMENT_TIMEOUT = 300
/**
 * A datagram that is complete, or begins again, within so many ticks is a copy, and later another one of the same
 * number.
 */
export const FRAGMENT_COPY_TICKS = 1
/** Datagrams of a shard that are remembered; one more takes the place of the oldest. */
export const MOST_DATAGRAMS = 128

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
/** Places of the first and the last of its fragments that wait; 0 for none. */
const FIRST_WAITING = DATAGRAM_WORDS + 6
const LAST_WAITING = DATAGRAM_WORDS + 7
const ROW_WORDS = DATAGRAM_WORDS + 8

/** Its first fragment has come. */
const BEGUN = 1
/** Its first fragment holds a tunnel's packet, whose lengths are those of its own headers. */
const TUNNEL = 2

const NONE = -1

/** Everything that belongs to the datagrams of a shard. Made when its first fragment comes: most captures have none. */
interface Shard {
  /** 0 where a row is free. */
  readonly hashes: Int32Array
  readonly rows: Int32Array
  readonly units: Int32Array
  readonly waiting: WaitingFragments
  /** The row that is written next: the one that has been there longest. */
  oldest: number
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
    this.#next = takeWaiting(shard.waiting, this.#next, packet)
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
        if (shard.hashes[place] === 0) continue
        counts[WITHOUT_FIRST]! += countWaiting(shard.waiting, shard.rows[place * ROW_WORDS + FIRST_WAITING]!)
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
    dropWaiting(shard, row)
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
    this.counts[WITHOUT_FIRST]! += dropWaiting(shard, row)
    shard.hashes[row / ROW_WORDS] = 0
  }

  #wait({ rows, waiting }: Shard, row: number, packet: Packet): void {
    const isFirst = rows[row + FIRST_WAITING] === 0
    const place = addWaiting(waiting, isFirst ? 0 : rows[row + LAST_WAITING]!, packet)
    if (place === 0) {
      this.counts[WAITING_TOO_MANY]! += 1
      return
    }
    if (isFirst) rows[row + FIRST_WAITING] = place
    rows[row + LAST_WAITING] = place
  }
}

function createShard(): Shard {
  return {
    hashes: new Int32Array(MOST_DATAGRAMS),
    rows: new Int32Array(MOST_DATAGRAMS * ROW_WORDS),
    units: new Int32Array(MOST_DATAGRAMS * UNIT_WORDS),
    waiting: createWaiting(),
    oldest: 0,
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

/** Marks the fragment's units as come; how many of them had not yet. */
function addUnits({ rows, units }: Shard, row: number, packet: Packet): number {
  const added = markUnits(units, (row / ROW_WORDS) * UNIT_WORDS, packet)
  rows[row + UNITS]! += added
  if ((packet.fragment & FRAGMENT_MORE) === 0) rows[row + ALL_UNITS] = endUnitOf(packet)
  return added
}

/** Nothing waits for the row's datagram any more; how many fragments did. */
function dropWaiting({ rows, waiting }: Shard, row: number): number {
  const first = rows[row + FIRST_WAITING]!
  rows[row + FIRST_WAITING] = 0
  return freeWaiting(waiting, first)
}
