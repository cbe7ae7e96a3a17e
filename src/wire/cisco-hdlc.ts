import { type Decoded, LINK_HEADER_CUT, NOT_IP } from './decoded.ts'
import { enter } from './encapsulation.ts'
import type { Packet } from './packet.ts'

// The header is address, control and a protocol, for IP an EtherType (RFC 1547 section 4.3.1).
const PROTOCOL = 2
const LENGTH = 4
/** Smaller protocol numbers are no EtherTypes. */
const SMALLEST_TYPE = 0x0600

export function decodeCiscoHdlc(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < LENGTH) return LINK_HEADER_CUT
  const type = view.getUint16(at + PROTOCOL)
  return type < SMALLEST_TYPE ? NOT_IP : enter(packet, 0, type, at + LENGTH)
}
