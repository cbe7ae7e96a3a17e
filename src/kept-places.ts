const FIRST_CAPACITY = 1024
/** So many of crowded conversations wait before it is looked which of them are the earliest. */
const MOST_WAITING = 65_536

/** Places of rows in the flow log, in the order of the starts that stand with them. */
export interface PlacesInOrder {
  readonly places: Uint32Array
  readonly starts: Float64Array
}

/**
 * Where the flows that are kept stand in the log. Of a crowded conversation the earliest are kept, as many as `most`;
 * what begins when the last of them does stays as well, because which comes first is not seen here.
 */
export class KeptPlaces {
  readonly #most: number
  readonly #plain = new Entries()
  #crowded = new Entries()
  #mostWaiting = MOST_WAITING

  constructor(most: number) {
    this.#most = most
  }

  /** `crowd` is the number of its conversation, where that is crowded. To be called in the order of the places. */
  add(place: number, start: number, crowd: number | undefined): void {
    if (crowd === undefined) {
      this.#plain.add(place, start, 0)
      return
    }
    this.#crowded.add(place, start, crowd)
    if (this.#crowded.count >= this.#mostWaiting) this.#leaveLateOut()
  }

  /**
   * All of them in the order of their starts and places, in parts of `atOnce`; those of equal starts are in the same
   * part.
   */
  *inOrder(atOnce: number): Generator<PlacesInOrder> {
    const all = this.#plain
    const crowded = this.#crowded
    for (let entry = 0; entry < crowded.count; entry += 1) all.add(crowded.places[entry]!, crowded.starts[entry]!, 0)
    const order = all.order()
    for (let first = 0; first < order.length; ) {
      let end = Math.min(first + atOnce, order.length)
      while (end < order.length && all.starts[order[end]!] === all.starts[order[end - 1]!]) end += 1
      const part = order.subarray(first, end)
      yield {
        places: part.map((entry) => all.places[entry]!),
        starts: Float64Array.from(part, (entry) => all.starts[entry]!),
      }
      first = end
    }
  }

  #leaveLateOut(): void {
    const crowded = this.#crowded
    const stays = new Uint8Array(crowded.count)
    const known = new Map<number, { count: number; lastStart: number }>()
    for (const entry of crowded.order()) {
      const crowd = crowded.crowds[entry]!
      const start = crowded.starts[entry]!
      const of = known.get(crowd) ?? { count: 0, lastStart: start }
      if (of.count >= this.#most && start !== of.lastStart) continue
      known.set(crowd, { count: of.count + 1, lastStart: start })
      stays[entry] = 1
    }
    this.#crowded = crowded.those(stays)
    this.#mostWaiting = Math.max(MOST_WAITING, 2 * this.#crowded.count)
  }
}

/** 20 bytes each: captures have millions of flows. */
class Entries {
  count = 0
  places = new Uint32Array(FIRST_CAPACITY)
  starts = new Float64Array(FIRST_CAPACITY)
  crowds = new Float64Array(FIRST_CAPACITY)

  add(place: number, start: number, crowd: number): void {
    if (this.count === this.places.length) this.#grow()
    this.places[this.count] = place
    this.starts[this.count] = start
    this.crowds[this.count] = crowd
    this.count += 1
  }

  /** The entries by start, then by place. */
  order(): Uint32Array {
    const { places, starts } = this
    const entries = new Uint32Array(this.count)
    for (let entry = 0; entry < entries.length; entry += 1) entries[entry] = entry
    return entries.sort((left, right) => starts[left]! - starts[right]! || places[left]! - places[right]!)
  }

  those(stays: Uint8Array): Entries {
    const chosen = new Entries()
    for (let entry = 0; entry < this.count; entry += 1) {
      if (stays[entry]) chosen.add(this.places[entry]!, this.starts[entry]!, this.crowds[entry]!)
    }
    return chosen
  }

  #grow(): void {
    const capacity = 2 * this.places.length
    this.places = grown(this.places, new Uint32Array(capacity))
    this.starts = grown(this.starts, new Float64Array(capacity))
    this.crowds = grown(this.crowds, new Float64Array(capacity))
  }
}

function grown<Numbers extends Uint32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}
