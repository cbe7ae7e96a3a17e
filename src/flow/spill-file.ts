import { mkdtempSync, openSync, readSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why the temporary file cannot be used. Its message is the whole sentence that the user reads. */
export class SpillError extends Error {
  override readonly name = 'SpillError'
}

const SPILL_NAME = 'flows'

/** Makes a temporary folder with an empty file in it. */
export function createSpill(): { readonly folder: string; readonly file: number } {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'portolan-'))
    return { folder, file: openSync(join(folder, SPILL_NAME), 'w+') }
  } catch (error) {
    throw spillError(error)
  }
}

/** Opens the file in a folder that another thread made. */
export function openSpill(folder: string): number {
  return openSync(join(folder, SPILL_NAME), 'r')
}

/** Writes all of the bytes at `position`: one call may write less, and a full disk then writes nothing more. */
export function writeSpill(file: number, bytes: Uint8Array, position: number): void {
  let written = 0
  try {
    while (written < bytes.length) {
      written += writeSync(file, bytes, written, bytes.length - written, position + written)
    }
  } catch (error) {
    throw spillError(error)
  }
}

/** Reads as many bytes as there is room for. */
export function readSpill(file: number, bytes: Uint8Array, position: number): void {
  let taken = 0
  while (taken < bytes.length) {
    const count = readSync(file, bytes, taken, bytes.length - taken, position + taken)
    if (count === 0)
      throw new SpillError(`the temporary file in ${tmpdir()} has lost its end; TMPDIR names another folder`)
    taken += count
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'it may not become so large',
  EROFS: 'it is read-only',
  EACCES: 'it may not be written',
  ENOENT: 'it is not there',
}

function spillError(error: unknown): SpillError {
  const { code = '', message } = error as NodeJS.ErrnoException
  const problem = PROBLEMS[code] ?? message
  return new SpillError(
    `flows that do not fit in memory cannot be kept in the temporary folder ${tmpdir()}: ${problem}; TMPDIR names another folder`,
  )
}
