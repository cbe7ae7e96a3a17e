import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KEY_HASH, KEY_WORDS, writeKey } from '../../src/flow/flow-key.ts'
import { hashOfAddress, hashOfBytes, hashOfFlow, hashOfFront, placeOf, regrown } from '../../src/flow/keyed-hash.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { craftedAddresses, craftedPorts, craftedStrings, fnv, multiplied } from './crafted.ts'

const COUNT = 16_000
const BITS = 15

/** How many places are looked at when so many things go into a table that is at most half full. */
function looks(hashes: readonly number[]): number {
  const taken = new Uint8Array(1 << BITS)
  let count = 0
  for (const hash of hashes) {
    let place = placeOf(hash, BITS)
    for (count += 1; taken[place] !== 0; count += 1) place = (place + 1) & (taken.length - 1)
    taken[place] = 1
  }
  return count
}

/** What has one hash takes COUNT / 2 looks each; what is spread by chance over twice as many places 1.5. */
const FEW_LOOKS = COUNT * 2

const LOW = 0x0100_0000
const HIGH = 0x0a00_0010
const UDP_OVER_IPV4 = (4 << 8) | 17

describe('what was made to meet', () => {
  it('does not meet as bytes', () => {
    const strings = craftedStrings(COUNT)
    expect(new Set(strings.map(fnv)).size).toBe(1)
    expect(looks(strings.map((bytes) => hashOfBytes(bytes, 0, bytes.length)))).toBeLessThan(FEW_LOOKS)
  })

  it('does not meet as addresses', () => {
    const addresses = craftedAddresses(COUNT)
    expect(new Set(addresses.map(multiplied)).size).toBe(1)
    expect(looks(addresses.map((words) => hashOfAddress(6, ...words)))).toBeLessThan(FEW_LOOKS)
    expect(looks(addresses.map(([, word1, word2, word3]) => hashOfFront(1, word1, word2, word3)))).toBeLessThan(
      FEW_LOOKS,
    )
  })

  it('does not meet as flows', () => {
    const ports = Array.from({ length: COUNT }, (_, at) => craftedPorts(LOW + at, HIGH, 0x1234_5678))
    const keys = new Int32Array(KEY_WORDS)
    const shared = ports.map((word, at) => {
      const [srcPort, dstPort] = [word >>> 16, word & 0xffff]
      writeKey({ ...createPacket(), family: 4, protocol: 17, src3: LOW + at, dst3: HIGH, srcPort, dstPort }, keys)
      return keys[KEY_HASH]
    })
    expect(new Set(shared).size).toBe(1)
    expect(looks(ports.map((word, at) => hashOfFlow(LOW + at, HIGH, word, UDP_OVER_IPV4)))).toBeLessThan(FEW_LOOKS)
  })
})

describe('what comes in a row', () => {
  const row = Array.from({ length: COUNT }, (_, number) => number)

  it.each([
    ['addresses', (number: number) => hashOfAddress(4, 0, 0, 0xffff, 0x0a01_0000 + number)],
    ['networks', (number: number) => hashOfAddress(4, 0, 0, 0xffff, 0x0a00_0001 + (number << 8))],
    ['IPv6 addresses', (number: number) => hashOfAddress(6, 0x2001_0db8, 0, 0, number)],
    ['clients', (number: number) => hashOfFlow(0x0a01_0000 + number, HIGH, (50_000 << 16) | 5061, 0x406)],
    ['ports', (number: number) => hashOfFlow(0x0a01_0000, HIGH, (number << 16) | 5061, 0x406)],
  ])('is spread as if by chance: %s', (_what, hashOf) => {
    expect(looks(row.map(hashOf))).toBeLessThan(FEW_LOOKS)
  })
})

describe('a keyed hash', () => {
  const words = fc.tuple(fc.integer(), fc.integer(), fc.integer(), fc.integer())

  it('of bytes is the same wherever they stand, and another one where a byte or the length is another', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), fc.nat(5), fc.nat(), (bytes, before, where) => {
        const moved = Uint8Array.from([...new Uint8Array(before), ...bytes, 255, 255])
        const hash = hashOfBytes(bytes, 0, bytes.length)
        expect(hashOfBytes(moved, before, before + bytes.length)).toBe(hash)
        // One pair in 2^17 has one hash all the same; of three other ones, not all.
        const changed = [1, 2, 3].map((by) => {
          const other = bytes.slice()
          other[where % bytes.length]! += by
          return hashOfBytes(other, 0, other.length)
        })
        const longer = [1, 2, 3].map((by) => hashOfBytes(new Uint8Array([...bytes, 0, 0, 0]), 0, bytes.length + by))
        expect(changed.every((other) => other === hash)).toBe(false)
        expect(longer.every((other) => other === hash)).toBe(false)
      }),
    )
  })

  it('of as many bytes as a certificate may have takes all of them', () => {
    const bytes = new Uint8Array(16 * 1024).fill(7)
    const hash = hashOfBytes(bytes, 0, bytes.length)
    const changed = [1, 2, 3].map((last) => {
      bytes[bytes.length - 1] = last
      return hashOfBytes(bytes, 0, bytes.length)
    })
    expect(changed.every((other) => other === hash)).toBe(false)
  })

  it('takes every word, and both families', () => {
    const hashes = (change: number, word: number) => {
      const changed = [1, 2, 3, 4].map((each, at) => (at === word ? each ^ change : each)) as [
        number,
        number,
        number,
        number,
      ]
      const [word0, word1, word2, word3] = changed
      return [
        hashOfAddress(6, ...changed),
        hashOfFlow(word0, word1, word2, word3),
        hashOfFlow(9, 9, 9, 9) + hashOfFront(0, word0, word1, word2) + word3,
        hashOfFlow(9, 9, 9, 9) + hashOfFront(1, word1, word2, word3) + word0,
      ]
    }
    const before = hashes(0, 0)
    for (let word = 0; word < 4; word += 1) {
      const after = [0x4000, 0x2000, 0x1000].map((change) => hashes(change, word))
      for (const [which, hash] of before.entries()) {
        expect(after.every((each) => each[which] === hash)).toBe(false)
      }
    }
    expect([4, 5, 7].every((family) => hashOfAddress(family, 0, 0, 0, 1) === hashOfAddress(6, 0, 0, 0, 1))).toBe(false)
  })

  it('finds everything again in a table that has grown', () => {
    fc.assert(
      fc.property(fc.uniqueArray(words, { selector: (each) => each.join(), maxLength: 32 }), (many) => {
        const pairs = new Int32Array(128)
        // Wherever they stand before.
        for (const [at, each] of many.entries()) pairs.set([at + 1, hashOfAddress(6, ...each)], at * 4)
        const grown = regrown(pairs, 6 + 1)
        expect(grown).toHaveLength(256)
        for (const [at, each] of many.entries()) {
          let place = placeOf(hashOfAddress(6, ...each), 7)
          while (grown[place * 2] !== at + 1) {
            expect(grown[place * 2]).not.toBe(0)
            place = (place + 1) & 127
          }
          expect(grown[place * 2 + 1]).toBe(hashOfAddress(6, ...each))
        }
      }),
    )
  })
})
