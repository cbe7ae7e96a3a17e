import { expect, it } from 'vitest'
import { isPublic } from '../../src/judge/public-address.ts'

it.each([
  ['10.0.0.1', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['172.32.0.1', true],
  ['11.0.0.1', true],
  ['198.51.100.10', true],
  ['2001:db8::1', undefined],
] as const)('%s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected)
})
