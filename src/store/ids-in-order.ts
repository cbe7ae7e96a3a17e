import type { Database } from 'better-sqlite3'
import type { Condition } from './read-filter.ts'

/*
 * Shaped by speed: SQLite takes 4 seconds to put a million rows in the order of eight columns. Most rows differ in the
 * first, which is a time, and sorting numbers takes one.
 */

/** Which rows of a view are asked for, and how they are ordered. */
export interface Listed {
  readonly view: string
  readonly condition: Condition
  readonly orderBy: string
  /** Where all rows are asked for by time: how the table of the view gives them, which takes no joins. */
  readonly byTime: Times | undefined
  /** A negative limit is none. */
  readonly limit: number
}

/** Ids and times of the rows of a table. */
export interface Times {
  readonly id: string
  /** The first column of the order. */
  readonly time: string
  readonly from: string
  readonly condition: Condition
}

/** The ids of the rows, in order. Takes about 40 bytes for each row while they are put in order, 8 afterwards. */
export function idsInOrder(db: Database, { view, condition, orderBy, byTime, limit }: Listed): Float64Array {
  if (byTime !== undefined) return idsByTime(db, byTime, view, orderBy)
  return column(db, `SELECT id FROM ${view} ${condition.sql} ORDER BY ${orderBy} LIMIT ?`, [...condition.values, limit])
}

/** Times as doubles keep their order, but those that are nearest to each other become alike. */
function idsByTime(db: Database, { id, time, from, condition }: Times, view: string, orderBy: string): Float64Array {
  const pairs = column(db, `SELECT ${id}, ${time} FROM ${from} ${condition.sql}`, condition.values)
  const order = new Uint32Array(pairs.length / 2).map((_, row) => 2 * row)
  order.sort((left, right) => pairs[left + 1]! - pairs[right + 1]!)
  const ids = new Float64Array(order.length)
  for (let place = 0; place < order.length; place += 1) ids[place] = pairs[order[place]!]!
  const timeAt = (place: number) => pairs[order[place]! + 1]
  const alike: number[] = []
  for (let place = 0; place < order.length; place += 1) {
    if ((place > 0 && timeAt(place - 1) === timeAt(place)) || timeAt(place + 1) === timeAt(place)) alike.push(place)
  }
  orderAlike(db, `SELECT id FROM ${view} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY ${orderBy}`, ids, alike)
  return ids
}

/** Puts the ids at these places, which are those of equal times, in the order that the query gives them. */
function orderAlike(db: Database, sql: string, ids: Float64Array, places: readonly number[]): void {
  if (places.length === 0) return
  const inOrder = column(db, sql, [JSON.stringify(places.map((place) => ids[place]))])
  for (const [index, place] of places.entries()) ids[place] = inOrder[index]!
}

/** What a query gives, one number behind the other. */
function column(db: Database, sql: string, values: readonly unknown[]): Float64Array {
  let numbers = new Float64Array(1024)
  let count = 0
  const rows = db
    .prepare(sql)
    .raw()
    .iterate(...values) as Iterable<readonly number[]>
  for (const row of rows) {
    for (let index = 0; index < row.length; index += 1) {
      if (count === numbers.length) {
        const longer = new Float64Array(2 * count)
        longer.set(numbers)
        numbers = longer
      }
      numbers[count] = row[index]!
      count += 1
    }
  }
  return numbers.subarray(0, count)
}
