import { parentPort, workerData } from 'node:worker_threads'
import type { ByteSource } from './byte-source.ts'
import { ByteWindow } from './byte-window.ts'
import { fileSource } from './file-source.ts'
import { PieceRing } from './piece-ring.ts'
import { unpackedSource } from './unpacked.ts'
import type { UnpackingMessage, UnpackingTask } from './unpacking-thread.ts'

/* The thread that unpackingSource() starts. It ends behind the last piece that can be decompressed. */

/** A piece as far as it could be filled, and why not to its end. */
interface Filled {
  readonly count: number
  readonly failure?: string
}

async function fill(source: ByteSource, piece: Uint8Array): Promise<Filled> {
  let count = 0
  try {
    while (count < piece.byteLength) {
      const more = await source.read(piece.subarray(count))
      if (more === 0) break
      count += more
    }
    return { count }
  } catch (error) {
    return { count, failure: (error as Error).message }
  }
}

function say(message: UnpackingMessage): void {
  parentPort?.postMessage(message)
}

/** Hands over all that comes, and says what ended it before its end. */
async function handOver(source: ByteSource, ring: PieceRing): Promise<string | undefined> {
  for (;;) {
    const piece = ring.room()
    const { count, failure } = await fill(source, piece)
    if (count > 0 && ring.give(count)) say('piece')
    if (count < piece.byteLength) return failure
  }
}

const { file, memory } = workerData as UnpackingTask
const window = new ByteWindow(fileSource(file))
await window.fill(4)
const source = unpackedSource(window)
const changed = window.failure?.message ?? 'the file was written anew'
say({ failure: source === undefined ? changed : await handOver(source, new PieceRing(memory)) })
