import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** Where the bytes of a capture come from: a file, a pipe, or the inflated form of either. */
export interface ByteSource {
  /** Fills `target` from its start as far as bytes come in one go; 0 at the end. */
  read(target: Uint8Array): Promise<number>
  /**
   * The same without waiting, where the bytes are at hand: a file is read faster so than through the thread pool.
   * Undefined where they have to be waited for.
   */
  readNow?(target: Uint8Array): number | undefined
  /** Whether more stands behind the end that was reported: a file that is still being written. */
  hasGrown?(): boolean
  /** A read that is under way ends, one way or the other. */
  close(): Promise<void>
}

/**
 * Reads a stream such as standard input. `interrupt()` makes the next read report the end, so that
 * what came before it is kept.
 */
export function streamSource(stream: Readable): ByteSource & { interrupt(): void } {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>
  let rest: Uint8Array = new Uint8Array(0)
  let isStopped = false
  let endRead = () => {}

  /** No race with one promise for all reads: that would keep every chunk as long as the stream lasts. */
  function nextChunk(): Promise<IteratorResult<Buffer, undefined>> {
    return new Promise((resolve, reject) => {
      endRead = () => resolve({ done: true, value: undefined })
      if (isStopped) endRead()
      else chunks.next().then(resolve, reject)
    })
  }

  function stop(): void {
    isStopped = true
    endRead()
  }

  return {
    async read(target) {
      if (rest.byteLength === 0) {
        const next = await nextChunk()
        if (next.done) return 0
        rest = next.value
      }
      const taken = rest.subarray(0, target.byteLength)
      target.set(taken)
      rest = rest.subarray(taken.byteLength)
      return taken.byteLength
    },
    async close() {
      stop()
      stream.destroy()
    },
    interrupt: () => stop(),
  }
}

/** Compressed bytes given to the stream at once. */
const DEFLATED_CHUNK = 64 * 1024
const INFLATED_CHUNK = 256 * 1024

/**
 * Inflates a gzip source, one chunk at a time: a few bytes can inflate to a thousand times as many. A damaged or cut-off
 * one makes read() throw once what came before has been given out: the stream goes on only then, because one that fails
 * forgets what it holds.
 */
export function gunzipSource(source: ByteSource): ByteSource {
  const gunzip = createGunzip({ chunkSize: INFLATED_CHUNK })
  const deflated = new Uint8Array(DEFLATED_CHUNK)
  let rest: Uint8Array = new Uint8Array(0)
  let isEnd = false
  let isInflating = false
  let wake = () => {}
  const endInflating = () => {
    isInflating = false
    wake()
  }
  gunzip.on('data', (chunk: Uint8Array) => {
    rest = chunk
    gunzip.pause()
    wake()
  })
  gunzip.on('close', endInflating)
  // Read from the stream itself, which knows it before it says so.
  gunzip.on('error', () => {})

  /** Gives the stream its next bytes, or the end; one that is done takes no more. */
  async function inflate(): Promise<void> {
    const count = await source.read(deflated)
    isEnd = count === 0
    if (gunzip.destroyed) return
    isInflating = true
    if (isEnd) gunzip.end()
    else gunzip.write(deflated.subarray(0, count), endInflating)
  }

  /** Waits for a chunk, or until the stream wants more bytes or is closed. */
  function nextChunk(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
      gunzip.resume()
    })
  }

  return {
    async read(target) {
      while (rest.byteLength === 0) {
        if (isInflating || (gunzip.readableLength > 0 && !gunzip.destroyed)) await nextChunk()
        else if (gunzip.errored) throw gunzip.errored
        else if (isEnd) return 0
        else await inflate()
      }
      const taken = rest.subarray(0, target.byteLength)
      target.set(taken)
      rest = rest.subarray(taken.byteLength)
      return taken.byteLength
    },
    async close() {
      gunzip.destroy()
      await source.close()
    },
  }
}
