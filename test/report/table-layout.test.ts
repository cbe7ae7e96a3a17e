import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ColumnWish, fitColumns } from '../../src/report/table-layout.ts'

const wish = (width: number, shrink = 0, drop = 0): ColumnWish => ({ width, shrink, drop })
const widths = (wishes: readonly ColumnWish[], available: number) =>
  fitColumns(wishes, available).map(({ index, width }) => `${index}:${width}`)

describe('fitColumns', () => {
  it('leaves what fits', () => {
    expect(widths([wish(10), wish(20, 5)], 32)).toEqual(['0:10', '1:20'])
    expect(widths([wish(10), wish(200, 5)], Infinity)).toEqual(['0:10', '1:200'])
  })

  it('shortens the widest column first, then all alike', () => {
    expect(widths([wish(10), wish(12, 4), wish(20, 4)], 36)).toEqual(['0:10', '1:11', '2:11'])
  })

  it('stops at the narrowest width a column allows', () => {
    expect(widths([wish(20, 15), wish(20, 4)], 24)).toEqual(['0:15', '1:7'])
  })

  it('drops the highest number first and gives its room back', () => {
    expect(widths([wish(10), wish(20, 10), wish(20, 0, 1), wish(20, 0, 2)], 50)).toEqual(['0:10', '1:16', '2:20'])
  })

  it('drops columns without a number last, the rightmost first', () => {
    expect(widths([wish(10), wish(10), wish(10, 0, 1), wish(10)], 22)).toEqual(['0:10', '1:10'])
  })

  it('leaves out what is empty before anything is shortened, and only where room is short', () => {
    const empty = { ...wish(6), isEmpty: true }
    expect(widths([wish(10, 4), empty, wish(10)], 30)).toEqual(['0:10', '1:6', '2:10'])
    expect(widths([wish(10, 4), empty, wish(10)], 29)).toEqual(['0:10', '2:10'])
    expect(widths([wish(10, 4), empty, wish(10)], 20)).toEqual(['0:8', '2:10'])
    expect(widths([empty, empty], 10)).toEqual(['0:6'])
  })

  it('keeps one column at any price', () => {
    expect(widths([wish(10), wish(10)], 4)).toEqual(['0:4'])
  })

  it('has nothing to fit without columns', () => {
    expect(widths([], 10)).toEqual([])
  })

  it('is quick with a cell of a million characters', () => {
    expect(widths([wish(5), wish(1_000_000, 8)], 40)).toEqual(['0:5', '1:33'])
  })

  it('never exceeds what is available and never widens', () => {
    const wishes = fc.array(
      fc.record({ width: fc.integer({ min: 1, max: 60 }), shrink: fc.nat(20), drop: fc.nat(5) }),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(wishes, fc.integer({ min: 1, max: 200 }), (asked, available) => {
        const fitted = fitColumns(asked, available)
        expect(fitted.reduce((sum, { width }) => sum + width + 2, -2)).toBeLessThanOrEqual(available)
        for (const { index, width } of fitted) expect(width).toBeLessThanOrEqual(asked[index]?.width ?? 0)
      }),
    )
  })
})
