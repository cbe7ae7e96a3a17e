import type { Column } from './columns.ts'
import { lineLimit, type Output } from './output.ts'
import { cellTail, cellText, drawLines, drawPage, type PlacedColumn } from './table-drawing.ts'
import { type ColumnWish, type FittedColumn, fitColumns } from './table-layout.ts'
import { escapeText, paint, type Tone } from './terminal.ts'
import { displayWidth, wrapText } from './width.ts'

/** Rows that decide the widths. Longer cells in later rows are shortened on a terminal and stand out in a pipe. */
const FIRST_LOOK_ROWS = 10_000

/** Digits that numbers may still grow by after the first look, as ids and running counts do. */
const GROWING_DIGITS = 3

/** Rows that cli-table3 draws at once: its time is quadratic in the rows of one table. */
export const PAGE_ROWS = 50

/**
 * Rows that cli-table3 draws. It takes 0.2 ms for a row of 14 cells, however small its pages are, and so 20 s for 100,000
 * rows; all further rows are drawn to the same widths without it, in 1 s.
 */
export const DRAWN_ROWS = 500

/** Writes rows as a table under one heading; returns their number. `whole` is what to use to see every column. */
export function renderTable<Row>(
  out: Output,
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  empty: string,
  whole: string = '--format csv',
): number {
  const shown = columns.filter((column) => column.table !== false)
  const notes = new Set<string>()
  let wishes: readonly ColumnWish[] = []
  let placed: readonly PlacedColumn<Row>[] | undefined
  let count = 0
  for (const batch of inBatches(rows, FIRST_LOOK_ROWS)) {
    if (placed === undefined) {
      wishes = columnWishes(shown, batch)
      placed = placeColumns(shown, fitColumns(wishes, lineLimit(out)))
    }
    gatherNotes(placed, batch, notes)
    for (const page of inBatches(batch, PAGE_ROWS)) {
      if (placed.length > 0) {
        out.write(count < DRAWN_ROWS ? drawPage(out, placed, page, count === 0) : drawLines(out, placed, page))
      }
      count += page.length
    }
  }
  if (placed === undefined) writeNote(out, escapeText(empty), undefined)
  else if (shown.length === 0) writeNote(out, 'No column to show as a table; use --format csv.', undefined)
  else {
    for (const note of notes) writeBelow(out, note)
    writeHidden(
      out,
      shown.filter((_, index) => wishes[index]?.isEmpty !== true),
      placed,
      whole,
    )
  }
  return count
}

/** Keys of the columns that a table of these rows has room for. */
export function shownKeys<Row>(out: Output, columns: readonly Column<Row>[], rows: readonly Row[]): readonly string[] {
  const shown = columns.filter((column) => column.table !== false)
  const placed = placeColumns(shown, fitColumns(columnWishes(shown, rows), lineLimit(out)))
  return placed.map(({ column }) => column.key)
}

function gatherNotes<Row>(placed: readonly PlacedColumn<Row>[], rows: readonly Row[], notes: Set<string>): void {
  for (const { column } of placed) {
    if (column.note === undefined) continue
    for (const row of rows) {
      const note = column.note(row)
      if (note !== undefined) notes.add(note)
    }
  }
}

function* inBatches<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function columnWishes<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly ColumnWish[] {
  const mayBeMore = rows.length === FIRST_LOOK_ROWS
  return columns.map((column) => {
    const widest = widestOf(column, rows, cellText)
    // At least 1: cli-table3 draws no column narrower.
    const width = Math.max(1, displayWidth(column.title), widest)
    return {
      width: width + (column.align === 'right' && mayBeMore ? GROWING_DIGITS : 0),
      shrink: leastWidth(column, rows),
      drop: column.drop ?? 0,
      isEmpty: widest === 0 && !mayBeMore,
    }
  })
}

function leastWidth<Row>(column: Column<Row>, rows: readonly Row[]): number {
  const { shrink = 0, tail } = column
  return tail === undefined ? shrink : Math.max(shrink, Math.min(tail.upTo, widestOf(column, rows, cellTail)))
}

function widestOf<Row>(
  column: Column<Row>,
  rows: readonly Row[],
  textOf: (column: Column<Row>, row: Row) => string,
): number {
  return rows.reduce((width, row) => Math.max(width, displayWidth(textOf(column, row))), 0)
}

function placeColumns<Row>(
  columns: readonly Column<Row>[],
  fitted: readonly FittedColumn[],
): readonly PlacedColumn<Row>[] {
  return fitted.flatMap(({ index, width }) => {
    const column = columns[index]
    return column === undefined ? [] : [{ column, width }]
  })
}

function writeHidden<Row>(
  out: Output,
  shown: readonly Column<Row>[],
  placed: readonly PlacedColumn<Row>[],
  whole: string,
): void {
  const kept = new Set(placed.map(({ column }) => column))
  const hidden = shown.filter((column) => !kept.has(column)).map(({ title }) => title)
  if (hidden.length === 0) return
  const columns = hidden.length === 1 ? '1 column' : `${hidden.length} columns`
  writeBelow(out, `${columns} hidden: ${hidden.join(', ')}; widen the terminal or use ${whole}`)
}

function writeBelow(out: Output, text: string): void {
  out.write('\n')
  writeNote(out, text, 'dim')
}

function writeNote(out: Output, text: string, tone: Tone | undefined): void {
  const lines = wrapText(text, lineLimit(out))
  out.write(lines.map((line) => `${paint(line, tone, out.color)}\n`).join(''))
}
