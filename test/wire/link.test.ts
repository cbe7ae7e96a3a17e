import { describe, expect, it } from 'vitest'
import { addressText } from '../../src/wire/address.ts'
import {
  LINK_ETHERNET,
  LINK_IPV4,
  LINK_IPV6,
  LINK_LINUX_SLL,
  LINK_LINUX_SLL2,
  LINK_LOOP,
  LINK_NULL,
  LINK_RAW,
  LINK_RAW_BSD,
  LINK_RAW_OPENBSD,
  linkTypeName,
} from '../../src/wire/link-type.ts'
import { filler, join, patched, u16 } from '../support/octets.ts'
import * as build from '../support/packets.ts'
import { decode, prefixNames } from './decoding.ts'

const V4 = build.ipv4(build.tcp({ payload: filler(9) }))
const V6 = build.ipv6(build.tcp({ payload: filler(9) }))

/** What a frame says, in one line. */
function seen(frame: Uint8Array, linkType: number): string {
  const { name, packet } = decode(frame, linkType)
  if (name !== 'ok') return name
  const src = addressText(packet.family, packet.src0, packet.src1, packet.src2, packet.src3)
  const dst = addressText(packet.family, packet.dst0, packet.dst1, packet.dst2, packet.dst3)
  return `${packet.protocol} ${src} ${packet.srcPort} > ${dst} ${packet.dstPort} ${packet.payloadLength} of ${packet.ipLength}`
}

const SEEN_V4 = '6 10.0.0.20 50000 > 10.0.0.16 5061 9 of 49'
const SEEN_V6 = '6 2001:db8::20 50000 > 2001:db8::16 5061 9 of 69'

const LINKS: readonly [name: string, linkType: number, around: (packet: build.IpPacket) => Uint8Array][] = [
  ['Ethernet', LINK_ETHERNET, (packet) => build.ethernet(packet)],
  ['a VLAN tag', LINK_ETHERNET, (packet) => build.ethernet(packet, { tags: [0x8100] })],
  ['QinQ', LINK_ETHERNET, (packet) => build.ethernet(packet, { tags: [0x88a8, 0x8100] })],
  ['QinQ with the old service tag', LINK_ETHERNET, (packet) => build.ethernet(packet, { tags: [0x9100, 0x8100] })],
  ['eight tags', LINK_ETHERNET, (packet) => build.ethernet(packet, { tags: new Array<number>(8).fill(0x8100) })],
  ['802.3 with SNAP', LINK_ETHERNET, (packet) => build.ethernetSnap(packet)],
  ['802.3 with SNAP of a bridge tunnel', LINK_ETHERNET, (packet) => build.ethernetSnap(packet, [0, 0, 0xf8])],
  ['Linux cooked', LINK_LINUX_SLL, (packet) => build.linuxSll(packet)],
  ['Linux cooked v2', LINK_LINUX_SLL2, (packet) => build.linuxSll2(packet)],
  ['raw IP', LINK_RAW, (packet) => packet.bytes],
  ['raw IP by its BSD number', LINK_RAW_BSD, (packet) => packet.bytes],
  ['raw IP by its OpenBSD number', LINK_RAW_OPENBSD, (packet) => packet.bytes],
]

describe('link types', () => {
  it.each(LINKS)('%s carries IPv4', (_name, linkType, around) => {
    expect(seen(around(V4), linkType)).toBe(SEEN_V4)
  })

  it.each(LINKS)('%s carries IPv6', (_name, linkType, around) => {
    expect(seen(around(V6), linkType)).toBe(SEEN_V6)
  })

  it('IPv4 and IPv6 have link types of their own', () => {
    expect(seen(V4.bytes, LINK_IPV4)).toBe(SEEN_V4)
    expect(seen(V6.bytes, LINK_IPV6)).toBe(SEEN_V6)
  })

  it('802.3 carries IPv4 by its own LLC number', () => {
    expect(seen(build.ethernetLlc(V4), LINK_ETHERNET)).toBe(SEEN_V4)
  })

  it.each([true, false])(
    'BSD null has its family in the recording machine’s byte order (little-endian: %s)',
    (little) => {
      expect(seen(build.bsdNull(V4, 2, little), LINK_NULL)).toBe(SEEN_V4)
      for (const family of [24, 28, 30]) expect(seen(build.bsdNull(V6, family, little), LINK_NULL)).toBe(SEEN_V6)
      expect(seen(build.bsdNull(V4, 16, little), LINK_NULL)).toBe('not-ip')
    },
  )

  it('BSD loopback has its family in network byte order', () => {
    expect(seen(build.bsdNull(V4, 2, false), LINK_LOOP)).toBe(SEEN_V4)
    expect(seen(build.bsdNull(V6, 24, false), LINK_LOOP)).toBe(SEEN_V6)
  })

  it('Linux cooked carries 802.2 frames', () => {
    const snap = { etherType: 4, bytes: join([0xaa, 0xaa, 3, 0, 0, 0], u16(V4.etherType), V4.bytes) }
    expect(seen(build.linuxSll(snap), LINK_LINUX_SLL)).toBe(SEEN_V4)
    expect(seen(build.linuxSll2(snap), LINK_LINUX_SLL2)).toBe(SEEN_V4)
  })

  it('Linux’s own protocol numbers are no 802.3 lengths', () => {
    for (const protocol of [1, 2, 3, 5, 0xc, 0xf5]) {
      expect(seen(build.linuxSll(V4, 0, protocol), LINK_LINUX_SLL)).toBe('not-ip')
      expect(seen(build.linuxSll2(V4, 0, protocol), LINK_LINUX_SLL2)).toBe('not-ip')
    }
  })

  it.each([
    ['ARP', 0x0806],
    ['PPPoE discovery', 0x8863],
    ['LLDP', 0x88cc],
    ['a type between lengths and types', 0x05dd],
  ])('%s is no IP packet, and no oddity', (_name, etherType) => {
    expect(seen(build.ethernet({ ...V4, etherType }), LINK_ETHERNET)).toBe('not-ip')
  })

  it('other LLC and SNAP protocols are no IP packets', () => {
    const snap = build.ethernetSnap(V4)
    expect(seen(patched(snap, 14, [0x42, 0x42, 3]), LINK_ETHERNET)).toBe('not-ip')
    expect(seen(patched(snap, 17, [0, 0, 0x0c]), LINK_ETHERNET)).toBe('not-ip')
    expect(seen(patched(snap, 20, u16(1500)), LINK_ETHERNET)).toBe('not-ip')
  })

  it('tags are not followed for ever', () => {
    const frame = build.ethernet(V4, { tags: new Array<number>(9).fill(0x8100) })
    expect(seen(frame, LINK_ETHERNET)).toBe('vlan-tags-too-many')
    expect(seen(new Uint8Array(65_535).fill(0x81), LINK_ETHERNET)).toBe('not-ip')
  })

  it('a link type that is not read is named by its number', () => {
    expect(seen(V4.bytes, 147)).toBe('link-type-unknown')
    expect([LINK_ETHERNET, LINK_LINUX_SLL2, 147].map(linkTypeName)).toEqual(['ethernet', 'linux-sll2', 'type 147'])
  })

  it('frames to all stations of a link are known', () => {
    const broadcast = (frame: Uint8Array, linkType: number) => decode(frame, linkType).packet.linkBroadcast
    expect(broadcast(build.ethernet(V4, { broadcast: true }), LINK_ETHERNET)).toBe(true)
    expect(broadcast(build.ethernet(V4), LINK_ETHERNET)).toBe(false)
    expect(broadcast(build.linuxSll(V4, 1), LINK_LINUX_SLL)).toBe(true)
    expect(broadcast(build.linuxSll(V4, 4), LINK_LINUX_SLL)).toBe(false)
    expect(broadcast(build.linuxSll2(V4, 1), LINK_LINUX_SLL2)).toBe(true)
    expect(broadcast(build.linuxSll2(V4, 0), LINK_LINUX_SLL2)).toBe(false)
    expect(broadcast(V4.bytes, LINK_RAW)).toBe(false)
  })
})

describe('a frame cut by the snap length', () => {
  it.each([
    ['Ethernet', LINK_ETHERNET, build.ethernet(V4), 14],
    ['QinQ', LINK_ETHERNET, build.ethernet(V4, { tags: [0x88a8, 0x8100] }), 22],
    ['802.3 with SNAP', LINK_ETHERNET, build.ethernetSnap(V4), 22],
    ['802.3 with LLC', LINK_ETHERNET, build.ethernetLlc(V4), 17],
    ['Linux cooked', LINK_LINUX_SLL, build.linuxSll(V4), 16],
    ['Linux cooked v2', LINK_LINUX_SLL2, build.linuxSll2(V4), 20],
    ['BSD null', LINK_NULL, build.bsdNull(V4, 2, true), 4],
    ['IPv4', LINK_IPV4, V4.bytes, 0],
  ])('%s is cut in its link header, then in IP, then in TCP, then not at all', (_name, linkType, frame, header) => {
    const ip = header + 20
    const inLink = header === 0 ? ['0-0 link-header-cut', `1-${ip - 1} ipv4-header-cut`] : undefined
    expect(prefixNames(frame, linkType)).toEqual([
      ...(inLink ?? [`0-${header - 1} link-header-cut`, `${header}-${ip - 1} ipv4-header-cut`]),
      `${ip}-${ip + 3} tcp-ports-cut`,
      `${ip + 4}-${frame.length} ok`,
    ])
  })
})
