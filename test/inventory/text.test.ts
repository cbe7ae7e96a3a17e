import { describe, expect, it } from 'vitest'
import { decodeKorean, decodeUnicode } from '../../src/inventory/text.ts'

function utf16(text: string, order: 'le' | 'be', mark: boolean): Uint8Array {
  const bytes = Buffer.from(mark ? `\ufeff${text}` : text, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

describe('the bytes of a file', () => {
  const text = 'name: 서울 가나 클라이언트 😀 \ufffd\n'

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16LE with a byte order mark', utf16(text, 'le', true)],
    ['UTF-16BE with a byte order mark', utf16(text, 'be', true)],
    ['UTF-16LE without', utf16(text, 'le', false)],
    ['UTF-16BE without', utf16(text, 'be', false)],
  ])('are decoded from %s', (_encoding, bytes) => {
    expect(decodeUnicode(bytes)).toEqual({ text })
  })

  it('keep a byte order mark that is not at the start', () => {
    expect(decodeUnicode(Buffer.from('a\ufeffb'))).toEqual({ text: 'a\ufeffb' })
  })

  it('have lines that end in a line feed, whatever they ended in', () => {
    expect(decodeUnicode(Buffer.from('a\r\nb\rc\n'))).toEqual({ text: 'a\nb\nc\n' })
  })

  it.each([
    ['a lone continuation byte', Buffer.from([0x61, 0x80, 0x62]), 'byte 0x80 at offset 1 is not UTF-8'],
    ['a cut-off character', Buffer.from('가나').subarray(0, 5), 'byte 0xeb at offset 3 is not UTF-8'],
    [
      'a bad byte after a replacement character and a mark',
      Buffer.concat([Buffer.from('\ufeff\ufffd서'), Buffer.from([0xff])]),
      'byte 0xff at offset 9 is not UTF-8',
    ],
    [
      'half a unit of UTF-16',
      Buffer.concat([utf16('ab', 'le', true), Buffer.from([0x63])]),
      'byte 0x63 at offset 6 is not UTF-16LE',
    ],
    ['half a pair of UTF-16', utf16('\ud83db', 'be', true), 'byte 0xd8 at offset 2 is not UTF-16BE'],
    ['a zero byte', Buffer.from(`${'name: a\n'.repeat(9)}\0`), 'it holds the control character U+0000'],
    ['an escape character', Buffer.from('\x1b[31m'), 'it holds the control character U+001B'],
  ])('are refused for %s', (_what, bytes, fault) => {
    expect(decodeUnicode(bytes)).toEqual({ fault })
  })

  it('are Korean text where they are EUC-KR', () => {
    expect(decodeKorean(Buffer.from([0xbc, 0xad, 0xbf, 0xef]))).toEqual({ text: '서울' })
    expect(decodeKorean(Buffer.from([0x61, 0xff]))).toEqual({ fault: 'it is not EUC-KR' })
  })
})
