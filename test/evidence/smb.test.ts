import { expect, it } from 'vitest'
import { join, patched, u32 } from '../support/octets.ts'
import { stream, text } from './identifying.ts'

const SMB1_NEGOTIATE = join(u32(0x54), text('\xffSMB'), [0x72], new Uint8Array(4), [0x18], new Uint8Array(74))
const SMB2_NEGOTIATE = join(u32(0x66), text('\xfeSMB'), [64, 0], new Uint8Array(10), [0, 0, 0, 0], new Uint8Array(82))
const SMB1_FLAGS = 13
const SMB1_COMMAND = 8
const SMB2_FLAGS = 20
const SESSION_REQUEST = join([0x81, 0, 0, 68, 32], text('CKFDENECFDEFFCFGEFFCCACACACACACA'), [0])

it('tells the negotiation of SMB 1 from its answer', () => {
  expect(stream(SMB1_NEGOTIATE)).toBe('smb from originator')
  expect(stream(patched(SMB1_NEGOTIATE, SMB1_FLAGS, [0x98]))).toBe('smb from responder')
  expect(stream(patched(SMB1_NEGOTIATE, SMB1_COMMAND, [0x73]))).toBe('smb')
})

it('tells requests of SMB 2 from responses', () => {
  expect(stream(SMB2_NEGOTIATE)).toBe('smb from originator')
  expect(stream(patched(SMB2_NEGOTIATE, SMB2_FLAGS, [0x01]))).toBe('smb from responder')
})

it('knows an encrypted message of SMB 3', () => {
  expect(stream(patched(SMB2_NEGOTIATE, 4, [0xfd]))).toBe('smb')
})

it('knows a session of NetBIOS', () => {
  expect(stream(SESSION_REQUEST)).toBe('smb from originator')
  expect(stream(join([0x82, 0, 0, 0], patched(SMB1_NEGOTIATE, SMB1_FLAGS, [0x98])))).toBe('smb from responder')
})

it.each([
  ['a message shorter than its header', patched(SMB2_NEGOTIATE, 3, [63])],
  ['a message of SMB 1 shorter than its header', patched(SMB1_NEGOTIATE, 3, [31])],
  ['a header of another size', patched(SMB2_NEGOTIATE, 8, [65])],
  ['other letters', patched(SMB1_NEGOTIATE, 4, text('\xffSMC'))],
  ['a session request of another length', patched(SESSION_REQUEST, 3, [67])],
  ['a session request without names', patched(SESSION_REQUEST, 4, [31])],
  ['an accepted session with a length', join([0x82, 0, 0, 1], SMB1_NEGOTIATE)],
  ['an accepted session with another message', join([0x82, 0, 0, 0], [1], SMB1_NEGOTIATE)],
])('does not know %s', (_name, bytes) => {
  expect(stream(bytes)).toBe('unidentified')
})
