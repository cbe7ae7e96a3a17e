import { describe, expect, it } from 'vitest'
import { helloEnd } from '../../src/evidence/tls-start.ts'
import { filler, join, patched, u16 } from '../support/octets.ts'
import { needed, stream } from './identifying.ts'

const hello = (type: number): Uint8Array =>
  join([22, 3, 1], u16(4 + 60), [type, 0, 0, 60, 3, 3], filler(32), [0], filler(25))
const record = (type: number, minor: number, length: number): Uint8Array =>
  join([type, 3, minor], u16(length), filler(20))
const V2 = join(u16(0x8000 + 9 + 6 + 16), [1, 3, 1], u16(6, 0, 16), filler(22))

describe('TLS at the beginning of a stream', () => {
  it('is a hello, which tells who opened the flow', () => {
    expect(stream(hello(1))).toBe('tls from originator')
    expect(stream(hello(2))).toBe('tls from responder')
    expect(needed(hello(1))).toBe(11)
  })

  it('is a hello in the format of SSL 2.0', () => {
    expect(stream(V2)).toBe('tls from originator')
    expect(stream(patched(V2, 3, [0, 2]))).toBe('tls from originator')
  })

  it.each([
    ['data', record(23, 3, 400)],
    ['data of SSL 3.0', record(23, 0, 24)],
    ['an alert', record(21, 1, 2)],
    ['an encrypted alert', record(21, 3, 26)],
    ['a change of cipher', record(20, 3, 1)],
  ])('is %s, without a direction', (_name, bytes) => {
    expect(stream(bytes)).toBe('tls')
  })

  it.each([
    ['another handshake message', hello(11)],
    ['a hello too short', patched(hello(1), 8, [34])],
    ['a hello too long', patched(hello(1), 6, [1])],
    ['a hello of another version', patched(hello(1), 9, [4])],
    ['a hello of a minor version to come', patched(hello(1), 10, [5])],
    ['a record of another version', patched(hello(1), 1, [2])],
    ['a record of a minor version to come', patched(hello(1), 2, [5])],
    ['an empty record', patched(hello(1), 3, [0, 0])],
    ['a record too long', patched(hello(1), 3, u16(18_433))],
    ['data too short', record(23, 3, 15)],
    ['an alert of another length', record(21, 3, 3)],
    ['a change of cipher of another length', record(20, 3, 2)],
    ['a heartbeat', record(24, 3, 40)],
    ['an old hello whose lists do not add up', patched(V2, 1, [9 + 6 + 17])],
    ['an old hello of another version', patched(V2, 3, [4])],
    ['an old hello without ciphers', patched(V2, 5, [0, 0])],
    ['an old hello with part of a cipher', patched(V2, 6, [7])],
    ['an old hello with another session', patched(V2, 8, [4])],
    ['an old hello with a short challenge', patched(V2, 10, [15])],
    ['an old hello of another type', patched(V2, 2, [4])],
  ])('is not %s', (_name, bytes) => {
    expect(stream(bytes)).toBe('unidentified')
  })
})

describe('the end of a hello', () => {
  const end = (bytes: Uint8Array): number => helloEnd(new DataView(bytes.buffer), 0)

  it('is known from its head', () => {
    expect(end(hello(1))).toBe(5 + 4 + 60)
    expect(end(patched(hello(2), 3, u16(4000)))).toBe(5 + 4 + 60)
    expect(end(patched(patched(hello(1), 3, u16(18_000)), 7, u16(16_384)))).toBe(5 + 4 + 16_384)
  })

  it.each([
    ['goes on in another record', patched(hello(1), 3, u16(4 + 59))],
    ['is longer than anybody reads', patched(patched(hello(1), 3, u16(18_000)), 7, u16(16_385))],
    ['is in the format of SSL 2.0', V2],
  ])('is not where it %s', (_name, bytes) => {
    expect(end(bytes)).toBe(0)
  })
})
