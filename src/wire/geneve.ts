import { type Decoded, OK } from './decoded.ts'
import { enter, GENEVE } from './encapsulation.ts'
import type { Packet } from './packet.ts'

// Version and option length, flags, protocol type, network identifier and 8 reserved bits (RFC 8926 section 3.4).
const FLAGS = 1
const PROTOCOL_TYPE = 2
const RESERVED_LAST = 7
const FIXED_LENGTH = 8
/** Upper two bits; the rest is the length of the options in words. */
const VERSION_MASK = 0xc0
const RESERVED_FLAGS = 0x3f
/** The packet is a message between the tunnel's ends. */
const CONTROL = 0x80
const SMALLEST_TYPE = 0x0600

/** An option is class, type and a length in words, then its value (RFC 8926 section 3.5). */
const OPTION_LENGTH = 3
const OPTION_LENGTH_MASK = 0x1f
const OPTION_HEADER_LENGTH = 4

/** Decodes the payload of `packet` where it is Geneve: whatever else uses the port stays what it is. */
export function decodeGeneve(view: DataView, packet: Packet): Decoded {
  const { payload: at, payloadEnd: end } = packet
  if (end - at < FIXED_LENGTH) return OK
  const first = view.getUint8(at)
  const flags = view.getUint8(at + FLAGS)
  const type = view.getUint16(at + PROTOCOL_TYPE)
  if ((first & VERSION_MASK) !== 0 || (flags & (RESERVED_FLAGS | CONTROL)) !== 0) return OK
  if (view.getUint8(at + RESERVED_LAST) !== 0 || type < SMALLEST_TYPE) return OK
  const inside = at + FIXED_LENGTH + first * 4
  if (!areOptions(view, at + FIXED_LENGTH, inside, end)) return OK
  return enter(packet, GENEVE, type, inside)
}

/** Whether the options from `at` fill the room up to `inside`: at most 63 words. */
function areOptions(view: DataView, at: number, inside: number, end: number): boolean {
  if (inside > end) return false
  let next = at
  while (next < inside) {
    next += OPTION_HEADER_LENGTH + (view.getUint8(next + OPTION_LENGTH) & OPTION_LENGTH_MASK) * 4
  }
  return next === inside
}
