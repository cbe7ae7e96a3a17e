import type { Packet } from '../wire/packet.ts'
import { LOW } from './flow-key.ts'
import { ADDRESS_FRONTS, HASH, HIGH_ADDRESS, LOW_ADDRESS, PORTS, PROTOCOL, ROW_WORDS, STATE } from './row.ts'

const FIRST_CAPACITY = 64
/** STATE of a row that holds no flow. No flow has it: an open flow has sent from at least one side. */
const FREE = -1
const NONE = -1

/**
 * The open flows of one shard: rows in one typed array, found through an open-addressing index of (hash, row) pairs.
 * It knows keys and storage, and nothing of protocols or time. A row is named by the offset of its first word.
 */
export class FlowShard {
  rows = new Int32Array(FIRST_CAPACITY * ROW_WORDS)
  /** The same memory as doubles: word w of a row is double w / 2. */
  doubles = new Float64Array(this.rows.buffer)
  /** Flows held. */
  live = 0

  /** Rows beyond this were never used. */
  #used = 0
  /** First of the rows given back, chained through their HASH word. */
  #free = NONE
  /** Pairs of hash and row + 1; a second word of 0 is an empty slot. At most half full. */
  #slots = new Int32Array(FIRST_CAPACITY * 4)
  #mask = FIRST_CAPACITY * 2 - 1

  get isFull(): boolean {
    return this.#free === NONE && this.#used === this.rows.length
  }

  /** The row of the packet's flow, or -1. `side` is sourceSide() of the packet, `hash` its flowHash(). */
  find(packet: Packet, side: number, hash: number): number {
    const slots = this.#slots
    const mask = this.#mask
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot * 2 + 1]! - 1
      if (row < 0) return NONE
      if (slots[slot * 2] === hash && this.#isFlowOf(row, packet, side)) return row
    }
  }

  /** Makes a zeroed row with the packet's key. The caller has made sure that the key is not there yet. */
  insert(packet: Packet, side: number, hash: number): number {
    if (this.isFull) this.#grow()
    const row = this.#take()
    const rows = this.rows
    rows.fill(0, row, row + ROW_WORDS)
    rows[row + LOW_ADDRESS] = side === LOW ? packet.src3 : packet.dst3
    rows[row + HIGH_ADDRESS] = side === LOW ? packet.dst3 : packet.src3
    const source = row + ADDRESS_FRONTS + (side === LOW ? 0 : 3)
    const destination = row + ADDRESS_FRONTS + (side === LOW ? 3 : 0)
    rows[source] = packet.src0
    rows[source + 1] = packet.src1
    rows[source + 2] = packet.src2
    rows[destination] = packet.dst0
    rows[destination + 1] = packet.dst1
    rows[destination + 2] = packet.dst2
    rows[row + PORTS] = portsWord(packet, side)
    rows[row + PROTOCOL] = (packet.family << 8) | packet.protocol
    rows[row + HASH] = hash
    this.#index(hash, row)
    this.live += 1
    return row
  }

  remove(row: number): void {
    this.#unindex(this.rows[row + HASH]!, row)
    this.rows[row + STATE] = FREE
    this.rows[row + HASH] = this.#free
    this.#free = row
    this.live -= 1
  }

  /** Calls `visit` with every row that holds a flow; `visit` may remove that row. */
  forEach(visit: (row: number) => void): void {
    for (let row = 0; row < this.#used; row += ROW_WORDS) {
      if (this.rows[row + STATE] !== FREE) visit(row)
    }
  }

  #take(): number {
    const row = this.#free
    if (row === NONE) {
      this.#used += ROW_WORDS
      return this.#used - ROW_WORDS
    }
    this.#free = this.rows[row + HASH]!
    return row
  }

  #isFlowOf(row: number, packet: Packet, side: number): boolean {
    const rows = this.rows
    return (
      rows[row + LOW_ADDRESS] === (side === LOW ? packet.src3 : packet.dst3) &&
      rows[row + HIGH_ADDRESS] === (side === LOW ? packet.dst3 : packet.src3) &&
      rows[row + PORTS] === portsWord(packet, side) &&
      rows[row + PROTOCOL] === ((packet.family << 8) | packet.protocol) &&
      (packet.family === 4 || this.#hasFronts(row + ADDRESS_FRONTS, packet, side))
    )
  }

  #hasFronts(at: number, packet: Packet, side: number): boolean {
    const rows = this.rows
    const source = side === LOW ? at : at + 3
    const destination = side === LOW ? at + 3 : at
    return (
      rows[source] === packet.src0 &&
      rows[source + 1] === packet.src1 &&
      rows[source + 2] === packet.src2 &&
      rows[destination] === packet.dst0 &&
      rows[destination + 1] === packet.dst1 &&
      rows[destination + 2] === packet.dst2
    )
  }

  #index(hash: number, row: number): void {
    const slots = this.#slots
    const mask = this.#mask
    let slot = hash & mask
    while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & mask
    slots[slot * 2] = hash
    slots[slot * 2 + 1] = row + 1
  }

  /** Empties the row's slot and moves later ones of the run back, so that no search ends too early. */
  #unindex(hash: number, row: number): void {
    const slots = this.#slots
    const mask = this.#mask
    let hole = hash & mask
    while (slots[hole * 2 + 1] !== row + 1) hole = (hole + 1) & mask
    for (let slot = (hole + 1) & mask; slots[slot * 2 + 1] !== 0; slot = (slot + 1) & mask) {
      const home = slots[slot * 2]! & mask
      // A pair may move back only as far as its home: when the home lies cyclically behind the hole it stays.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      slots[hole * 2] = slots[slot * 2]!
      slots[hole * 2 + 1] = slots[slot * 2 + 1]!
      hole = slot
    }
    slots[hole * 2 + 1] = 0
  }

  #grow(): void {
    const larger = new Int32Array(this.rows.length * 2)
    larger.set(this.rows)
    this.rows = larger
    this.doubles = new Float64Array(larger.buffer)
    this.#slots = new Int32Array(this.#slots.length * 2)
    this.#mask = this.#mask * 2 + 1
    this.forEach((row) => {
      this.#index(larger[row + HASH]!, row)
    })
  }
}

function portsWord(packet: Packet, side: number): number {
  return side === LOW ? (packet.srcPort << 16) | packet.dstPort : (packet.dstPort << 16) | packet.srcPort
}
