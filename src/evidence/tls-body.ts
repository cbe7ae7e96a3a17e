/** A hello or a leaf certificate beyond this is not kept. */
export const MOST_BODY = 16 * 1024
/** The least room that is made; it grows to twice as much each time. */
export const LEAST_BODY = 1024
/** Room up to this is kept for another connection. */
export const MOST_KEPT = 2048
const FEW = 48

/** Room for a part of a message that comes in pieces. Grows with the bytes that came and is kept for the next one. */
export class TlsBody {
  bytes = new Uint8Array(0)
  view = new DataView(this.bytes.buffer)
  /** How many of the bytes are filled. */
  length = 0
  /** The most that were filled since the last reset. */
  used = 0

  /** Empties it. Much room is not kept: what is not counted as used must stay little. */
  reset(): void {
    this.length = 0
    this.used = 0
    if (this.bytes.length <= MOST_KEPT) return
    this.bytes = new Uint8Array(0)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Appends the bytes of `view` from `start` to `to`. The caller keeps to MOST_BODY. */
  append(view: DataView, start: number, to: number): void {
    if (this.length + to - start > this.bytes.length) this.#grow(this.length + to - start)
    // A view of the bytes costs as much as a few dozen of them, one by one (`npm run bench`, evidence).
    if (to - start > FEW) this.bytes.set(new Uint8Array(view.buffer, view.byteOffset + start, to - start), this.length)
    else for (let at = start; at < to; at += 1) this.bytes[this.length + at - start] = view.getUint8(at)
    this.length += to - start
    if (this.length > this.used) this.used = this.length
  }

  #grow(length: number): void {
    let size = Math.max(LEAST_BODY, this.bytes.length)
    while (size < length) size *= 2
    const larger = new Uint8Array(size)
    larger.set(this.bytes)
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }
}
