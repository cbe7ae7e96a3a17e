import type { ByteSource } from './byte-source.ts'
import { CaptureError } from './capture-error.ts'

/** Bytes asked of the source at once. Large enough that a read costs little, small enough to stay in the cache. */
const CHUNK = 256 * 1024

/** Room in front of a chunk for the unread end of the one before. Grows when one record is larger. */
const HEADROOM = 64 * 1024

/**
 * A window that slides over a byte source: `view` holds the bytes from `start` to `end` that were read and not yet
 * taken. A source that has to be waited for is asked ahead: while one buffer is taken from, the next chunk is on its
 * way into the other. One that reads at once fills the same buffer again, which stays in the processor's cache.
 *
 * `start` is moved by the reader that owns the window; everything in `view` is valid until the next fill().
 */
export class ByteWindow {
  view: DataView
  start = 0
  end = 0
  /** The first error of the source: reading stops there like at an end. */
  failure: Error | undefined

  readonly #source: ByteSource
  /** Offset in the source of byte 0 of `view`. */
  #base = 0
  #headroom = HEADROOM
  #spare: Uint8Array
  #current: Uint8Array
  #coming: Promise<number> | undefined
  #ended = false

  constructor(source: ByteSource) {
    this.#source = source
    this.#current = new Uint8Array(HEADROOM + CHUNK)
    this.#spare = new Uint8Array(source.readNow ? 0 : HEADROOM + CHUNK)
    this.view = new DataView(this.#current.buffer)
  }

  /** Whether the source goes on behind its end: what is cut off there is not written yet. */
  get isGrowing(): boolean {
    return this.#source.hasGrown?.() ?? false
  }

  /** Offset in the source of the byte at `at` of the view. */
  offsetOf(at: number): number {
    return this.#base + at
  }

  /**
   * Reads until at least `wanted` bytes stand in the window. Returns false when the source ends before;
   * what it still gave is in the window.
   */
  async fill(wanted: number): Promise<boolean> {
    while (this.end - this.start < wanted) {
      if (this.#ended) return false
      if (this.#source.readNow === undefined) await this.#slide()
      else if (!this.#slideNow()) await this.#awaitMore()
    }
    return true
  }

  /** Passes over `count` bytes, of which some may not have been read yet. Returns false when the source ends before. */
  async skip(count: number): Promise<boolean> {
    let left = count
    while (left > this.end - this.start) {
      left -= this.end - this.start
      this.start = this.end
      if (!(await this.fill(1))) return false
    }
    this.start += left
    return true
  }

  /** Closes the source first: a stream that stays silent would let the read that is under way wait for ever. */
  async close(): Promise<void> {
    await this.#source.close()
    await this.#coming
  }

  /** Takes the next chunk, with the unread bytes of this one copied in front of it. */
  async #slide(): Promise<void> {
    const left = this.end - this.start
    const count = await (this.#coming ?? this.#ask())
    this.#coming = undefined
    if (count === 0) {
      this.#ended = true
      return
    }
    if (left > this.#headroom) this.#widen(left, count)
    const next = this.#spare
    const at = this.#headroom - left
    next.set(this.#current.subarray(this.start, this.end), at)
    this.#base += this.start - at
    this.#spare = this.#current
    this.#current = next
    this.view = new DataView(next.buffer)
    this.start = at
    this.end = this.#headroom + count
    this.#coming = this.#ask()
  }

  /** The same in one buffer, for a source that reads at once; false where it has nothing at hand yet. */
  #slideNow(): boolean {
    const left = this.end - this.start
    if (left > this.#headroom) this.#widenNow(left)
    const buffer = this.#current
    const at = this.#headroom - left
    buffer.copyWithin(at, this.start, this.end)
    this.#base += this.start - at
    this.start = at
    this.end = this.#headroom
    return this.#take(this.#readNow(buffer.subarray(this.#headroom)))
  }

  async #awaitMore(): Promise<void> {
    const target = this.#current.subarray(this.#headroom)
    this.#take(await this.#source.read(target).catch((error: Error) => this.#fail(error)))
  }

  #take(count: number | undefined): boolean {
    if (count === undefined) return false
    this.end += count
    this.#ended = count === 0
    return true
  }

  #readNow(target: Uint8Array): number | undefined {
    try {
      return this.#source.readNow?.(target)
    } catch (error) {
      return this.#fail(error as Error)
    }
  }

  /** What is wrong with the bytes is their end. A CaptureError speaks of something else. */
  #fail(error: Error): 0 {
    if (error instanceof CaptureError) throw error
    this.failure = error
    return 0
  }

  #widenNow(left: number): void {
    this.#headroom = Math.max(left, this.#headroom * 2)
    const wider = new Uint8Array(this.#headroom + CHUNK)
    wider.set(this.#current.subarray(this.start, this.end))
    this.#base += this.start
    this.end = left
    this.start = 0
    this.#current = wider
    this.view = new DataView(wider.buffer)
  }

  #ask(): Promise<number> {
    if (this.#spare.byteLength < this.#headroom + CHUNK) this.#spare = new Uint8Array(this.#headroom + CHUNK)
    return this.#source.read(this.#spare.subarray(this.#headroom)).catch((error: Error) => {
      this.failure = error
      return 0
    })
  }

  /** Makes room for a record larger than the headroom: the chunk that just came moves up. */
  #widen(left: number, count: number): void {
    const headroom = Math.max(left, this.#headroom * 2)
    const wider = new Uint8Array(headroom + CHUNK)
    wider.set(this.#spare.subarray(this.#headroom, this.#headroom + count), headroom)
    this.#spare = wider
    this.#headroom = headroom
  }
}
