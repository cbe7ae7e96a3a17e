import type { CaptureRef } from './capture-record.ts'
import type { Database, Statement } from './open.ts'

/*
 * Shaped by speed: a capture can have a million rows. 100,000 conversations take 400 ms as one INSERT each with an array
 * of its 42 values, and 180 ms in statements of 16 rows, with the values as arguments and what is the same in most rows
 * as literals.
 */

/** A value that a column can have. */
export type Value = string | number | bigint | null

/** Rows of one table that are inserted several at a time, in the order in which they are added. */
export interface Insert {
  add(row: readonly Value[]): void
  /** Inserts the rows that still wait. */
  flush(): void
}

/** Rows in one statement, at most. A power of two: fewer rows are inserted by statements of half as many, and so on. */
const MOST_ROWS = 16

/** The name of a column, and in SQL what stands for its value. */
export interface InsertColumn {
  readonly name: string
  readonly value: string
}

/** A column that is bound as it is. */
export function bound(name: string): InsertColumn {
  return { name, value: '?' }
}

/** A column that holds the same in every row. */
export function fixed(name: string, value: number | null): InsertColumn {
  return { name, value: String(value) }
}

/**
 * A time, bound as units since the capture's origin: a double binds faster than a BigInt, and holds their number exactly.
 */
export function time(name: string, { originNs, resolutionNs }: CaptureRef): InsertColumn {
  return { name, value: `CAST(? AS INTEGER) * ${resolutionNs} + ${originNs}` }
}

/** The whole units of a time that is given in nanoseconds since the origin. */
export function unitsOf(ns: number, { resolutionNs }: CaptureRef): number {
  return Math.round(ns / resolutionNs)
}

/**
 * Prepares inserting. Where another row has the primary key, which is the first value, a row goes under the next free
 * number.
 */
export function createInsert(db: Database, table: string, columns: readonly InsertColumn[]): Insert {
  const width = columns.filter(({ value }) => value.includes('?')).length
  const statementOf = createStatements(db, table, columns)
  const waiting = new Array<Value>(MOST_ROWS * width).fill(null)
  let filled = 0
  const flush = () => {
    let from = 0
    for (let rows = MOST_ROWS; from < filled; rows /= 2) {
      const to = from + rows * width
      if (to > filled) continue
      insertRows(statementOf, rows === MOST_ROWS ? waiting : waiting.slice(from, to), width)
      from = to
    }
    filled = 0
  }
  return {
    add(row) {
      for (let index = 0; index < width; index += 1) waiting[filled + index] = row[index] as Value
      filled += width
      if (filled === waiting.length) flush()
    },
    flush,
  }
}

type StatementOf = (rows: number) => Statement<Value[]>

function createStatements(db: Database, table: string, columns: readonly InsertColumn[]): StatementOf {
  const names = columns.map(({ name }) => name).join(', ')
  const row = `(${columns.map(({ value }) => value).join(', ')})`
  const known = new Map<number, Statement<Value[]>>()
  return (rows) => {
    let statement = known.get(rows)
    if (statement === undefined) {
      statement = db.prepare(`INSERT INTO ${table} (${names}) VALUES ${new Array(rows).fill(row).join(', ')}`)
      known.set(rows, statement)
    }
    return statement
  }
}

function insertRows(statementOf: StatementOf, values: Value[], width: number): void {
  try {
    statementOf(values.length / width).run(...values)
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_CONSTRAINT_PRIMARYKEY') throw error
    if (values.length === width) insertRows(statementOf, [(values[0] as number) + 1, ...values.slice(1)], width)
    else
      for (let from = 0; from < values.length; from += width)
        insertRows(statementOf, values.slice(from, from + width), width)
  }
}
