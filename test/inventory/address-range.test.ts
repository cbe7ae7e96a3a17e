import { describe, expect, it } from 'vitest'
import { formatRange, parseRange } from '../../src/inventory/address-range.ts'

describe('an address range', () => {
  it.each([
    ['10.0.0.16', { family: 4, first: '10.0.0.16', last: '10.0.0.16' }],
    ['10.1.0.0/16', { family: 4, first: '10.1.0.0', last: '10.1.255.255', prefix: 16 }],
    ['0.0.0.0/0', { family: 4, first: '0.0.0.0', last: '255.255.255.255', prefix: 0 }],
    ['10.0.0.1/32', { family: 4, first: '10.0.0.1', last: '10.0.0.1', prefix: 32 }],
    ['10.0.0.41-10.0.0.44', { family: 4, first: '10.0.0.41', last: '10.0.0.44' }],
    ['10.0.0.41 - 10.0.0.44', { family: 4, first: '10.0.0.41', last: '10.0.0.44' }],
    ['2001:DB8:1::/48', { family: 6, first: '2001:db8:1::', last: '2001:db8:1:ffff:ffff:ffff:ffff:ffff', prefix: 48 }],
    ['::/0', { family: 6, first: '::', last: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', prefix: 0 }],
    ['2001:db8::1-2001:db8::f', { family: 6, first: '2001:db8::1', last: '2001:db8::f' }],
    ['::ffff:10.0.0.1', { family: 4, first: '10.0.0.1', last: '10.0.0.1' }],
    ['::ffff:10.0.0.0/104', { family: 4, first: '10.0.0.0', last: '10.255.255.255', prefix: 8 }],
  ])('%s is read', (text, range) => {
    expect(parseRange(text)).toEqual(range)
  })

  it.each(['10.0.0.16', '10.1.0.0/16', '10.0.0.41-10.0.0.44', '2001:db8:1::/48'])(
    '%s is written as it was read',
    (text) => {
      const range = parseRange(text)
      expect('fault' in range ? range.fault : formatRange(range)).toBe(text)
    },
  )

  it.each([
    ['10.0.0.300', 'is not an IP address, network or range: 300 is above 255', []],
    ['10.0.0.1-10.0.0.300', 'is not an IP address, network or range: 300 is above 255', []],
    ['dir01.contoso.local', 'is not an IP address, network or range: names are not looked up', []],
    ['10.0', 'is not an IP address, a network such as 10.0.0.0/24 or a range such as 10.0.0.1-10.0.0.9', []],
    ['10.0.0.0/', 'is not an IP address, a network such as 10.0.0.0/24 or a range such as 10.0.0.1-10.0.0.9', []],
    ['10.0.0.5/24', 'is not the first address of a /24 network', ['10.0.0.0/24', '10.0.0.5']],
    ['2001:db8::5/64', 'is not the first address of a /64 network', ['2001:db8::/64', '2001:db8::5']],
    ['10.0.0.0/33', 'has the prefix length 33; an IPv4 network has at most 32', []],
    ['2001:db8::/129', 'has the prefix length 129; an IPv6 network has at most 128', []],
    ['10.0.0.9-10.0.0.1', 'runs backwards', ['10.0.0.1-10.0.0.9']],
    ['10.0.0.1-2001:db8::1', 'begins and ends in different families; a range is IPv4 or IPv6', []],
    ['::ffff:10.0.0.0/24', 'is an IPv4-mapped network, whose prefix length is 96 to 128', ['10.0.0.0/24']],
    ['fe80::1%12', 'has a zone id, which means nothing outside its own host', ['fe80::1']],
    ['10.0.0.41-44', 'is not an IP address, network or range', ['10.0.0.41-10.0.0.44']],
    ['10.0.0.1–10.0.0.9', 'is not an IP address, network or range', ['10.0.0.1-10.0.0.9']],
    ['010.000.000.001', 'is not an IP address, network or range', ['10.0.0.1']],
    ['10.0.0.0/255.255.255.0', 'is not an IP address, network or range', ['10.0.0.0/24']],
    ['10.0.0.5/255.255.255.0', 'is not an IP address, network or range', ['10.0.0.0/24', '10.0.0.5']],
    ['[2001:db8::1]:443', 'is not an IP address, network or range', ['2001:db8::1']],
  ])('%s is refused with what may have been meant', (text, fault, suggestions) => {
    expect(parseRange(text)).toEqual({ fault, suggestions })
  })

  it('that is far too long is quoted in part', () => {
    expect(parseRange(`10.0.0.${'9'.repeat(3000)}`)).toEqual({
      fault: `is not an IP address, network or range: ${'9'.repeat(60)}… is above 255`,
      suggestions: [],
    })
  })

  it('with blanks of any kind is suggested without them', () => {
    expect(parseRange('010.0.0.1\u2028-\u00a010.0.0.9')).toHaveProperty('suggestions', ['10.0.0.1-10.0.0.9'])
  })

  it('with a netmask that has gaps has no suggestion', () => {
    expect(parseRange('10.0.0.0/0.0.0.255')).toHaveProperty('suggestions', [])
  })
})
