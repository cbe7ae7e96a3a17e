import type { Cell, Column } from './columns.ts'
import { type Output, writeInChunks } from './output.ts'
import { replaceUnseen } from './terminal.ts'

/** Writes rows as one JSON array, an object a line; returns their number. */
export function renderJson<Row>(out: Output, columns: readonly Column<Row>[], rows: Iterable<Row>): number {
  const jsonObject = objectWriter(columns)
  let count = 0
  function* pieces(): Generator<string> {
    for (const row of rows) yield (count++ === 0 ? '[\n' : ',\n') + jsonObject(row)
    yield count === 0 ? '[]\n' : '\n]\n'
  }
  writeInChunks(out, pieces())
  return count
}

/** Writes rows as JSON objects, each a line of its own; returns their number. */
export function renderNdjson<Row>(out: Output, columns: readonly Column<Row>[], rows: Iterable<Row>): number {
  const jsonObject = objectWriter(columns)
  let count = 0
  function* pieces(): Generator<string> {
    for (const row of rows) {
      count++
      yield `${jsonObject(row)}\n`
    }
  }
  writeInChunks(out, pieces())
  return count
}

/** Writes a document that is no list of rows, indented for people, or on one line. */
export function renderJsonDocument(out: Output, document: object, onOneLine: boolean): void {
  const lines = JSON.stringify(document, undefined, onOneLine ? undefined : 2).split('\n')
  out.write(lines.map((line) => `${replaceUnseen(line, jsonEscape)}\n`).join(''))
}

/** A row's fields as they stand in JSON. */
export function jsonFields<Row>(columns: readonly Column<Row>[], row: Row): Readonly<Record<string, Cell>> {
  const fields: Record<string, Cell> = {}
  for (const { key, value } of columns) fields[key] = value(row)
  return fields
}

/**
 * Returns what writes a row as JSON.stringify() writes its fields. Shaped by speed: an object of 45 fields that is only made
 * to be written takes twice as long as its text, and a field often is what it was in the row before.
 */
function objectWriter<Row>(columns: readonly Column<Row>[]): (row: Row) => string {
  const fields = columns.map(({ key, value }, index) => {
    const before = `${index === 0 ? '{' : ','}${jsonText(key)}:`
    // No cell is undefined: the first row is made like any other.
    return { before, value, cell: undefined as Cell | undefined, text: '' }
  })
  const listText = createListText()
  return (row) => {
    let text = ''
    for (const field of fields) {
      const cell = field.value(row)
      if (cell !== field.cell) {
        field.cell = cell
        field.text = field.before + cellText(cell, listText)
      }
      text += field.text
    }
    return text === '' ? '{}' : `${text}}`
  }
}

function cellText(cell: Cell, listText: (list: readonly string[]) => string): string {
  if (typeof cell === 'string') return jsonText(cell)
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : 'null'
  return typeof cell === 'object' && cell !== null ? listText(cell) : String(cell)
}

/** Many rows have the same few lists. */
function createListText(): (list: readonly string[]) => string {
  const known = new WeakMap<readonly string[], string>()
  return (list) => {
    let text = known.get(list)
    if (text === undefined) {
      text = `[${list.map(jsonText).join(',')}]`
      known.set(list, text)
    }
    return text
  }
}

/** Nothing in it has to be escaped. */
const PLAIN = /^[ !#-[\]-~]*$/

function jsonText(text: string): string {
  // JSON.stringify leaves DEL, C1 controls, overrides and U+2028 as they are; a terminal would obey them. All of them
  // stand inside strings here, so the escaped form reads back as the same text.
  return PLAIN.test(text) ? `"${text}"` : replaceUnseen(JSON.stringify(text), jsonEscape)
}

function jsonEscape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
