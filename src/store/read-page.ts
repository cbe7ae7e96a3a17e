import type { Database } from 'better-sqlite3'
import { type Condition, NOTHING_ASKED, type RowFilter, type RowKind, whereClause } from './read-filter.ts'
import {
  EVERYTHING,
  type Head,
  headOf,
  inRankOrder,
  type NumberedText,
  type PageSort,
  RANKED,
  textsOf,
} from './read-head.ts'

/*
 * The first rows of many. The views join eight tables and sort whole rows: of a million conversations that takes
 * seconds. Here the table alone is gone through, by what is asked and sorted by, and the views give the rows of the ids
 * that are left: 110 to 145 ms (test/bench/queries.ts).
 */

/** A table whose rows have a view. */
export interface PagedTable {
  readonly view: string
  /** The columns of the view that its rows are ordered by where nothing else is asked, and where that is alike. */
  readonly order: string
  readonly viewKind: RowKind
  /** The table in FROM, with the alias that `kind` uses. */
  readonly from: string
  readonly id: string
  /** The first column of the order. */
  readonly time: string
  readonly kind: RowKind
  /** Whether its rows are added up in the sums. */
  readonly hasSums: boolean
}

/** Whole rows are read in the end, so a page has its limits. */
export const LONGEST_PAGE = 1000

/** Ids read beyond the page, so that rows which are alike in what is sorted by are all there. */
const BEYOND = 100

/**
 * The ids of at most LONGEST_PAGE + BEYOND rows, among which are the first `limit` in the order; undefined where rows
 * are alike in what is sorted by and in their time, so that only the whole order can tell.
 */
export function pageIds(
  db: Database,
  table: PagedTable,
  filter: RowFilter,
  sort: PageSort | undefined,
  limit: number,
): readonly number[] | undefined {
  const most = limit + BEYOND
  const head = sort === undefined || !table.hasSums ? EVERYTHING : headOf(db, table.kind, filter, sort, most)
  const key = sort === undefined || head.isAlike ? NO_KEY : sortKey(db, table, sort)
  const where = bothOf(head, head.isWithin ? NOTHING_ASKED : whereClause(db, filter, table.kind))
  const statement = db.prepare(
    `SELECT ${table.id} AS id, ${table.time} AS time, ${key.sql} AS key FROM ${table.from} ${where.sql}
     ORDER BY ${key.order} time LIMIT ?`,
  )
  const values = [...key.values, ...where.values, most]
  const rows = passingThrough(db, () =>
    statement
      .safeIntegers()
      .raw()
      .all(...values),
  ) as readonly Row[]
  const [last, end] = [rows[limit - 1], rows.at(-1)]
  if (rows.length === most && last !== undefined && end !== undefined && isAlike(last, end)) return undefined
  return rows.map(([id]) => Number(id))
}

/** Of the file, so much stays in memory while it is gone through once: what the processor's own memory holds. */
const PASSING_KIB = 512

/** Goes through a table: a million rows take 80 ms instead of 95 if what was read of them is not kept. */
export function passingThrough<Result>(db: Database, read: () => Result): Result {
  if (!db.readonly) return read()
  const usual = db.pragma('cache_size', { simple: true }) as number
  db.pragma(`cache_size = -${PASSING_KIB}`)
  try {
    return read()
  } finally {
    db.pragma(`cache_size = ${usual}`)
  }
}

function bothOf({ condition }: Head, where: Condition): Condition {
  if (condition.sql === '') return where
  const rest = where.sql.replace(/^WHERE /, 'AND ')
  return { sql: `WHERE ${condition.sql} ${rest}`, values: [...condition.values, ...where.values] }
}

type Row = readonly [id: bigint, time: bigint, key: unknown]

function isAlike([, leftTime, leftKey]: Row, [, rightTime, rightKey]: Row): boolean {
  const [left, right] = [leftKey, rightKey].map((key) => (key instanceof Buffer ? key.toString('hex') : key))
  return leftTime === rightTime && left === right
}

interface SortKey {
  readonly sql: string
  /** Before what comes next in the order. */
  readonly order: string
  readonly values: readonly unknown[]
}

const NO_KEY: SortKey = { sql: 'NULL', order: '', values: [] }

function sortKey(db: Database, table: PagedTable, { by, descending }: PageSort): SortKey {
  const order = `key ${descending ? 'DESC' : 'ASC'} NULLS LAST,`
  const { own } = table.kind
  const ranked = RANKED[by]
  if (ranked !== undefined) {
    // Two bytes for each number: looking a rank up is several times as fast as a join.
    const sql = `substr(?, 2 * ${own(ranked.column)} - 1, 2)`
    return { sql, order: 'key ASC NULLS LAST,', values: [ranksOf(textsOf(db, ranked), descending)] }
  }
  if (by === 'duration') return { sql: `${own('"end"')} - ${own('start')}`, order, values: [] }
  if (by === 'orig_port' || by === 'resp_port') {
    const sql = `CASE WHEN ${own('proto')} IN ('tcp', 'udp') THEN ${own(by)} END`
    return { sql, order, values: [] }
  }
  return { sql: own(`"${by}"`), order, values: [] }
}

const LAST_RANK = 0xffff

/** By the number of a row of a small table, the rank of its text in two bytes. */
function ranksOf(rows: readonly NumberedText[], descending: boolean): Buffer {
  const texts = inRankOrder(
    rows.map(([, text]) => text),
    descending,
  )
  const ranks = new Map(texts.map((text, rank) => [text, rank]))
  const bytes = Buffer.alloc(2 * Math.max(0, ...rows.map(([id]) => id)), 0xff)
  for (const [id, text] of rows) bytes.writeUInt16BE(text === null ? LAST_RANK : ranks.get(text)!, 2 * (id - 1))
  return bytes
}
