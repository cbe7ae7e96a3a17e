import { describe, expect, it } from 'vitest'
import { refusal } from './refusal.ts'

/** The sentences about entries named a, b, c with these addresses, on lines 2, 3, 4. */
function refused(...addresses: readonly string[]): readonly string[] {
  const entries = addresses.map((list, index) => `  - { name: ${'abcd'[index]}, address: [${list}], role: other }`)
  return refusal(['endpoints:', ...entries].join('\n'), 'i.yaml')
}

describe('two entries', () => {
  it.each([
    ['apart', '10.0.0.0/24', '10.0.1.0/24'],
    ['one inside the other', '10.0.0.0/24', '10.0.0.16-10.0.0.31'],
    ['one inside the other, at its start', '10.0.0.0/24', '10.0.0.0/25'],
    ['one inside the other, at its end', '10.0.0.128/25', '10.0.0.0/24'],
    ['one inside what two ranges of the other cover together', '10.0.0.40, 10.0.0.41-10.0.0.44', '10.0.0.40-10.0.0.41'],
    ['one a part of the list of the other', '10.0.0.1, 10.0.0.5, 2001:db8::1', '10.0.0.1, 2001:db8::1'],
    ['for the same addresses, written otherwise', '10.0.0.0/25, 10.0.0.128/25', '10.0.0.0-10.0.0.255'],
    ['of different families whose numbers meet', '0.0.0.0/0', '::/0'],
  ])('%s are accepted in either order', (_what, a, b) => {
    expect(refused(a, b)).toEqual([])
    expect(refused(b, a)).toEqual([])
  })

  it.each([
    ['ranges that cross', '10.0.0.0-10.0.0.20', '10.0.0.10-10.0.0.30', '10.0.0.10-10.0.0.20'],
    ['ranges that meet in one address', '2001:db8::-2001:db8::5', '2001:db8::5-2001:db8::9', '2001:db8::5'],
    ['lists with an address in common', '10.0.0.1, 10.0.0.5', '10.0.0.1, 10.0.0.9', '10.0.0.1'],
    ['lists with an address in common beside another', '10.0.0.1, 10.0.0.2', '10.0.0.1, 10.0.0.9', '10.0.0.1'],
    [
      'a network and the same with more, with something else each',
      '10.0.0.0/24, 10.1.0.1',
      '10.0.0.0/24, 10.1.0.3',
      '10.0.0.0-10.0.0.255',
    ],
  ])('are refused: %s', (_what, a, b, shared) => {
    const sentence = `'b' at i.yaml:3 and 'a' at i.yaml:2 share ${shared}, and neither is inside the other; give it to one of them`
    expect(refused(a, b)).toEqual([sentence])
    expect(refused(b, a)).toEqual([sentence])
  })

  it('that cross in many places are refused once', () => {
    expect(refused('10.0.0.1, 10.0.0.5, 10.0.0.7', '10.0.0.1, 10.0.0.5, 10.0.0.9')).toHaveLength(1)
  })
})

describe('several entries', () => {
  it('may put a host into networks that are entries of their own', () => {
    expect(refused('10.0.0.0/24', '2001:db8::/64', '10.0.0.5, 2001:db8::5')).toEqual([])
  })

  it('are refused in the order of the file, together with other mistakes', () => {
    const text = [
      'endpoints:',
      '  - { name: a, address: 10.0.0.0-10.0.0.20, role: other }',
      '  - { name: b, address: 10.0.0.10-10.0.0.30, role: othr }',
      '  - { name: c, address: 10.0.0.300, role: other }',
      '  - { name: d, address: 10.0.0.4-10.0.0.22, role: other }',
    ].join('\n')
    expect(refusal(text, 'i.yaml')).toEqual([
      "'b' at i.yaml:3 and 'a' at i.yaml:2 share 10.0.0.10-10.0.0.20, and neither is inside the other; give it to one of them",
      "role 'othr' at i.yaml:3:52 is not known; did you mean 'other'?",
      "address '10.0.0.300' at i.yaml:4:25 is not an IP address, network or range: 300 is above 255",
      "'d' at i.yaml:5 and 'a' at i.yaml:2 share 10.0.0.4-10.0.0.20, and neither is inside the other; give it to one of them",
    ])
  })
})
