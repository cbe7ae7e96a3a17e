import { closeSync, mkdtempSync, openSync, readSync, rmdirSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why the temporary file cannot be used. Its message is the whole sentence that the user reads. */
export class SpillError extends Error {
  override readonly name = 'SpillError'
}

/** The variable of the environment that names the temporary folder. */
const TEMPORARY = process.platform === 'win32' ? 'TEMP' : 'TMPDIR'

/** A temporary file. Any thread of the process may use it, whichever has opened it. */
export interface Spill {
  readonly file: number
  /**
   * Where it stands; undefined where it has no name any more, so that nothing of it is left whatever ends the program.
   */
  readonly folder: string | undefined
}

/** Makes an empty temporary file. */
export function createSpill(): Spill {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'portolan-'))
    const path = join(folder, 'flows')
    const file = openSync(path, 'w+')
    return { file, folder: isRemoved(path, folder) ? undefined : folder }
  } catch (error) {
    throw spillError(error)
  }
}

/** Windows, and some network file systems, keep an open file in its folder until it is closed. */
function isRemoved(path: string, folder: string): boolean {
  try {
    unlinkSync(path)
    rmdirSync(folder)
    return true
  } catch {
    return false
  }
}

export function closeSpill({ file, folder }: Spill): void {
  closeSync(file)
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
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
      throw new SpillError(`the temporary file in ${tmpdir()} has lost its end; ${TEMPORARY} names another folder`)
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
    `flows that do not fit in memory cannot be kept in the temporary folder ${tmpdir()}: ${problem}; ${TEMPORARY} names another folder`,
  )
}
