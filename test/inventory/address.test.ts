import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  familyOf,
  formatAddress,
  IPV6_BASE,
  ipv4Number,
  type Point,
  parseAddress,
  pointIn,
} from '../../src/inventory/address.ts'

function canonical(text: string): string | undefined {
  const point = parseAddress(text)
  return point === undefined ? undefined : formatAddress(point)
}

describe('an address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:a00:1', '10.0.0.1'],
  ])('%s is written %s', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  it.each([
    '',
    '10.0.0',
    '10.0.0.300',
    '010.0.0.1',
    '10.0.0.1 ',
    '0x7f.1',
    '1.2.3.4.5',
    '10..0.1',
    ':::',
    '1::2::3',
    'fe80::1%eth0',
    'dir01',
    '2001:db8::10.0.0.300',
  ])("'%s' is none", (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  it('is the same after it was written and read, in both families', () => {
    const isMapped = (point: Point): boolean => point >> 32n === (IPV6_BASE >> 32n) + 0xffffn
    const group = fc.constantFrom<bigint>(0n, 0n, 1n, 0xffffn)
    const point = fc.oneof(
      fc.bigInt(0n, 0xffffffffn),
      fc.bigInt(IPV6_BASE, 2n * IPV6_BASE - 1n),
      fc
        .array(group, { minLength: 8, maxLength: 8 })
        .map((groups) => groups.reduce((value, next) => (value << 16n) | next, 1n)),
    )
    fc.assert(
      fc.property(point, (value) => {
        const text = formatAddress(value)
        expect(pointIn(familyOf(value), text)).toBe(value)
        expect(parseAddress(text)).toBe(isMapped(value) ? value & 0xffffffffn : value)
        expect(text.includes(':')).toBe(familyOf(value) === 6)
      }),
    )
  })

  it('has the canonical text that URLs have', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const point = parseAddress(text)
        fc.pre(point === undefined || familyOf(point) === 6)
        expect(point && formatAddress(point)).toBe(new URL(`http://[${text}]/`).hostname.slice(1, -1))
      }),
    )
  })

  it('is IPv4 exactly where node:net says so', () => {
    const near = fc
      .array(fc.constantFrom('0', '1', '9', '25', '255', '256', '.', '.', '-', ' '))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(near, fc.ipV4(), fc.string()), (text) => {
        expect(ipv4Number(text) >= 0).toBe(isIPv4(text))
      }),
    )
  })
})
