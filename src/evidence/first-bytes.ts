import { FROM_ORIGINATOR, SERVICE_MASK, UNDECIDED } from './identified.ts'
import { identifyStream } from './identify.ts'
import type { Inspection } from './inspection.ts'
import { NONE, TLS } from './service.ts'
import { helloEnd } from './tls-start.ts'

/** Bytes of each side that there is room for. */
const ROOM = 240
/** A longer piece needs no room: it tells enough by itself. */
const LONGEST_PIECE = 48

// One place, in 32-bit words: five numbers, some that are not used, and the bytes of the low and of the high side. All
// that a piece touches is one cache line, or two.
/** For each side: bytes that are here. */
const LENGTH = 0
/** For each side: with how many bytes its hello is whole; 0 while nobody can tell what the bytes are. */
const WANTED = 2
/** Who opened the flow: 0 unknown, 1 the low side, 2 the high side. */
const ORIGINATOR = 4
const HEAD_WORDS = 8
const HEAD_BYTES = HEAD_WORDS * 4
const PLACE_WORDS = HEAD_WORDS + (2 * ROOM) / 4
const PLACE_BYTES = PLACE_WORDS * 4

const FIRST_PLACES = 64

/**
 * The first bytes of flows, where they come in pieces too small to tell anything: they are gathered here until they do,
 * and an Inspection reads them then. What cannot be told yet, or is the beginning of a hello that is not whole, says
 * the same whatever comes of the other side meanwhile, so that nothing is lost by waiting.
 */
export class FirstBytes {
  #words = new Int32Array(FIRST_PLACES * PLACE_WORDS)
  #bytes = new Uint8Array(this.#words.buffer)
  #view = new DataView(this.#words.buffer)

  /** Makes the place ready for another flow. */
  clear(place: number): void {
    const at = place * PLACE_WORDS
    if (at === this.#words.length) this.#grow()
    this.#words.fill(0, at, at + HEAD_WORDS)
  }

  /** Keeps the next bytes of one side (0 low, 1 high). False where they are to be read, and then they are not kept. */
  keep(place: number, side: number, view: DataView, start: number, end: number): boolean {
    const words = this.#words
    const at = place * PLACE_WORDS
    const length = words[at + LENGTH + side]!
    const wanted = words[at + WANTED + side]!
    const total = length + end - start
    if (total > ROOM || end - start > LONGEST_PIECE || (wanted > 0 && total >= wanted)) return false
    const bytes = this.#bytes
    const first = roomOf(place, side)
    const offset = first + length - start
    for (let from = start; from < end; from += 1) bytes[offset + from] = view.getUint8(from)
    if (wanted === 0 && !this.#mustWait(at, side, first, first + total)) return false
    words[at + LENGTH + side] = total
    return true
  }

  /** What the bytes prove by themselves: NONE, or TLS. */
  service(place: number): number {
    const at = place * PLACE_WORDS + WANTED
    return this.#words[at] === 0 && this.#words[at + 1] === 0 ? NONE : TLS
  }

  /** Who opened the flow: 0 unknown, 1 the low side, 2 the high side. */
  originator(place: number): number {
    return this.#words[place * PLACE_WORDS + ORIGINATOR]!
  }

  /** Lets the inspection, which is new, read what is here. */
  handOver(place: number, inspection: Inspection): void {
    for (let side = 0; side < 2; side += 1) {
      const first = roomOf(place, side)
      const length = this.#words[place * PLACE_WORDS + LENGTH + side]!
      if (length > 0) inspection.read(side, this.#view, first, first + length)
    }
    // Of two hellos that contradict each other, the one that came later counts.
    inspection.originator = this.originator(place)
  }

  /** Whether more bytes are needed to tell more. */
  #mustWait(at: number, side: number, first: number, end: number): boolean {
    const view = this.#view
    const found = identifyStream(view, first, end)
    if (found === UNDECIDED) return true
    if ((found & SERVICE_MASK) !== TLS) return false
    const wanted = helloEnd(view, first)
    if (wanted <= end - first) return false
    this.#words[at + WANTED + side] = wanted
    this.#words[at + ORIGINATOR] = (found & FROM_ORIGINATOR) !== 0 ? side + 1 : 2 - side
    return true
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2)
    words.set(this.#words)
    this.#words = words
    this.#bytes = new Uint8Array(words.buffer)
    this.#view = new DataView(words.buffer)
  }
}

function roomOf(place: number, side: number): number {
  return place * PLACE_BYTES + HEAD_BYTES + side * ROOM
}
