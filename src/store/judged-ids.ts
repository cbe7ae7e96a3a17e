import type { ConversationSum } from './sums.ts'

/**
 * The sums of conversations by their ids, for the flows that repeat how their conversation is judged. Two arrays and a
 * search, because ids come in ascending order, and a map of a million takes several times the memory.
 */
export class JudgedIds {
  readonly #ids: number[] = []
  readonly #sums: ConversationSum[] = []

  add(id: number, sum: ConversationSum): void {
    const place = id > (this.#ids.at(-1) ?? -1) ? this.#ids.length : this.#placeOf(id)
    if (place === this.#ids.length) {
      this.#ids.push(id)
      this.#sums.push(sum)
    } else {
      this.#ids.splice(place, 0, id)
      this.#sums.splice(place, 0, sum)
    }
  }

  find(id: number): ConversationSum | undefined {
    const place = this.#placeOf(id)
    return this.#ids[place] === id ? this.#sums[place] : undefined
  }

  /** How many ids are smaller. */
  #placeOf(id: number): number {
    let low = 0
    let high = this.#ids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#ids[middle]! < id) low = middle + 1
      else high = middle
    }
    return low
  }
}
