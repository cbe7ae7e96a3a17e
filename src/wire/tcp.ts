import { type Decoded, OK, TCP_HEADER_LENGTH_WRONG, TCP_PORTS_CUT } from './decoded.ts'
import { type Packet, setPayload } from './packet.ts'

// Offsets into the header, RFC 9293 section 3.1.
const SOURCE_PORT = 0
const DESTINATION_PORT = 2
const SEQUENCE = 4
const ACKNOWLEDGEMENT = 8
const DATA_OFFSET = 12
const FLAGS = 13
const WINDOW = 14
const CHECKSUM = 16
const PORTS_LENGTH = 4
const FIXED_LENGTH = 20
/** With this much captured, everything that the flow table needs is there. */
const NEEDED_LENGTH = 16

export const FIN = 0x01
export const SYN = 0x02
export const RST = 0x04
export const ACK = 0x10

/**
 * Decodes a TCP header. One that the snap length cut behind its ports still gives a packet, without flags; one cut
 * later gives all that matters, because lengths come from the headers and not from what was captured.
 */
export function decodeTcp(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < PORTS_LENGTH || packet.wireEnd - at < PORTS_LENGTH) return TCP_PORTS_CUT
  packet.srcPort = view.getUint16(at + SOURCE_PORT)
  packet.dstPort = view.getUint16(at + DESTINATION_PORT)
  if (end - at < NEEDED_LENGTH) {
    setPayload(packet, packet.wireEnd, end)
    return OK
  }
  const headerLength = (view.getUint8(at + DATA_OFFSET) >> 4) * 4
  if (headerLength < FIXED_LENGTH || at + headerLength > packet.wireEnd) return TCP_HEADER_LENGTH_WRONG
  packet.seq = view.getInt32(at + SEQUENCE)
  packet.ack = view.getInt32(at + ACKNOWLEDGEMENT)
  packet.tcpFlags = view.getUint8(at + FLAGS)
  packet.window = view.getUint16(at + WINDOW)
  if (end - at >= FIXED_LENGTH) packet.checksum = view.getUint16(at + CHECKSUM)
  setPayload(packet, at + headerLength, end)
  return OK
}
