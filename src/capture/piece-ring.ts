/** As much as a ByteWindow asks for at once. */
const PIECE = 256 * 1024
/** Enough that a short delay of one end does not hold up the other. */
const PIECES = 8

// The words behind the pieces: how many were given and taken so far, whether the next one is wanted, and their lengths.
const GIVEN = 0
const TAKEN = 1
const IS_WANTED = 2
const LENGTHS = 3
const WORDS = LENGTHS + PIECES

/** Hands pieces of bytes from one thread to another through shared memory: one gives, the other takes. */
export class PieceRing {
  /** What the other thread makes its ring of. */
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array
  /** Bytes taken of the first piece that is there. */
  #at = 0

  constructor(memory = new SharedArrayBuffer(PIECES * PIECE + WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#words = new Int32Array(memory, PIECES * PIECE, WORDS)
  }

  /** Room for the next piece. Where there is none, the whole thread waits until a piece is taken. */
  room(): Uint8Array {
    const given = Atomics.load(this.#words, GIVEN)
    for (;;) {
      const taken = Atomics.load(this.#words, TAKEN)
      if (given - taken < PIECES) return this.#piece(given)
      Atomics.wait(this.#words, TAKEN, taken)
    }
  }

  /** Gives the first bytes of the room. True where wantNext() has asked for them. */
  give(length: number): boolean {
    const given = Atomics.load(this.#words, GIVEN)
    this.#words[LENGTHS + (given % PIECES)] = length
    Atomics.store(this.#words, GIVEN, given + 1)
    return Atomics.exchange(this.#words, IS_WANTED, 0) === 1
  }

  /** Fills `target` from its start as far as bytes come in one piece; undefined where there is no piece yet. */
  take(target: Uint8Array): number | undefined {
    const taken = Atomics.load(this.#words, TAKEN)
    if (taken === Atomics.load(this.#words, GIVEN)) return undefined
    const length = this.#words[LENGTHS + (taken % PIECES)]!
    const bytes = this.#piece(taken).subarray(this.#at, Math.min(length, this.#at + target.byteLength))
    target.set(bytes)
    this.#at += bytes.byteLength
    if (this.#at === length) {
      this.#at = 0
      Atomics.store(this.#words, TAKEN, taken + 1)
      Atomics.notify(this.#words, TAKEN)
    }
    return bytes.byteLength
  }

  /** Makes the give() of the next piece say so; false where that piece is there already. */
  wantNext(): boolean {
    Atomics.store(this.#words, IS_WANTED, 1)
    return Atomics.load(this.#words, GIVEN) === Atomics.load(this.#words, TAKEN)
  }

  #piece(index: number): Uint8Array {
    return new Uint8Array(this.memory, (index % PIECES) * PIECE, PIECE)
  }
}
