import type { Tone } from './terminal.ts'

/** What a column holds for programs: a plain value of JSON, or a list of words. */
export type Cell = string | number | boolean | null | readonly string[]

/** One column of a list, declared once for every format. Its functions are pure: a table calls them more than once. */
export interface Column<Row> {
  /** Name in JSON and CSV, snake_case. */
  readonly key: string
  /** Heading in tables; short. */
  readonly title: string
  /** The value for json, ndjson and csv. */
  readonly value: (row: Row) => Cell
  /** The text for tables, where it differs from the value. Unescaped: the table escapes it. */
  readonly text?: (row: Row) => string
  /** The end of the text, such as an address after a name, that stays whole while what comes before it is cut. */
  readonly tail?: Tail<Row>
  /** What the cell's colour says, in tables on a terminal. */
  readonly tone?: (row: Row) => Tone | undefined
  readonly align?: 'left' | 'right'
  /** False: only in json, ndjson and csv. */
  readonly table?: false
  /** Narrow terminals may shorten the column, down to this many columns of the terminal; 0 or absent: never. */
  readonly shrink?: number
  /** A sentence that explains what the cell of some row shows; it stands once below a table that has the column. */
  readonly note?: (row: Row) => string | undefined
  /** When shortening is not enough, columns with higher numbers are left out first; 0 or absent: last of all. */
  readonly drop?: number
}

export interface Tail<Row> {
  /** Unescaped. */
  readonly of: (row: Row) => string
  /** The column is not shortened below its widest tail, unless that is wider than this. */
  readonly upTo: number
}
