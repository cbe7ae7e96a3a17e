import { extname } from 'node:path'
import { looksLikeCsv, readCsv } from './csv.ts'
import type { Inventory } from './inventory.ts'
import { InventoryError } from './inventory-error.ts'
import { reportOverlaps } from './overlap.ts'
import { collectProblems } from './problems.ts'
import { readBytes } from './read-bytes.ts'
import { sourceOf } from './source.ts'
import { decodeKorean, decodeUnicode } from './text.ts'
import { readYaml } from './yaml.ts'

export type InventoryFormat = 'yaml' | 'csv'

/** Reads the inventory in a file. Whatever is wrong with it is one InventoryError. */
export function readInventory(path: string): Inventory {
  return parseInventory(readBytes(path, `inventory ${path}`), path)
}

/** Reads the inventory in the bytes of `file`, which is named in messages and whose extension tells the format. */
export function parseInventory(bytes: Uint8Array, file: string): Inventory {
  const { text, format } = decodeInventory(bytes, file)
  const source = sourceOf(file, text)
  const problems = collectProblems(source)
  const inventory = format === 'csv' ? { entries: readCsv(source, problems) } : readYaml(source, problems)
  reportOverlaps(inventory.entries, source, problems)
  problems.throwIfAny()
  return inventory
}

/** Unicode in either format; what is not, may be a table that a Korean spreadsheet program wrote. */
export function decodeInventory(bytes: Uint8Array, file: string): { text: string; format: InventoryFormat } {
  const decoded = decodeUnicode(bytes)
  if ('text' in decoded) return { text: decoded.text, format: formatOf(file, decoded.text) }
  const korean = decodeKorean(bytes)
  if ('text' in korean && formatOf(file, korean.text) === 'csv') return { text: korean.text, format: 'csv' }
  throw new InventoryError(
    `inventory ${file} is not text: ${decoded.fault}; wanted YAML or CSV, best in UTF-8${hint(bytes)}`,
  )
}

function formatOf(file: string, text: string): InventoryFormat {
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
