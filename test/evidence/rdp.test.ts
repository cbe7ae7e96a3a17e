import { expect, it } from 'vitest'
import { join, type Octets, patched } from '../support/octets.ts'
import { stream, text } from './identifying.ts'

/** A message of X.224 in TPKT with what follows its fixed part. */
function message(code: number, variable: Octets): Uint8Array {
  return join([3, 0, 0, 11 + variable.length, 6 + variable.length, code, 0, 0, 0, 0, 0], variable)
}

const COOKIE = text('Cookie: mstshash=CONTOSO\r\n')
const NEGOTIATION = [1, 0, 8, 0, 3, 0, 0, 0]

it.each([
  ['a request with negotiation', message(0xe0, NEGOTIATION), 'rdp from originator'],
  ['a request with a cookie', message(0xe0, join(COOKIE, NEGOTIATION)), 'rdp from originator'],
  ['a request with nothing else', message(0xe0, []), 'rdp from originator'],
  ['a confirm', message(0xd0, [2, 0x1f, 8, 0, 2, 0, 0, 0]), 'rdp from responder'],
  ['a refusal', message(0xd0, [3, 0, 8, 0, 5, 0, 0, 0]), 'rdp from responder'],
  ['a confirm with nothing else', message(0xd0, []), 'rdp from responder'],
])('RDP is %s', (_name, bytes, answer) => {
  expect(stream(bytes)).toBe(answer)
})

it.each([
  ['of an industrial control', message(0xe0, [0xc1, 2, 1, 0, 0xc2, 2, 1, 2, 0xc0, 1, 0x0a])],
  ['of H.323', join([3, 0, 0, 24, 0x08, 2, 0, 1, 5], new Uint8Array(15))],
  ['whose lengths disagree', patched(message(0xe0, NEGOTIATION), 4, [15])],
  ['of another version of TPKT', patched(message(0xe0, NEGOTIATION), 0, [2])],
  ['with a reserved byte in use', patched(message(0xe0, NEGOTIATION), 1, [1])],
  ['of another class', patched(message(0xe0, NEGOTIATION), 10, [0x40])],
  ['of another code', message(0xf0, NEGOTIATION)],
  ['to a destination that is known', patched(message(0xe0, NEGOTIATION), 6, [0, 1])],
  ['with a negotiation of another length', message(0xe0, [1, 0, 9, 0, 3, 0, 0, 0])],
  ['with a confirm that requests', message(0xd0, NEGOTIATION)],
  ['with another cookie', message(0xe0, text('Cookie: chocolate\r\n'))],
])('RDP is not a message %s', (_name, bytes) => {
  expect(stream(bytes)).toBe('unidentified')
})
