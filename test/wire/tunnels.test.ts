import { describe, expect, it } from 'vitest'
import { FRAGMENT_AROUND, FRAGMENT_MORE } from '../../src/wire/fragment.ts'
import { decodeQuoted, UNREACHABLE } from '../../src/wire/icmp.ts'
import { LINK_ETHERNET, LINK_RAW } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { filler, join, patched, u16 } from '../support/octets.ts'
import * as build from '../support/packets.ts'
import * as around from './around.ts'
import { decode } from './decoding.ts'
import { ARP, FRAME_V4, FRAME_V6, SEEN_V4, SEEN_V6, seen, V4, V6 } from './seen.ts'

/** A segment in an IP packet between the ends of a tunnel, in a frame. */
function tunnel(segment: build.Segment, fields: build.Ipv4Fields = {}): Uint8Array {
  return build.ethernet(build.ipv4(segment, { src: '192.0.2.1', dst: '192.0.2.2', ...fields }))
}

function tunnelV6(segment: build.Segment): Uint8Array {
  return build.ethernet(build.ipv6(segment, { src: '2001:db8:9::1', dst: '2001:db8:9::2' }))
}

function datagram(dstPort: number, payload: Uint8Array, fields: build.Ipv4Fields = {}): Uint8Array {
  return tunnel(build.udp({ srcPort: 60_000, dstPort, payload }), fields)
}

const outer = (protocol: number, ports: string, payload: number, length: number) => {
  const [srcPort, dstPort] = ports.split(' ')
  return `${protocol} 192.0.2.1:${srcPort} > 192.0.2.2:${dstPort} ${payload} of ${length}`
}

describe('GRE', () => {
  it.each([
    ['nothing more', {}],
    ['a checksum', { checksum: true }],
    ['a key', { key: true }],
    ['a sequence number', { sequence: true }],
    ['all three', { checksum: true, key: true, sequence: true }],
  ])('with %s holds packets and frames', (_name, fields) => {
    expect(seen(tunnel(around.gre(V4, fields)))).toBe(`${SEEN_V4} gre`)
    expect(seen(tunnelV6(around.gre(V6, fields)))).toBe(`${SEEN_V6} gre`)
    expect(seen(tunnel(around.gre(around.bridged(FRAME_V6), fields)))).toBe(`${SEEN_V6} gre`)
    expect(seen(tunnel(around.gre(around.mpls([16], V4.bytes), fields)))).toBe(`${SEEN_V4} mpls gre`)
  })

  it.each([
    ['a keepalive', around.gre({ etherType: 0, bytes: new Uint8Array(0) }), 4],
    ['PPTP', around.gre({ etherType: 0x880b, bytes: V4.bytes }, { flags: 0x3001 }), 53],
    ['routing', around.gre(V4, { flags: 0x4000 }), 53],
    ['ARP', around.gre(around.bridged(ARP)), ARP.length + 4],
    ['a protocol that is not read', around.gre({ etherType: 0x883e, bytes: V4.bytes }), 53],
  ])('with %s is a packet of the tunnel', (_name, segment, payload) => {
    expect(seen(tunnel(segment))).toBe(outer(47, '0 0', payload, payload + 20))
  })

  it('is the packet where its inside makes no sense, and says so', () => {
    const wrong = tunnel(around.gre({ ...V4, bytes: patched(V4.bytes, 0, [0x54]) }))
    expect(seen(wrong)).toBe(`${outer(47, '0 0', 53, 73)} tunnel-unreadable`)
    const cut = tunnel(around.gre(V4))
    expect(seen(cut, LINK_ETHERNET, 45)).toBe(`${outer(47, '0 0', 53, 73)} tunnel-unreadable`)
  })

  it('reads nothing behind the end of the packet around it', () => {
    const frame = tunnel(around.gre(V4), { totalLength: 24 })
    expect(seen(frame)).toBe(`${outer(47, '0 0', 4, 24)} tunnel-unreadable`)
    const six = tunnel(around.ipInside(build.ipv6(build.transport(58, filler(8)))), { totalLength: 20 })
    expect(seen(six)).toBe(`${outer(41, '0 0', 0, 20)} tunnel-unreadable`)
  })

  it('has the length of the packet inside from its own header when a short snap length cut it', () => {
    expect(seen(tunnel(around.gre(V4)), LINK_ETHERNET, 74)).toBe(`${SEEN_V4} gre`)
  })
})

describe('ERSPAN', () => {
  it('of all types holds the mirrored frame', () => {
    expect(seen(tunnel(around.erspan1(FRAME_V4)))).toBe(`${SEEN_V4} erspan`)
    expect(seen(tunnel(around.erspan2(FRAME_V6)))).toBe(`${SEEN_V6} erspan`)
    expect(seen(tunnel(around.erspan3(FRAME_V4)))).toBe(`${SEEN_V4} erspan`)
    expect(seen(tunnel(around.erspan3(FRAME_V4, { platform: true })))).toBe(`${SEEN_V4} erspan`)
    expect(seen(tunnel(around.erspan3(V4.bytes, { frameType: 2 })))).toBe(`${SEEN_V4} erspan`)
    expect(seen(tunnel(around.erspan3(V6.bytes, { frameType: 2, platform: true })))).toBe(`${SEEN_V6} erspan`)
  })

  it('of other versions and frame types is a packet of the tunnel', () => {
    const ends = '47 192.0.2.1:0 > 192.0.2.2:0'
    expect(seen(tunnel(around.erspan2(FRAME_V4, 3)))).toBe(`${ends} 79 of 99`)
    expect(seen(tunnel(around.erspan3(FRAME_V4, { frameType: 5 })))).toBe(`${ends} 83 of 103`)
  })

  it('knows the mirrored frame’s broadcast', () => {
    const mirrored = build.ethernet(V4, { broadcast: true })
    expect(decode(tunnel(around.erspan1(mirrored)), LINK_ETHERNET).packet.linkBroadcast).toBe(true)
    const wrong = build.ethernet({ ...V4, bytes: filler(40) }, { broadcast: true })
    expect(decode(tunnel(around.erspan1(wrong)), LINK_ETHERNET).packet.linkBroadcast).toBe(false)
  })
})

describe('IP in IP', () => {
  it('holds either version in either version', () => {
    expect(seen(tunnel(around.ipInside(V4)))).toBe(`${SEEN_V4} ip-in-ip`)
    expect(seen(tunnel(around.ipInside(V6)))).toBe(`${SEEN_V6} 6in4`)
    expect(seen(tunnelV6(around.ipInside(V4)))).toBe(`${SEEN_V4} ip-in-ip`)
    expect(seen(tunnelV6(around.ipInside(V6)))).toBe(`${SEEN_V6} ip-in-ip`)
  })

  it('with another version inside is a packet of the tunnel', () => {
    expect(seen(tunnel({ protocol: 4, bytes: V6.bytes }))).toBe(`${outer(4, '0 0', 57, 77)} tunnel-unreadable`)
  })
})

describe('VXLAN', () => {
  const HEADER = [8, 0, 0, 0, 0, 0, 42, 0]
  const length = FRAME_V4.length + 8

  it('holds a frame, under its port and the one before', () => {
    expect(seen(datagram(4789, around.vxlan(FRAME_V4)))).toBe(`${SEEN_V4} vxlan`)
    expect(seen(datagram(8472, around.vxlan(FRAME_V6)))).toBe(`${SEEN_V6} vxlan`)
    expect(seen(datagram(4789, around.vxlan(FRAME_V4, [0x88, 0x08, 0x12, 0x34, 0, 0, 42, 0])))).toBe(`${SEEN_V4} vxlan`)
    expect(seen(tunnelV6(build.udp({ dstPort: 4789, payload: around.vxlan(FRAME_V4) })))).toBe(`${SEEN_V4} vxlan`)
  })

  it.each([
    ['no identifier', patched(Uint8Array.from(HEADER), 0, [0])],
    ['other flags', patched(Uint8Array.from(HEADER), 0, [0x0c])],
    ['reserved bits', patched(Uint8Array.from(HEADER), 3, [1])],
    ['a reserved last octet', patched(Uint8Array.from(HEADER), 7, [1])],
  ])('with %s is another protocol on its port', (_name, header) => {
    expect(seen(datagram(4789, around.vxlan(FRAME_V4, header)))).toBe(outer(17, '60000 4789', length, length + 28))
  })

  it('on other ports, and from its port, is not looked for', () => {
    expect(seen(datagram(4790, around.vxlan(FRAME_V4)))).toBe(outer(17, '60000 4790', length, length + 28))
    const answer = tunnel(build.udp({ srcPort: 4789, dstPort: 60_000, payload: around.vxlan(FRAME_V4) }))
    expect(seen(answer)).toBe(outer(17, '4789 60000', length, length + 28))
  })

  it('with ARP inside, or nothing, is a packet of the tunnel', () => {
    expect(seen(datagram(4789, around.vxlan(ARP)))).toBe(outer(17, '60000 4789', ARP.length + 8, ARP.length + 36))
    const empty = seen(datagram(4789, around.vxlan(new Uint8Array(0))))
    expect(empty).toBe(`${outer(17, '60000 4789', 8, 36)} tunnel-unreadable`)
  })
})

describe('Geneve', () => {
  const options = join(around.geneveOption(0), around.geneveOption(2), around.geneveOption(1))

  it('holds a frame or a packet, behind its options', () => {
    expect(seen(datagram(6081, around.geneve(around.bridged(FRAME_V4))))).toBe(`${SEEN_V4} geneve`)
    expect(seen(datagram(6081, around.geneve(around.bridged(FRAME_V6), options)))).toBe(`${SEEN_V6} geneve`)
    expect(seen(datagram(6081, around.geneve(V6, options)))).toBe(`${SEEN_V6} geneve`)
  })

  const sound = around.geneve(around.bridged(FRAME_V4), options)
  it.each([
    ['another version', patched(sound, 0, [0x46])],
    ['reserved flags', patched(sound, 1, [0x01])],
    ['a message between the tunnel’s ends', patched(sound, 1, [0x80])],
    ['a reserved last octet', patched(sound, 7, [1])],
    ['no EtherType', patched(sound, 2, u16(0x0100))],
    ['options that run over their end', patched(sound, 15, [9])],
    ['options beyond the packet', patched(sound, 0, [0x3f])],
  ])('with %s is another protocol on its port', (_name, payload) => {
    expect(seen(datagram(6081, payload))).toBe(outer(17, '60000 6081', payload.length, payload.length + 28))
  })
})

describe('GTP-U', () => {
  it.each([
    ['nothing more', {}],
    ['a sequence number', { sequence: true }],
    ['extension headers', { extensions: [1, 2] }],
    ['both', { sequence: true, extensions: [1] }],
  ])('with %s holds a packet', (_name, fields) => {
    expect(seen(datagram(2152, around.gtpU(V4.bytes, fields)))).toBe(`${SEEN_V4} gtp-u`)
    expect(seen(datagram(2152, around.gtpU(V6.bytes, fields)))).toBe(`${SEEN_V6} gtp-u`)
  })

  it.each([
    ['another message', around.gtpU(V4.bytes, { messageType: 1 })],
    ['another length', around.gtpU(V4.bytes, { length: V4.bytes.length - 1 })],
    ['another version', patched(around.gtpU(V4.bytes), 0, [0x50])],
    ['no IP packet inside', around.gtpU(filler(40).fill(0x10, 0, 1))],
    ['nothing inside', around.gtpU([])],
    ['an extension of length 0', patched(around.gtpU(V4.bytes, { extensions: [1] }), 12, [0])],
    ['an extension beyond the packet', patched(around.gtpU(V4.bytes, { extensions: [1] }), 12, [200])],
    ['too many extensions', around.gtpU(V4.bytes, { extensions: new Array<number>(9).fill(1) })],
  ])('with %s is another protocol on its port', (_name, payload) => {
    expect(seen(datagram(2152, payload))).toBe(outer(17, '60000 2152', payload.length, payload.length + 28))
  })
})

describe('fragments of a tunnel', () => {
  const LONG = build.ipv4(build.tcp({ payload: filler(2000) }))
  const frame = build.ethernet(LONG)
  const payload = around.gre(around.bridged(frame)).bytes
  const part = (from: number, to: number) =>
    tunnel(
      { protocol: 47, bytes: payload.subarray(from, to) },
      { fragmentOffset: from / 8, moreFragments: to < payload.length },
    )

  it('have the packet inside with its whole length in the first', () => {
    expect(seen(part(0, 800))).toBe('6 10.0.0.20:50000 > 10.0.0.16:5061 2000 of 2040 gre')
    const { packet } = decode(part(0, 800), LINK_ETHERNET)
    expect([packet.fragment, packet.payloadEnd - packet.payload]).toEqual([FRAGMENT_AROUND, 800 - 4 - 14 - 40])
    expect([...packet.around]).toEqual([4, 47, 1, 0, 0, 0xffff, 0xc0000201 | 0, 0, 0, 0xffff, 0xc0000202 | 0])
  })

  it('are later fragments of the tunnel', () => {
    const { name, packet } = decode(part(800, 1600), LINK_ETHERNET)
    expect([name, packet.protocol, packet.payloadLength, packet.ipLength]).toEqual(['ip-later-fragment', 47, 800, 820])
    expect(packet.encapsulation).toBe(0)
  })

  it('may hold fragments', () => {
    const inside = build.ipv4(build.udp({ payload: filler(1000) }), { moreFragments: true })
    const outside = { protocol: 4, bytes: inside.bytes.subarray(0, 200) }
    const first = decode(tunnel(outside, { moreFragments: true }), LINK_ETHERNET)
    expect([first.name, first.packet.fragment]).toEqual(['ok', FRAGMENT_MORE | FRAGMENT_AROUND])
    const later = { ...outside, bytes: patched(outside.bytes, 6, u16(0x2005)) }
    const second = decode(tunnel(later, { moreFragments: true }), LINK_ETHERNET)
    expect([second.name, second.packet.fragment]).toEqual(['ip-later-fragment', FRAGMENT_MORE | FRAGMENT_AROUND | 5])
    expect(second.packet.ipLength).toBe(1028)
  })

  it('that hold nothing to be read are fragments of the tunnel’s own packet', () => {
    const { name, packet } = decode(
      tunnel(around.gre({ etherType: 0x0806, bytes: filler(36) }), { moreFragments: true }),
      LINK_ETHERNET,
    )
    expect([name, packet.protocol, packet.fragment, packet.fragmentLength]).toEqual(['ok', 47, FRAGMENT_MORE, 40])
  })

  it('of GTP-U hold less than their length says', () => {
    const long = build.udp({ srcPort: 60_000, dstPort: 2152, payload: around.gtpU(LONG.bytes) })
    const cut = { protocol: 17, bytes: long.bytes.subarray(0, 800) }
    expect(seen(tunnel(cut, { moreFragments: true }))).toBe('6 10.0.0.20:50000 > 10.0.0.16:5061 2000 of 2040 gtp-u')
    expect(seen(tunnel(cut))).toBe(outer(17, '60000 2152', 792, 820))
  })
})

describe('headers inside headers', () => {
  it('may stand in any order', () => {
    const gre = build.ipv4(around.gre(around.mpls([16], FRAME_V6)), { src: '192.0.2.3' })
    const frame = datagram(4789, around.vxlan(build.ethernet(around.ciscoMetadata(gre), { tags: [0x8100] })))
    expect(seen(frame)).toBe(`${SEEN_V6} mpls pseudowire cisco-metadata gre vxlan`)
  })

  it('are followed eight deep', () => {
    const nested = (depth: number) => {
      let packet = V4
      for (let count = 0; count < depth; count += 1) packet = build.ipv4(around.ipInside(packet))
      return seen(build.ethernet(packet))
    }
    expect([nested(8), nested(9), nested(40)]).toEqual([
      `${SEEN_V4} ip-in-ip`,
      'encapsulations-too-many',
      'encapsulations-too-many',
    ])
  })

  it('leave the innermost tunnel whose packet can be read', () => {
    const broken = build.ipv4(around.gre({ ...V4, bytes: filler(30) }), { src: '192.0.2.3', dst: '192.0.2.4' })
    const frame = datagram(4789, around.vxlan(build.ethernet(around.ciscoMetadata(broken))))
    expect(seen(frame)).toBe('47 192.0.2.3:0 > 192.0.2.4:0 34 of 54 cisco-metadata vxlan tunnel-unreadable')
  })

  it('without a tunnel leave nothing', () => {
    expect(seen(build.ethernet(around.mpls([16], patched(V4.bytes, 0, [0x44]))))).toBe('ipv4-header-length-wrong')
  })

  it('are forgotten with the next frame', () => {
    expect(seen(tunnel(around.gre(V4)))).toBe(`${SEEN_V4} gre`)
    expect(seen(FRAME_V4)).toBe(SEEN_V4)
  })

  it('in what an ICMP error quotes are the tunnel’s: it has the error', () => {
    const sent = build.ipv4(around.gre(V4), { src: '192.0.2.1', dst: '192.0.2.2' })
    const { bytes } = build.ipv4(build.icmpError(4, 3, 1, sent.bytes))
    const { packet } = decode(bytes, LINK_RAW)
    const quoted = createPacket()
    const view = new DataView(join(new Uint8Array(64), bytes).buffer)
    expect(decodeQuoted(view, packet, quoted)).toBe(UNREACHABLE)
    expect([quoted.protocol, quoted.dst3 >>> 0]).toEqual([47, 0xc0000202])
  })

  it('encrypted, stay what they are', () => {
    expect(seen(tunnel(build.transport(50, V4.bytes)))).toBe(outer(50, '0 0', 49, 69))
  })
})
