import { type Decoded, OK } from './decoded.ts'
import { type Packet, setPayload } from './packet.ts'
import { decodeTcp } from './tcp.ts'
import { decodeUdp } from './udp.ts'

// IANA protocol numbers.
export const TCP = 6
export const UDP = 17

/** Decodes the transport header at `at`. A protocol without ports that are read here becomes a packet of ports 0. */
export function decodeTransport(view: DataView, protocol: number, at: number, end: number, packet: Packet): Decoded {
  packet.protocol = protocol
  packet.tcpFlags = 0
  packet.checksum = 0
  if (protocol === TCP) return decodeTcp(view, at, end, packet)
  if (protocol === UDP) return decodeUdp(view, at, end, packet)
  packet.srcPort = 0
  packet.dstPort = 0
  setPayload(packet, at, end)
  return OK
}
