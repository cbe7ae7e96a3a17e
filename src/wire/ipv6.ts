import {
  type Decoded,
  IP_VERSION_WRONG,
  IPV6_EXTENSION_CUT,
  IPV6_EXTENSIONS_TOO_MANY,
  IPV6_HEADER_CUT,
} from './decoded.ts'
import { decodeLaterFragment, FRAGMENT_MORE, FRAGMENT_OFFSET } from './fragment.ts'
import type { Packet } from './packet.ts'
import { decodeTransport } from './transport.ts'

// Offsets into the header, RFC 8200 section 3.
const PAYLOAD_LENGTH = 4
const NEXT_HEADER = 6
const SOURCE = 8
const DESTINATION = 24
const FIXED_LENGTH = 40

// Extension headers, by protocol number (RFC 8200 section 4, IANA "IPv6 Extension Header Types").
const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT = 44
const AUTHENTICATION = 51
const DESTINATION_OPTIONS = 60
const MOBILITY = 135
const HOST_IDENTITY = 139
const SHIM6 = 140
/** Nothing follows, not even a transport. */
const NO_NEXT_HEADER = 59

const FRAGMENT_LENGTH = 8
/** The option walk ends here; real packets have at most a handful. */
const MOST_EXTENSIONS = 16

export function decodeIpv6(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < FIXED_LENGTH) return IPV6_HEADER_CUT
  if (view.getUint8(at) >> 4 !== 6) return IP_VERSION_WRONG
  const onWire = packet.wireEnd - at
  const payloadLength = view.getUint16(at + PAYLOAD_LENGTH)
  const nextHeader = view.getUint8(at + NEXT_HEADER)
  // 0 is a jumbogram or large send offload; what the frame holds counts then. Without a next header it is the truth.
  let length = payloadLength + FIXED_LENGTH
  if ((payloadLength === 0 && nextHeader !== NO_NEXT_HEADER) || length > onWire) length = onWire

  packet.family = 6
  packet.src0 = view.getInt32(at + SOURCE)
  packet.src1 = view.getInt32(at + SOURCE + 4)
  packet.src2 = view.getInt32(at + SOURCE + 8)
  packet.src3 = view.getInt32(at + SOURCE + 12)
  packet.dst0 = view.getInt32(at + DESTINATION)
  packet.dst1 = view.getInt32(at + DESTINATION + 4)
  packet.dst2 = view.getInt32(at + DESTINATION + 8)
  packet.dst3 = view.getInt32(at + DESTINATION + 12)
  packet.ipLength = length
  packet.identification = 0
  packet.fragment = 0
  packet.wireEnd = at + length
  return decodeNextHeader(view, nextHeader, at + FIXED_LENGTH, end, packet)
}

function decodeNextHeader(view: DataView, nextHeader: number, start: number, end: number, packet: Packet): Decoded {
  let header = nextHeader
  let at = start
  for (let count = 0; count <= MOST_EXTENSIONS; count += 1) {
    if (!isExtension(header)) return decodeTransport(view, header, at, end, packet)
    if (end - at < 8) return IPV6_EXTENSION_CUT
    if (header === FRAGMENT) {
      noteFragment(view, at, packet)
      header = view.getUint8(at)
      at += FRAGMENT_LENGTH
    } else {
      const units = view.getUint8(at + 1)
      const length = header === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8
      header = view.getUint8(at)
      at += length
    }
    if (at > packet.wireEnd) return IPV6_EXTENSION_CUT
    if (packet.fragment & FRAGMENT_OFFSET) return decodeLaterFragment(header, at, end, packet)
  }
  return IPV6_EXTENSIONS_TOO_MANY
}

/**
 * Notes what a fragment header says: offset and flag in another order than in IPv4's header. With neither it is an
 * atomic fragment (RFC 6946), which is a whole datagram.
 */
function noteFragment(view: DataView, at: number, packet: Packet): void {
  const field = view.getUint16(at + 2)
  const fragment = (field >> 3) | (field & 1 ? FRAGMENT_MORE : 0)
  if (fragment === 0) return
  packet.fragment = fragment
  packet.fragmentLength = packet.wireEnd - at - FRAGMENT_LENGTH
  packet.identification = view.getInt32(at + 4)
}

function isExtension(header: number): boolean {
  return (
    header === HOP_BY_HOP ||
    header === ROUTING ||
    header === FRAGMENT ||
    header === DESTINATION_OPTIONS ||
    header === AUTHENTICATION ||
    header === MOBILITY ||
    header === HOST_IDENTITY ||
    header === SHIM6
  )
}
