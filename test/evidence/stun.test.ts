import { describe, expect, it } from 'vitest'
import { filler, join, patched, u16, u32 } from '../support/octets.ts'
import { datagram, stream } from './identifying.ts'

const BINDING = join(u16(0x0001, 12), u32(0x2112a442), filler(12), u16(0x8055, 8), filler(8))
const ALLOCATE = patched(BINDING, 0, u16(0x0003))
const OLD = join(u16(0x0001, 8), filler(16), u16(0x0003, 4), u32(0))

describe('STUN', () => {
  it('is a message with its cookie, in datagrams and bare or framed in streams', () => {
    expect([datagram(BINDING), stream(BINDING), stream(join(u16(BINDING.length), BINDING))]).toEqual([
      'stun',
      'stun',
      'stun',
    ])
    expect(datagram(patched(BINDING, 0, u16(0x0101)))).toBe('stun')
  })

  it('has a direction where TURN allocates', () => {
    expect(stream(ALLOCATE)).toBe('stun from originator')
    expect(datagram(patched(BINDING, 0, u16(0x0103)))).toBe('stun from responder')
    expect(datagram(patched(BINDING, 0, u16(0x0113)))).toBe('stun from responder')
  })

  it('is a datagram that the snap length cut', () => {
    expect(datagram(BINDING.subarray(0, 24))).toBe('stun')
  })

  it('is a binding of RFC 3489 that its attributes fill', () => {
    expect(datagram(OLD)).toBe('stun')
    expect(datagram(join(u16(0x0001, 0), filler(16)))).toBe('stun')
    expect(datagram(patched(patched(OLD, 0, u16(0x0111)), 20, u16(0x8020)))).toBe('stun')
  })

  it.each([
    ['with another cookie', patched(ALLOCATE, 7, [0x43])],
    ['longer than it says', join(BINDING, u32(0))],
    ['of part of a word', patched(BINDING, 2, u16(13))],
    ['of type 0', patched(BINDING, 0, u16(0))],
    ['of a method that is not assigned', patched(BINDING, 0, u16(0x0201))],
    ['of RFC 3489 and another method', patched(OLD, 0, u16(0x0003))],
    ['of RFC 3489 and another class', patched(OLD, 0, u16(0x0011))],
    ['of RFC 3489 with an unknown attribute', patched(OLD, 20, u16(0x000c))],
    ['of RFC 3489 whose attribute is longer than it', patched(OLD, 22, u16(5))],
    ['of RFC 3489 whose attribute is shorter than it', patched(OLD, 22, u16(2))],
    ['of RFC 3489 that is cut', OLD.subarray(0, 24)],
  ])('is not a datagram %s', (_name, bytes) => {
    expect(datagram(bytes)).toBe('unidentified')
  })

  it.each([
    ['of another length', join(u16(BINDING.length + 4), BINDING)],
    ['of part of a word', join(u16(BINDING.length + 1), BINDING)],
    ['with another cookie', join(u16(BINDING.length), patched(BINDING, 7, [0x43]))],
  ])('is not a frame %s', (_name, bytes) => {
    expect(stream(bytes)).toBe('unidentified')
  })
})
