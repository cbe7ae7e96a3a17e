import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteSource } from './byte-source.ts'

/** Bytes of either end of a file by which it is known again. */
const EDGE = 64 * 1024

/**
 * A file as it was found. It is read to that length, whatever is written behind it meanwhile: so all who read it read
 * the same, and a file that grows faster than it is read has an end.
 */
export interface FileState {
  readonly size: number
  /** What makes a file the same file wherever it lies: its size and its first and last 64 KiB, as a SHA-256 in hex. */
  readonly identity: string
  /** The first four bytes, big-endian; 0 where there are fewer. */
  readonly magic: number
}

export function fileState(path: string): FileState {
  const file = openSync(path, 'r')
  try {
    return stateOf(file, fstatSync(file).size)
  } finally {
    closeSync(file)
  }
}

/** A file that was opened: its descriptor holds in every thread. */
export interface OpenFile {
  readonly descriptor: number
  readonly state: FileState
}

/** Opens a file, to be read to the length it is known to have, or has now. */
export function openFile(path: string, known?: FileState): OpenFile {
  const descriptor = openSync(path, 'r')
  try {
    if (known !== undefined) refuseChanged(descriptor, known)
    return { descriptor, state: known ?? stateOf(descriptor, fstatSync(descriptor).size) }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** Reads a file from its beginning, and closes it. */
export function fileSource({ descriptor, state }: OpenFile): ByteSource {
  let left = state.size
  const readNow = (target: Uint8Array) => {
    const count = left === 0 ? 0 : readSync(descriptor, target, 0, Math.min(target.byteLength, left), null)
    if (count === 0) refuseChanged(descriptor, state)
    left -= count
    return count
  }
  return {
    readNow,
    read: async (target) => readNow(target),
    hasGrown: () => fstatSync(descriptor).size > state.size,
    close: async () => closeSync(descriptor),
  }
}

/** Throws where the file is shorter than it was, or begins or ends otherwise. Bytes added behind it change nothing. */
function refuseChanged(file: number, state: FileState): void {
  const { size } = fstatSync(file)
  if (size < state.size) throw new Error(`the file shrank from ${state.size} to ${size} bytes`)
  if (stateOf(file, state.size).identity !== state.identity) throw new Error('the file was written anew')
}

function stateOf(file: number, size: number): FileState {
  const edge = Math.min(size, EDGE)
  const bytes = new Uint8Array(edge * 2)
  readSync(file, bytes, 0, edge, 0)
  readSync(file, bytes, edge, edge, size - edge)
  const identity = createHash('sha256').update(`${size}\n`).update(bytes).digest('hex')
  return { size, identity, magic: size < 4 ? 0 : new DataView(bytes.buffer).getUint32(0) }
}
