import { type Decoded, OK } from './decoded.ts'
import { enter, INSIDE_IPV4, INSIDE_IPV6, IP_IN_IP, SIX_IN_FOUR } from './encapsulation.ts'
import { decodeGre } from './gre.ts'
import { type Packet, setPayload } from './packet.ts'
import { decodeTcp } from './tcp.ts'
import { decodeUdp } from './udp.ts'

// IANA protocol numbers.
export const TCP = 6
export const UDP = 17
/** IPv4, and IPv6, inside an IP packet. */
const IPV4_INSIDE = 4
const IPV6_INSIDE = 41
const GRE = 47

/** Decodes the transport header at `at`. A protocol without ports that are read here becomes a packet of ports 0. */
export function decodeTransport(view: DataView, protocol: number, at: number, end: number, packet: Packet): Decoded {
  packet.protocol = protocol
  packet.tcpFlags = 0
  packet.checksum = 0
  if (protocol === TCP) return decodeTcp(view, at, end, packet)
  if (protocol === UDP) return decodeUdp(view, at, end, packet)
  return decodePortless(view, protocol, at, end, packet)
}

function decodePortless(view: DataView, protocol: number, at: number, end: number, packet: Packet): Decoded {
  packet.srcPort = 0
  packet.dstPort = 0
  setPayload(packet, at, end)
  switch (protocol) {
    case IPV4_INSIDE:
      return enter(packet, IP_IN_IP, INSIDE_IPV4, at)
    case IPV6_INSIDE:
      return enter(packet, packet.family === 4 ? SIX_IN_FOUR : IP_IN_IP, INSIDE_IPV6, at)
    case GRE:
      return decodeGre(view, packet)
    default:
      return OK
  }
}
