import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePacket } from '../../src/wire/decode.ts'
import { FRAGMENT_MORE } from '../../src/wire/fragment.ts'
import { LINK_ETHERNET, LINK_RAW } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { filler, join, patched, u16 } from '../support/octets.ts'
import * as build from '../support/packets.ts'
import { decode, decodeBetween, prefixNames } from './decoding.ts'

const PAYLOAD = filler(100)
const SEGMENT = build.tcp({ payload: PAYLOAD, flags: build.ACK | build.PSH })

/** The payload as it was captured. */
function captured({ packet }: { packet: { payload: number; payloadEnd: number } }): number {
  return Math.max(0, packet.payloadEnd - packet.payload)
}

describe('IPv4', () => {
  it('is followed through its options', () => {
    const { name, packet } = decode(build.ipv4(SEGMENT, { options: filler(40) }).bytes, LINK_RAW)
    expect([name, packet.payloadLength, packet.ipLength, packet.dstPort]).toEqual(['ok', 100, 180, 5061])
  })

  it('has what the frame holds when its total length is 0, as large send offload leaves it', () => {
    const large = build.tcp({ payload: new Uint8Array(64_000) })
    const { name, packet } = decode(build.ethernet(build.ipv4(large, { totalLength: 0 })), LINK_ETHERNET)
    expect([name, packet.payloadLength, packet.ipLength]).toEqual(['ok', 64_000, 64_040])
  })

  it('counts a total length of 0 from the original length when the snap length cut the frame', () => {
    const frame = build.ethernet(build.ipv4(SEGMENT, { totalLength: 0 }))
    const cut = decode(frame, LINK_ETHERNET, 60)
    expect([cut.packet.payloadLength, cut.packet.ipLength, captured(cut)]).toEqual([100, 140, 6])
  })

  it.each([
    ['a header of less than 20 bytes', { headerWords: 4 }, 'ipv4-header-length-wrong'],
    ['a total length shorter than the header', { totalLength: 19 }, 'ipv4-total-length-wrong'],
    ['another version', { version: 5 }, 'ip-version-wrong'],
    ['a header longer than the packet', { headerWords: 15, totalLength: 40 }, 'ipv4-total-length-wrong'],
  ] as const)('with %s is not read', (_name, fields, expected) => {
    expect(decode(build.ethernet(build.ipv4(SEGMENT, fields)), LINK_ETHERNET).name).toBe(expected)
  })

  it('with a total length beyond the frame has what the frame holds', () => {
    const { name, packet } = decode(build.ethernet(build.ipv4(SEGMENT, { totalLength: 65_535 })), LINK_ETHERNET)
    expect([name, packet.ipLength, packet.payloadLength]).toEqual(['ok', 140, 100])
  })

  it('has ports in the first fragment, which says so', () => {
    const { name, packet } = decode(build.ipv4(SEGMENT, { moreFragments: true }).bytes, LINK_RAW)
    expect([name, packet.dstPort, packet.payloadLength, packet.ipLength]).toEqual(['ok', 5061, 100, 140])
    expect([packet.fragment, packet.fragmentLength, packet.identification]).toEqual([FRAGMENT_MORE, 120, 1])
  })

  it('has all but ports in a later fragment', () => {
    const bytes = build.ipv4(SEGMENT, { fragmentOffset: 185, moreFragments: true }).bytes
    const { name, packet } = decode(patched(bytes, 4, u16(0xbeef)), LINK_RAW)
    expect(name).toBe('ip-later-fragment')
    expect(packet).toMatchObject({ family: 4, protocol: 6, src3: 0x0a000014, dst3: 0x0a000010, srcPort: 0, dstPort: 0 })
    expect(packet).toMatchObject({ ipLength: 140, payloadLength: 120, tcpFlags: 0, checksum: 0 })
    expect([packet.fragment, packet.fragmentLength]).toEqual([FRAGMENT_MORE | 185, 120])
    expect(packet.identification).toBe(0xbeef)
  })

  it('that may not be fragmented, and the packet after a fragment, are whole', () => {
    const packet = createPacket()
    const into = (bytes: Uint8Array) => {
      decodePacket(new DataView(bytes.buffer), LINK_RAW, 0, bytes.length, bytes.length, packet)
      return packet.fragment
    }
    const whole = build.ipv4(SEGMENT).bytes
    expect(into(build.ipv4(SEGMENT, { moreFragments: true }).bytes)).not.toBe(0)
    expect(into(patched(whole, 6, [0x40]))).toBe(0)
    expect(into(build.ipv6(SEGMENT, { extensions: [build.fragmentHeader(0, true)] }).bytes)).not.toBe(0)
    expect(into(build.ipv6(SEGMENT).bytes)).toBe(0)
  })

  it('carries protocols without ports', () => {
    const { name, packet } = decode(build.ipv4(build.transport(1, filler(64))).bytes, LINK_RAW)
    expect([name, packet.protocol, packet.srcPort, packet.dstPort]).toEqual(['ok', 1, 0, 0])
    expect([packet.payloadLength, packet.ipLength, packet.tcpFlags]).toEqual([64, 84, 0])
  })
})

describe('IPv6', () => {
  const { HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS, AUTHENTICATION, extension, fragmentHeader } = build
  const chain = [
    extension(HOP_BY_HOP),
    extension(ROUTING, 3),
    fragmentHeader(0, true),
    extension(AUTHENTICATION, 4),
    extension(DESTINATION_OPTIONS, 1),
  ]

  it('is followed through its extension headers, whose bytes are no payload', () => {
    const { name, packet } = decode(build.ipv6(SEGMENT, { extensions: chain }).bytes, LINK_RAW)
    const extensions = 8 + 32 + 8 + 24 + 16
    expect([name, packet.protocol, packet.dstPort]).toEqual(['ok', 6, 5061])
    expect([packet.payloadLength, packet.ipLength]).toEqual([100, 40 + extensions + 120])
  })

  it('is named by the header that the snap length cut', () => {
    const frame = build.ipv6(build.udp({ payload: PAYLOAD }), { extensions: [extension(HOP_BY_HOP, 1)] }).bytes
    expect(prefixNames(frame, LINK_RAW)).toEqual([
      '0-0 link-header-cut',
      '1-39 ipv6-header-cut',
      '40-47 ipv6-extension-cut',
      '48-59 udp-ports-cut',
      '60-164 ok',
    ])
  })

  it('is read through sixteen extension headers and no further', () => {
    const many = (count: number) => new Array<build.Extension>(count).fill(extension(DESTINATION_OPTIONS))
    const name = (count: number) => decode(build.ipv6(SEGMENT, { extensions: many(count) }).bytes, LINK_RAW).name
    expect([name(16), name(17), name(5000)]).toEqual(['ok', 'ipv6-extensions-too-many', 'ipv6-extensions-too-many'])
  })

  it('ends where an extension header runs over the end of the packet', () => {
    const bytes = build.ipv6(SEGMENT, { extensions: [extension(HOP_BY_HOP)] }).bytes
    expect(decode(patched(bytes, 41, [255]), LINK_RAW).name).toBe('ipv6-extension-cut')
  })

  it('has ports in the first fragment, which says so', () => {
    const extensions = [extension(DESTINATION_OPTIONS), fragmentHeader(0, true)]
    const { name, packet } = decode(build.ipv6(SEGMENT, { extensions }).bytes, LINK_RAW)
    expect([name, packet.dstPort, packet.payloadLength]).toEqual(['ok', 5061, 100])
    expect([packet.fragment, packet.fragmentLength, packet.identification]).toEqual([FRAGMENT_MORE, 120, 1])
  })

  it('has all but ports in a later fragment', () => {
    const bytes = build.ipv6(SEGMENT, { extensions: [fragmentHeader(181, false)] }).bytes
    const { name, packet } = decode(patched(bytes, 44, u16(0x8000, 7)), LINK_RAW)
    expect(name).toBe('ip-later-fragment')
    expect(packet).toMatchObject({ family: 6, protocol: 6, srcPort: 0, dstPort: 0, ipLength: 168, payloadLength: 120 })
    expect([packet.fragment, packet.fragmentLength, packet.identification >>> 0]).toEqual([181, 120, 0x80000007])
  })

  it('is not followed into a later fragment', () => {
    const extensions = [fragmentHeader(1, false), extension(DESTINATION_OPTIONS)]
    const { name, packet } = decode(build.ipv6(SEGMENT, { extensions }).bytes, LINK_RAW)
    expect([name, packet.protocol, packet.payloadLength]).toEqual(['ip-later-fragment', DESTINATION_OPTIONS, 128])
  })

  it('is whole in an atomic fragment', () => {
    const { name, packet } = decode(build.ipv6(SEGMENT, { extensions: [fragmentHeader(0, false)] }).bytes, LINK_RAW)
    expect([name, packet.dstPort, packet.payloadLength, packet.fragment]).toEqual(['ok', 5061, 100, 0])
  })

  it('has what the frame holds when its payload length is 0', () => {
    const { packet } = decode(build.ethernet(build.ipv6(SEGMENT, { payloadLength: 0 })), LINK_ETHERNET)
    expect([packet.payloadLength, packet.ipLength]).toEqual([100, 160])
  })

  it('is longer than its length field can say where an adapter segments it', () => {
    const large = build.tcp({ payload: new Uint8Array(180_000) })
    const { packet } = decode(build.ethernet(build.ipv6(large, { payloadLength: 0 })), LINK_ETHERNET)
    expect([packet.payloadLength, packet.ipLength]).toEqual([180_000, 180_060])
    const jumbo = build.ipv6(large, { payloadLength: 0, extensions: [extension(HOP_BY_HOP)] })
    const cut = decode(build.ethernet(jumbo), LINK_ETHERNET, 96)
    expect([cut.name, cut.packet.payloadLength, cut.packet.ipLength]).toEqual(['ok', 180_000, 180_068])
    const four = decode(build.ethernet(build.ipv4(large, { totalLength: 0 })), LINK_ETHERNET)
    expect([four.packet.payloadLength, four.packet.ipLength]).toEqual([180_000, 180_040])
  })

  it('with another version is not read', () => {
    expect(decode(build.ethernet(build.ipv6(SEGMENT, { version: 4 })), LINK_ETHERNET).name).toBe('ip-version-wrong')
    expect(decode(filler(60).fill(0x50, 0, 1), LINK_RAW).name).toBe('ip-version-wrong')
  })
})

describe('Ethernet padding is never payload', () => {
  const padded = (packet: build.IpPacket) =>
    decode(
      build.ethernet(packet, { padding: new Uint8Array(46 - Math.min(46, packet.bytes.length) + 4) }),
      LINK_ETHERNET,
    )

  it.each([
    ['an IPv4 segment without data', build.ipv4(build.tcp()), 0],
    ['an IPv4 datagram of one byte', build.ipv4(build.udp({ payload: [1] })), 1],
    ['an IPv6 segment without data', build.ipv6(build.tcp()), 0],
    ['an IPv6 packet with no next header and no payload', build.ipv6(build.transport(59, [])), 0],
    ['an IPv4 packet of a protocol without ports', build.ipv4(build.transport(2, filler(8))), 8],
  ])('behind %s', (_name, packet, length) => {
    const decoded = padded(packet)
    expect([decoded.name, decoded.packet.payloadLength, captured(decoded)]).toEqual(['ok', length, length])
    expect(decoded.packet.ipLength).toBe(packet.bytes.length)
  })

  it('behind a datagram shorter than its IP packet', () => {
    const packet = build.ipv4({ protocol: 17, bytes: join(build.udp({ payload: filler(5) }).bytes, filler(20)) })
    const decoded = decode(packet.bytes, LINK_RAW)
    expect([decoded.packet.payloadLength, captured(decoded), decoded.packet.ipLength]).toEqual([5, 5, 53])
  })
})

describe('whatever the bytes', () => {
  const FRAMES = [
    build.ethernet(build.ipv4(SEGMENT, { options: filler(8) }), { tags: [0x8100] }),
    build.ethernet(build.ipv6(build.udp({ payload: PAYLOAD }), { extensions: [build.extension(build.ROUTING, 1)] })),
    build.ethernetSnap(build.ipv4(SEGMENT)),
  ]

  it('nothing outside the captured bytes is read, and payload stays inside them', () => {
    const changes = fc.array(fc.tuple(fc.nat(90), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
    fc.assert(
      fc.property(fc.constantFrom(...FRAMES), changes, fc.nat(250), (frame, edits, length) => {
        const changed = edits.reduce((bytes, [at, value]) => patched(bytes, at, [value]), frame)
        const captured = Math.min(length, changed.length)
        const one = decodeBetween(changed, LINK_ETHERNET, captured, 0)
        const other = decodeBetween(changed, LINK_ETHERNET, captured, 0xff)
        expect(other.name).toBe(one.name)
        if (one.name !== 'ok') return
        expect(other.packet).toEqual(one.packet)
        expect(one.packet.payloadEnd).toBeLessThanOrEqual(64 + captured)
        expect(one.packet.payloadLength).toBeGreaterThanOrEqual(0)
        expect(one.packet.payloadLength).toBeLessThanOrEqual(one.packet.ipLength)
        expect(one.packet.ipLength).toBeLessThanOrEqual(changed.length)
      }),
      { numRuns: 3000 },
    )
  })

  it('random bytes of every link type decode to a named result', () => {
    const linkTypes = fc.constantFrom(0, 1, 12, 14, 101, 108, 113, 228, 229, 276, 9)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), linkTypes, (bytes, linkType) => {
        expect(decodeBetween(bytes, linkType, bytes.length, 0).name).toBe(
          decodeBetween(bytes, linkType, bytes.length, 0xff).name,
        )
      }),
      { numRuns: 3000 },
    )
  })
})

it('a frame with more captured than original bytes is read as captured', () => {
  const frame = build.ethernet(build.ipv4(SEGMENT))
  const longer = join(frame, u16(0))
  expect(decode(longer, LINK_ETHERNET).packet.payloadLength).toBe(100)
})
