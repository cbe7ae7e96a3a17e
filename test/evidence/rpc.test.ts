import { expect, it } from 'vitest'
import { join, patched } from '../support/octets.ts'
import { stream } from './identifying.ts'

const TYPE = 2
const BIND = join([5, 0, 11, 3, 0x10, 0, 0, 0, 72, 0, 0, 0, 2, 0, 0, 0, 0xd0, 0x16, 0xd0, 0x16], new Uint8Array(52))

it.each([
  ['bind', 11, 'rpc from originator'],
  ['request', 0, 'rpc from originator'],
  ['alter context', 14, 'rpc from originator'],
  ['bind ack', 12, 'rpc from responder'],
  ['bind nak', 13, 'rpc from responder'],
  ['response', 2, 'rpc from responder'],
  ['fault', 3, 'rpc from responder'],
])('a %s is RPC', (_name, type, answer) => {
  expect(stream(patched(BIND, TYPE, [type]))).toBe(answer)
})

it('has lengths in the byte order that it says', () => {
  const big = patched(patched(BIND, 4, [0]), 8, [0, 72, 0, 0])
  expect(stream(big)).toBe('rpc from originator')
  expect(stream(patched(big, 8, [0, 15]))).toBe('unidentified')
})

it.each([
  ['of version 4', patched(BIND, 0, [4])],
  ['of a later minor version', patched(BIND, 1, [2])],
  ['of another type', patched(BIND, TYPE, [10])],
  ['with another representation of integers', patched(BIND, 4, [0x11])],
  ['with another representation of floating point', patched(BIND, 5, [4])],
  ['with reserved bytes in use', patched(BIND, 7, [1])],
  ['shorter than its header', patched(BIND, 8, [15])],
  ['shorter than its authentication', patched(BIND, 10, [57])],
])('a fragment %s is not RPC', (_name, bytes) => {
  expect(stream(bytes)).toBe('unidentified')
})
