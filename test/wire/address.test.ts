import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressText } from '../../src/wire/address.ts'

const ipv6 = (...groups: readonly number[]) => {
  const word = (index: number) => ((groups[index * 2] ?? 0) << 16) | (groups[index * 2 + 1] ?? 0)
  return addressText(6, word(0), word(1), word(2), word(3))
}

describe('the text of an address', () => {
  it('of IPv4 is dotted', () => {
    expect(addressText(4, 0, 0, 0xffff, 0x0a000010)).toBe('10.0.0.16')
    expect(addressText(4, 0, 0, 0xffff, -1)).toBe('255.255.255.255')
  })

  // RFC 5952 section 4 and RFC 4291 section 2.2.
  it.each([
    [ipv6(), '::'],
    [ipv6(0, 0, 0, 0, 0, 0, 0, 1), '::1'],
    [ipv6(0x2001, 0xdb8), '2001:db8::'],
    [ipv6(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1), '2001:db8:0:1:1:1:1:1'],
    [ipv6(0x2001, 0, 0, 1, 0, 0, 0, 1), '2001:0:0:1::1'],
    [ipv6(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), '2001:db8::1:0:0:1'],
    [ipv6(0xfe80, 0, 0, 0, 0xffff, 0xffff, 0xffff, 0xffff), 'fe80::ffff:ffff:ffff:ffff'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected)
  })

  it('of IPv6 is the one that URLs have', () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
      minLength: 8,
      maxLength: 8,
    })
    fc.assert(
      fc.property(groups, (values) => {
        const text = ipv6(...values)
        expect(isIPv6(text)).toBe(true)
        const full = values.map((value) => value.toString(16)).join(':')
        expect(`[${text}]`).toBe(new URL(`http://[${full}]`).hostname)
      }),
    )
  })
})
