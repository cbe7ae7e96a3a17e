import { type FileHandle, open } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** Where the bytes of a capture come from: a file, a pipe, or the inflated form of either. */
export interface ByteSource {
  /** Fills `target` from its start as far as bytes come in one go; 0 at the end. */
  read(target: Uint8Array): Promise<number>
  /** A read that is under way ends, one way or the other. */
  close(): Promise<void>
}

/** Reads a file from `position` on. The caller keeps the ownership of nothing: close() closes the file. */
export async function openFile(path: string): Promise<ByteSource> {
  return fileSource(await open(path, 'r'))
}

function fileSource(file: FileHandle): ByteSource {
  let position = 0
  return {
    async read(target) {
      const { bytesRead } = await file.read(target, 0, target.byteLength, position)
      position += bytesRead
      return bytesRead
    },
    close: () => file.close(),
  }
}

/**
 * Reads a stream such as standard input. `interrupt()` makes the next read report the end, so that
 * what came before it is kept.
 */
export function streamSource(stream: Readable): ByteSource & { interrupt(): void } {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let rest: Uint8Array = new Uint8Array(0)
  let stop: () => void = () => {}
  const stopped = new Promise<{ done: true; value: undefined }>((resolve) => {
    stop = () => resolve({ done: true, value: undefined })
  })
  return {
    async read(target) {
      if (rest.byteLength === 0) {
        const next = await Promise.race([chunks.next(), stopped])
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

const INFLATED_CHUNK = 256 * 1024

/** Inflates a gzip source. A damaged or cut-off one makes read() throw once what came before has been given out. */
export function gunzipSource(source: ByteSource): ByteSource {
  const gunzip = createGunzip({ chunkSize: INFLATED_CHUNK })
  const feeding = feed(source, gunzip)
  const inflated = streamSource(gunzip)
  return {
    read: (target) => inflated.read(target),
    async close() {
      gunzip.destroy()
      await source.close()
      await feeding
    },
  }
}

async function feed(source: ByteSource, sink: Writable): Promise<void> {
  try {
    while (!sink.destroyed) {
      const buffer = new Uint8Array(INFLATED_CHUNK)
      const count = await source.read(buffer)
      if (count === 0) break
      if (!sink.write(buffer.subarray(0, count))) await drained(sink)
    }
    sink.end()
  } catch (error) {
    sink.destroy(error as Error)
  }
}

/** Resolves when the sink takes more, or never will. */
function drained(sink: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sink.off('drain', done)
      sink.off('close', done)
      resolve()
    }
    sink.on('drain', done)
    sink.on('close', done)
  })
}
