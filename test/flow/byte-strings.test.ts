import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { ByteStrings } from '../../src/flow/byte-strings.ts'
import { craftedStrings } from './crafted.ts'

function numberOf(strings: ByteStrings, bytes: Uint8Array): number {
  return strings.find(bytes, bytes.length) || strings.add(bytes, bytes.length)
}

describe('strings of bytes', () => {
  it('have the numbers that a map would give them', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3, max: 2 }),
      fc.uint8Array({ minLength: 45, maxLength: 52, max: 1 }),
      fc.uint8Array({ maxLength: 3000 }),
    )
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 300 }), (many) => {
        const strings = new ByteStrings()
        const model = new Map<string, number>()
        for (const each of many) {
          const key = Buffer.from(each).toString('hex')
          expect(strings.find(each, each.length)).toBe(model.get(key) ?? 0)
          if (!model.has(key)) model.set(key, model.size + 1)
          expect(numberOf(strings, each)).toBe(model.get(key))
        }
        expect(strings.count).toBe(model.size)
        expect(strings.all().map((each) => Buffer.from(each).toString('hex'))).toEqual([...model.keys()])
      }),
      { numRuns: 60 },
    )
  })

  it('are as long as they were said to be', () => {
    const strings = new ByteStrings()
    const bytes = Uint8Array.of(1, 2, 3, 4)
    expect([strings.add(bytes, 2), strings.add(bytes, 3), strings.find(bytes, 2), strings.find(bytes, 4)]).toEqual([
      1, 2, 1, 0,
    ])
    expect([...strings.bytesOf(2)]).toEqual([1, 2, 3])
  })

  it('that differ in a single byte are different, wherever it stands', () => {
    const strings = new ByteStrings()
    for (let place = 0; place < 1000; place += 1) {
      const bytes = new Uint8Array(1000)
      bytes[place] = 1
      expect(numberOf(strings, bytes)).toBe(place + 1)
    }
    expect(strings.count).toBe(1000)
  })

  it('keep their numbers while their room grows', () => {
    const strings = new ByteStrings()
    const names = Array.from({ length: 20_000 }, (_, index) => Buffer.from(`host-${index}.contoso.local`))
    for (const [index, name] of names.entries()) expect(strings.add(name, name.length)).toBe(index + 1)
    for (const [index, name] of names.entries()) {
      expect(strings.find(name, name.length)).toBe(index + 1)
      expect(Buffer.compare(strings.bytesOf(index + 1), name)).toBe(0)
    }
  })

  it('of another one get numbers of their own, and those that are known keep theirs', () => {
    const [ours, theirs] = [new ByteStrings(), new ByteStrings()]
    for (const text of ['one', 'two', 'three']) numberOf(ours, Buffer.from(text))
    for (const text of ['four', 'three', 'five', 'one']) numberOf(theirs, Buffer.from(text))
    expect([...ours.numbersOf(theirs.all())]).toEqual([0, 4, 3, 5, 1])
    expect([...ours.numbersOf([])]).toEqual([0])
  })

  it('are compared with few others, however much they are like each other, and whatever they were made for', async () => {
    const compare = vi.spyOn(Buffer, 'compare')
    vi.resetModules()
    const { ByteStrings: Watched } = await import('../../src/flow/byte-strings.ts')
    const alike = Array.from({ length: 1000 }, (_, index) => {
      const bytes = new Uint8Array(1024).fill(0x30)
      new DataView(bytes.buffer).setUint16(1, index)
      return bytes
    })
    for (const many of [alike, craftedStrings(16_000)]) {
      const strings = new Watched()
      compare.mockClear()
      for (const bytes of many) numberOf(strings, bytes)
      expect(strings.count).toBe(many.length)
      expect(compare.mock.calls.length).toBeLessThan(many.length * 10)
    }
    compare.mockRestore()
  })
})
