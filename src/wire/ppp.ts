import { decodeCiscoHdlc } from './cisco-hdlc.ts'
import { type Decoded, LINK_HEADER_CUT, NOT_IP } from './decoded.ts'
import { enter, INSIDE_IPV4, INSIDE_IPV6, INSIDE_MPLS, INSIDE_MPLS_MULTICAST, PPPOE } from './encapsulation.ts'
import type { Packet } from './packet.ts'

/** Address and control of HDLC-like framing, which may be left out (RFC 1662 section 3.1). */
const ALL_STATIONS = 0xff03
/** First octets of Cisco's HDLC framing. */
const CISCO_UNICAST = 0x0f
const CISCO_MULTICAST = 0x8f

// Protocol numbers, IANA "Point-to-Point Protocol Field Assignments".
const IPV4 = 0x0021
const IPV6 = 0x0057
const MPLS = 0x0281
const MPLS_MULTICAST = 0x0283

// PPPoE's header is version and type, code, session and length (RFC 2516 section 4).
const PPPOE_VERSION_TYPE = 0x11
const PPPOE_SESSION_DATA = 0
const PPPOE_LENGTH = 4
const PPPOE_HEADER_LENGTH = 6

/** A frame of the link types PPP and PPP with HDLC framing, which both come with and without that framing. */
export function decodePppFrame(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < 2) return LINK_HEADER_CUT
  const first = view.getUint8(at)
  if (first === CISCO_UNICAST || first === CISCO_MULTICAST) return decodeCiscoHdlc(view, at, end, packet)
  const framing = view.getUint16(at) === ALL_STATIONS ? 2 : 0
  return decodePpp(view, at + framing, end, packet, 0)
}

/** A frame of the EtherType 0x8864. What a session's length leaves of it is padding. */
export function decodePppoe(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < PPPOE_HEADER_LENGTH) return LINK_HEADER_CUT
  if (view.getUint8(at) !== PPPOE_VERSION_TYPE || view.getUint8(at + 1) !== PPPOE_SESSION_DATA) return NOT_IP
  const ppp = at + PPPOE_HEADER_LENGTH
  const sessionEnd = ppp + view.getUint16(at + PPPOE_LENGTH)
  if (sessionEnd < packet.wireEnd) packet.wireEnd = sessionEnd
  return decodePpp(view, ppp, end < sessionEnd ? end : sessionEnd, packet, PPPOE)
}

/** The protocol field is one octet long where that one is odd, else two (RFC 1661 section 2; RFC 1662 section 6.5). */
function decodePpp(view: DataView, at: number, end: number, packet: Packet, layer: number): Decoded {
  if (end <= at) return LINK_HEADER_CUT
  const first = view.getUint8(at)
  if (first & 1) return enterProtocol(packet, layer, first, at + 1)
  if (end - at < 2) return LINK_HEADER_CUT
  return enterProtocol(packet, layer, view.getUint16(at), at + 2)
}

function enterProtocol(packet: Packet, layer: number, protocol: number, at: number): Decoded {
  switch (protocol) {
    case IPV4:
      return enter(packet, layer, INSIDE_IPV4, at)
    case IPV6:
      return enter(packet, layer, INSIDE_IPV6, at)
    case MPLS:
      return enter(packet, layer, INSIDE_MPLS, at)
    case MPLS_MULTICAST:
      return enter(packet, layer, INSIDE_MPLS_MULTICAST, at)
    default:
      return NOT_IP
  }
}
