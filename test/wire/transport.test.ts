import { describe, expect, it } from 'vitest'
import { LINK_ETHERNET, LINK_RAW } from '../../src/wire/link-type.ts'
import { filler } from '../support/octets.ts'
import * as build from '../support/packets.ts'
import { decode } from './decoding.ts'

describe('TCP', () => {
  it('decodes its fields', () => {
    const fields = { srcPort: 65_535, dstPort: 443, seq: 0xfffffffe, ack: 0x80000001, flags: 0x1b, window: 0xffff }
    const { packet } = decode(build.ipv4(build.tcp({ ...fields, options: filler(12) })).bytes, LINK_RAW)
    expect(packet).toMatchObject({ srcPort: 65_535, dstPort: 443, tcpFlags: 0x1b, window: 0xffff, payloadLength: 0 })
    expect([packet.seq >>> 0, packet.ack >>> 0]).toEqual([0xfffffffe, 0x80000001])
  })

  it('has its payload behind the options', () => {
    const { packet } = decode(build.ipv4(build.tcp({ options: filler(40), payload: filler(7) })).bytes, LINK_RAW)
    expect([packet.payload - 64, packet.payloadEnd - packet.payload, packet.payloadLength]).toEqual([80, 7, 7])
  })

  it.each([
    ['shorter than 20 bytes', { dataOffset: 4 }],
    ['longer than its packet', { dataOffset: 6 }],
  ])('with a header %s is not read', (_name, fields) => {
    expect(decode(build.ipv4(build.tcp(fields)).bytes, LINK_RAW).name).toBe('tcp-header-length-wrong')
  })

  it('with a packet too short for its ports is not read, whatever follows in the frame', () => {
    const frame = build.ethernet(build.ipv4(build.tcp(), { totalLength: 23 }))
    expect(decode(frame, LINK_ETHERNET).name).toBe('tcp-ports-cut')
  })

  it('with a packet too short for its header is not read', () => {
    const frame = build.ethernet(build.ipv4(build.tcp(), { totalLength: 39 }))
    expect(decode(frame, LINK_ETHERNET).name).toBe('tcp-header-length-wrong')
  })

  it('cut behind its ports gives a packet without flags', () => {
    const bytes = build.ipv4(build.tcp({ flags: build.SYN })).bytes
    for (let captured = 24; captured < 36; captured += 1) {
      const { name, packet } = decode(bytes, LINK_RAW, captured)
      expect([name, packet.dstPort, packet.tcpFlags, packet.ipLength]).toEqual(['ok', 5061, 0, 40])
    }
  })
})

describe('UDP', () => {
  it('decodes its fields', () => {
    const { packet } = decode(
      build.ipv4(build.udp({ srcPort: 1, dstPort: 65_535, payload: filler(3) })).bytes,
      LINK_RAW,
    )
    expect(packet).toMatchObject({ protocol: 17, srcPort: 1, dstPort: 65_535, payloadLength: 3, tcpFlags: 0 })
  })

  it.each([
    ['0, as segmentation offload leaves it', 0],
    ['shorter than its header', 7],
    ['longer than its packet', 9999],
  ])('with a length of %s has what the packet holds', (_name, length) => {
    const { name, packet } = decode(build.ipv4(build.udp({ length, payload: filler(30) })).bytes, LINK_RAW)
    expect([name, packet.payloadLength]).toEqual(['ok', 30])
  })

  it('with a length of 0 has what the packet holds over IPv6 too, where an adapter segments it', () => {
    const large = build.udp({ length: 0, payload: new Uint8Array(60_000) })
    const { packet } = decode(build.ethernet(build.ipv6(large)), LINK_ETHERNET)
    expect([packet.payloadLength, packet.ipLength]).toEqual([60_000, 60_048])
    const larger = build.udp({ length: 0, payload: new Uint8Array(90_000) })
    const both = decode(build.ethernet(build.ipv6(larger, { payloadLength: 0 })), LINK_ETHERNET)
    expect([both.packet.payloadLength, both.packet.ipLength]).toEqual([90_000, 90_048])
  })

  it('in a first fragment has the payload that this fragment holds', () => {
    const part = build.udp({ length: 4008, payload: filler(1472) })
    const { packet } = decode(build.ipv4(part, { moreFragments: true }).bytes, LINK_RAW)
    expect([packet.payloadLength, packet.fragmentLength]).toEqual([1472, 1480])
  })

  it('with a packet too short for its ports is not read, whatever follows in the frame', () => {
    const frame = build.ethernet(build.ipv4(build.udp({ payload: filler(40) }), { totalLength: 23 }))
    expect(decode(frame, LINK_ETHERNET).name).toBe('udp-ports-cut')
  })

  it('with a packet that ends inside its header has no payload', () => {
    const frame = build.ethernet(build.ipv4(build.udp({ payload: filler(40) }), { totalLength: 26 }))
    const { name, packet } = decode(frame, LINK_ETHERNET)
    expect([name, packet.payloadLength, packet.payloadEnd <= packet.payload]).toEqual(['ok', 0, true])
  })
})

describe('lengths do not depend on the snap length', () => {
  it.each([
    ['UDP', build.ipv4(build.udp({ payload: filler(200) })), 24],
    ['UDP over IPv6', build.ipv6(build.udp({ payload: filler(200) })), 44],
    // A TCP header cut before its window is not read: its octet 12 tells where the payload begins.
    ['TCP', build.ipv4(build.tcp({ payload: filler(200), options: filler(12) })), 36],
    ['TCP over IPv6', build.ipv6(build.tcp({ payload: filler(200), options: filler(12) })), 56],
    ['a protocol without ports', build.ipv4(build.transport(50, filler(200))), 20],
  ])('%s', (_name, { bytes }, enough) => {
    for (let captured = enough; captured <= bytes.length; captured += 1) {
      const { name, packet } = decode(bytes, LINK_RAW, captured)
      expect([name, packet.payloadLength, packet.ipLength]).toEqual(['ok', 200, bytes.length])
    }
  })
})
