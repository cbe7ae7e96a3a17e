import { closeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { ByteSource } from './byte-source.ts'
import { CaptureError } from './capture-error.ts'
import type { OpenFile } from './file-source.ts'
import { PieceRing } from './piece-ring.ts'

/** What an unpacking thread is told. */
export interface UnpackingTask {
  readonly file: OpenFile
  readonly memory: SharedArrayBuffer
}

/** What it says: that the piece which was wanted is there, and behind the last one why no more come. */
export type UnpackingMessage = 'piece' | { readonly failure: string | undefined }

/**
 * Decompresses a file in a thread of its own, some pieces ahead of whoever reads them. `name` is what messages call the
 * file, which is closed with the source. A thread that dies makes read() throw CaptureError.
 */
export function unpackingSource(file: OpenFile, name: string): ByteSource {
  const ring = new PieceRing()
  const workerData: UnpackingTask = { file, memory: ring.memory }
  const worker = new Worker(new URL('./unpack-worker.js', import.meta.url), { workerData })
  let end: { readonly failure: Error | undefined } | undefined
  let wake = () => {}
  const finish = (failure: Error | undefined) => {
    end ??= { failure }
    wake()
  }
  const die = (how: string) => finish(new CaptureError(`a thread that decompressed ${name} ${how}`))
  worker.on('message', (message: UnpackingMessage) => {
    if (message === 'piece') wake()
    else finish(message.failure === undefined ? undefined : new Error(message.failure))
  })
  worker.once('error', ({ message }) => die(`failed: ${message}`))
  worker.once('exit', () => die('ended before it was done'))

  /** Waits for messages and not in the ring: a thread that dies gives no more, and its death is a message. */
  async function read(target: Uint8Array): Promise<number> {
    for (;;) {
      const count = ring.take(target)
      if (count !== undefined) return count
      if (end?.failure) throw end.failure
      if (end) return 0
      if (ring.wantNext()) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  }

  return {
    readNow: (target) => ring.take(target),
    read,
    async close() {
      await worker.terminate()
      closeSync(file.descriptor)
    },
  }
}
