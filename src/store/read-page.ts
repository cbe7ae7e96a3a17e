import type { Database } from 'better-sqlite3'
import type { Condition, RowKind } from './read-filter.ts'

/*
 * The first rows of many. The views join eight tables and sort whole rows: of a million conversations that takes
 * seconds. Here the table alone is gone through, by what is asked and sorted by, and the views give the rows of the ids
 * that are left: 130 to 200 ms (test/bench/queries.ts).
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
}

/** Whole rows are read in the end, so a page has its limits. */
export const LONGEST_PAGE = 1000

/** Ids read beyond the page, so that rows which are alike in what is sorted by are all there. */
const BEYOND = 100

/** What a page is sorted by. */
export interface PageSort {
  readonly by: string
  readonly descending: boolean
}

/**
 * The ids of at most LONGEST_PAGE + BEYOND rows, among which are the first `limit` in the order; undefined where rows
 * are alike in what is sorted by and in their time, so that only the whole order can tell.
 */
export function pageIds(
  db: Database,
  table: PagedTable,
  { sql, values }: Condition,
  sort: PageSort | undefined,
  limit: number,
): readonly number[] | undefined {
  const key = sort === undefined ? undefined : sortKey(db, table, sort)
  const rows = db
    .prepare(
      `SELECT ${table.id} AS id, ${table.time} AS time, ${key?.sql ?? 'NULL'} AS key
       FROM ${table.from} ${sql}
       ORDER BY ${key === undefined ? '' : `key ${key.order}, `}time LIMIT ?`,
    )
    .safeIntegers()
    .raw()
    .all(...(key?.values ?? []), ...values, limit + BEYOND) as readonly [bigint, bigint, unknown][]
  const [last, end] = [rows[limit - 1], rows.at(-1)]
  if (rows.length === limit + BEYOND && last !== undefined && end !== undefined && isAlike(last, end)) return undefined
  return rows.map(([id]) => Number(id))
}

type Row = readonly [id: bigint, time: bigint, key: unknown]

function isAlike([, leftTime, leftKey]: Row, [, rightTime, rightKey]: Row): boolean {
  const [left, right] = [leftKey, rightKey].map((key) => (key instanceof Buffer ? key.toString('hex') : key))
  return leftTime === rightTime && left === right
}

interface SortKey {
  readonly sql: string
  readonly order: string
  readonly values: readonly unknown[]
}

const JUDGEMENT_COLUMNS: ReadonlySet<string> = new Set(['verdict', 'rule', 'reason', 'nearest_rule'])

function sortKey(db: Database, table: PagedTable, { by, descending }: PageSort): SortKey {
  const order = `${descending ? 'DESC' : 'ASC'} NULLS LAST`
  const { own } = table.kind
  const ranked = (column: string, query: string): SortKey => ({
    // Two bytes for each number: looking a rank up is several times as fast as a join.
    sql: `substr(?, 2 * ${own(column)} - 1, 2)`,
    order: 'ASC NULLS LAST',
    values: [ranksOf(db, query, descending)],
  })
  if (JUDGEMENT_COLUMNS.has(by)) return ranked('judgement', `SELECT id, ${by} FROM judgements`)
  if (by === 'orig_name') return ranked('orig_place', 'SELECT id, name FROM placements')
  if (by === 'resp_name') return ranked('resp_place', 'SELECT id, name FROM placements')
  if (by === 'capture') return ranked('capture', 'SELECT id, point FROM captures')
  if (by === 'duration') return { sql: `${own('"end"')} - ${own('start')}`, order, values: [] }
  if (by === 'orig_port' || by === 'resp_port') {
    const sql = `CASE WHEN ${own('proto')} IN ('tcp', 'udp') THEN ${own(by)} END`
    return { sql, order, values: [] }
  }
  return { sql: own(`"${by}"`), order, values: [] }
}

const LAST_RANK = 0xffff

/** By the number of a row of a small table, the rank of its text in two bytes; nothing comes last in either direction. */
function ranksOf(db: Database, query: string, descending: boolean): Buffer {
  const rows = db.prepare(query).raw().all() as readonly (readonly [number, string | null])[]
  const texts = [...new Set(rows.flatMap(([, text]) => (text === null ? [] : [text])))]
  texts.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
  if (descending) texts.reverse()
  const ranks = new Map(texts.map((text, rank) => [text, rank]))
  const bytes = Buffer.alloc(2 * Math.max(0, ...rows.map(([id]) => id)), 0xff)
  for (const [id, text] of rows) bytes.writeUInt16BE(text === null ? LAST_RANK : ranks.get(text)!, 2 * (id - 1))
  return bytes
}
