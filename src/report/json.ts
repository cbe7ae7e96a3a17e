import type { Cell, Column } from './columns.ts'
import { type Output, writeInChunks } from './output.ts'
import { replaceUnseen } from './terminal.ts'

/** Writes rows as one JSON array, an object a line; returns their number. */
export function renderJson<Row>(out: Output, columns: readonly Column<Row>[], rows: Iterable<Row>): number {
  let count = 0
  function* pieces(): Generator<string> {
    for (const row of rows) yield (count++ === 0 ? '[\n' : ',\n') + jsonObject(columns, row)
    yield count === 0 ? '[]\n' : '\n]\n'
  }
  writeInChunks(out, pieces())
  return count
}

/** Writes rows as JSON objects, each a line of its own; returns their number. */
export function renderNdjson<Row>(out: Output, columns: readonly Column<Row>[], rows: Iterable<Row>): number {
  let count = 0
  function* pieces(): Generator<string> {
    for (const row of rows) {
      count++
      yield `${jsonObject(columns, row)}\n`
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

function jsonObject<Row>(columns: readonly Column<Row>[], row: Row): string {
  // JSON.stringify leaves DEL, C1 controls, overrides and U+2028 as they are; a terminal would obey them. All of them
  // stand inside strings here, so the escaped form reads back as the same text.
  return replaceUnseen(JSON.stringify(jsonFields(columns, row)), jsonEscape)
}

function jsonEscape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
