import { closeSync, openSync, readSync } from 'node:fs'
import { InventoryError } from './inventory-error.ts'

/** An inventory of 20,000 entries has about 1.3 MB. A larger file than this is most likely something else. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * Reads a whole file. Only as much as is accepted is read, so that a pipe works and an endless device does no harm.
 * `subject` begins the sentence where it cannot be read.
 */
export function readBytes(path: string, subject: string, wanted = 'a YAML or CSV file'): Uint8Array {
  const bytes = new Uint8Array(MOST_BYTES + 1)
  const length = fill(path, bytes, subject, wanted)
  if (length <= MOST_BYTES) return bytes.subarray(0, length)
  throw new InventoryError(`${subject} has more than ${MOST_BYTES / 1024 / 1024} MiB, the most that is read`)
}

function fill(path: string, bytes: Uint8Array, subject: string, wanted: string): number {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    let length = 0
    let read: number
    do {
      read = readSync(file, bytes, length, bytes.length - length, null)
      length += read
    } while (read > 0 && length < bytes.length)
    return length
  } catch (error) {
    throw new InventoryError(`${subject} cannot be read: ${readFault(error, wanted)}`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function readFault(error: unknown, wanted: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return `it is a folder; wanted ${wanted}`
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  return error instanceof Error ? error.message : String(error)
}
