import { describe, expect, test } from 'vitest'
import { bound, createInsert, fixed, time, unitsOf } from '../../src/store/insert.ts'
import { emptyDatabase } from '../support/analysis.ts'

function table(sql: string) {
  const db = emptyDatabase()
  db.exec(`CREATE TABLE rows (${sql}) STRICT`)
  return { db, all: () => db.prepare('SELECT * FROM rows ORDER BY rowid').raw().all() }
}

describe('rows that are inserted together', () => {
  test.each([0, 1, 2, 15, 16, 17, 100])('are all there, in their order: %i', (count) => {
    const { db, all } = table('name TEXT, number INTEGER, same INTEGER, none TEXT')
    const insert = createInsert(db, 'rows', [bound('name'), bound('number'), fixed('same', 7), fixed('none', null)])
    const rows = Array.from({ length: count }, (_, index) => [`row ${index}`, index] as const)
    for (const row of rows) insert.add(row)
    insert.flush()
    insert.flush()
    expect(all()).toEqual(rows.map(([name, number]) => [name, number, 7, null]))
  })

  test('go under the next free number where another row has theirs', () => {
    const { db, all } = table('id INTEGER PRIMARY KEY, name TEXT')
    const insert = createInsert(db, 'rows', [bound('id'), bound('name')])
    for (let index = 0; index < 20; index += 1) insert.add([index < 18 ? 2 * index : 4, `row ${index}`])
    insert.flush()
    const others = Array.from({ length: 18 }, (_, index) => [2 * index, `row ${index}`])
    others.push([5, 'row 18'], [7, 'row 19'])
    expect(all()).toEqual(others.sort(([left], [right]) => Number(left) - Number(right)))
  })

  test('of which one cannot be inserted, throw', () => {
    const { db } = table('id INTEGER PRIMARY KEY, name TEXT NOT NULL')
    const insert = createInsert(db, 'rows', [bound('id'), bound('name')])
    insert.add([1, 'one'])
    insert.add([2, null])
    expect(() => insert.flush()).toThrow(/NOT NULL/)
  })
})

test.each([
  [1, 2 ** 53 - 1, 1_769_817_600_000_000_000n + 2n ** 53n - 1n],
  [1, -1, 1_769_817_599_999_999_999n],
  [1000, 400 * 86_400e9 + 1000, 1_769_817_600_000_000_000n + 400n * 86_400_000_000_000n + 1000n],
])('times are stored exactly, in units of %i ns', (resolutionNs, ns, wanted) => {
  const capture = { number: 1, point: '', originNs: 1_769_817_600_000_000_000n, resolutionNs }
  const { db } = table('first INTEGER')
  const insert = createInsert(db, 'rows', [time('first', capture)])
  insert.add([unitsOf(ns, capture)])
  insert.flush()
  expect(db.prepare('SELECT first FROM rows').pluck().safeIntegers().get()).toBe(wanted)
})
