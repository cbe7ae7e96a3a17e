import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { displayWidth, padEnd, shorten, shortenStart, wrapText } from '../../src/report/width.ts'

/** Texts of plain, wide, combining and emoji characters; all of them visible. */
const visibleText = fc
  .array(fc.constantFrom('a', 'B', ' ', '-', '한', '글', '語', 'e\u0301', 'नि', '🎉', '👍🏽', '❤️', '1️⃣', 'ﾊﾟ'), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''))

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['서울', 4],
    ['e\u0301', 1],
    ['🎉', 2],
    ['1️⃣', 2],
    ['\u0301', 0],
  ])('of %j is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })
})

describe('shorten', () => {
  it.each([
    ['director', 8, 'director'],
    ['director', 5, 'dire…'],
    ['서울 클라이언트', 8, '서울 클…'],
    ['서울 클라이언트', 7, '서울…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['👍🏽👍🏽👍🏽', 4, '👍🏽…'],
    ['서울', 1, '…'],
    ['서울', 0, ''],
  ])('cuts %j to %d columns as %j', (text, width, cut) => {
    expect(shorten(text, width)).toBe(cut)
  })

  it('never exceeds its width and keeps the beginning', () => {
    fc.assert(
      fc.property(visibleText, fc.integer({ min: 0, max: 60 }), (text, width) => {
        const cut = shorten(text, width)
        expect(displayWidth(cut)).toBeLessThanOrEqual(width)
        expect(text.startsWith(cut.replace(/…$/, ''))).toBe(true)
      }),
    )
  })
})

describe('shortenStart', () => {
  it.each([
    ['2001:db8::1', 11, '2001:db8::1'],
    ['2001:db8::1', 8, '…:db8::1'],
    ['서울 클라이언트', 8, '…이언트'],
    ['서울', 0, ''],
  ])('cuts %j to %d columns as %j', (text, width, cut) => {
    expect(shortenStart(text, width)).toBe(cut)
  })

  it('never exceeds its width and keeps the end', () => {
    fc.assert(
      fc.property(visibleText, fc.integer({ min: 0, max: 60 }), (text, width) => {
        const cut = shortenStart(text, width)
        expect(displayWidth(cut)).toBeLessThanOrEqual(width)
        expect(text.endsWith(cut.replace(/^…/, ''))).toBe(true)
      }),
    )
  })
})

describe('displayWidth, where it does not ask string-width', () => {
  it('gives what string-width gives', () => {
    const text = fc
      .array(fc.constantFrom('a', '~', ' ', '…', '한', '힣', '가', '中', '鿿', '一', '\u1112', 'é'))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (any) => {
        expect(displayWidth(any)).toBe(stringWidth(any))
      }),
    )
  })
})

describe('padEnd', () => {
  it('counts columns, not characters', () => {
    expect(padEnd('서울', 6)).toBe('서울  ')
    expect(padEnd('서울', 3)).toBe('서울')
  })
})

describe('wrapText', () => {
  it('breaks at blanks', () => {
    expect(wrapText('who listens where is gathered', 12)).toEqual(['who listens', 'where is', 'gathered'])
  })

  it('gives the first line its own width', () => {
    expect(wrapText('aa bb cc dd', 2, 5)).toEqual(['aa', 'bb cc', 'dd'])
  })

  it('breaks a word longer than a line between characters', () => {
    expect(wrapText('가나다라마 x', 5)).toEqual(['가나', '다라', '마 x'])
  })

  it('keeps a character wider than the line', () => {
    expect(wrapText('가나', 1)).toEqual(['가', '나'])
  })

  it('makes one empty line of nothing', () => {
    expect(wrapText('', 10)).toEqual([''])
  })

  it('keeps every character but the blanks, and every line within its width', () => {
    fc.assert(
      fc.property(
        visibleText,
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: 2, max: 60 }),
        (text, first, rest) => {
          const lines = wrapText(text, first, rest)
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
          lines.forEach((line, index) => {
            expect(displayWidth(line)).toBeLessThanOrEqual(index === 0 ? first : rest)
          })
        },
      ),
    )
  })
})
