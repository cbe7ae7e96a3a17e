import { closeSync, openSync, readSync } from 'node:fs'
import { extname } from 'node:path'
import { looksLikeCsv, readCsv } from './csv.ts'
import type { Inventory } from './inventory.ts'
import { InventoryError } from './inventory-error.ts'
import { reportOverlaps } from './overlap.ts'
import { collectProblems } from './problems.ts'
import { sourceOf } from './source.ts'
import { decodeKorean, decodeUnicode } from './text.ts'
import { readYaml } from './yaml.ts'

/** An inventory of 20,000 entries has about 1.3 MB. A larger file than this is most likely something else. */
const MOST_BYTES = 16 * 1024 * 1024

type Format = 'yaml' | 'csv'

/** Reads the inventory in a file. Whatever is wrong with it is one InventoryError. */
export function readInventory(path: string): Inventory {
  return parseInventory(readBytes(path), path)
}

/** Reads the inventory in the bytes of `file`, which is named in messages and whose extension tells the format. */
export function parseInventory(bytes: Uint8Array, file: string): Inventory {
  const { text, format } = decode(bytes, file)
  const source = sourceOf(file, text)
  const problems = collectProblems(source)
  const entries = format === 'csv' ? readCsv(source, problems) : readYaml(source, problems)
  reportOverlaps(entries, source, problems)
  problems.throwIfAny()
  return { entries }
}

/** Only as much as is accepted is read, so that a pipe works and an endless device does no harm. */
function readBytes(path: string): Uint8Array {
  const bytes = new Uint8Array(MOST_BYTES + 1)
  const length = fill(path, bytes)
  if (length <= MOST_BYTES) return bytes.subarray(0, length)
  throw new InventoryError(`inventory ${path} has more than ${MOST_BYTES / 1024 / 1024} MiB, the most that is read`)
}

function fill(path: string, bytes: Uint8Array): number {
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
    throw new InventoryError(`inventory ${path} cannot be read: ${readFault(error)}`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function readFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder; wanted a YAML or CSV file'
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  return error instanceof Error ? error.message : String(error)
}

/** Unicode in either format; what is not, may be a table that a Korean spreadsheet program wrote. */
function decode(bytes: Uint8Array, file: string): { text: string; format: Format } {
  const decoded = decodeUnicode(bytes)
  if ('text' in decoded) return { text: decoded.text, format: formatOf(file, decoded.text) }
  const korean = decodeKorean(bytes)
  if ('text' in korean && formatOf(file, korean.text) === 'csv') return { text: korean.text, format: 'csv' }
  throw new InventoryError(
    `inventory ${file} is not text: ${decoded.fault}; wanted YAML or CSV, best in UTF-8${hint(bytes)}`,
  )
}

function formatOf(file: string, text: string): Format {
  const extension = extname(file).toLowerCase()
  if (extension === '.csv') return 'csv'
  if (extension === '.yaml' || extension === '.yml' || extension === '.json') return 'yaml'
  return looksLikeCsv(text) ? 'csv' : 'yaml'
}

/** Workbooks are ZIP archives. */
function hint(bytes: Uint8Array): string {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4
  return isZip ? '; if it is an Excel workbook, save it as CSV UTF-8' : ''
}
