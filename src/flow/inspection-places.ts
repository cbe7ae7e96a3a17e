import { SHARDS } from './flow-key.ts'

// One place, in 32-bit words.
/** The flow; NO_PLACE where it was closed meanwhile. */
export const FLOW = 0
/** The reader's clock when it began. */
export const BEGAN = 1
/** Bytes that are counted for it in its shard. */
export const COUNTED = 2
/** The places of the same shard that began before and after it. */
const OLDER = 3
const NEWER = 4
/** The shard, and bits of the user's above it. */
export const PLACE_STATE = 5
/** For each side: sequence number of the byte that comes next. */
export const NEXT = 6
const PLACE_WORDS = 8

export const SHARD_MASK = SHARDS - 1
export const NO_PLACE = -1

const FIRST_PLACES = 64

/**
 * The places of inspections: numbers, given again when they are free. Those of a shard are chained in the order in
 * which they began.
 */
export class InspectionPlaces {
  /** The words of all places; those of one begin at placeRow(). */
  words = new Int32Array(FIRST_PLACES * PLACE_WORDS)
  /** By shard: the first one, how many there are, and the bytes that are counted for them. */
  readonly oldest = new Int32Array(SHARDS).fill(NO_PLACE)
  readonly counts = new Int32Array(SHARDS)
  readonly bytes = new Float64Array(SHARDS)

  readonly #newest = new Int32Array(SHARDS).fill(NO_PLACE)
  readonly #free: number[] = []
  #used = 0

  take(flow: number, shard: number, clock: number, bytes: number): number {
    const place = this.#number()
    const { words } = this
    const row = placeRow(place)
    const older = this.#newest[shard]!
    words[row + FLOW] = flow
    words[row + BEGAN] = clock
    words[row + COUNTED] = bytes
    words[row + OLDER] = older
    words[row + NEWER] = NO_PLACE
    words[row + PLACE_STATE] = shard
    if (older === NO_PLACE) this.oldest[shard] = place
    else words[placeRow(older) + NEWER] = place
    this.#newest[shard] = place
    this.counts[shard]! += 1
    this.bytes[shard]! += bytes
    return place
  }

  /** Gives the place free. */
  remove(place: number): void {
    const { words } = this
    const row = placeRow(place)
    const shard = words[row + PLACE_STATE]! & SHARD_MASK
    const older = words[row + OLDER]!
    const newer = words[row + NEWER]!
    if (older === NO_PLACE) this.oldest[shard] = newer
    else words[placeRow(older) + NEWER] = newer
    if (newer === NO_PLACE) this.#newest[shard] = older
    else words[placeRow(newer) + OLDER] = older
    this.counts[shard]! -= 1
    this.bytes[shard]! -= words[row + COUNTED]!
    this.#free.push(place)
  }

  /** Counts so many bytes for the place from now on. */
  count(place: number, bytes: number): void {
    const row = placeRow(place)
    this.bytes[this.words[row + PLACE_STATE]! & SHARD_MASK]! += bytes - this.words[row + COUNTED]!
    this.words[row + COUNTED] = bytes
  }

  #number(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (placeRow(this.#used) === this.words.length) {
      const words = new Int32Array(this.words.length * 2)
      words.set(this.words)
      this.words = words
    }
    this.#used += 1
    return this.#used - 1
  }
}

export function placeRow(place: number): number {
  return place * PLACE_WORDS
}
