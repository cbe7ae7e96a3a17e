import { type Decoded, OK } from './decoded.ts'
import { enter, INSIDE_ETHERNET, VXLAN } from './encapsulation.ts'
import type { Packet } from './packet.ts'

// Flags, 24 reserved bits, network identifier and 8 reserved bits (RFC 7348 section 5).
const LENGTH = 8
const IDENTIFIER_PRESENT = 0x08
/** The group policy extension (draft-smith-vxlan-group-policy-05) sets this flag and uses the reserved bits. */
const GROUP_POLICY = 0x80
const RESERVED_LAST = 7

/** Decodes the payload of `packet` where it is VXLAN: whatever else uses the port stays what it is. */
export function decodeVxlan(view: DataView, packet: Packet): Decoded {
  const { payload: at, payloadEnd: end } = packet
  if (end - at < LENGTH) return OK
  const flags = view.getUint8(at)
  const isPlain = flags === IDENTIFIER_PRESENT && (view.getUint32(at) & 0xffffff) === 0
  if (!isPlain && flags !== (IDENTIFIER_PRESENT | GROUP_POLICY)) return OK
  if (view.getUint8(at + RESERVED_LAST) !== 0) return OK
  return enter(packet, VXLAN, INSIDE_ETHERNET, at + LENGTH)
}
