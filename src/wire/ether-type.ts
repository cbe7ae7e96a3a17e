import { type Decoded, LINK_HEADER_CUT, NOT_IP, VLAN_TAGS_TOO_MANY } from './decoded.ts'
import { decodeIpv4 } from './ipv4.ts'
import { decodeIpv6 } from './ipv6.ts'
import type { Packet } from './packet.ts'

const IPV4 = 0x0800
const IPV6 = 0x86dd
const VLAN = 0x8100
/** Service tag of IEEE 802.1ad, and the number in use before it. */
const VLAN_SERVICE = 0x88a8
const VLAN_SERVICE_OLD = 0x9100

const TAG_LENGTH = 4
/** Real networks stack two tags; a frame with more than this is not followed further. */
const MOST_TAGS = 8

/** Values up to this are an IEEE 802.3 length, not a type. */
const LARGEST_LENGTH = 1500
const LLC_LENGTH = 3
const LLC_SNAP = 0xaaaa03
const LLC_IP = 0x060603
const SNAP_LENGTH = 5
const SNAP_ETHERNET = 0x000000
/** Bridge tunnel encapsulation (RFC 1042 frames over bridges). */
const SNAP_BRIDGE_TUNNEL = 0x0000f8

/** Decodes what follows an EtherType (or 802.3 length) field whose value is `etherType`; `at` is right behind it. */
export function decodeEtherType(view: DataView, etherType: number, at: number, end: number, packet: Packet): Decoded {
  let type = etherType
  let next = at
  for (let tags = 0; tags <= MOST_TAGS; tags += 1) {
    if (type === IPV4) return decodeIpv4(view, next, end, packet)
    if (type === IPV6) return decodeIpv6(view, next, end, packet)
    if (type <= LARGEST_LENGTH) return decodeLlc(view, next, end, packet)
    if (type !== VLAN && type !== VLAN_SERVICE && type !== VLAN_SERVICE_OLD) return NOT_IP
    if (end - next < TAG_LENGTH) return LINK_HEADER_CUT
    type = view.getUint16(next + 2)
    next += TAG_LENGTH
  }
  return VLAN_TAGS_TOO_MANY
}

function decodeLlc(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < LLC_LENGTH) return LINK_HEADER_CUT
  const llc = (view.getUint16(at) << 8) | view.getUint8(at + 2)
  if (llc === LLC_IP) return decodeIpv4(view, at + LLC_LENGTH, end, packet)
  if (llc !== LLC_SNAP) return NOT_IP
  const snap = at + LLC_LENGTH
  if (end - snap < SNAP_LENGTH) return LINK_HEADER_CUT
  const organisation = (view.getUint16(snap) << 8) | view.getUint8(snap + 2)
  if (organisation !== SNAP_ETHERNET && organisation !== SNAP_BRIDGE_TUNNEL) return NOT_IP
  const type = view.getUint16(snap + 3)
  if (type <= LARGEST_LENGTH) return NOT_IP
  return decodeEtherType(view, type, snap + SNAP_LENGTH, end, packet)
}
