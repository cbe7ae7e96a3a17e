import { decodeBsdNull } from './bsd-null.ts'
import { decodeCiscoHdlc } from './cisco-hdlc.ts'
import {
  type Decoded,
  ENCAPSULATIONS_TOO_MANY,
  INSIDE,
  IP_LATER_FRAGMENT,
  LINK_TYPE_UNKNOWN,
  NOT_IP,
  OK,
  TUNNEL_UNREADABLE,
} from './decoded.ts'
import { INSIDE_ETHERNET, TUNNELS } from './encapsulation.ts'
import { decodeEtherType } from './ether-type.ts'
import { decodeEthernet } from './ethernet.ts'
import { decodeFddi } from './fddi.ts'
import { FRAGMENT_AROUND, LONGEST_DATAGRAM, writeDatagram } from './fragment.ts'
import { decodeIp } from './ip.ts'
import {
  LINK_CISCO_HDLC,
  LINK_ETHERNET,
  LINK_FDDI,
  LINK_IPV4,
  LINK_IPV6,
  LINK_LINUX_SLL,
  LINK_LINUX_SLL2,
  LINK_LOOP,
  LINK_NFLOG,
  LINK_NULL,
  LINK_PPP,
  LINK_PPP_HDLC,
  LINK_RAW,
  LINK_RAW_BSD,
  LINK_RAW_OPENBSD,
} from './link-type.ts'
import { decodeLinuxSll, decodeLinuxSll2 } from './linux-cooked.ts'
import { decodeNflog } from './nflog.ts'
import { NO_TUNNEL, type Packet } from './packet.ts'
import { decodePppFrame } from './ppp.ts'

/** LINK_ETHERNET. Here, because an imported number costs half a nanosecond for each packet. */
const ETHERNET = 1

/** Real networks nest two or three headers around a packet; a frame with more than this is not followed further. */
const MOST_ENCAPSULATIONS = 8

/**
 * Decodes the frame from `start` to `end` of `view` into `packet`: the innermost packet, and around it `encapsulation`.
 * A tunnel whose inside is no IP packet, or cannot be read, is itself the packet.
 *
 * `originalLength` is the frame's length on the wire: what a short snap length cut off is not read, but counted.
 */
export function decodePacket(
  view: DataView,
  linkType: number,
  start: number,
  end: number,
  originalLength: number,
  packet: Packet,
): Decoded {
  const captured = end - start
  const wireEnd = originalLength > captured ? start + originalLength : end
  packet.wireEnd = wireEnd
  packet.linkBroadcast = false
  packet.encapsulation = 0
  const decoded =
    linkType === ETHERNET ? decodeEthernet(view, start, end, packet) : decodeLink(view, linkType, start, end, packet)
  // INSIDE is the only negative number.
  return decoded < 0 ? decodeInside(view, linkType, start, end, wireEnd, packet) : decoded
}

function decodeLink(view: DataView, linkType: number, start: number, end: number, packet: Packet): Decoded {
  switch (linkType) {
    case LINK_ETHERNET:
      return decodeEthernet(view, start, end, packet)
    case LINK_RAW:
    case LINK_RAW_BSD:
    case LINK_RAW_OPENBSD:
    case LINK_IPV4:
    case LINK_IPV6:
      return decodeIp(view, start, end, packet)
    case LINK_LINUX_SLL:
      return decodeLinuxSll(view, start, end, packet)
    case LINK_LINUX_SLL2:
      return decodeLinuxSll2(view, start, end, packet)
    case LINK_NULL:
    case LINK_LOOP:
      return decodeBsdNull(view, start, end, packet)
    case LINK_PPP:
    case LINK_PPP_HDLC:
      return decodePppFrame(view, start, end, packet)
    case LINK_CISCO_HDLC:
      return decodeCiscoHdlc(view, start, end, packet)
    case LINK_FDDI:
      return decodeFddi(view, start, end, packet)
    case LINK_NFLOG:
      return decodeNflog(view, start, end, packet)
    default:
      return LINK_TYPE_UNKNOWN
  }
}

/** Goes on where the link's decoder ended with enter(). */
function decodeInside(
  view: DataView,
  linkType: number,
  start: number,
  end: number,
  wireEnd: number,
  packet: Packet,
): Decoded {
  packet.tunnel = NO_TUNNEL
  const decoded = passHeaders(view, end, packet, MOST_ENCAPSULATIONS)
  if (decoded === INSIDE) return ENCAPSULATIONS_TOO_MANY
  const { tunnel } = packet
  if (decoded === OK || decoded === IP_LATER_FRAGMENT || tunnel === NO_TUNNEL) return decoded
  // What is inside has overwritten the tunnel's packet: once more, up to there.
  packet.wireEnd = wireEnd
  packet.linkBroadcast = false
  packet.encapsulation = 0
  decodeLink(view, linkType, start, end, packet)
  passHeaders(view, end, packet, tunnel)
  return decoded === NOT_IP ? OK : TUNNEL_UNREADABLE
}

/** Passes at most so many headers from one inside to the next: INSIDE when there are more. */
function passHeaders(view: DataView, end: number, packet: Packet, most: number): Decoded {
  let decoded = INSIDE
  let around = 0
  let innerEnd = end
  for (let passed = 0; decoded === INSIDE && passed < most; passed += 1) {
    if (packet.wireEnd < innerEnd) innerEnd = packet.wireEnd
    if (packet.layer & TUNNELS) {
      packet.tunnel = passed
      if (packet.fragment !== 0) around = beginFragmented(packet)
    }
    packet.encapsulation |= packet.layer
    decoded = decodeNext(view, packet.inside, innerEnd, packet)
  }
  if (around !== 0) packet.fragment |= around
  return decoded
}

/**
 * A tunnel's datagram of which this is the first fragment: the packet inside is as long as its own header says, and the
 * later fragments bring nothing that would not have been counted.
 */
function beginFragmented(packet: Packet): number {
  writeDatagram(packet, packet.around)
  packet.wireEnd = packet.inside + LONGEST_DATAGRAM
  return FRAGMENT_AROUND
}

function decodeNext(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (packet.insideType === INSIDE_ETHERNET) return decodeEthernet(view, at, end, packet)
  return decodeEtherType(view, packet.insideType, at, end, packet)
}
