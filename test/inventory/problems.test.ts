import { describe, expect, it } from 'vitest'
import { cut, quoted } from '../../src/inventory/problems.ts'

describe('a quoted text', () => {
  it.each([
    ['a role of one word', "'a role of one word'"],
    ['서울 😀', "'서울 😀'"],
    ['x'.repeat(60), `'${'x'.repeat(60)}'`],
    ['x'.repeat(61), `'${'x'.repeat(60)}…'`],
    [`${'x'.repeat(59)}😀`, `'${'x'.repeat(59)}…'`],
    ['a\nb\u0085c', "'a\\u{a}b\\u{85}c'"],
    ['a\u202eb\u2028c\u200bd\ufeff', "'a\\u{202e}b\\u{2028}c\\u{200b}d\\u{feff}'"],
    ['a\ud800b\u{e0041}', "'a\\u{d800}b\\u{e0041}'"],
  ])('of %j shows all that it has, cut where it is long', (text, expected) => {
    expect(quoted(text)).toBe(expected)
  })

  it('may be longer where it is said so', () => {
    expect(cut('x'.repeat(201), 200)).toBe(`${'x'.repeat(200)}…`)
  })
})
