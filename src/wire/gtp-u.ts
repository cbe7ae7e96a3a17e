import { type Decoded, OK } from './decoded.ts'
import { enter, GTP_U, INSIDE_IPV4, INSIDE_IPV6 } from './encapsulation.ts'
import { FRAGMENT_MORE } from './fragment.ts'
import type { Packet } from './packet.ts'

// Flags, message type, length and tunnel endpoint (3GPP TS 29.281 section 5.1).
const MESSAGE_TYPE = 1
const MESSAGE_LENGTH = 2
const FIXED_LENGTH = 8
/** Version 1, protocol type GTP, and a reserved bit that is 0. */
const FIXED_FLAGS_MASK = 0xf8
const FIXED_FLAGS = 0x30
const EXTENSION_FLAG = 0x04
/** With any of extension, sequence number and N-PDU number all three fields are there. */
const OPTIONAL_FLAGS = 0x07
const OPTIONAL_LENGTH = 4
const NEXT_EXTENSION = 11
/** A user's packet; all other messages are between the tunnel's ends. */
const G_PDU = 255
/** Real packets have one or two. */
const MOST_EXTENSIONS = 8
const NOT_READ = -1

/**
 * Decodes the payload of `packet` where it is a user's packet in GTP-U: whatever else uses the port stays what it is.
 * The length, which must be that of the datagram, makes it sure.
 */
export function decodeGtpU(view: DataView, packet: Packet): Decoded {
  const { payload: at, payloadEnd: end } = packet
  if (end - at < FIXED_LENGTH) return OK
  const flags = view.getUint8(at)
  if ((flags & FIXED_FLAGS_MASK) !== FIXED_FLAGS || view.getUint8(at + MESSAGE_TYPE) !== G_PDU) return OK
  const messageEnd = at + FIXED_LENGTH + view.getUint16(at + MESSAGE_LENGTH)
  // The datagram's first fragment holds less.
  const isWhole = (packet.fragment & FRAGMENT_MORE) === 0
  if (isWhole ? messageEnd !== packet.wireEnd : messageEnd < packet.wireEnd) return OK
  const inside = skipHeader(view, flags, at, end)
  if (inside === NOT_READ || inside >= end) return OK
  const version = view.getUint8(inside) >> 4
  if (version === 4) return enter(packet, GTP_U, INSIDE_IPV4, inside)
  return version === 6 ? enter(packet, GTP_U, INSIDE_IPV6, inside) : OK
}

/** Where the headers end. An extension is its length in words, its content and the type of the next one; 0 is none. */
function skipHeader(view: DataView, flags: number, at: number, end: number): number {
  if ((flags & OPTIONAL_FLAGS) === 0) return at + FIXED_LENGTH
  let next = at + FIXED_LENGTH + OPTIONAL_LENGTH
  if ((flags & EXTENSION_FLAG) === 0) return next
  let type = next <= end ? view.getUint8(at + NEXT_EXTENSION) : 0
  for (let count = 0; type !== 0; count += 1) {
    if (count === MOST_EXTENSIONS || next >= end) return NOT_READ
    const length = view.getUint8(next) * 4
    if (length === 0 || length > end - next) return NOT_READ
    next += length
    type = view.getUint8(next - 1)
  }
  return next
}
