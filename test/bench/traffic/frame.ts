import type { Host } from './director-traffic.ts'

/** Bytes on their way to the disk. The view sees the same memory as the bytes. */
export interface Output {
  readonly bytes: Buffer
  readonly view: DataView
}

export function createOutput(length: number): Output {
  const bytes = Buffer.alloc(length)
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, length) }
}

/** The part of a connection's frames that does not change: Ethernet, addresses and ports, once for each direction. */
export interface FrameHeaders {
  /** The originator's header, and ROOM further the responder's. */
  readonly bytes: Uint8Array
  readonly view: DataView
  ipv6: boolean
  udp: boolean
  /** Offset of the TCP or UDP header in the frame. */
  transportAt: number
  /** The sum of addresses, ports and protocol number in TCP's and UDP's checksum, the same for both directions. */
  sum: number
}

const ETHERNET_LENGTH = 14
const IPV4_LENGTH = 20
const IPV6_LENGTH = 40
const TCP_LENGTH = 20
const UDP_LENGTH = 8
const TCP = 6
const UDP = 17
const TIME_TO_LIVE = 128
const PORTS_LENGTH = 4
const ROOM = ETHERNET_LENGTH + IPV6_LENGTH + PORTS_LENGTH
/** Without its checksum, which the capturing host does not see. */
export const SHORTEST_ETHERNET = 60
export const LONGEST_FRAME = 1514

const DIRECTOR_MAC = Uint8Array.of(0x00, 0x15, 0x5d, 0x00, 0x10, 0x10)
const NEIGHBOUR_MAC = Uint8Array.of(0x00, 0x15, 0x5d, 0x00, 0x10, 0x01)

/** Maximum segment 1440, no-operation, window scale 8, two no-operations, selective acknowledgement permitted. */
export const SYN_OPTIONS = Uint8Array.of(2, 4, 0x05, 0xa0, 1, 3, 3, 8, 1, 1, 4, 2)
/** What a frame of 60 bytes has room for: the maximum segment alone. */
export const SHORT_SYN_OPTIONS = SYN_OPTIONS.subarray(0, 4)

export function createFrameHeaders(): FrameHeaders {
  const bytes = new Uint8Array(2 * ROOM)
  return { bytes, view: new DataView(bytes.buffer), ipv6: false, udp: false, transportAt: 0, sum: 0 }
}

export interface Endpoint {
  readonly host: Host
  readonly port: number
  readonly isDirector: boolean
}

export function setFrameHeaders(
  headers: FrameHeaders,
  orig: Endpoint,
  resp: Endpoint,
  ipv6: boolean,
  udp: boolean,
): void {
  headers.ipv6 = ipv6
  headers.udp = udp
  headers.transportAt = ETHERNET_LENGTH + (ipv6 ? IPV6_LENGTH : IPV4_LENGTH)
  headers.bytes.fill(0)
  setHeader(headers, 0, orig, resp)
  setHeader(headers, ROOM, resp, orig)
  const addressesAt = ETHERNET_LENGTH + (ipv6 ? 8 : 12)
  const addressesEnd = headers.transportAt + PORTS_LENGTH
  headers.sum = sumWords(headers.view, addressesAt, addressesEnd - addressesAt) + (udp ? UDP : TCP)
}

function setHeader(
  { bytes, view, ipv6, udp, transportAt }: FrameHeaders,
  at: number,
  src: Endpoint,
  dst: Endpoint,
): void {
  bytes.set(dst.isDirector ? DIRECTOR_MAC : NEIGHBOUR_MAC, at)
  bytes.set(src.isDirector ? DIRECTOR_MAC : NEIGHBOUR_MAC, at + 6)
  view.setUint16(at + 12, ipv6 ? 0x86dd : 0x0800)
  const ip = at + ETHERNET_LENGTH
  if (ipv6) {
    view.setUint32(ip, 0x6000_0000)
    view.setUint16(ip + 6, ((udp ? UDP : TCP) << 8) | TIME_TO_LIVE)
    bytes.set(src.host.ipv6, ip + 8)
    bytes.set(dst.host.ipv6, ip + 24)
  } else {
    view.setUint16(ip, 0x4500)
    view.setUint16(ip + 6, 0x4000)
    view.setUint16(ip + 8, (TIME_TO_LIVE << 8) | (udp ? UDP : TCP))
    view.setUint32(ip + 12, src.host.ipv4)
    view.setUint32(ip + 16, dst.host.ipv4)
  }
  view.setUint16(at + transportAt, src.port)
  view.setUint16(at + transportAt + 2, dst.port)
}

/** What differs from packet to packet; one object, reused. */
export interface PacketFields {
  fromOrig: boolean
  flags: number
  seq: number
  ack: number
  window: number
  /** Only in packets without payload. */
  options: Uint8Array | null
  /** IPv4's identification. */
  id: number
  payloadLength: number
  /** The frame is padded to this length. */
  shortest: number
}

/** Where the payload of a packet without TCP options goes, from the start of the frame. */
export const payloadOffset = (headers: FrameHeaders): number =>
  headers.transportAt + (headers.udp ? UDP_LENGTH : TCP_LENGTH)

/** Writes the headers around a payload that already stands in its place; returns the frame's length. */
export function writeFrame(out: Output, at: number, headers: FrameHeaders, packet: PacketFields): number {
  const from = packet.fromOrig ? 0 : ROOM
  const fixed = headers.transportAt + PORTS_LENGTH
  // A loop is faster here than Uint8Array.set with a subarray, which makes an object for each packet.
  for (let byte = 0; byte < fixed; byte++) out.bytes[at + byte] = headers.bytes[from + byte]!
  const transport = at + headers.transportAt
  const length = headers.udp
    ? writeUdp(out, transport, headers.sum, packet)
    : writeTcp(out, transport, headers.sum, packet)
  writeIpLength(out.view, at + ETHERNET_LENGTH, headers.ipv6, length, packet.id)
  const end = headers.transportAt + length
  if (end < packet.shortest) out.bytes.fill(0, at + end, at + packet.shortest)
  return Math.max(end, packet.shortest)
}

function writeIpLength(view: DataView, ip: number, ipv6: boolean, transportLength: number, id: number): void {
  if (ipv6) {
    view.setUint16(ip + 4, transportLength)
    return
  }
  view.setUint16(ip + 2, IPV4_LENGTH + transportLength)
  view.setUint16(ip + 4, id)
  view.setUint16(ip + 10, checksum(sumWords(view, ip, IPV4_LENGTH)))
}

function writeTcp({ bytes, view }: Output, at: number, sum: number, packet: PacketFields): number {
  const headerLength = TCP_LENGTH + (packet.options?.length ?? 0)
  if (packet.options) bytes.set(packet.options, at + TCP_LENGTH)
  view.setUint32(at + 4, packet.seq)
  view.setUint32(at + 8, packet.ack)
  view.setUint16(at + 12, (headerLength << 10) | packet.flags)
  view.setUint16(at + 14, packet.window)
  view.setUint32(at + 16, 0)
  const length = headerLength + packet.payloadLength
  view.setUint16(at + 16, checksum(sum + length + sumWords(view, at + PORTS_LENGTH, length - PORTS_LENGTH)))
  return length
}

function writeUdp({ view }: Output, at: number, sum: number, packet: PacketFields): number {
  const length = UDP_LENGTH + packet.payloadLength
  view.setUint16(at + 4, length)
  view.setUint16(at + 6, 0)
  // A sum of zero is sent as its other form, since zero says that there is none (RFC 768).
  const found = checksum(sum + length + sumWords(view, at + PORTS_LENGTH, length - PORTS_LENGTH))
  view.setUint16(at + 6, found === 0 ? 0xffff : found)
  return length
}

/** The plain sum of the 16-bit words, an odd last byte being the high half of one. */
function sumWords(view: DataView, at: number, length: number): number {
  const end = at + length
  let sum = 0
  let here = at
  for (; here + 4 <= end; here += 4) {
    const pair = view.getInt32(here)
    sum += (pair >>> 16) + (pair & 0xffff)
  }
  if (here + 2 <= end) {
    sum += view.getUint16(here)
    here += 2
  }
  return here < end ? sum + (view.getUint8(here) << 8) : sum
}

/** RFC 1071: the ones' complement of the sum with its carries added back in. */
function checksum(sum: number): number {
  const once = (sum >>> 16) + (sum & 0xffff)
  return ~((once >>> 16) + once) & 0xffff
}
