import { expect, it } from 'vitest'
import { join, patched, u32 } from '../support/octets.ts'
import { datagram } from './identifying.ts'

const NOW = 0xe3d1f0a2
const CLIENT = join([0x1b, 0, 0, 0], new Uint8Array(36), u32(NOW, 0x80000000))
const SERVER = join(
  [0x1c, 2, 6, 0xe9],
  u32(0x00000a00, 0x00001a00, 0x0a000003, NOW - 64, 0, NOW, 0x80000000, NOW, 0x8100_0000, NOW, 0x8101_0000),
)

it('tells a client of NTP from a server', () => {
  expect(datagram(CLIENT)).toBe('ntp from originator')
  expect(datagram(SERVER)).toBe('ntp from responder')
})

it('may be authenticated', () => {
  expect(datagram(join(patched(CLIENT, 0, [0xdb, 0, 17, 0xe9]), new Uint8Array(20)))).toBe('ntp from originator')
  expect(datagram(join(CLIENT, new Uint8Array(72)))).toBe('ntp from originator')
})

it('may have been held into the next second', () => {
  expect(datagram(patched(SERVER, 40, u32(NOW + 1)))).toBe('ntp from responder')
  expect(datagram(patched(SERVER, 40, u32(NOW + 2)))).toBe('unidentified')
})

it.each([
  ['of another length', join(CLIENT, [0])],
  ['of version 0', patched(CLIENT, 0, [0x03])],
  ['of version 5', patched(CLIENT, 0, [0x2b])],
  ['of another mode', patched(CLIENT, 0, [0x1d])],
  ['that takes a leap second away', patched(CLIENT, 0, [0x9b])],
  ['of a stratum that does not exist', patched(CLIENT, 1, [17])],
  ['that asks too seldom', patched(CLIENT, 2, [18])],
  ['with a precision of hours', patched(CLIENT, 3, [0x0c])],
  ['with a delay of 16 seconds', patched(CLIENT, 5, [16])],
  ['with a dispersion of 64 seconds', patched(CLIENT, 9, [64])],
  ['without a time', patched(CLIENT, 40, new Uint8Array(8))],
])('is not a packet %s', (_name, bytes) => {
  expect(datagram(bytes)).not.toContain('ntp')
})
