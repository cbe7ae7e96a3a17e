import Table from 'cli-table3'
import type { Cell, Column } from './columns.ts'
import { lineLimit, type Output } from './output.ts'
import { type FittedColumn, fitColumns, GAP } from './table-layout.ts'
import { escapeText, paint, type Tone } from './terminal.ts'
import { displayWidth, shorten, wrapText } from './width.ts'

/** Rows that decide the widths. Longer cells in later rows are shortened on a terminal and stand out in a pipe. */
const FIRST_LOOK_ROWS = 10_000

/** Digits that numbers may still grow by after the first look, as ids and running counts do. */
const GROWING_DIGITS = 3

/**
 * Rows that cli-table3 draws at once. Its time is quadratic in the rows of one table, so a long list is drawn in pages.
 * A row of 14 cells takes 0.20 ms in pages of 20 rows, 0.21 ms of 50, 0.28 ms of 200.
 */
export const PAGE_ROWS = 50

const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': ' '.repeat(GAP),
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
} as const

interface PlacedColumn<Row> {
  readonly column: Column<Row>
  readonly width: number
}

/** Writes rows as a table under one heading; returns their number. */
export function renderTable<Row>(
  out: Output,
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  empty: string,
): number {
  const shown = columns.filter((column) => column.table !== false)
  let placed: readonly PlacedColumn<Row>[] | undefined
  let count = 0
  for (const batch of inBatches(rows, FIRST_LOOK_ROWS)) {
    placed ??= placeColumns(shown, fitColumns(columnWishes(shown, batch), lineLimit(out)))
    for (const page of inBatches(batch, PAGE_ROWS)) {
      if (placed.length > 0) out.write(drawPage(out, placed, page, count === 0))
      count += page.length
    }
  }
  if (placed === undefined) writeNote(out, escapeText(empty), undefined)
  else if (shown.length === 0) writeNote(out, 'No column to show as a table; use --format csv.', undefined)
  else writeHidden(out, shown, placed)
  return count
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

function columnWishes<Row>(columns: readonly Column<Row>[], rows: readonly Row[]) {
  const growth = rows.length === FIRST_LOOK_ROWS ? GROWING_DIGITS : 0
  return columns.map((column) => ({
    width: naturalWidth(column, rows) + (column.align === 'right' ? growth : 0),
    shrink: column.shrink ?? 0,
    drop: column.drop ?? 0,
  }))
}

/** At least 1: cli-table3 draws no column narrower. */
function naturalWidth<Row>(column: Column<Row>, rows: readonly Row[]): number {
  const widest = Math.max(1, displayWidth(column.title))
  return rows.reduce((width, row) => Math.max(width, displayWidth(cellText(column, row))), widest)
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

function cellText<Row>(column: Column<Row>, row: Row): string {
  return escapeText(column.text?.(row) ?? valueText(column.value(row))).trimEnd()
}

function valueText(value: Cell): string {
  if (value === null || Number.isNaN(value)) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'object' ? value.join(', ') : String(value)
}

/**
 * Stands in for a character of a cell while cli-table3 aligns it. cli-table3 measures with an older string-width, which
 * differs for combining marks outside Latin and for conjoining Hangul, and would cut what it takes for too wide. So it
 * sees anything but plain ASCII as stand-ins of the width that we measured. The character is a noncharacter, which
 * Unicode keeps for such internal use; escapeText leaves none in a cell.
 */
const STAND_IN = '\uFDD0'
const STAND_INS = /\uFDD0+/g
const PLAIN = /^[ -~]*$/

function drawPage<Row>(
  out: Output,
  placed: readonly PlacedColumn<Row>[],
  rows: readonly Row[],
  withHeading: boolean,
): string {
  const stoodFor: string[] = []
  const place = (text: string, width: number, tone: Tone | undefined) => placeCell(out, text, width, tone, stoodFor)
  const head = withHeading ? placed.map(({ column, width }) => place(column.title, width, 'heading')) : []
  const table = new Table({
    head,
    chars: NO_BORDER,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    colWidths: placed.map(({ width }) => width),
    colAligns: placed.map(({ column }) => column.align ?? 'left'),
  })
  for (const row of rows) {
    table.push(placed.map(({ column, width }) => place(cellText(column, row), width, column.tone?.(row))))
  }
  let next = 0
  const fill = () => stoodFor[next++] ?? ''
  const lines = table.toString().split('\n')
  return lines.map((line) => `${line.trimEnd().replace(STAND_INS, fill)}\n`).join('')
}

/** What cli-table3 gets to see of a cell; what its stand-ins stand for is added to `stoodFor`, in drawing order. */
function placeCell(out: Output, text: string, width: number, tone: Tone | undefined, stoodFor: string[]): string {
  const fitted = lineLimit(out) < Number.POSITIVE_INFINITY ? shorten(text, width) : text
  const painted = paint(fitted, tone, out.color)
  if (PLAIN.test(painted) && painted.length <= width) return painted
  const needed = displayWidth(fitted)
  // A lone combining mark needs a blank to sit on, and cli-table3 something to align.
  stoodFor.push(needed === 0 ? ` ${painted}` : painted)
  return STAND_IN.repeat(Math.min(Math.max(1, needed), width))
}

function writeHidden<Row>(out: Output, shown: readonly Column<Row>[], placed: readonly PlacedColumn<Row>[]): void {
  const kept = new Set(placed.map(({ column }) => column))
  const hidden = shown.filter((column) => !kept.has(column)).map(({ key }) => key)
  if (hidden.length === 0) return
  const columns = hidden.length === 1 ? '1 column' : `${hidden.length} columns`
  out.write('\n')
  writeNote(out, `${columns} hidden: ${hidden.join(', ')}; widen the terminal or use --format csv`, 'dim')
}

function writeNote(out: Output, text: string, tone: Tone | undefined): void {
  const lines = wrapText(text, lineLimit(out))
  out.write(lines.map((line) => `${paint(line, tone, out.color)}\n`).join(''))
}
