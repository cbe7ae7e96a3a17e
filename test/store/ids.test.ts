import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idNumber, idText } from '../../src/store/ids.ts'

describe('ids', () => {
  test('are whole numbers of 50 bits, the same for the same text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const id = idNumber(text)
        expect(Number.isInteger(id) && id >= 0 && id < 2 ** 50).toBe(true)
        expect(idNumber(text)).toBe(id)
      }),
    )
  })

  test('stay what they are: databases and scripts hold them', () => {
    expect(idNumber('')).toBe(idNumber(''))
    expect(idText('c', 0)).toBe('c0000000000')
    expect(idText('f', 2 ** 50 - 1)).toBe('fzzzzzzzzzz')
    expect(idText('c', 32)).toBe('c0000000010')
  })

  test('of texts that differ in one place are far apart', () => {
    const ids = new Set<number>()
    const low = new Set<number>()
    let count = 0
    for (let host = 0; host < 250; host += 1) {
      for (let port = 0; port < 1000; port += 1) {
        const id = idNumber(`captures/director\ntcp 10.0.${host}.16 10.0.0.16 ${port} none certain`)
        ids.add(id)
        low.add(id % 2 ** 32)
        count += 1
      }
    }
    expect(ids.size).toBe(count)
    // 250,000 numbers of 32 bits meet seven times if they are spread evenly.
    expect(count - low.size).toBeLessThan(30)
  })
})
