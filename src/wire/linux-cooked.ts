import { type Decoded, LINK_HEADER_CUT } from './decoded.ts'
import { decodeEtherType } from './ether-type.ts'
import type { Packet } from './packet.ts'

// What Linux records on its "any" device: LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 of tcpdump.org/linktypes.
const SLL_PACKET_TYPE = 0
const SLL_PROTOCOL = 14
const SLL_LENGTH = 16

const SLL2_PROTOCOL = 0
const SLL2_PACKET_TYPE = 10
const SLL2_LENGTH = 20

/** The packet type of a frame that was broadcast. */
const BROADCAST = 1
/** Protocol values that mean LLC instead of an EtherType: LINUX_SLL_P_802_2. */
const PROTOCOL_LLC = 4

export function decodeLinuxSll(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < SLL_LENGTH) return LINK_HEADER_CUT
  packet.linkBroadcast = view.getUint16(at + SLL_PACKET_TYPE) === BROADCAST
  return decodeProtocol(view, view.getUint16(at + SLL_PROTOCOL), at + SLL_LENGTH, end, packet)
}

export function decodeLinuxSll2(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < SLL2_LENGTH) return LINK_HEADER_CUT
  packet.linkBroadcast = view.getUint8(at + SLL2_PACKET_TYPE) === BROADCAST
  return decodeProtocol(view, view.getUint16(at + SLL2_PROTOCOL), at + SLL2_LENGTH, end, packet)
}

/** Small numbers are Linux's own and name other things than IP, but for LLC. */
function decodeProtocol(view: DataView, protocol: number, at: number, end: number, packet: Packet): Decoded {
  const etherType = protocol === PROTOCOL_LLC || protocol > 1500 ? protocol : 0xffff
  return decodeEtherType(view, etherType, at, end, packet)
}
