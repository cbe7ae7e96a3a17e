import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from './usage-error.ts'

/**
 * Puts bytes in the place of a file, or makes it. They are written beside it first and take its place at once, so that
 * whoever reads it, and a program that is stopped, finds the old file or the new one. A link stays a link.
 */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const before = statSync(path, { throwIfNoEntry: false })
  if (before !== undefined && !before.isFile()) throw new UsageError(`${path} is no file; nothing was written`)
  try {
    replace(before === undefined ? path : realpathSync(path), bytes, before)
  } catch (error) {
    throw new UsageError(`${path} could not be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function replace(path: string, bytes: Uint8Array, before: Stats | undefined): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`)
  const file = openSync(beside, 'wx', 0o666)
  try {
    try {
      if (before !== undefined) fchmodSync(file, before.mode)
      writeFileSync(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}
