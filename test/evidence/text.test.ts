import { describe, expect, it } from 'vitest'
import {
  DIFFERS,
  methodLength,
  octets,
  startsWith,
  startsWithFolded,
  startsWithOneOf,
} from '../../src/evidence/text.ts'
import { text, watched } from './identifying.ts'

const UNDECIDED = -1

function compare(by: typeof startsWith, bytes: string, wanted: string): number {
  const view = watched(text(bytes))
  return by(view, view.from, view.to, octets(wanted))
}

describe('comparing a stream with text', () => {
  it('is undecided while the stream is the shorter one and fits', () => {
    expect(compare(startsWith, 'HT', 'HTTP')).toBe(UNDECIDED)
    expect(compare(startsWith, '', 'HTTP')).toBe(UNDECIDED)
    expect(compare(startsWith, 'HX', 'HTTP')).toBe(DIFFERS)
    expect(compare(startsWith, 'HTTP', 'HTTP')).toBe(4)
    expect(compare(startsWith, 'HTTPS', 'HTTP')).toBe(4)
  })

  it('takes any digit for #', () => {
    expect(compare(startsWith, '207', '###')).toBe(3)
    expect(compare(startsWith, '2x7', '###')).toBe(DIFFERS)
  })

  it('tells large letters from small ones unless they are folded', () => {
    expect(compare(startsWith, 'HOST:', 'host:')).toBe(DIFFERS)
    expect(compare(startsWithFolded, 'HoST:', 'host:')).toBe(5)
    expect(compare(startsWithFolded, '@', '`')).toBe(DIFFERS)
  })

  it('is undecided while one of several words still can be', () => {
    const words = [octets('sip:'), octets('sips:')]
    const view = watched(text('sipx'))
    const answers = [1, 2, 3, 4].map((length) => startsWithOneOf(view, view.from, view.from + length, words))
    expect(answers).toEqual([UNDECIDED, UNDECIDED, UNDECIDED, DIFFERS])
  })
})

describe('a method', () => {
  it.each([
    ['GET /', 4],
    ['RPC_OUT_DATA /', 13],
    ['GET', UNDECIDED],
    ['', UNDECIDED],
    ['GO /', DIFFERS],
    ['get /', DIFFERS],
    ['SIXTEEN-LETTERS- x', 17],
    ['SEVENTEEN-LETTERS x', DIFFERS],
    ['SEVENTEEN-LETTERS', DIFFERS],
  ])('of %s has with its blank the length %i', (bytes, length) => {
    const view = watched(text(bytes))
    expect(methodLength(view, view.from, view.to)).toBe(length)
  })
})
