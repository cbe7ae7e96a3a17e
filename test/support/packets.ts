import { join, type Octets, u16, u32, writer } from './octets.ts'

/** Headers and what they carry, from the inside out: ethernet(ipv4(tcp({...}))). Checksums are 0 unless they are given. */

export const FIN = 0x01
export const SYN = 0x02
export const RST = 0x04
export const PSH = 0x08
export const ACK = 0x10

const NOTHING: Octets = []

/** A transport segment that knows its IANA protocol number. */
export interface Segment {
  readonly protocol: number
  readonly bytes: Uint8Array
}

export interface TcpFields {
  readonly srcPort?: number
  readonly dstPort?: number
  readonly seq?: number
  readonly ack?: number
  readonly flags?: number
  readonly window?: number
  /** A multiple of four bytes. */
  readonly options?: Octets
  readonly payload?: Octets
  /** In words of 32 bits, where it shall not be the right one. */
  readonly dataOffset?: number
  readonly checksum?: number
}

export function tcp(fields: TcpFields = {}): Segment {
  const options = fields.options ?? NOTHING
  const offset = fields.dataOffset ?? 5 + options.length / 4
  const bytes = join(
    u16(fields.srcPort ?? 50_000, fields.dstPort ?? 5061),
    u32(fields.seq ?? 0, fields.ack ?? 0),
    [offset << 4, fields.flags ?? ACK],
    u16(fields.window ?? 8192, fields.checksum ?? 0, 0),
    options,
    fields.payload ?? NOTHING,
  )
  return { protocol: 6, bytes }
}

export interface UdpFields {
  readonly srcPort?: number
  readonly dstPort?: number
  readonly payload?: Octets
  /** Where it shall not be the right one. */
  readonly length?: number
  readonly checksum?: number
}

export function udp(fields: UdpFields = {}): Segment {
  const payload = fields.payload ?? NOTHING
  const ports = u16(fields.srcPort ?? 50_000, fields.dstPort ?? 3478)
  return { protocol: 17, bytes: join(ports, u16(fields.length ?? payload.length + 8, fields.checksum ?? 0), payload) }
}

/** An ICMP error for IPv4 or IPv6 with the beginning of the packet that it is about. */
export function icmpError(version: 4 | 6, type: number, code: number, quoted: Octets): Segment {
  return { protocol: version === 4 ? 1 : 58, bytes: join([type, code], u16(0), u32(0), quoted) }
}

/** A protocol without ports. */
export function transport(protocol: number, payload: Octets): Segment {
  return { protocol, bytes: join(payload) }
}

/** An IP packet that knows its EtherType. */
export interface IpPacket {
  readonly etherType: number
  readonly bytes: Uint8Array
}

export interface Ipv4Fields {
  readonly src?: string
  readonly dst?: string
  /** Where it shall not be the right one. */
  readonly totalLength?: number
  readonly headerWords?: number
  readonly version?: number
  /** A multiple of four bytes. */
  readonly options?: Octets
  /** In units of 8 bytes. */
  readonly fragmentOffset?: number
  readonly moreFragments?: boolean
  /** 1 where it is not given. */
  readonly identification?: number
  readonly hopLimit?: number
}

export function ipv4(segment: Segment, fields: Ipv4Fields = {}): IpPacket {
  const options = fields.options ?? NOTHING
  const words = fields.headerWords ?? 5 + options.length / 4
  const bytes = join(
    [((fields.version ?? 4) << 4) | words, 0],
    u16(fields.totalLength ?? 20 + options.length + segment.bytes.length, fields.identification ?? 1),
    u16((fields.fragmentOffset ?? 0) | (fields.moreFragments ? 0x2000 : 0)),
    [fields.hopLimit ?? 128, segment.protocol],
    u16(0),
    ipv4Octets(fields.src ?? '10.0.0.20'),
    ipv4Octets(fields.dst ?? '10.0.0.16'),
    options,
    segment.bytes,
  )
  return { etherType: 0x0800, bytes }
}

/** An extension header: its number, and its bytes with the first left to the chain. */
export interface Extension {
  readonly number: number
  readonly bytes: Uint8Array
}

export const HOP_BY_HOP = 0
export const ROUTING = 43
export const FRAGMENT = 44
export const AUTHENTICATION = 51
export const DESTINATION_OPTIONS = 60

/** An extension header of 8 bytes and `more` times 8; an authentication header counts in fours. */
export function extension(number: number, more = 0): Extension {
  const length = number === AUTHENTICATION ? (more + 2) * 4 : (more + 1) * 8
  return { number, bytes: join([0, more], new Uint8Array(length - 2)) }
}

/** `offset` in units of 8 bytes. */
export function fragmentHeader(offset: number, more: boolean): Extension {
  return { number: FRAGMENT, bytes: join([0, 0], u16((offset << 3) | (more ? 1 : 0)), u32(1)) }
}

export interface Ipv6Fields {
  readonly src?: string
  readonly dst?: string
  readonly extensions?: readonly Extension[]
  /** Where it shall not be the right one. */
  readonly payloadLength?: number
  readonly version?: number
  readonly hopLimit?: number
}

export function ipv6(segment: Segment, fields: Ipv6Fields = {}): IpPacket {
  const extensions = fields.extensions ?? []
  const numbers = [...extensions.map(({ number }) => number), segment.protocol]
  const chain = extensions.map(({ bytes }, index) => join([numbers[index + 1] as number], bytes.subarray(1)))
  const payload = join(...chain, segment.bytes)
  const bytes = join(
    [(fields.version ?? 6) << 4, 0, 0, 0],
    u16(fields.payloadLength ?? payload.length),
    [numbers[0] as number, fields.hopLimit ?? 64],
    ipv6Octets(fields.src ?? '2001:db8::20'),
    ipv6Octets(fields.dst ?? '2001:db8::16'),
    payload,
  )
  return { etherType: 0x86dd, bytes }
}

const MAC = [0x00, 0x15, 0x5d, 0x00, 0x10, 0x10] as const
const BROADCAST_MAC = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] as const

export interface EthernetFields {
  /** EtherTypes of the tags in front of the packet, the outermost first. */
  readonly tags?: readonly number[]
  readonly broadcast?: boolean
  /** The sender's address, where it shall be another one. */
  readonly source?: Octets
  /** Bytes behind the packet. */
  readonly padding?: Octets
}

export function ethernet(packet: IpPacket, fields: EthernetFields = {}): Uint8Array {
  const tags = (fields.tags ?? []).map((type) => join(u16(type), u16(100)))
  const destination = fields.broadcast ? BROADCAST_MAC : MAC
  return join(
    destination,
    fields.source ?? MAC,
    ...tags,
    u16(packet.etherType),
    packet.bytes,
    fields.padding ?? NOTHING,
  )
}

/** IEEE 802.3 with an LLC and a SNAP header. */
export function ethernetSnap(packet: IpPacket, organisation: Octets = [0, 0, 0]): Uint8Array {
  const body = join([0xaa, 0xaa, 0x03], organisation, u16(packet.etherType), packet.bytes)
  return join(MAC, MAC, u16(body.length), body)
}

/** IEEE 802.3 with the LLC number that IPv4 itself has. */
export function ethernetLlc(packet: IpPacket): Uint8Array {
  return join(MAC, MAC, u16(packet.bytes.length + 3), [0x06, 0x06, 0x03], packet.bytes)
}

export function linuxSll(packet: IpPacket, packetType = 0, protocol = packet.etherType): Uint8Array {
  return join(u16(packetType, 1, 6), MAC, [0, 0], u16(protocol), packet.bytes)
}

export function linuxSll2(packet: IpPacket, packetType = 0, protocol = packet.etherType): Uint8Array {
  return join(u16(protocol, 0), u32(1), u16(1), [packetType, 6], MAC, [0, 0], packet.bytes)
}

/** The BSD loopback header: `family` in the recording machine's byte order. */
export function bsdNull(packet: IpPacket, family: number, littleEndian: boolean): Uint8Array {
  return join(writer(littleEndian).u32(family), packet.bytes)
}

function ipv4Octets(address: string): readonly number[] {
  return address.split('.').map(Number)
}

function ipv6Octets(address: string): Uint8Array {
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  return u16(...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back)
}
