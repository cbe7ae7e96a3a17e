import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { escapeText, paint, replaceUnseen } from '../../src/report/terminal.ts'

describe('escapeText', () => {
  it.each([
    ['C0 controls', 'a\0b\tc\r\nd\x1b[2J', 'a\\x00b\\x09c\\x0d\\x0ad\\x1b[2J'],
    ['DEL and C1 controls', '\x7f\x9b31m', '\\x7f\\x9b31m'],
    ['bidirectional overrides and isolates', 'a\u202eb\u2066c\u200fd', 'a\\u202eb\\u2066c\\u200fd'],
    ['zero-width characters', 'a\u200bb\u200dc\ufeffd\u2060', 'a\\u200bb\\u200dc\\ufeffd\\u2060'],
    ['soft hyphens and Hangul fillers', 'a\u00adb\u3164', 'a\\xadb\\u3164'],
    ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
    ['lone surrogates', '\ud83ca\udf89', '\\ud83ca\\udf89'],
    ['tags beyond the basic plane', 'a\u{e0041}', 'a\\u{e0041}'],
    ['noncharacters', '\ufdd0\uffff', '\\ufdd0\\uffff'],
    ['variation selectors after letters', 'paypal\ufe0f', 'paypal\\ufe0f'],
  ])('shows %s', (_what, text, shown) => {
    expect(escapeText(text)).toBe(shown)
  })

  it.each(['plain', '서울 클라이언트', 'e\u0301', 'नमस्ते', '🎉', '❤️', '1️⃣', 'C:\\new', ''])(
    'leaves %j as it is',
    (text) => {
      expect(escapeText(text)).toBe(text)
    },
  )

  it('leaves no control or format character and no lone surrogate of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, more) => {
        const shown = escapeText(`${text}\ud800${more}`)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(escapeText(shown)).toBe(shown)
      }),
    )
  })
})

describe('replaceUnseen', () => {
  it('hands over whole characters', () => {
    const seen: string[] = []
    replaceUnseen('a\u{e0041}b\x07', (character) => {
      seen.push(character)
      return ''
    })
    expect(seen).toEqual(['\u{e0041}', '\x07'])
  })
})

describe('paint', () => {
  it('colours by meaning and switches off what it switched on', () => {
    expect(paint('x', 'finding', true)).toBe('\x1b[1m\x1b[31mx\x1b[39m\x1b[22m')
    expect(paint('x', 'broken', true)).toBe('\x1b[33mx\x1b[39m')
    expect(paint('x', 'dim', true)).toBe('\x1b[2mx\x1b[22m')
  })

  it('leaves expected, untoned and empty texts plain', () => {
    expect([paint('x', 'expected', true), paint('x', undefined, true), paint('', 'finding', true)]).toEqual([
      'x',
      'x',
      '',
    ])
  })

  it('writes no colour where there shall be none, and colour where there shall be, whatever the environment says', () => {
    vi.stubEnv('NO_COLOR', '1')
    expect(paint('x', 'finding', false)).toBe('x')
    expect(paint('x', 'dim', true)).toContain('\x1b[')
    vi.unstubAllEnvs()
  })
})
