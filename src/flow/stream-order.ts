/** Bytes of one side that can wait for those before them. */
export const MOST_WAITING_BYTES = 32 * 1024
/** Separate pieces among them. */
export const MOST_WAITING_PIECES = 64

const FIRST_ROOM = 4096
const NO_BYTES = new DataView(new ArrayBuffer(0))
const NO_PIECES = new Int32Array(0)

/**
 * One side's TCP stream in order: knows which byte comes next, and keeps those that came too early. Bytes that arrived
 * first stay; what repeats them later is left out.
 */
export class StreamOrder {
  /** Sequence number of the byte that comes next; valid once the stream has begun. */
  next = 0
  hasBegun = false
  /** Nothing more can be put in order: bytes are missing for good, or there was no room. */
  isOver = false
  /** There was no room. */
  isFull = false
  /** Pieces that wait. */
  waiting = 0
  /** Bytes of memory that stand behind this one; none is kept for another stream. */
  bytes = 0

  /** Sequence number of the first byte of #room. */
  #base = 0
  #room = NO_BYTES
  /** Offsets into #room: where each piece begins and ends, in order and apart from each other. Most streams need none. */
  #starts = NO_PIECES
  #ends = NO_PIECES

  reset(): void {
    this.hasBegun = false
    this.isOver = false
    this.isFull = false
    this.waiting = 0
    this.bytes = 0
    this.#room = NO_BYTES
  }

  begin(sequence: number): void {
    this.hasBegun = true
    this.next = sequence
  }

  /** The waiting bytes; firstStart and firstEnd are offsets into it. */
  get view(): DataView<ArrayBuffer> {
    return this.#room
  }
  get firstStart(): number {
    return this.#starts[0]!
  }
  get firstEnd(): number {
    return this.#ends[0]!
  }
  get firstSequence(): number {
    return (this.#base + this.#starts[0]!) | 0
  }

  dropFirst(): void {
    this.waiting -= 1
    this.#starts.copyWithin(0, 1, this.waiting + 1)
    this.#ends.copyWithin(0, 1, this.waiting + 1)
  }

  /** Keeps the bytes from `start` to `end` of `view`, of which the first has this sequence number. */
  keep(view: DataView, sequence: number, start: number, end: number): void {
    if (this.waiting === 0) this.#base = this.next
    else if (((sequence - this.#base) | 0) + end - start > MOST_WAITING_BYTES) this.#forget()
    const first = (sequence - this.#base) | 0
    const last = first + end - start
    // A host ignores what lies far outside of its window, and so does this.
    if (first < 0 || first >= MOST_WAITING_BYTES) return
    if (last > MOST_WAITING_BYTES) {
      this.#giveUp()
      return
    }
    this.#reserve(last)
    let at = first
    let piece = 0
    while (at < last) {
      while (piece < this.waiting && this.#ends[piece]! <= at) piece += 1
      const nextStart = piece < this.waiting ? this.#starts[piece]! : last
      if (nextStart <= at) at = this.#ends[piece]!
      else {
        const until = Math.min(nextStart, last)
        for (let index = at; index < until; index += 1) {
          this.#room.setUint8(index, view.getUint8(start + index - first))
        }
        if (this.waiting === MOST_WAITING_PIECES) {
          this.#giveUp()
          return
        }
        this.#insert(piece, at, until)
        at = until
      }
    }
  }

  #giveUp(): void {
    this.isOver = true
    this.isFull = true
  }

  /** Adds a piece before number `piece`, and joins it with those that it touches. */
  #insert(piece: number, start: number, end: number): void {
    const touchesNext = piece < this.waiting && this.#starts[piece] === end
    const touchesLast = piece > 0 && this.#ends[piece - 1] === start
    if (touchesLast && touchesNext) {
      this.#ends[piece - 1] = this.#ends[piece]!
      this.#starts.copyWithin(piece, piece + 1, this.waiting)
      this.#ends.copyWithin(piece, piece + 1, this.waiting)
      this.waiting -= 1
    } else if (touchesLast) this.#ends[piece - 1] = end
    else if (touchesNext) this.#starts[piece] = start
    else {
      this.#starts.copyWithin(piece + 1, piece, this.waiting)
      this.#ends.copyWithin(piece + 1, piece, this.waiting)
      this.#starts[piece] = start
      this.#ends[piece] = end
      this.waiting += 1
    }
  }

  /** Makes room: what comes before the next byte is not needed any more. */
  #forget(): void {
    const passed = (this.next - this.#base) | 0
    if (passed <= 0) return
    new Uint8Array(this.#room.buffer).copyWithin(0, passed)
    for (let piece = 0; piece < this.waiting; piece += 1) {
      this.#starts[piece]! -= passed
      this.#ends[piece]! -= passed
    }
    this.#base = this.next
  }

  #reserve(bytes: number): void {
    if (bytes <= this.bytes) return
    if (this.#starts === NO_PIECES) {
      this.#starts = new Int32Array(MOST_WAITING_PIECES)
      this.#ends = new Int32Array(MOST_WAITING_PIECES)
    }
    let length = Math.max(FIRST_ROOM, this.bytes)
    while (length < bytes) length *= 2
    const grown = new Uint8Array(length)
    grown.set(new Uint8Array(this.#room.buffer))
    this.#room = new DataView(grown.buffer)
    this.bytes = length
  }
}
