import type { Database } from 'better-sqlite3'
import { ofTable, type RowFilter, type RowKind, whereClause } from './read-filter.ts'

/*
 * What the sums tell of conversations, of which there can be a million: how many there are, and which come first in the
 * order of something that the sums are made by.
 */

const FINDING = `(s.health IS 'broken' OR s.judgement IN (SELECT id FROM judgements WHERE verdict = 'unexpected'))`

/** The sums have neither times nor outcomes of single conversations: areToldBySums() says what is not asked of them. */
const SUM_TABLE: RowKind = {
  ...ofTable('s', (column) => (column === 'finding' ? FINDING : `s.${column}`)),
  firstColumn: 's.first',
  lastColumn: 's.last',
  outcome: () => {
    throw new Error('the sums do not tell the outcomes of conversations')
  },
}

/** Whether the conversations of one sum are either all wanted or none of them. */
export function areToldBySums({ outcomes, hostSpans, since, until }: RowFilter): boolean {
  return outcomes.length === 0 && hostSpans.length === 0 && since === undefined && until === undefined
}

export function countBySums(db: Database, filter: RowFilter): number {
  const { sql, values } = whereClause(db, filter, SUM_TABLE)
  return db
    .prepare(`SELECT ifnull(sum(s.conversations), 0) FROM sums s ${sql}`)
    .pluck()
    .get(...values) as number
}

/** How many of the conversations have each value of a column of the sums. */
export function countsBySums(
  db: Database,
  filter: RowFilter,
  column: string,
): readonly (readonly [value: string | number | null, conversations: number])[] {
  const { sql, values } = whereClause(db, filter, SUM_TABLE)
  return db
    .prepare(`SELECT ${column}, sum(s.conversations) FROM sums s ${sql} GROUP BY 1`)
    .raw()
    .all(...values) as readonly [string | number | null, number][]
}
