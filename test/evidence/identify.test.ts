import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UNDECIDED } from '../../src/evidence/identified.ts'
import { identifyDatagram, identifyStream, MOST_BYTES, tlsOffset, writeClaim } from '../../src/evidence/identify.ts'
import { HTTP, RTP, SIP, UNIDENTIFIED } from '../../src/evidence/service.ts'
import { join, u16 } from '../support/octets.ts'
import { datagram, stream, text, watched } from './identifying.ts'

/** The random bytes are the same in every run: one in millions of them is right by chance. */
const RANDOM = { seed: 5061, numRuns: 4000 }
const noise = fc.uint8Array({ minLength: 1, maxLength: 300 })

describe('identifying', () => {
  it('takes random bytes for no protocol', () => {
    fc.assert(
      fc.property(noise, (bytes) => {
        const view = watched(bytes)
        expect([UNIDENTIFIED, UNDECIDED]).toContain(identifyStream(view, view.from, view.to))
        expect([UNIDENTIFIED, UNDECIDED]).toContain(identifyDatagram(view, view.from, view.to))
      }),
      RANDOM,
    )
  })

  it('answers at the limit, and nothing behind it counts', () => {
    const endless = join(text("<?xml version='1.0'?>"), new Uint8Array(MOST_BYTES).fill(0x20))
    expect(stream(endless.subarray(0, MOST_BYTES - 1))).toBe('undecided')
    expect(stream(endless.subarray(0, MOST_BYTES))).toBe('unidentified')
    const late = join(endless.subarray(0, MOST_BYTES), text("<stream:stream xmlns='jabber:server'>"))
    expect(stream(late)).toBe('unidentified')
  })

  it('asks the others where one could not tell by the limit', () => {
    const calm = join(
      ...Array.from({ length: 2100 }, () => text('\r\n')),
      text('OPTIONS sip:dir01.contoso.local SIP/2.0'),
    )
    expect(stream(calm)).toBe('unidentified')
  })

  it('is undecided of nothing', () => {
    expect(stream([])).toBe('undecided')
    expect(datagram([])).toBe('undecided')
    expect(datagram([0, 0, 0, 0])).toBe('undecided')
  })

  it.each([
    ['QUIC', join([0xc3, 0, 0, 0, 1, 8], new Uint8Array(1194).fill(0x5a))],
    ['DTLS', join([0x16, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0], u16(100), [1], new Uint8Array(99))],
    ['address configuration', join([1, 1, 6, 0, 0x39, 3, 0xf3, 0x26], new Uint8Array(292))],
    ['a log line', text('<34>Oct 11 22:14:15 dir01 su: failed for kim')],
  ])('takes a datagram of %s for nothing else', (_name, bytes) => {
    expect(datagram(bytes)).toBe('unidentified')
  })

  it.each([
    ['mail', text('220 edge01.contoso.local ESMTP\r\n')],
    ['a mail client', text('EHLO dir01.contoso.local\r\n')],
    ['remote procedure calls of another kind', join([0x80, 0, 0, 0x28], new Uint8Array(40))],
    ['the channel of a media relay', join([0x40, 0, 0, 0x20], new Uint8Array(40))],
    ['a database of another kind', join([0x4a, 0, 0, 0, 0x0a], text('8.0.32'), new Uint8Array(64))],
  ])('takes a stream of %s for nothing', (_name, bytes) => {
    expect(stream(bytes)).toBe('unidentified')
  })
})

describe('other services', () => {
  it('have no TLS behind them and claim nothing', () => {
    const view = watched(text('OPTIONS sip:dir01.contoso.local SIP/2.0\r\nHost: x\r\n'))
    const claim = Int32Array.of(7, 9, 3)
    writeClaim(SIP, view, view.from, view.to, claim)
    expect([...claim]).toEqual([view.from, view.from, 0])
    expect([tlsOffset(RTP, view, view.from, view.to), tlsOffset(HTTP, view, view.from, view.to)]).toEqual([-2, -2])
  })
})
