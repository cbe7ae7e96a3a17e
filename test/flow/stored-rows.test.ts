import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StoredRows } from '../../src/flow/stored-rows.ts'

const WIDTH = 3
const rowOf = (number: number) => Float64Array.of(number, -number, number / 3)

test('rows come back by number, in any order, while more are appended', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 600 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 1500 }),
      (asked, count) => {
        const rows = new StoredRows(WIDTH)
        const row = new Float64Array(WIDTH)
        for (let number = 0; number < count; number += 1) {
          rows.append(rowOf(number))
          if (number % 97 > 0) continue
          for (const each of asked.filter((one) => one <= number)) {
            rows.read(each, row)
            expect(row).toEqual(rowOf(each))
          }
        }
        for (let number = 0; number < count; number += 1) {
          rows.read(number, row)
          expect(row[0]).toBe(number)
        }
        for (const each of asked.filter((one) => one < count)) {
          rows.read(each, row)
          expect(row).toEqual(rowOf(each))
        }
        rows.close()
      },
    ),
    { numRuns: 30 },
  )
})
