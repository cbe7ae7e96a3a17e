import { type Decoded, OK } from './decoded.ts'
import { ERSPAN, enter, GRE, INSIDE_ETHERNET, INSIDE_IPV4, INSIDE_IPV6 } from './encapsulation.ts'
import type { Packet } from './packet.ts'

// Flags and protocol type (RFC 2784 section 2, RFC 2890 section 2), then four octets for each flag that is set.
const PROTOCOL_TYPE = 2
const FIXED_LENGTH = 4
const OPTIONAL_LENGTH = 4
const CHECKSUM_PRESENT = 0x8000
const KEY_PRESENT = 0x2000
const SEQUENCE_PRESENT = 0x1000
/** Routing and strict source route of RFC 1701, and the version: 1 is that of PPTP. */
const NOT_READ = 0x4807
/** Smaller types are no EtherTypes; 0 is a router's keepalive. */
const SMALLEST_TYPE = 0x0600

// Mirrored frames: draft-foschiano-erspan-03.
/** Type I without sequence number and header, type II with both. */
const ERSPAN_TYPES_1_2 = 0x88be
const ERSPAN_TYPE_3 = 0x22eb
const ERSPAN_2_LENGTH = 8
const ERSPAN_3_LENGTH = 12
const ERSPAN_2_VERSION = 1
const ERSPAN_3_VERSION = 2
/** Offset of the type III header's last word half: frame type, and the flag of a further header. */
const ERSPAN_3_FLAGS = 10
const FRAME_TYPE_MASK = 0x7c00
const FRAME_TYPE_ETHERNET = 0x0000
const FRAME_TYPE_IP = 0x0800
const PLATFORM_HEADER_PRESENT = 0x0001
const PLATFORM_HEADER_LENGTH = 8

/** Decodes a GRE header, which is the payload of `packet`. With what is not read, that packet stays. */
export function decodeGre(view: DataView, packet: Packet): Decoded {
  const { payload: at, payloadEnd: end } = packet
  if (end - at < FIXED_LENGTH) return OK
  const flags = view.getUint16(at)
  const type = view.getUint16(at + PROTOCOL_TYPE)
  if ((flags & NOT_READ) !== 0 || type < SMALLEST_TYPE) return OK
  let next = at + FIXED_LENGTH
  if (flags & CHECKSUM_PRESENT) next += OPTIONAL_LENGTH
  if (flags & KEY_PRESENT) next += OPTIONAL_LENGTH
  if (flags & SEQUENCE_PRESENT) next += OPTIONAL_LENGTH
  if (type === ERSPAN_TYPE_3) return decodeErspan3(view, next, end, packet)
  if (type !== ERSPAN_TYPES_1_2) return enter(packet, GRE, type, next)
  if ((flags & SEQUENCE_PRESENT) === 0) return enter(packet, ERSPAN, INSIDE_ETHERNET, next)
  return decodeErspan2(view, next, end, packet)
}

function decodeErspan2(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < ERSPAN_2_LENGTH || view.getUint8(at) >> 4 !== ERSPAN_2_VERSION) return OK
  return enter(packet, ERSPAN, INSIDE_ETHERNET, at + ERSPAN_2_LENGTH)
}

function decodeErspan3(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at <= ERSPAN_3_LENGTH || view.getUint8(at) >> 4 !== ERSPAN_3_VERSION) return OK
  const flags = view.getUint16(at + ERSPAN_3_FLAGS)
  const inside = at + ERSPAN_3_LENGTH + (flags & PLATFORM_HEADER_PRESENT ? PLATFORM_HEADER_LENGTH : 0)
  const frameType = flags & FRAME_TYPE_MASK
  if (frameType === FRAME_TYPE_ETHERNET) return enter(packet, ERSPAN, INSIDE_ETHERNET, inside)
  if (frameType !== FRAME_TYPE_IP || end <= inside) return OK
  return enter(packet, ERSPAN, view.getUint8(inside) >> 4 === 6 ? INSIDE_IPV6 : INSIDE_IPV4, inside)
}
