import { expect, it } from 'vitest'
import { join, patched } from '../support/octets.ts'
import { stream } from './identifying.ts'

const OPTIONS = [0, 0, 26, 0, 6, 1, 0, 32, 0, 1, 2, 0, 33, 0, 1, 3, 0, 34, 0, 4, 4, 0, 38, 0, 1, 255]
const DATA = [11, 0, 12, 56, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const PRE_LOGIN = join([0x12, 1, 0, 47, 0, 0, 1, 0], OPTIONS, DATA)

it('is a pre-login message or the answer to one', () => {
  expect(stream(PRE_LOGIN)).toBe('tds from originator')
  expect(stream(patched(PRE_LOGIN, 0, [4]))).toBe('tds from responder')
})

it.each([
  ['of another type', patched(PRE_LOGIN, 0, [0x11])],
  ['that is not its last', patched(PRE_LOGIN, 1, [0])],
  ['with a window', patched(PRE_LOGIN, 7, [1])],
  ['whose first option is another', patched(PRE_LOGIN, 8, [1])],
  ['whose version has another length', patched(PRE_LOGIN, 12, [4])],
  ['whose options are not whole', patched(PRE_LOGIN, 10, [27])],
  ['shorter than its options', patched(PRE_LOGIN, 3, [39])],
])('is not a packet %s', (_name, bytes) => {
  expect(stream(bytes)).toBe('unidentified')
})
