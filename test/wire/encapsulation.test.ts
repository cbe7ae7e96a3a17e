import { describe, expect, it } from 'vitest'
import {
  LINK_CISCO_HDLC,
  LINK_FDDI,
  LINK_LINUX_SLL,
  LINK_NFLOG,
  LINK_PPP,
  LINK_PPP_HDLC,
  linkTypeName,
} from '../../src/wire/link-type.ts'
import { filler, join, patched } from '../support/octets.ts'
import * as build from '../support/packets.ts'
import * as around from './around.ts'
import { decode } from './decoding.ts'
import { ARP, FRAME_V4, FRAME_V6, SEEN_V4, SEEN_V6, seen, V4, V6 } from './seen.ts'

describe('MPLS', () => {
  it.each([
    ['IPv4', around.mpls([16], V4.bytes), `${SEEN_V4} mpls`],
    ['IPv6 under a stack', around.mpls([100, 200, 300], V6.bytes), `${SEEN_V6} mpls`],
    ['multicast labels', around.mpls([16], V4.bytes, 0x8848), `${SEEN_V4} mpls`],
    ['sixteen labels', around.mpls(new Array<number>(16).fill(17), V4.bytes), `${SEEN_V4} mpls`],
    ['a pseudowire', around.mpls([16], FRAME_V4), `${SEEN_V4} mpls pseudowire`],
    ['a pseudowire of a tagged frame', around.mpls([16], FRAME_V6), `${SEEN_V6} mpls pseudowire`],
    ['a control word', around.mpls([16], join(around.CONTROL_WORD, FRAME_V4)), `${SEEN_V4} mpls pseudowire`],
    ['a pseudowire to an address that begins like IPv4', pseudowireTo(0x46), `${SEEN_V4} mpls pseudowire`],
    ['a pseudowire to an address that begins like IPv6', pseudowireTo(0x66), `${SEEN_V4} mpls pseudowire`],
  ])('is followed to %s', (_name, content, expected) => {
    expect(seen(build.ethernet(content))).toBe(expected)
  })

  it('under other link layers is followed too', () => {
    expect(seen(build.linuxSll(around.mpls([16], V4.bytes)), LINK_LINUX_SLL)).toBe(`${SEEN_V4} mpls`)
  })

  it.each([
    ['too many labels', around.mpls(new Array<number>(17).fill(17), V4.bytes), 'mpls-labels-too-many'],
    ['labels without end', { etherType: 0x8847, bytes: new Uint8Array(1000) }, 'mpls-labels-too-many'],
    ['an associated channel', around.mpls([13], filler(40).fill(0x10, 0, 1)), 'not-ip'],
    ['a pseudowire of something else', around.mpls([16], join(around.CONTROL_WORD, ARP)), 'not-ip'],
    ['nothing', around.mpls([16], []), 'link-header-cut'],
  ])('with %s is no packet', (_name, content, expected) => {
    expect(seen(build.ethernet(content))).toBe(expected)
  })
})

/** The third and fourth octet are an impossible length of an IP packet. */
function pseudowireTo(first: number): around.Content {
  return around.mpls([16], patched(FRAME_V4, 0, [first, 0x15, 0xff, 0xff, 0xff, 0xff]))
}

describe('PPPoE', () => {
  it('holds IP packets and MPLS', () => {
    expect(seen(build.ethernet(around.pppoe(0x0021, V4.bytes)))).toBe(`${SEEN_V4} pppoe`)
    expect(seen(build.ethernet(around.pppoe(0x0057, V6.bytes), { tags: [0x88a8, 0x8100] }))).toBe(`${SEEN_V6} pppoe`)
    expect(seen(build.ethernet(around.pppoe(0x0281, around.mpls([16], V4.bytes).bytes)))).toBe(`${SEEN_V4} mpls pppoe`)
  })

  it('ends where its length says', () => {
    const zeroLength = build.ipv4(build.udp({ length: 0, payload: filler(9) }), { totalLength: 0 })
    const frame = build.ethernet(around.pppoe(0x0021, zeroLength.bytes), { padding: filler(10) })
    expect(seen(frame)).toBe('17 10.0.0.20:50000 > 10.0.0.16:3478 9 of 37 pppoe')
    expect(seen(build.ethernet(around.pppoe(0x0021, V4.bytes, { length: 5 })))).toBe('ipv4-header-cut')
    expect(seen(build.ethernet(around.pppoe(0x0021, V4.bytes, { length: 0 })))).toBe('link-header-cut')
  })

  it('of discovery, and of control protocols, is no IP packet', () => {
    expect(seen(build.ethernet({ ...around.pppoe(0x0021, V4.bytes), etherType: 0x8863 }))).toBe('not-ip')
    expect(seen(build.ethernet(around.pppoe(0x0021, V4.bytes, { code: 9 })))).toBe('not-ip')
    expect(seen(build.ethernet(around.pppoe(0xc021, V4.bytes)))).toBe('not-ip')
  })
})

it('Cisco metadata stands between Ethernet and the packet', () => {
  expect(seen(build.ethernet(around.ciscoMetadata(V4)))).toBe(`${SEEN_V4} cisco-metadata`)
  expect(seen(build.ethernet(around.ciscoMetadata(V6), { tags: [0x8100] }))).toBe(`${SEEN_V6} cisco-metadata`)
  expect(seen(build.ethernet(around.ciscoMetadata({ etherType: 0x0806, bytes: ARP })))).toBe('not-ip')
  expect(seen(build.ethernet(around.ciscoMetadata({ etherType: 100, bytes: ARP })))).toBe('not-ip')
})

describe('link types of wide-area links, FDDI and netfilter', () => {
  const hdlc = (protocol: readonly number[]) => join(protocol, V4.bytes)

  it.each([LINK_PPP, LINK_PPP_HDLC])('PPP comes with and without framing, under link type %i', (linkType) => {
    expect(seen(hdlc([0xff, 0x03, 0x00, 0x21]), linkType)).toBe(SEEN_V4)
    expect(seen(hdlc([0xff, 0x03, 0x21]), linkType)).toBe(SEEN_V4)
    expect(seen(hdlc([0x00, 0x21]), linkType)).toBe(SEEN_V4)
    expect(seen(hdlc([0x21]), linkType)).toBe(SEEN_V4)
    expect(seen(join([0x57], V6.bytes), linkType)).toBe(SEEN_V6)
    expect(seen(hdlc([0x0f, 0x00, 0x08, 0x00]), linkType)).toBe(SEEN_V4)
    expect(seen(hdlc([0xff, 0x03, 0xc0, 0x21]), linkType)).toBe('not-ip')
    expect(seen(join([0x02, 0x83], around.mpls([16], V4.bytes).bytes), linkType)).toBe(`${SEEN_V4} mpls`)
  })

  it('Cisco HDLC names packets by their EtherType', () => {
    expect(seen(around.ciscoHdlc(V4), LINK_CISCO_HDLC)).toBe(SEEN_V4)
    expect(seen(around.ciscoHdlc(V6), LINK_CISCO_HDLC)).toBe(SEEN_V6)
    expect(seen(around.ciscoHdlc(around.mpls([16], V4.bytes)), LINK_CISCO_HDLC)).toBe(`${SEEN_V4} mpls`)
    expect(seen(around.ciscoHdlc({ etherType: 0x8035, bytes: filler(14) }), LINK_CISCO_HDLC)).toBe('not-ip')
    expect(seen(around.ciscoHdlc({ etherType: 40, bytes: filler(14) }), LINK_CISCO_HDLC)).toBe('not-ip')
  })

  it('FDDI carries LLC', () => {
    expect(seen(around.fddi(V4), LINK_FDDI)).toBe(SEEN_V4)
    expect(seen(around.fddi(V6, { control: 0xd4 }), LINK_FDDI)).toBe(SEEN_V6)
    expect(seen(around.fddi(V4, { control: 0x41 }), LINK_FDDI)).toBe('not-ip')
    expect(decode(around.fddi(V4, { broadcast: true }), LINK_FDDI).packet.linkBroadcast).toBe(true)
    expect(decode(around.fddi(V4), LINK_FDDI).packet.linkBroadcast).toBe(false)
  })

  it.each([true, false])('netfilter’s log has values in either byte order (little-endian: %s)', (little) => {
    const padded = join(V4.bytes, [0, 0])
    expect(seen(around.nflog(V4.bytes, little), LINK_NFLOG)).toBe(SEEN_V4)
    expect(seen(around.nflog(padded, little), LINK_NFLOG)).toBe(SEEN_V4)
    expect(seen(around.nflog(V6.bytes, little, 10), LINK_NFLOG)).toBe(SEEN_V6)
    expect(seen(around.nflog(V6.bytes, little, 7), LINK_NFLOG)).toBe('not-ip')
  })

  it('netfilter’s log without a packet is no IP packet, and with values that make no sense is cut', () => {
    const log = around.nflog([] as never, true)
    expect(seen(log.subarray(0, 32), LINK_NFLOG)).toBe('not-ip')
    expect(seen(log, LINK_NFLOG, 34)).toBe('link-header-cut')
    expect(seen(patched(log, 4, [3]), LINK_NFLOG)).toBe('link-header-cut')
    expect(seen(patched(log, 1, [1]), LINK_NFLOG)).toBe('not-ip')
    const values = new Array<readonly number[]>(65).fill([4, 0, 1, 0])
    expect(seen(join([2, 0, 0, 0], ...values), LINK_NFLOG)).toBe('not-ip')
  })

  it('have names', () => {
    const types = [LINK_PPP, LINK_PPP_HDLC, LINK_CISCO_HDLC, LINK_FDDI, LINK_NFLOG]
    expect(types.map(linkTypeName)).toEqual(['ppp', 'ppp-hdlc', 'cisco-hdlc', 'fddi', 'nflog'])
  })
})
