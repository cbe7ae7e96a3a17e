import Table from 'cli-table3'
import type { Cell, Column } from './columns.ts'
import { lineLimit, type Output } from './output.ts'
import { GAP } from './table-layout.ts'
import { escapeText, paint, type Tone } from './terminal.ts'
import { displayWidth, shorten, shortenStart } from './width.ts'

/** A column that is shown, and the width it gets. */
export interface PlacedColumn<Row> {
  readonly column: Column<Row>
  readonly width: number
}

/** What a table shows of a row in a column, before it is cut to the column's width. */
export function cellText<Row>(column: Column<Row>, row: Row): string {
  return escapeText(column.text?.(row) ?? valueText(column.value(row))).trimEnd()
}

/** The end of that text which is not cut; empty where the column has none. */
export function cellTail<Row>(column: Column<Row>, row: Row): string {
  return escapeText(column.tail?.of(row) ?? '').trimEnd()
}

/** What is left of a name tells nothing in fewer columns. */
const LEAST_HEAD = 5

/** Cuts a cell to its column: what comes before its tail, else all of that, and the tail itself only where it has to. */
function fitText<Row>(column: Column<Row>, row: Row, width: number): string {
  const text = cellText(column, row)
  const tail = cellTail(column, row)
  if (tail === '' || displayWidth(text) <= width) return shorten(text, width)
  const room = width - displayWidth(tail) - 1
  if (room < LEAST_HEAD) return shortenStart(tail, width)
  return `${shorten(text.slice(0, -tail.length).trimEnd(), room)} ${tail}`
}

function valueText(value: Cell): string {
  if (value === null || Number.isNaN(value)) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'object' ? value.join(', ') : String(value)
}

/** A cell as it is drawn, and the columns of the terminal that it takes. */
interface DrawnCell {
  readonly text: string
  readonly width: number
}

function drawCell(out: Output, text: string, tone: Tone | undefined): DrawnCell {
  const needed = displayWidth(text)
  const painted = paint(text, tone, out.color)
  // A lone combining mark needs a blank to sit on.
  return needed === 0 && painted !== '' ? { text: ` ${painted}`, width: 1 } : { text: painted, width: needed }
}

function drawRow<Row>(out: Output, placed: readonly PlacedColumn<Row>[], row: Row): readonly DrawnCell[] {
  return placed.map(({ column, width }) => {
    const text = isShortened(out) ? fitText(column, row, width) : cellText(column, row)
    return drawCell(out, text, column.tone?.(row))
  })
}

function drawHeading<Row>(out: Output, placed: readonly PlacedColumn<Row>[]): readonly DrawnCell[] {
  return placed.map(({ column: { title }, width }) =>
    drawCell(out, isShortened(out) ? shorten(title, width) : title, 'heading'),
  )
}

function isShortened(out: Output): boolean {
  return lineLimit(out) < Number.POSITIVE_INFINITY
}

/** Draws rows to the widths that are given, line by line: what drawPage() draws, without its time. */
export function drawLines<Row>(out: Output, placed: readonly PlacedColumn<Row>[], rows: readonly Row[]): string {
  return rows.map((row) => `${drawLine(placed, drawRow(out, placed, row))}\n`).join('')
}

function drawLine<Row>(placed: readonly PlacedColumn<Row>[], cells: readonly DrawnCell[]): string {
  const aligned = cells.map((cell, index) => {
    const { column, width = 0 } = placed[index] ?? {}
    const blanks = ' '.repeat(Math.max(0, width - cell.width))
    return column?.align === 'right' ? blanks + cell.text : cell.text + blanks
  })
  return aligned.join(COLUMN_GAP).trimEnd()
}

const COLUMN_GAP = ' '.repeat(GAP)

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
  'mid-mid': COLUMN_GAP,
  right: '',
  'right-mid': '',
  middle: COLUMN_GAP,
} as const

/**
 * Stands in for a character of a cell while cli-table3 aligns it. cli-table3 measures with an older string-width, which
 * differs for combining marks outside Latin and for conjoining Hangul, and would cut what it takes for too wide. So it
 * sees anything but plain ASCII as stand-ins of the width that we measured. The character is a noncharacter, which
 * Unicode keeps for such internal use; escapeText leaves none in a cell.
 */
const STAND_IN = '\uFDD0'
const STAND_INS = /\uFDD0+/g
const PLAIN = /^[ -~]*$/

/** Draws rows to the widths that are given with cli-table3, under the heading where it is wanted. */
export function drawPage<Row>(
  out: Output,
  placed: readonly PlacedColumn<Row>[],
  rows: readonly Row[],
  withHeading: boolean,
): string {
  const stoodFor: string[] = []
  const standIn = (cell: DrawnCell, index: number) => placeCell(cell, placed[index]?.width ?? 1, stoodFor)
  const table = new Table({
    head: withHeading ? drawHeading(out, placed).map(standIn) : [],
    chars: NO_BORDER,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    colWidths: placed.map(({ width }) => width),
    colAligns: placed.map(({ column }) => column.align ?? 'left'),
  })
  for (const row of rows) table.push(drawRow(out, placed, row).map(standIn))
  let next = 0
  const fill = () => stoodFor[next++] ?? ''
  const lines = table.toString().split('\n')
  return lines.map((line) => `${line.trimEnd().replace(STAND_INS, fill)}\n`).join('')
}

/** What cli-table3 gets to see of a cell; what its stand-ins stand for is added to `stoodFor`, in drawing order. */
function placeCell({ text, width: needed }: DrawnCell, width: number, stoodFor: string[]): string {
  if (PLAIN.test(text) && text.length <= width) return text
  stoodFor.push(text)
  return STAND_IN.repeat(Math.min(Math.max(1, needed), width))
}
