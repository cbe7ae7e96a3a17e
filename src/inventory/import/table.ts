import { headerCells, type Row, readRows } from '../csv.ts'
import { type Problems, quoted } from '../problems.ts'
import type { Source } from '../source.ts'
import type { Attributes } from './topology-attributes.ts'

/** The line that Export-Csv of Windows PowerShell puts before the header. */
const TYPE_LINE = /^\s*#TYPE[^\n]*/

/** The names in the header of a table; none where the text is none. */
export function columnsOf(text: string): readonly string[] {
  return headerCells(withoutTypeLine(text))
}

/** Blanks it, so that offsets stay what they are. */
function withoutTypeLine(text: string): string {
  return text.replace(TYPE_LINE, (line) => ' '.repeat(line.length))
}

/** The rows of a table that Export-Csv wrote, or a spreadsheet after it. Columns are found whatever their case. */
export function readTable(source: Source, problems: Problems): readonly Attributes[] {
  const [header, ...rows] = readRows(withoutTypeLine(source.text), problems)
  const index = new Map(header?.cells.map(({ text }, at) => [text.trim().toLowerCase(), at]))
  return rows.map((row) => ({
    offset: row.offset,
    attribute: (name) => cellAt(row, index.get(name.toLowerCase())),
  }))
}

function cellAt(row: Row, at: number | undefined): string | undefined {
  return at === undefined ? undefined : row.cells[at]?.text.trim()
}

/** A row without what tells whom it is about is most likely one of another table. */
export function refuseRow(row: Attributes, wanted: string, problems: Problems): void {
  const identity = row.attribute('Identity') ?? ''
  const subject = identity === '' ? 'the row' : `the row of ${quoted(identity)}`
  problems.add(row.offset, (place) => `${subject} at ${place} has no ${wanted}`)
}
