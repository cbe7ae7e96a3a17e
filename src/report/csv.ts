import type { Cell, Column } from './columns.ts'
import { type Output, writeInChunks } from './output.ts'
import { escapeText } from './terminal.ts'

/**
 * Lines end in LF, not in RFC 4180's CRLF: the readers we know take both (spreadsheets, PowerShell, Python, csv-parse),
 * while cut, awk, sort and diff would find a carriage return in the last column.
 */
const LINE_END = '\n'

/**
 * What makes a spreadsheet take a cell as a formula, or hides that it does (CWE-1236, OWASP ASVS 5.0 1.2.10). The
 * full-width forms of East Asian input are a precaution.
 */
const FORMULA_START = /^[=+\-@\t\r\n\0＝＋－＠]/
const PLAIN_NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

/** Writes a header line and the rows as CSV; returns their number. */
export function renderCsv<Row>(out: Output, columns: readonly Column<Row>[], rows: Iterable<Row>): number {
  let count = 0
  function* pieces(): Generator<string> {
    yield csvLine(columns.map(({ key }) => key))
    for (const row of rows) {
      count++
      yield csvRow(columns, row)
    }
  }
  writeInChunks(out, pieces())
  return count
}

/** A cell before quoting: null empty, lists joined by blanks, text escaped (so a row is one line) and harmless. */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  if (typeof value === 'boolean') return String(value)
  return harmless(typeof value === 'string' ? value : value.join(' '))
}

function harmless(text: string): string {
  const formula = FORMULA_START.test(text) && !PLAIN_NUMBER.test(text)
  return (formula ? "'" : '') + escapeText(text)
}

/** Text that stands in a cell as it is: nearly all there is in a million rows. */
const PLAIN = /^[0-9A-Za-z][ !#-+\--~]*$/

function csvRow<Row>(columns: readonly Column<Row>[], row: Row): string {
  let line = ''
  for (const { value } of columns) {
    const cell = value(row)
    const isPlain = cell === null || (typeof cell === 'string' && PLAIN.test(cell))
    line += `,${isPlain ? (cell ?? '') : quote(csvCell(cell))}`
  }
  // An empty line would read as no row at all.
  return `${line.length <= 1 ? '""' : line.slice(1)}${LINE_END}`
}

function csvLine(cells: readonly string[]): string {
  const line = cells.map(quote).join(',')
  // An empty line would read as no row at all.
  return (line === '' ? '""' : line) + LINE_END
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
