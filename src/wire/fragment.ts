import { type Decoded, IP_LATER_FRAGMENT } from './decoded.ts'
import { type Packet, setPayload } from './packet.ts'

// Inside Packet's `fragment`, as in IPv4's header (RFC 791 section 3.1).
/** The offset, in units of 8 bytes. */
export const FRAGMENT_OFFSET = 0x1fff
export const FRAGMENT_MORE = 0x2000
/** Not in the header: around the packet is a tunnel's datagram, and this is the first fragment of that one. */
export const FRAGMENT_AROUND = 0x4000

/** The longest that a datagram can be, by the 16 bits of its length. */
export const LONGEST_DATAGRAM = 0xffff

/**
 * Writes what tells the datagram at hand from others into `datagram`. For IPv6 that is without the protocol (RFC 8200
 * section 4.5): each fragment only names the header behind the fragment header.
 */
export function writeDatagram(packet: Packet, datagram: Int32Array): void {
  datagram[0] = packet.family
  datagram[1] = packet.family === 4 ? packet.protocol : 0
  datagram[2] = packet.identification
  datagram[3] = packet.src0
  datagram[4] = packet.src1
  datagram[5] = packet.src2
  datagram[6] = packet.src3
  datagram[7] = packet.dst0
  datagram[8] = packet.dst1
  datagram[9] = packet.dst2
  datagram[10] = packet.dst3
}

/** Decodes what begins at `at` as a part of a datagram that is not its beginning. */
export function decodeLaterFragment(protocol: number, at: number, end: number, packet: Packet): Decoded {
  packet.protocol = protocol
  packet.srcPort = 0
  packet.dstPort = 0
  packet.tcpFlags = 0
  packet.checksum = 0
  setPayload(packet, at, end)
  return IP_LATER_FRAGMENT
}
