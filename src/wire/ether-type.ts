import { type Decoded, LINK_HEADER_CUT, NOT_IP, VLAN_TAGS_TOO_MANY } from './decoded.ts'
import { CISCO_METADATA, enter } from './encapsulation.ts'
import { decodeIpv4 } from './ipv4.ts'
import { decodeIpv6 } from './ipv6.ts'
import { decodeMpls } from './mpls.ts'
import type { Packet } from './packet.ts'
import { decodePppoe } from './ppp.ts'

const IPV4 = 0x0800
const IPV6 = 0x86dd
const VLAN = 0x8100
/** Service tag of IEEE 802.1ad, and the number in use before it. */
const VLAN_SERVICE = 0x88a8
const VLAN_SERVICE_OLD = 0x9100
const MPLS = 0x8847
const MPLS_MULTICAST = 0x8848
const PPPOE_SESSION = 0x8864
const CISCO_METADATA_TYPE = 0x8909

/** Version, length, option and security group tag; then the next EtherType. */
const METADATA_NEXT_TYPE = 6
const METADATA_LENGTH = 8

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
    if (type !== VLAN && type !== VLAN_SERVICE && type !== VLAN_SERVICE_OLD) {
      return decodeAround(view, type, next, end, packet)
    }
    if (end - next < TAG_LENGTH) return LINK_HEADER_CUT
    type = view.getUint16(next + 2)
    next += TAG_LENGTH
  }
  return VLAN_TAGS_TOO_MANY
}

/** Decodes a header that stands around a packet. */
function decodeAround(view: DataView, type: number, at: number, end: number, packet: Packet): Decoded {
  switch (type) {
    case MPLS:
    case MPLS_MULTICAST:
      return decodeMpls(view, at, end, packet)
    case PPPOE_SESSION:
      return decodePppoe(view, at, end, packet)
    case CISCO_METADATA_TYPE:
      return decodeCiscoMetadata(view, at, end, packet)
    default:
      return NOT_IP
  }
}

function decodeCiscoMetadata(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < METADATA_LENGTH) return LINK_HEADER_CUT
  const type = view.getUint16(at + METADATA_NEXT_TYPE)
  return type <= LARGEST_LENGTH ? NOT_IP : enter(packet, CISCO_METADATA, type, at + METADATA_LENGTH)
}

/** Decodes an LLC header, and a SNAP header behind it. */
export function decodeLlc(view: DataView, at: number, end: number, packet: Packet): Decoded {
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
