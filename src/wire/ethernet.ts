import { type Decoded, LINK_HEADER_CUT } from './decoded.ts'
import { decodeEtherType } from './ether-type.ts'
import type { Packet } from './packet.ts'

// Offsets into the header, IEEE 802.3 clause 3.
const DESTINATION_HIGH = 0
const DESTINATION_LOW = 2
const TYPE = 12
const LENGTH = 14

export function decodeEthernet(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < LENGTH) return LINK_HEADER_CUT
  packet.linkBroadcast = view.getUint16(at + DESTINATION_HIGH) === 0xffff && view.getInt32(at + DESTINATION_LOW) === -1
  return decodeEtherType(view, view.getUint16(at + TYPE), at + LENGTH, end, packet)
}
