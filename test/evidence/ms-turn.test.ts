import { describe, expect, it } from 'vitest'
import { filler, join, patched, u16, u32 } from '../support/octets.ts'
import { datagram, needed, stream } from './identifying.ts'

const CLIENT = join([0x16, 3, 1, 0, 0x2d, 1, 0, 0, 0x29, 3, 1], filler(32), [0, 0, 2, 0, 0x18, 1, 0])
const SERVER = join(
  [0x16, 3, 1, 0, 0x4e, 2, 0, 0, 0x46, 3, 1],
  filler(32),
  [0x20],
  filler(32),
  [0, 0x18, 0, 0x0e, 0, 0, 0],
)
const COOKIE = join(u16(0x000f, 4), u32(0x72c64bc6))
const message = (type: number): Uint8Array => join(u16(type, 16), filler(16), COOKIE, u16(0x8008, 4), u32(6))
const frame = (type: number): Uint8Array => join([2, 0], u16(message(type).length), message(type))

describe('the handshake of MS-TURN that looks like TLS', () => {
  it('is known by its fixed parts', () => {
    expect(stream(join(CLIENT, frame(0x0003)))).toBe('ms-turn from originator')
    expect(stream(join(SERVER, frame(0x0113)))).toBe('ms-turn from responder')
    expect([needed(CLIENT), needed(SERVER)]).toEqual([CLIENT.length, SERVER.length])
  })

  it.each([
    ['a ClientHello of another length', patched(CLIENT, 4, [0x2f]), 'tls from originator'],
    ['a ClientHello with another cipher suite', patched(CLIENT, 47, [0x35]), 'tls from originator'],
    ['a ClientHello with a session', patched(CLIENT, 43, [32]), 'tls from originator'],
    ['a ServerHello with another cipher suite', patched(SERVER, 77, [0x35]), 'tls from responder'],
    ['a ServerHello with a certificate behind it', patched(SERVER, 79, [0x0b]), 'tls from responder'],
    ['a ServerHello without a session', patched(SERVER, 43, [0]), 'tls from responder'],
  ])('is not %s', (_name, bytes, answer) => {
    expect(stream(bytes)).toBe(answer)
  })
})

describe('a control message of MS-TURN', () => {
  it.each([
    [0x0003, 'ms-turn from originator'],
    [0x0004, 'ms-turn from originator'],
    [0x0006, 'ms-turn from originator'],
    [0x0103, 'ms-turn from responder'],
    [0x0113, 'ms-turn from responder'],
    [0x0115, 'ms-turn from responder'],
    [0x0106, 'ms-turn from responder'],
  ])('of type %i is known in frames and datagrams', (type, answer) => {
    expect([stream(frame(type)), datagram(message(type))]).toEqual([answer, answer])
  })

  it('is known before STUN, whose cookie it may have too', () => {
    expect(datagram(patched(message(0x0003), 4, u32(0x2112a442)))).toBe('ms-turn from originator')
  })

  it('is known where the snap length cut it', () => {
    expect(datagram(message(0x0003).subarray(0, 30))).toBe('ms-turn from originator')
  })

  it.each([
    ['without its cookie', patched(message(0x0003), 27, [0xc7])],
    ['of another type', patched(message(0x0003), 0, u16(0x0007))],
    ['longer than it says', join(message(0x0003), [0])],
    ['cut before the end of its cookie', message(0x0003).subarray(0, 27)],
  ])('is not a datagram %s', (_name, bytes) => {
    expect(datagram(bytes)).toBe('unidentified')
  })

  it.each([
    ['of data', patched(frame(0x0003), 0, [3])],
    ['with its reserved byte in use', patched(frame(0x0003), 1, [1])],
    ['of another length', patched(frame(0x0003), 3, [37])],
    ['without its cookie', patched(frame(0x0003), 31, [0xc7])],
  ])('is not a frame %s', (_name, bytes) => {
    expect(stream(bytes)).toBe('unidentified')
  })
})

describe('the streams of several clients in one', () => {
  const multiplexed = join([0xff, 0x10], u16(8 + 20), filler(8), filler(20))

  it('are known by their channel and length', () => {
    expect(datagram(multiplexed)).toBe('ms-turn')
    expect(datagram(multiplexed.subarray(0, 31))).toBe('unidentified')
    expect(datagram(patched(multiplexed, 1, [0x11]))).toBe('unidentified')
  })
})
