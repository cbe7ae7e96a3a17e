import { CsvError, parse } from 'csv-parse/sync'
import { ENTRY_KEYS, type EntryKey, type EntryWords, readEntry, type Word, type Words } from './entry.ts'
import type { InventoryEntry } from './inventory.ts'
import { instead, nearestWords, oneOf } from './nearest-word.ts'
import { type Problems, quoted } from './problems.ts'
import type { Source } from './source.ts'

/** What spreadsheets put between cells: a comma, a semicolon where the comma is the decimal sign, a tab in Unicode text. */
const DELIMITERS = [',', ';', '\t'] as const
type Delimiter = (typeof DELIMITERS)[number]

/** A record of a table, and where it begins. */
export interface Row {
  readonly offset: number
  readonly cells: readonly Word[]
}

/** Reads the table form: a header with the columns name, address and role in any order, and a row for each entry. */
export function readCsv(source: Source, problems: Problems): readonly InventoryEntry[] {
  const [header, ...rows] = readRows(source.text, problems)
  if (header === undefined) {
    const sentence = (place: string): string =>
      `the inventory at ${place} is empty; wanted the header name,address,role`
    if (!problems.found()) problems.add(0, sentence)
    return []
  }
  const columns = readHeader(header, problems)
  if (columns === undefined) return []
  if (rows.length === 0) problems.add(header.offset, (place) => `the table at ${place} has a header and no entries`)
  return rows
    .map((row) => entryWords(row, columns, problems))
    .map((words) => words && readEntry(words, source, problems))
    .filter((entry) => entry !== undefined)
}

/** Whether a text begins with the header of a table. */
export function looksLikeCsv(text: string): boolean {
  const cells = headerCells(text)
  return !firstLine(text).startsWith('#') && ENTRY_KEYS.some((key) => cells.includes(key))
}

/** The names in the first line of a table, as far as they can be told without reading it; none where it is no table. */
export function headerCells(text: string): readonly string[] {
  const cells = firstLine(text).split(delimiterOf(text))
  return cells.length > 1 ? cells.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')) : []
}

function firstLine(text: string): string {
  return /\S.*/.exec(text)?.[0] ?? ''
}

/** The first of the delimiters that the header shows. */
function delimiterOf(text: string): Delimiter {
  const header = firstLine(text)
  return DELIMITERS.find((delimiter) => header.includes(delimiter)) ?? ','
}

/** The rows that have content. Reading ends at the first cell whose quotes are wrong, which is reported. */
export function readRows(text: string, problems: Problems): readonly Row[] {
  const delimiter = delimiterOf(text)
  let offset = 0
  const rows: Row[] = []
  for (const { record, raw } of parseRecords(text, delimiter, problems)) {
    const hasContent = record.some((cell) => cell.trim() !== '')
    if (hasContent) rows.push({ offset, cells: placeCells(record, raw, offset, delimiter) })
    offset += raw.length
  }
  return rows
}

interface CsvRecord {
  readonly record: readonly string[]
  readonly raw: string
}

function parseRecords(text: string, delimiter: Delimiter, problems: Problems, most = -1): readonly CsvRecord[] {
  try {
    const options = { delimiter, raw: true, relax_column_count: true, record_delimiter: '\n', to: most }
    // With `raw` the library hands out records together with their text; its type for that says less.
    return parse(text, options) as unknown as CsvRecord[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    problems.add(brokenCell(text, error), (place) => quoteSentence(error, place))
    const { records: rightRecords } = error
    return Number(rightRecords) > 0 ? parseRecords(text, delimiter, problems, Number(rightRecords)) : []
  }
}

/** Where the cell begins in which the library gave up: it counts the bytes up to the delimiter before. */
function brokenCell(text: string, { bytes }: CsvError): number {
  const offset = Buffer.from(text).subarray(0, Number(bytes)).toString().length
  return (DELIMITERS as readonly string[]).includes(text.charAt(offset)) ? offset + 1 : offset
}

function quoteSentence(error: CsvError, place: string): string {
  return error.code === 'CSV_QUOTE_NOT_CLOSED'
    ? `the quote in the cell at ${place} is not closed`
    : `the cell at ${place} has a quote inside; put the whole cell in quotes and double those inside`
}

/** Finds the cells of a record in its text. The library has read it, so its quotes are known to be right. */
function placeCells(record: readonly string[], raw: string, start: number, delimiter: Delimiter): readonly Word[] {
  let at = 0
  return record.map((text) => {
    const begin = at
    let isQuoted = false
    for (; at < raw.length && (isQuoted || raw[at] !== delimiter); at++) {
      if (raw[at] === '"') isQuoted = !isQuoted
    }
    at++
    return { text, offset: start + begin + (raw[begin] === '"' ? 1 : 0) }
  })
}

/** What the header says of the columns. */
interface Columns {
  readonly index: ReadonlyMap<EntryKey, number>
  /** By index; empty for a column without a name, in which nothing may stand. */
  readonly names: readonly string[]
}

/**
 * Reads the header. A column that is unknown, doubled or missing is reported; one that is misspelt is read on as
 * what it was probably meant to be, so that the mistakes below it are found too.
 */
function readHeader(header: Row, problems: Problems): Columns | undefined {
  const names = header.cells.map(({ text }) => text.trim())
  const index = new Map<EntryKey, number>()
  const misspelt = new Map<EntryKey, number>()
  header.cells.forEach(({ offset }, at) => {
    const name = names[at] ?? ''
    const key = ENTRY_KEYS.find((known) => known === name)
    if (name === '') return
    if (key === undefined) for (const word of refuseColumn(name, offset, problems)) misspelt.set(word, at)
    else if (index.has(key)) problems.add(offset, (place) => `column '${key}' at ${place} stands twice`)
    else index.set(key, at)
  })
  const missing = ENTRY_KEYS.filter((key) => !index.has(key) && !misspelt.has(key))
  if (missing.length === 0) return { index: new Map([...misspelt, ...index]), names }
  problems.add(
    header.offset,
    (place) => `the header at ${place} has no column ${oneOf(missing)}; wanted name,address,role`,
  )
  return undefined
}

/** Returns the columns that were probably meant. */
function refuseColumn(name: string, offset: number, problems: Problems): readonly EntryKey[] {
  const nearest = nearestWords(name, ENTRY_KEYS)
  problems.add(offset, (place) => `column ${quoted(name)} at ${place} is not known${instead(nearest, ENTRY_KEYS)}`)
  return nearest
}

/** Undefined for a row that has more cells than the header: its cells are most likely not where they belong. */
function entryWords(row: Row, { index, names }: Columns, problems: Problems): EntryWords | undefined {
  const surplus = row.cells.find(({ text }, at) => text.trim() !== '' && (names[at] ?? '') === '')
  if (surplus !== undefined) {
    const cell = quoted(surplus.text)
    problems.add(
      surplus.offset,
      (place) => `cell ${cell} at ${place} has no column; put several addresses or roles in quotes`,
    )
    return undefined
  }
  const name = cellOf('name', row, index)
  return {
    offset: row.offset,
    name: { text: name.text.trim(), offset: name.offset },
    address: splitCell(cellOf('address', row, index), ADDRESSES),
    role: splitCell(cellOf('role', row, index), ROLES),
  }
}

/** A row that ends early has empty cells at its end. */
function cellOf(key: EntryKey, row: Row, columns: ReadonlyMap<EntryKey, number>): Word {
  return row.cells[columns.get(key) ?? -1] ?? { text: '', offset: row.offset }
}

const ROLES = /[^\s,;]+/g

/** As above, except that the hyphen of a range may have spaces around it. */
const ADDRESSES = /[^\s,;]*[^\s,;-](?:\s*-\s*[^\s,;]+)?|[^\s,;]+/g

/** The words of a cell, which are separated by spaces, commas or semicolons. */
function splitCell(cell: Word, pattern: RegExp): Words {
  const words = Array.from(cell.text.matchAll(pattern), (match) => ({
    text: match[0],
    offset: cell.offset + match.index,
  }))
  return { offset: cell.offset, words }
}
