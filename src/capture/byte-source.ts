import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { createGunzip, type Gunzip } from 'node:zlib'

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

/** Compressed bytes inflated at once: few, because all that they inflate to is held until it is read. */
const DEFLATED_CHUNK = 64 * 1024
const INFLATED_CHUNK = 256 * 1024

/**
 * Inflates a gzip source. A damaged or cut-off one makes read() throw once what came before has been given out: nothing
 * more is inflated before that, because a stream that fails forgets what it holds.
 */
export function gunzipSource(source: ByteSource): ByteSource {
  const gunzip = createGunzip({ chunkSize: INFLATED_CHUNK })
  const deflated = new Uint8Array(DEFLATED_CHUNK)
  const inflated: Uint8Array[] = []
  let failure: Error | undefined
  let isEnd = false
  gunzip.on('data', (chunk: Uint8Array) => inflated.push(chunk))
  gunzip.on('error', (error) => {
    failure = error
  })
  return {
    async read(target) {
      while (inflated.length === 0) {
        if (failure) throw failure
        if (isEnd) return 0
        isEnd = !(await inflateMore(source, deflated, gunzip))
      }
      const first = inflated[0] as Uint8Array
      const taken = first.subarray(0, target.byteLength)
      target.set(taken)
      if (taken.byteLength === first.byteLength) inflated.shift()
      else inflated[0] = first.subarray(taken.byteLength)
      return taken.byteLength
    },
    async close() {
      gunzip.destroy()
      await source.close()
    },
  }
}

/** Resolves when all that the next bytes inflate to has come, or the stream has failed; false behind the last bytes. */
async function inflateMore(source: ByteSource, buffer: Uint8Array, gunzip: Gunzip): Promise<boolean> {
  const count = await source.read(buffer)
  await inflate(gunzip, buffer.subarray(0, count))
  while (gunzip.readableLength > 0 && !gunzip.destroyed) await setImmediate()
  return count > 0
}

/** Resolves when the stream has inflated the bytes, all it has left where there are none, or nothing any more. */
function inflate(gunzip: Gunzip, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      gunzip.off('close', done)
      resolve()
    }
    gunzip.on('close', done)
    if (gunzip.closed) done()
    else if (bytes.byteLength > 0) gunzip.write(bytes, done)
    else gunzip.end()
  })
}
