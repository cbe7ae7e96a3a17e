import { describe, expect, it } from 'vitest'
import { tlsOffset, writeClaim } from '../../src/evidence/identify.ts'
import { NET_FRAMING } from '../../src/evidence/service.ts'
import { join, type Octets } from '../support/octets.ts'
import { stream, text, watched } from './identifying.ts'

const VERSION_AND_MODE = [0, 1, 0, 1, 2]
const ENCODING = [3, 8]
const PREAMBLE_END = [0x0c]
const SERVER_HELLO = [0x16, 3, 3, 0, 0x51, 2, 0, 0, 0x4d, 3, 3]
const CLIENT_HELLO = [0x16, 3, 3, 0, 0x51, 1, 0, 0, 0x4d, 3, 3]

/** A record with text in it. */
function record(type: number, characters: string): Uint8Array {
  const length =
    characters.length < 0x80 ? [characters.length] : [(characters.length & 0x7f) | 0x80, characters.length >> 7]
  return join([type], length, text(characters))
}

const VIA = record(2, 'net.tcp://edge01.contoso.local:50001/')
const UPGRADE = record(9, 'application/ssl-tls')
const PREAMBLE = join(VERSION_AND_MODE, VIA, ENCODING)
const LONG_VIA = record(2, `net.tcp://edge01.contoso.local/${'x'.repeat(300)}`)

describe('.NET message framing', () => {
  it('is a preamble of its initiator', () => {
    expect(stream(join(PREAMBLE, UPGRADE, CLIENT_HELLO))).toBe('net-framing from originator')
    expect(stream(join(PREAMBLE, PREAMBLE_END))).toBe('net-framing from originator')
    expect(stream(join(VERSION_AND_MODE, LONG_VIA))).toBe('net-framing from originator')
  })

  it('is an accepted upgrade with a ServerHello behind it', () => {
    expect(stream(join([0x0a], SERVER_HELLO))).toBe('net-framing from responder')
  })

  it('is a fault', () => {
    const fault = record(8, 'http://schemas.microsoft.com/ws/2006/05/framing/faults/EndpointNotFound')
    expect(stream(fault)).toBe('net-framing from responder')
  })

  it.each([
    ['another version', join([0, 2, 0, 1, 2], VIA)],
    ['a mode that does not exist', join([0, 1, 0, 1, 5], VIA)],
    ['a via of another kind', join(VERSION_AND_MODE, record(2, 'http://edge01.contoso.local/'))],
    ['another record than the via', join(VERSION_AND_MODE, ENCODING, VIA)],
    ['an accepted upgrade with a ClientHello behind it', join([0x0a], CLIENT_HELLO, [1, 2, 3])],
    ['an acknowledgement alone', [0x0b, 0x06, 0x9f, 0x01, ...text('V\x02\x0b\x01s\x04\x0b\x01a\x06')]],
    ['a fault of another kind', record(8, 'http://contoso.local/faults')],
  ])('is not %s', (_name, bytes) => {
    expect(stream(bytes)).toBe('unidentified')
  })
})

/** Where TLS begins in what one side sent, as seen from every number of bytes before it. */
function tlsIn(...parts: readonly Octets[]): readonly number[] {
  const bytes = join(...parts)
  const view = watched(bytes)
  const offsets = new Set<number>()
  for (let length = 0; length <= bytes.length; length += 1) {
    view.to = view.from + length
    const offset = tlsOffset(NET_FRAMING, view, view.from, view.to)
    offsets.add(offset < 0 ? offset : offset - view.from)
  }
  return [...offsets]
}

describe('TLS in .NET message framing', () => {
  it('begins behind the request of the initiator', () => {
    expect(tlsIn(PREAMBLE, UPGRADE, CLIENT_HELLO)).toEqual([-1, PREAMBLE.length + UPGRADE.length])
    expect(tlsIn(VERSION_AND_MODE, LONG_VIA, ENCODING, UPGRADE, CLIENT_HELLO)[1]).toBe(5 + LONG_VIA.length + 2 + 21)
    expect(tlsIn(VERSION_AND_MODE, VIA, record(4, 'text/x'), UPGRADE, CLIENT_HELLO).length).toBe(2)
  })

  it('begins behind the byte of the receiver', () => {
    expect(tlsIn([0x0a], SERVER_HELLO)).toEqual([-1, 1])
  })

  it.each([
    ['the preamble ends', join(PREAMBLE, PREAMBLE_END, UPGRADE)],
    ['the upgrade is another one', join(PREAMBLE, record(9, 'application/negotiate'))],
    ['the upgrade has a longer name', join(PREAMBLE, record(9, 'application/ssl-tls2'))],
    ['the receiver acknowledges', [0x0b, 1]],
    ['the receiver refuses', record(8, 'http://schemas.microsoft.com/ws/2006/05/framing/faults/UpgradeInvalid')],
    ['a record is unknown', join(PREAMBLE, [0x55])],
  ])('does not come where %s', (_name, bytes) => {
    expect(tlsIn(bytes)).toEqual([-1, -2])
  })

  it('is not waited for without end', () => {
    expect(tlsIn(VERSION_AND_MODE, [2, 0xff, 0xff, 0x7f], text('net.tcp://x'), new Uint8Array(4096))).toEqual([-1, -2])
  })
})

describe('a preamble claims', () => {
  function claimOf(via: string): string {
    const view = watched(join(VERSION_AND_MODE, record(2, via), ENCODING))
    const claim = new Int32Array(3)
    writeClaim(NET_FRAMING, view, view.from, view.to, claim)
    return Buffer.from(view.buffer).toString('latin1', claim[0], claim[1])
  }

  it.each([
    ['net.tcp://edge01.contoso.local:50001/', 'edge01.contoso.local'],
    ['net.tcp://edge01.contoso.local', 'edge01.contoso.local'],
    ['net.tcp://10.0.0.20:50001', '10.0.0.20'],
    ['net.tcp://[2001:db8::1]:50001/a', '[2001:db8::1]'],
    ['net.tcp:edge01', ''],
  ])('with %s the host %s', (via, host) => {
    expect(claimOf(via)).toBe(host)
  })

  it('nothing while its via is not whole', () => {
    const bytes = join(VERSION_AND_MODE, VIA)
    const view = watched(bytes)
    const claim = new Int32Array(3)
    for (let length = 0; length < bytes.length; length += 1) {
      view.to = view.from + length
      writeClaim(NET_FRAMING, view, view.from, view.to, claim)
      expect(claim[1]! - claim[0]!).toBe(0)
    }
  })
})
