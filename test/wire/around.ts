import { join, type Octets, u16, u32 } from '../support/octets.ts'
import type { IpPacket, Segment } from '../support/packets.ts'

/* Headers that stand around packets, for ethernet() and ipv4() of support/packets.ts to be put around them. */

const ETHERNET_BRIDGED = 0x6558

/** What stands behind a header that names it by its EtherType. */
export interface Content {
  readonly etherType: number
  readonly bytes: Uint8Array
}

/** A whole Ethernet frame as the content of a tunnel. */
export function bridged(frame: Uint8Array): Content {
  return { etherType: ETHERNET_BRIDGED, bytes: frame }
}

export function mpls(labels: readonly number[], below: Octets, etherType = 0x8847): Content {
  const entries = labels.map((label, index) =>
    u32(((label << 12) | (index === labels.length - 1 ? 0x100 : 0) | 64) >>> 0),
  )
  return { etherType, bytes: join(...entries, below) }
}

export const CONTROL_WORD: Octets = [0, 0, 0, 7]

/** `protocol` as PPP numbers it. */
export function pppoe(protocol: number, inside: Octets, fields: { code?: number; length?: number } = {}): Content {
  const length = fields.length ?? inside.length + 2
  return {
    etherType: 0x8864,
    bytes: join([0x11, fields.code ?? 0], u16(1, length), u16(protocol), inside),
  }
}

export function ciscoMetadata({ etherType, bytes }: Content): Content {
  return { etherType: 0x8909, bytes: join([1, 1], u16(1, 2, etherType), bytes) }
}

export interface GreFields {
  readonly checksum?: boolean
  readonly key?: boolean
  readonly sequence?: boolean
  /** Further bits of the first two octets. */
  readonly flags?: number
}

export function gre({ etherType, bytes }: Content, fields: GreFields = {}): Segment {
  const { checksum = false, key = false, sequence = false } = fields
  const flags = (checksum ? 0x8000 : 0) | (key ? 0x2000 : 0) | (sequence ? 0x1000 : 0) | (fields.flags ?? 0)
  const optional = [checksum, key, sequence].filter(Boolean).map((_, index) => u32(index + 1))
  return { protocol: 47, bytes: join(u16(flags, etherType), ...optional, bytes) }
}

export function erspan1(frame: Uint8Array): Segment {
  return gre({ etherType: 0x88be, bytes: frame })
}

export function erspan2(frame: Uint8Array, version = 1): Segment {
  return gre({ etherType: 0x88be, bytes: join(u16((version << 12) | 100, 1), u32(7), frame) }, { sequence: true })
}

/** `frameType` 0 for Ethernet, 2 for IP; `platform` puts a further header of eight octets before it. */
export function erspan3(inside: Uint8Array, fields: { frameType?: number; platform?: boolean } = {}): Segment {
  const flags = ((fields.frameType ?? 0) << 10) | (fields.platform ? 1 : 0)
  const header = join(u16((2 << 12) | 100, 1), u32(12_345), u16(0, flags), fields.platform ? new Uint8Array(8) : [])
  return gre({ etherType: 0x22eb, bytes: join(header, inside) }, { sequence: true })
}

/** The payload of a datagram to port 4789. */
export function vxlan(frame: Uint8Array, header: Octets = [8, 0, 0, 0, 0, 0, 42, 0]): Uint8Array {
  return join(header, frame)
}

/** The payload of a datagram to port 6081; `options` are whole options. */
export function geneve({ etherType, bytes }: Content, options: Octets = []): Uint8Array {
  return join([options.length / 4, 0], u16(etherType), u32(42 << 8), options, bytes)
}

/** An option of Geneve with a value of so many words. */
export function geneveOption(words: number): Uint8Array {
  return join(u16(0x0102), [1, words], new Uint8Array(words * 4))
}

export interface GtpFields {
  readonly sequence?: boolean
  /** Lengths of extension headers, in words. */
  readonly extensions?: readonly number[]
  readonly messageType?: number
  readonly length?: number
}

/** The payload of a datagram to port 2152. */
export function gtpU(inside: Octets, { sequence = false, extensions = [], ...fields }: GtpFields = {}): Uint8Array {
  const hasExtensions = extensions.length > 0
  const optional = sequence || hasExtensions ? join(u16(9), [0, hasExtensions ? 0x85 : 0]) : []
  const chain = extensions.map((words, index) => {
    const next = index === extensions.length - 1 ? 0 : 0x85
    return join([words], new Uint8Array(words * 4 - 2), [next])
  })
  const body = join(optional, ...chain, inside)
  const flags = 0x30 | (hasExtensions ? 4 : 0) | (sequence ? 2 : 0)
  return join([flags, fields.messageType ?? 255], u16(fields.length ?? body.length), u32(77), body)
}

/** An IP packet as the content of another one. */
export function ipInside(packet: IpPacket): Segment {
  return { protocol: packet.etherType === 0x0800 ? 4 : 41, bytes: packet.bytes }
}

/** A frame of FDDI with LLC and SNAP. */
export function fddi(packet: Content, fields: { control?: number; broadcast?: boolean } = {}): Uint8Array {
  const destination = new Uint8Array(6).fill(fields.broadcast ? 0xff : 2)
  const snap = join([0xaa, 0xaa, 3, 0, 0, 0], u16(packet.etherType))
  return join([fields.control ?? 0x50], destination, [2, 0, 0, 0, 0, 1], snap, packet.bytes)
}

export function ciscoHdlc({ etherType, bytes }: Content): Uint8Array {
  return join([0x0f, 0], u16(etherType), bytes)
}

/** Netfilter's log: the packet behind two other values, of which the first needs padding. */
export function nflog(packet: Uint8Array, littleEndian: boolean, family = 2): Uint8Array {
  const order = (value: Uint8Array) => (littleEndian ? value.toReversed() : value)
  const value = (type: number, bytes: Octets) =>
    join(order(u16(bytes.length + 4)), order(u16(type)), bytes, new Uint8Array(-bytes.length & 3))
  return join([family, 0], u16(42), value(10, [0]), value(3, new Uint8Array(16)), value(9, packet))
}
