import { describe, expect, it } from 'vitest'
import { continuesRtp, looksLikeRtp, rtpSequence, rtpSource } from '../../src/evidence/rtp.ts'
import { filler, join, patched, u16, u32 } from '../support/octets.ts'
import { datagram, stream, watched } from './identifying.ts'

const SOURCE = 0xc0ffee01
const packet = (sequence: number, type = 114): Uint8Array =>
  join([0x80, type], u16(sequence), u32(160 * sequence, SOURCE), filler(40))
const report = (type: number, words: number): Uint8Array =>
  join([0x81, type], u16(words), u32(SOURCE), filler(words * 4 - 4))
const framed = (bytes: Uint8Array): Uint8Array => join(u16(bytes.length), bytes)

function looks(bytes: Uint8Array): boolean {
  const view = watched(bytes)
  return looksLikeRtp(view, view.from, view.to)
}

/** Whether the second packet goes on after the first. */
function continues(first: Uint8Array, second: Uint8Array): boolean {
  const before = watched(first)
  const view = watched(second)
  return continuesRtp(view, view.from, view.to, rtpSource(before, before.from), rtpSequence(before, before.from))
}

describe('one packet', () => {
  it('of RTP may be RTP, which is not decided yet', () => {
    expect(looks(packet(7))).toBe(true)
    expect(datagram(packet(7))).toBe('undecided')
  })

  it('has its source and sequence number read', () => {
    const view = watched(packet(65_535))
    expect([rtpSource(view, view.from) >>> 0, rtpSequence(view, view.from)]).toEqual([SOURCE, 65_535])
    const control = watched(report(200, 6))
    expect([rtpSource(control, control.from) >>> 0, rtpSequence(control, control.from)]).toEqual([SOURCE, -1])
  })

  it.each([
    ['of another version', patched(packet(7), 0, [0x40])],
    ['of a payload type that is in no use', packet(7, 50)],
    ['shorter than its header', packet(7).subarray(0, 11)],
    ['shorter than its contributors', patched(packet(7), 0, [0x8f]).subarray(0, 71)],
    ['shorter than its extension', patched(packet(7), 0, [0x90]).subarray(0, 15)],
    ['of a report longer than itself', report(201, 7).subarray(0, 31)],
  ])('%s is not RTP', (_name, bytes) => {
    expect(looks(bytes)).toBe(false)
    expect(datagram(bytes)).toBe('unidentified')
  })

  it('of several reports that fill it is RTP', () => {
    expect(datagram(join(report(200, 6), report(202, 5)))).toBe('rtp')
    expect(datagram(join(report(201, 1), report(203, 1), report(207, 3)))).toBe('rtp')
  })

  it('of one report, of encrypted ones, or with another first is not decided yet', () => {
    expect(datagram(report(200, 6))).toBe('undecided')
    expect(datagram(join(report(200, 6), filler(14)))).toBe('undecided')
    expect(datagram(join(report(202, 5), report(200, 6)))).toBe('undecided')
  })
})

describe('a second packet', () => {
  it.each([
    ['with the next sequence number', packet(8), true],
    ['after a loss', packet(3007), true],
    ['after too long a loss', packet(3008), false],
    ['with the same sequence number', packet(7), false],
    ['with the one before', packet(6), false],
    ['of another source', patched(packet(8), 11, [2]), false],
    ['of another version', patched(packet(8), 0, [0]), false],
    ['of control', report(201, 7), true],
    ['of control of another source', patched(report(201, 7), 7, [2]), false],
  ])('%s', (_name, second, goesOn) => {
    expect(continues(packet(7), second)).toBe(goesOn)
  })

  it('may have a sequence number that began again', () => {
    expect(continues(packet(65_535), packet(0))).toBe(true)
  })

  it('confirms control by its source alone', () => {
    expect(continues(report(200, 6), packet(1))).toBe(true)
    expect(continues(report(200, 6), report(200, 6))).toBe(true)
    expect(continues(report(200, 6), patched(packet(1), 8, [0]))).toBe(false)
  })
})

describe('RTP in a stream', () => {
  it('is two frames, the second of which goes on', () => {
    expect(stream(join(framed(packet(7)), framed(packet(8))))).toBe('rtp')
    expect(stream(join(framed(packet(7)), framed(packet(8)).subarray(0, 14)))).toBe('rtp')
    expect(stream(join(framed(report(200, 6)), framed(packet(8))))).toBe('rtp')
    expect(stream(join(framed(packet(7)), framed(report(201, 1))))).toBe('rtp')
  })

  it('takes the second frame', () => {
    expect(stream(join(framed(packet(7)), framed(packet(8)).subarray(0, 13)))).toBe('undecided')
  })

  it.each([
    ['that does not go on', join(framed(packet(7)), framed(packet(7)))],
    ['of another version', join(framed(packet(7)), framed(patched(packet(8), 0, [0])))],
    ['too short', join(framed(packet(7)), framed(packet(8).subarray(0, 7)))],
    ['too long', join(framed(packet(7)), u16(2001), packet(8))],
  ])('is not a second frame %s', (_name, bytes) => {
    expect(stream(bytes)).toBe('unidentified')
  })

  it.each([
    ['too long', join(u16(2001), packet(7))],
    ['too short', join(u16(7), packet(7))],
    ['of a payload type that is in no use', framed(packet(7, 50))],
    ['of another version', framed(patched(packet(7), 0, [0x40]))],
    ['shorter than its header', join(framed(packet(7).subarray(0, 11)), filler(20))],
  ])('is not a first frame %s', (_name, bytes) => {
    expect(stream(bytes)).toBe('unidentified')
  })
})
