import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePacket } from '../../src/wire/decode.ts'
import { OK } from '../../src/wire/decoded.ts'
import { decodeQuoted, NO_ERROR, PORT_UNREACHABLE, PROHIBITED, UNREACHABLE } from '../../src/wire/icmp.ts'
import { LINK_ETHERNET, LINK_RAW } from '../../src/wire/link-type.ts'
import { createPacket, type Packet } from '../../src/wire/packet.ts'
import { filler } from '../support/octets.ts'
import * as build from '../support/packets.ts'

interface Quoting {
  readonly error: number
  readonly quoted: Packet
}

/** What a frame quotes. `quoted` is what the packet before left in it. */
function quotedBy(frame: Uint8Array, linkType = LINK_RAW, quoted = createPacket(), captured = frame.length): Quoting {
  const packet = createPacket()
  const view = new DataView(frame.buffer, frame.byteOffset, captured)
  expect(decodePacket(view, linkType, 0, captured, frame.length, packet)).toBe(OK)
  return { error: decodeQuoted(view, packet, quoted), quoted }
}

const UDP_PACKET = build.ipv4(build.udp({ srcPort: 50_000, dstPort: 3478, payload: filler(100) }), {
  src: '10.0.0.16',
  dst: '10.0.0.20',
})
const TCP_PACKET = build.ipv4(build.tcp({ srcPort: 49_152, dstPort: 444, flags: build.SYN }), {
  src: '10.0.0.16',
  dst: '10.0.0.43',
})
const V6_PACKET = build.ipv6(build.udp({ srcPort: 1, dstPort: 65_535, payload: filler(8) }))

/** The error that a router sends about the packet, with the quote's first `length` bytes. */
function v4Error(code: number, quoted = UDP_PACKET, length = quoted.bytes.length, type = 3): Uint8Array {
  const error = build.icmpError(4, type, code, quoted.bytes.subarray(0, length))
  return build.ipv4(error, { src: '10.0.0.1', dst: '10.0.0.16' }).bytes
}

function v6Error(code: number, quoted = V6_PACKET, type = 1): Uint8Array {
  return build.ipv6(build.icmpError(6, type, code, quoted.bytes), { src: '2001:db8::1' }).bytes
}

describe('what an ICMP error means', () => {
  // RFC 792 and RFC 1812 section 5.2.7.1: network, host, protocol, port, ... administratively prohibited.
  it.each([
    [0, UNREACHABLE],
    [1, UNREACHABLE],
    [2, PORT_UNREACHABLE],
    [3, PORT_UNREACHABLE],
    [4, NO_ERROR],
    [5, UNREACHABLE],
    [6, UNREACHABLE],
    [7, UNREACHABLE],
    [9, PROHIBITED],
    [10, PROHIBITED],
    [11, UNREACHABLE],
    [12, UNREACHABLE],
    [13, PROHIBITED],
    [14, UNREACHABLE],
    [255, UNREACHABLE],
  ])('over IPv4, code %i', (code, meaning) => {
    expect(quotedBy(v4Error(code)).error).toBe(meaning)
  })

  // RFC 4443 section 3.1: no route, prohibited, beyond scope, address, port, source policy, reject route.
  it.each([
    [0, UNREACHABLE],
    [1, PROHIBITED],
    [2, UNREACHABLE],
    [3, UNREACHABLE],
    [4, PORT_UNREACHABLE],
    [5, PROHIBITED],
    [6, PROHIBITED],
    [7, UNREACHABLE],
  ])('over IPv6, code %i', (code, meaning) => {
    expect(quotedBy(v6Error(code)).error).toBe(meaning)
  })

  it('is graver, the greater its number is', () => {
    expect([NO_ERROR, UNREACHABLE, PORT_UNREACHABLE, PROHIBITED]).toEqual([0, 1, 2, 3])
  })

  it.each([
    ['an echo request', 8],
    ['an echo reply', 0],
    ['source quench', 4],
    ['a redirect', 5],
    ['time exceeded', 11],
    ['a parameter problem', 12],
    ['a type of the other version', 1],
  ])('%s is none', (_, type) => {
    expect(quotedBy(v4Error(0, UDP_PACKET, 48, type)).error).toBe(NO_ERROR)
  })

  it.each([
    ['packet too big', 2],
    ['time exceeded', 3],
    ['an echo request', 128],
  ])('over IPv6 %s is none', (_, type) => {
    expect(quotedBy(v6Error(0, V6_PACKET, type)).error).toBe(NO_ERROR)
  })

  it('another protocol than ICMP has none, whatever its bytes are', () => {
    const { bytes } = build.icmpError(4, 3, 3, UDP_PACKET.bytes)
    for (const protocol of [2, 58, 132]) {
      expect(quotedBy(build.ipv4(build.transport(protocol, bytes)).bytes).error).toBe(NO_ERROR)
    }
    expect(quotedBy(build.ipv4(build.udp({ payload: bytes })).bytes).error).toBe(NO_ERROR)
  })
})

describe('the quoted packet', () => {
  it('has its addresses and ports', () => {
    const { quoted } = quotedBy(v4Error(3))
    expect(quoted).toMatchObject({ family: 4, protocol: 17, srcPort: 50_000, dstPort: 3478 })
    expect([quoted.src3 >>> 0, quoted.dst3 >>> 0]).toEqual([0x0a000010, 0x0a000014])
  })

  it('of IPv6 likewise', () => {
    const { quoted } = quotedBy(v6Error(4))
    expect(quoted).toMatchObject({ family: 6, protocol: 17, srcPort: 1, dstPort: 65_535 })
    expect([quoted.src0 >>> 0, quoted.src3, quoted.dst3]).toEqual([0x20010db8, 0x20, 0x16])
  })

  it('is read behind the options of both headers, and behind the link’s header', () => {
    const inner = build.ipv4(build.udp({ srcPort: 7, dstPort: 9 }), { options: filler(12) })
    const error = build.ipv4(build.icmpError(4, 3, 3, inner.bytes), { options: filler(8) })
    expect(quotedBy(build.ethernet(error, { padding: filler(6) }), LINK_ETHERNET)).toMatchObject({
      error: PORT_UNREACHABLE,
      quoted: { srcPort: 7, dstPort: 9 },
    })
  })

  // RFC 792: the internet header and 64 bits of the data.
  it.each([
    ['UDP', UDP_PACKET, 3478],
    ['TCP', TCP_PACKET, 444],
  ])('of %s is known by its first 8 bytes', (_, packet, port) => {
    expect(quotedBy(v4Error(13, packet, 28))).toMatchObject({ error: PROHIBITED, quoted: { dstPort: port } })
  })

  it('of TCP is known however much of its header with options is there', () => {
    const syn = build.ipv4(build.tcp({ dstPort: 444, flags: build.SYN, options: filler(20) }))
    for (let length = 28; length <= 60; length += 1) {
      const { error, quoted } = quotedBy(v4Error(13, syn, length))
      expect([length, error, quoted.dstPort]).toEqual([length, PROHIBITED, 444])
    }
  })

  it('of TCP is known from a capture with a short snap length', () => {
    const syn = build.ipv4(build.tcp({ dstPort: 444, flags: build.SYN, options: filler(20) }))
    const frame = v4Error(13, syn)
    for (let captured = 20 + 8 + 24; captured <= frame.length; captured += 1) {
      const { error } = quotedBy(frame, LINK_RAW, createPacket(), captured)
      expect([captured, error]).toEqual([captured, PROHIBITED])
    }
  })

  it.each([
    ['without ports', 23],
    ['with half a header', 19],
    ['of nothing', 0],
  ])('%s is no error of any flow', (_, length) => {
    expect(quotedBy(v4Error(3, UDP_PACKET, length)).error).toBe(NO_ERROR)
  })

  it('that was not captured is none', () => {
    const frame = v4Error(3)
    for (let captured = 20; captured < 20 + 8 + 24; captured += 1) {
      expect(quotedBy(frame, LINK_RAW, createPacket(), captured).error).toBe(NO_ERROR)
    }
    expect(quotedBy(frame, LINK_RAW, createPacket(), 20 + 8 + 24).error).toBe(PORT_UNREACHABLE)
  })

  it('that is no IP packet is none', () => {
    const wrong = { etherType: 0x0800, bytes: UDP_PACKET.bytes.with(0, 0x55) }
    expect(quotedBy(v4Error(3, wrong)).error).toBe(NO_ERROR)
  })

  it('that is a later fragment has no ports, and is no error of the flow before', () => {
    const quoted = createPacket()
    quotedBy(v4Error(3), LINK_RAW, quoted)
    const later = build.ipv4(build.udp({ payload: filler(20) }), { fragmentOffset: 185 })
    expect(quotedBy(v4Error(3, later), LINK_RAW, quoted).error).toBe(NO_ERROR)
  })

  it('that is a first fragment has its ports', () => {
    const first = build.ipv4(build.udp({ srcPort: 88, dstPort: 89, length: 3000, payload: filler(20) }), {
      moreFragments: true,
    })
    expect(quotedBy(v4Error(3, first))).toMatchObject({ error: PORT_UNREACHABLE, quoted: { srcPort: 88, dstPort: 89 } })
  })

  it('longer than the quote is bounded by what is there', () => {
    const { quoted } = quotedBy(v4Error(3, UDP_PACKET, 40))
    expect(quoted.payloadEnd - quoted.payload).toBe(12)
  })

  it('whatever its bytes are, it is read without an exception and nothing beyond it is', () => {
    const octets = fc.uint8Array({ maxLength: 80 })
    fc.assert(
      fc.property(octets, fc.constantFrom<4 | 6>(4, 6), fc.integer({ min: 0, max: 15 }), (bytes, version, code) => {
        const error = build.icmpError(version, version === 4 ? 3 : 1, code, bytes)
        const frame = (version === 4 ? build.ipv4(error) : build.ipv6(error)).bytes
        const { error: meaning, quoted } = quotedBy(frame)
        if (meaning !== NO_ERROR) expect(quoted.payloadEnd).toBeLessThanOrEqual(frame.length)
      }),
      { numRuns: 300 },
    )
  })
})
