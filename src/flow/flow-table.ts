import type { Packet } from '../wire/packet.ts'
import {
  KEY_HIGH_ADDRESS,
  KEY_LOW_ADDRESS,
  KEY_PLACE,
  KEY_PORTS,
  KEY_PROTOCOL,
  KEY_SIDE,
  LOW,
  SHARD_BITS,
  SHARDS,
  shardOf,
} from './flow-key.ts'
import { placeOf } from './keyed-hash.ts'
import { RareWords, ROOM_GROWTH, rareRow } from './rare-words.ts'
import {
  ADDRESS_FRONTS,
  COLD_WORDS,
  HASH,
  HIGH_ADDRESS,
  HOT_WORDS,
  LOW_ADDRESS,
  PORTS,
  PROTOCOL,
  RARE,
  STATE,
} from './row.ts'

/** Grown twice, this is as many as flow-limits.ts lets in. */
const FIRST_CAPACITY = 8192
const FIRST_BITS = 13
/** STATE of a row that holds no flow. No flow has it: an open flow has sent from at least one side. */
const FREE = -1
const NONE = -1

/**
 * Hot rows begin at this word. Large buffers usually begin 16 bytes behind a cache line, and 48 bytes further each row
 * is one line instead of two halves. Where that is not so, nothing but time is lost.
 */
const ALIGNMENT_WORDS = 12

// An index slot: number of the flow, counted from 1, in the lower bits; above it the lowest bits of its place, which
// spare most looks into rows of other flows. 0 is an empty slot.
const SLOT_FLOW_BITS = 26
const SLOT_FLOW_MASK = (1 << SLOT_FLOW_BITS) - 1
const SLOT_TAG_MASK = ~SLOT_FLOW_MASK

/**
 * The open flows: hot and cold words of each in two typed arrays, found through an open-addressing index, and chained
 * by shard in the order in which they were inserted. Flows that need them have rare words besides. It knows keys and
 * storage, and nothing of protocols or time. A flow is a number here, valid until it is removed.
 */
export class FlowTable {
  /** Hot words; those of a flow begin at hotRow(flow). */
  hot = new Int32Array(ALIGNMENT_WORDS + FIRST_CAPACITY * HOT_WORDS)
  /** The same memory as doubles: word w is double w / 2. */
  hotDoubles = new Float64Array(this.hot.buffer)
  /** Cold words; to coldRow(flow) the same constants are added as to a row of the log. */
  cold = new Int32Array(FIRST_CAPACITY * COLD_WORDS)
  coldDoubles = new Float64Array(this.cold.buffer)
  /** Rare words; rareRow() and ownRareRow() say where those of a flow are. */
  readonly rare = new RareWords()
  /** Flows held. */
  live = 0
  /** Flows held of each shard. */
  readonly liveIn = new Int32Array(SHARDS)
  capacity = FIRST_CAPACITY

  /** Flows beyond this number were never used. */
  #used = 0
  /** First of the flows given back, chained through their HASH word. */
  #free = NONE
  #bits = FIRST_BITS
  /** At most half of them are taken. */
  #slots = new Int32Array(1 << FIRST_BITS)
  readonly #oldest = new Int32Array(SHARDS).fill(NONE)
  readonly #newest = new Int32Array(SHARDS).fill(NONE)
  /** For each flow, the one of its shard that was inserted before it, and the one after it; or -1. */
  #links = new Int32Array(FIRST_CAPACITY * 2)

  /** The flow of the key that writeKey() made of the packet, or -1. */
  find(key: Int32Array, packet: Packet): number {
    const { hot } = this
    const slots = this.#slots
    const mask = slots.length - 1
    const place = key[KEY_PLACE]!
    const tag = tagOf(place)
    for (let next = slotOf(place, this.#bits); ; next = (next + 1) & mask) {
      const slot = slots[next]!
      if (slot === 0) return NONE
      if ((slot & SLOT_TAG_MASK) !== tag) continue
      const flow = (slot & SLOT_FLOW_MASK) - 1
      const row = hotRow(flow)
      if (
        hot[row + LOW_ADDRESS] === key[KEY_LOW_ADDRESS] &&
        hot[row + HIGH_ADDRESS] === key[KEY_HIGH_ADDRESS] &&
        hot[row + PORTS] === key[KEY_PORTS] &&
        hot[row + PROTOCOL] === key[KEY_PROTOCOL] &&
        (packet.family === 4 || this.#hasFronts(flow, packet, key[KEY_SIDE]!))
      ) {
        return flow
      }
    }
  }

  /** The flow of an IPv4 key with this place, or -1; `protocol` is PROTOCOL of a row. */
  findIpv4(place: number, low: number, high: number, ports: number, protocol: number): number {
    const { hot } = this
    const slots = this.#slots
    const mask = slots.length - 1
    const tag = tagOf(place)
    for (let next = slotOf(place, this.#bits); ; next = (next + 1) & mask) {
      const slot = slots[next]!
      if (slot === 0) return NONE
      if ((slot & SLOT_TAG_MASK) !== tag) continue
      const flow = (slot & SLOT_FLOW_MASK) - 1
      const row = hotRow(flow)
      if (
        hot[row + LOW_ADDRESS] === low &&
        hot[row + HIGH_ADDRESS] === high &&
        hot[row + PORTS] === ports &&
        hot[row + PROTOCOL] === protocol
      ) {
        return flow
      }
    }
  }

  /** Makes a flow of the key, with everything else 0. The caller has made sure that it is not there yet. */
  insert(key: Int32Array, packet: Packet): number {
    if (this.#free === NONE && this.#used === this.capacity) this.#grow()
    if (this.live * 2 >= this.#slots.length) this.#growIndex()
    const flow = this.#take()
    const { hot, cold } = this
    const row = hotRow(flow)
    const coldAt = coldRow(flow)
    const place = key[KEY_PLACE]!
    // Loops, because fill() costs more than such short runs.
    for (let word = 0; word < HOT_WORDS; word += 1) hot[row + word] = 0
    for (let word = HOT_WORDS; word < HOT_WORDS + COLD_WORDS; word += 1) cold[coldAt + word] = 0
    hot[row + LOW_ADDRESS] = key[KEY_LOW_ADDRESS]!
    hot[row + HIGH_ADDRESS] = key[KEY_HIGH_ADDRESS]!
    hot[row + PORTS] = key[KEY_PORTS]!
    hot[row + PROTOCOL] = key[KEY_PROTOCOL]!
    const fromLow = key[KEY_SIDE] === LOW
    const source = coldAt + ADDRESS_FRONTS + (fromLow ? 0 : 3)
    const destination = coldAt + ADDRESS_FRONTS + (fromLow ? 3 : 0)
    cold[source] = packet.src0
    cold[source + 1] = packet.src1
    cold[source + 2] = packet.src2
    cold[destination] = packet.dst0
    cold[destination + 1] = packet.dst1
    cold[destination + 2] = packet.dst2
    cold[coldAt + HASH] = place
    this.#index(place, flow)
    this.#chain(shardOf(place), flow)
    this.live += 1
    return flow
  }

  remove(flow: number): void {
    const at = coldRow(flow) + HASH
    const place = this.cold[at]!
    const rare = this.cold[coldRow(flow) + RARE]!
    if (rare !== 0) this.rare.giveBack(rare)
    this.#unindex(place, flow)
    this.#unchain(shardOf(place), flow)
    this.hot[hotRow(flow) + STATE] = FREE
    this.cold[at] = this.#free
    this.#free = flow
    this.live -= 1
  }

  /** Where the flow's rare words are read; flows without share a row of zeros. */
  rareRow(flow: number): number {
    return rareRow(this.cold[coldRow(flow) + RARE]!)
  }

  /** Where the flow's rare words are written: it is given some if it has none, which may replace the arrays. */
  ownRareRow(flow: number): number {
    const at = coldRow(flow) + RARE
    if (this.cold[at] === 0) this.cold[at] = this.rare.take()
    return rareRow(this.cold[at]!)
  }

  /** Calls `visit` with every flow; `visit` may remove that flow. */
  forEach(visit: (flow: number) => void): void {
    for (let flow = 0; flow < this.#used; flow += 1) {
      if (this.hot[hotRow(flow) + STATE] !== FREE) visit(flow)
    }
  }

  /** The flow of the shard that has been here longest, or -1. */
  oldestOf(shard: number): number {
    return this.#oldest[shard]!
  }

  /** The flow of the same shard that was inserted after this one, or -1. */
  nextOf(flow: number): number {
    return this.#links[flow * 2 + 1]!
  }

  /** Makes room for more rows; see ROOM_GROWTH. */
  #grow(): void {
    this.capacity *= ROOM_GROWTH
    const hot = new Int32Array(ALIGNMENT_WORDS + this.capacity * HOT_WORDS)
    hot.set(this.hot)
    this.hot = hot
    this.hotDoubles = new Float64Array(hot.buffer)
    const cold = new Int32Array(this.capacity * COLD_WORDS)
    cold.set(this.cold)
    this.cold = cold
    this.coldDoubles = new Float64Array(cold.buffer)
    const links = new Int32Array(this.capacity * 2)
    links.set(this.#links)
    this.#links = links
  }

  /** Doubles the slots: they are looked at all over, and of fewer ones more stay in the cache. */
  #growIndex(): void {
    this.#bits += 1
    this.#slots = new Int32Array(1 << this.#bits)
    this.forEach((flow) => {
      this.#index(this.cold[coldRow(flow) + HASH]!, flow)
    })
  }

  #take(): number {
    const flow = this.#free
    if (flow === NONE) {
      this.#used += 1
      return this.#used - 1
    }
    this.#free = this.cold[coldRow(flow) + HASH]!
    return flow
  }

  #chain(shard: number, flow: number): void {
    const links = this.#links
    const newest = this.#newest[shard]!
    links[flow * 2] = newest
    links[flow * 2 + 1] = NONE
    if (newest === NONE) this.#oldest[shard] = flow
    else links[newest * 2 + 1] = flow
    this.#newest[shard] = flow
    this.liveIn[shard]! += 1
  }

  #unchain(shard: number, flow: number): void {
    const links = this.#links
    const older = links[flow * 2]!
    const newer = links[flow * 2 + 1]!
    if (older === NONE) this.#oldest[shard] = newer
    else links[older * 2 + 1] = newer
    if (newer === NONE) this.#newest[shard] = older
    else links[newer * 2] = older
    this.liveIn[shard]! -= 1
  }

  /** Compares the first three words of both addresses, which are cold: all IPv4 addresses have the same. */
  #hasFronts(flow: number, packet: Packet, side: number): boolean {
    const cold = this.cold
    const at = coldRow(flow) + ADDRESS_FRONTS
    const source = side === LOW ? at : at + 3
    const destination = side === LOW ? at + 3 : at
    return (
      cold[source] === packet.src0 &&
      cold[source + 1] === packet.src1 &&
      cold[source + 2] === packet.src2 &&
      cold[destination] === packet.dst0 &&
      cold[destination + 1] === packet.dst1 &&
      cold[destination + 2] === packet.dst2
    )
  }

  #index(place: number, flow: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = slotOf(place, this.#bits)
    while (slots[at] !== 0) at = (at + 1) & mask
    slots[at] = tagOf(place) | (flow + 1)
  }

  /** Empties the flow's slot and moves later ones of the run back, so that no search ends too early. */
  #unindex(place: number, flow: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    const wanted = tagOf(place) | (flow + 1)
    let hole = slotOf(place, this.#bits)
    while (slots[hole] !== wanted) hole = (hole + 1) & mask
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const home = slotOf(this.cold[coldRow((slots[at]! & SLOT_FLOW_MASK) - 1) + HASH]!, this.#bits)
      // A slot may move back only as far as its home: when the home lies cyclically behind the hole it stays.
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      slots[hole] = slots[at]!
      hole = at
    }
    slots[hole] = 0
  }
}

/** Where a flow's hot words begin. */
export function hotRow(flow: number): number {
  return ALIGNMENT_WORDS + flow * HOT_WORDS
}

/** What the constants of cold words are added to: as many words before the cold words as there are hot ones. */
export function coldRow(flow: number): number {
  return flow * COLD_WORDS - HOT_WORDS
}

/** The slot that is looked at first: that of the keyed bits, which begin behind the shard's. */
function slotOf(place: number, bits: number): number {
  return placeOf(place << SHARD_BITS, bits)
}

function tagOf(place: number): number {
  return place << SLOT_FLOW_BITS
}
