import type { Database } from 'better-sqlite3'
import type { Verdict } from '../judge/judge.ts'
import {
  anyOf,
  type Condition,
  EVERY_ROW,
  isOneOf,
  NOTHING_ASKED,
  type RowFilter,
  type RowKind,
} from './read-filter.ts'
import { areToldBySums, countsBySums } from './read-sums.ts'

/*
 * With what an order of conversations begins, told by the sums: asking for that first takes less time than comparing a
 * million rows in what they are sorted by.
 */

/** What a page is sorted by. */
export interface PageSort {
  readonly by: string
  readonly descending: boolean
}

/** What the rows with which an order begins have in common. */
export interface Head {
  readonly condition: Condition
  /** Whether they are all alike in what is sorted by. */
  readonly isAlike: boolean
  /** Whether all rows that meet the condition meet the filter too. */
  readonly isWithin: boolean
}

export const EVERYTHING: Head = { condition: NOTHING_ASKED, isAlike: false, isWithin: false }

/** A text that stands in a small table, and the column that has the numbers of that one's rows. */
export interface Ranked {
  readonly column: 'judgement' | 'orig_place' | 'resp_place' | 'capture'
  readonly table: string
  readonly text: string
}

const judged = (text: string): Ranked => ({ column: 'judgement', table: 'judgements', text })

/** What can be sorted by and is such a text. */
export const RANKED: Readonly<Record<string, Ranked>> = {
  verdict: judged('verdict'),
  rule: judged('rule'),
  reason: judged('reason'),
  nearest_rule: judged('nearest_rule'),
  orig_name: { column: 'orig_place', table: 'placements', text: 'name' },
  resp_name: { column: 'resp_place', table: 'placements', text: 'name' },
  capture: { column: 'capture', table: 'captures', text: 'point' },
}

export type NumberedText = readonly [number: number, text: string | null]

export function textsOf(db: Database, { table, text }: Ranked): readonly NumberedText[] {
  return db.prepare(`SELECT id, ${text} FROM ${table}`).raw().all() as NumberedText[]
}

/** The different texts in the order in which they are sorted; nothing comes last in either direction. */
export function inRankOrder(texts: readonly (string | null)[], descending: boolean): readonly string[] {
  const different = [...new Set(texts.filter((text) => text !== null))]
  different.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
  return descending ? different.reverse() : different
}

/** The head of an order that has at least `most` rows, where the sums tell one and it is less than everything. */
export function headOf(db: Database, kind: RowKind, filter: RowFilter, sort: PageSort, most: number): Head {
  if (!areToldBySums(filter)) return EVERYTHING
  const ranked = RANKED[sort.by]
  if (ranked !== undefined) return headByText(db, kind, filter, sort, most, ranked)
  return sort.by === 'resp_port' ? headByPort(db, kind, filter, sort, most) : EVERYTHING
}

function headByText(
  db: Database,
  kind: RowKind,
  filter: RowFilter,
  { by, descending }: PageSort,
  most: number,
  ranked: Ranked,
): Head {
  const textOf = new Map(textsOf(db, ranked))
  const column = `s.${ranked.column}`
  const counts = countsBySums(db, filter, column)
  const sums = new Map<string, number>()
  for (const [number, count] of counts) {
    const text = textOf.get(number as number) ?? null
    if (text !== null) sums.set(text, (sums.get(text) ?? 0) + count)
  }
  if (sums.size === 0) return { ...EVERYTHING, isAlike: true }
  const texts = firstOf(inRankOrder([...sums.keys()], descending), sums, most)
  if (texts === undefined) return EVERYTHING
  const numbers = [...textOf].flatMap(([number, text]) => (text !== null && texts.includes(text) ? [number] : []))
  const among = new Set<unknown>(numbers)
  const total = (all: typeof counts) => all.reduce((sum, [number, count]) => sum + (among.has(number) ? count : 0), 0)
  return {
    condition:
      by === 'verdict'
        ? anyOf(texts.map((text) => kind.verdict(text as Verdict)))
        : isOneOf(kind.own(ranked.column), numbers),
    isAlike: texts.length === 1,
    isWithin: total(counts) === total(countsBySums(db, EVERY_ROW, column)),
  }
}

/** The lowest or highest ports; where a transport has none, 0 stands for none, and that comes last. */
function headByPort(db: Database, kind: RowKind, filter: RowFilter, { descending }: PageSort, most: number): Head {
  const counts = countsBySums(db, filter, `CASE WHEN s.proto IN ('tcp', 'udp') THEN s.resp_port END`)
  const sums = new Map(counts.flatMap(([port, count]) => (port === null ? [] : [[port as number, count] as const])))
  const ports = firstOf(
    [...sums.keys()].sort((left, right) => (descending ? right - left : left - right)),
    sums,
    most,
  )
  const last = ports?.at(-1)
  if (ports === undefined || last === undefined) return EVERYTHING
  const sql = `(${kind.own('resp_port')} ${descending ? '>=' : '<='} ? AND ${kind.own('proto')} IN ('tcp', 'udp'))`
  return { condition: { sql, values: [last] }, isAlike: ports.length === 1, isWithin: false }
}

/** The first of the values that together have at least so many rows. */
function firstOf<Value>(
  values: readonly Value[],
  sums: ReadonlyMap<Value, number>,
  most: number,
): readonly Value[] | undefined {
  let sum = 0
  const place = values.findIndex((value) => {
    sum += sums.get(value) ?? 0
    return sum >= most
  })
  return place < 0 ? undefined : values.slice(0, place + 1)
}
