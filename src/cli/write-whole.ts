import { writeSync } from 'node:fs'
import { UsageError } from './usage-error.ts'

/** Whoever read our output has gone, as `head` does when it has seen enough. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}

const RETRY_MS = 5
const sleeper = new Int32Array(new SharedArrayBuffer(4))

/** Writes all of the text before it returns, so that nothing is lost when the process ends, and nothing piles up. */
export function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += writeSome(fd, bytes.subarray(at))
}

/** The number of bytes written; 0 where a pipe is full, after a moment. */
function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EPIPE') throw new OutputClosed()
    if (code !== 'EAGAIN') throw new UsageError(`the output could not be written: ${message}`)
    Atomics.wait(sleeper, 0, 0, RETRY_MS)
    return 0
  }
}
