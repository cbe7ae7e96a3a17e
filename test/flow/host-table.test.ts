import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HostTable } from '../../src/flow/host-table.ts'
import { craftedAddresses } from './crafted.ts'

const word = fc.oneof(fc.integer(), fc.integer({ min: 0, max: 3 }))
const address = fc
  .tuple(fc.constantFrom(4, 6), word, word, word, word)
  .map(([family, word0, word1, word2, word3]): [number, number, number, number, number] =>
    family === 4 ? [4, 0, 0, 0xffff, word3] : [6, word0, word1, word2, word3],
  )

describe('hosts', () => {
  it('have the numbers that a map would give them', () => {
    fc.assert(
      fc.property(fc.array(address, { maxLength: 3000 }), (many) => {
        const hosts = new HostTable()
        const model = new Map<string, number>()
        for (const each of many) {
          const key = each.join()
          if (!model.has(key)) model.set(key, model.size)
          expect(hosts.numberOf(...each)).toBe(model.get(key))
        }
        const listed = [...hosts.addresses()]
        expect([...model.keys()]).toEqual([...model.values()].map((at) => listed.slice(at * 5, at * 5 + 5).join()))
      }),
      { numRuns: 60 },
    )
  })

  it('keep their numbers while their room grows, in whatever order they are asked for', () => {
    const hosts = new HostTable()
    const many = craftedAddresses(20_000)
    for (const [at, words] of many.entries()) expect(hosts.numberOf(6, ...words)).toBe(at)
    for (const [at, words] of [...many.entries()].reverse()) expect(hosts.numberOf(6, ...words)).toBe(at)
  })

  it('of another table get numbers of their own, and those that are known keep theirs', () => {
    const [ours, theirs] = [new HostTable(), new HostTable()]
    for (const last of [1, 2, 3]) ours.numberOf(4, 0, 0, 0xffff, last)
    for (const last of [4, 3, 5, 1]) theirs.numberOf(4, 0, 0, 0xffff, last)
    expect([...ours.numbersOf(theirs.addresses())]).toEqual([3, 2, 4, 0])
    expect([...ours.numbersOf(new Int32Array())]).toEqual([])
  })

  it('have their text, of however many it is asked', () => {
    const hosts = new HostTable()
    const many = 200_000
    for (let host = 0; host < many; host += 1) hosts.numberOf(4, 0, 0, 0xffff, host)
    for (const step of [1, 65_536, 65_537]) {
      for (let asked = 0; asked < many; asked += 1) {
        const host = (asked * step) % many
        const text = `0.${host >> 16}.${(host >> 8) & 0xff}.${host & 0xff}`
        if (hosts.text(host) !== text) expect.fail(`${host} is called ${hosts.text(host)}`)
      }
    }
  })

  it('have one text', () => {
    const hosts = new HostTable()
    const [left, right] = [hosts.numberOf(4, 0, 0, 0xffff, 0x0a00_0010), hosts.numberOf(6, 0x20010db8, 0, 0, 1)]
    expect([hosts.text(left), hosts.text(right), hosts.text(left)]).toEqual(['10.0.0.16', '2001:db8::1', '10.0.0.16'])
  })
})
