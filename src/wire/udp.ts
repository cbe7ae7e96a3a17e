import { type Decoded, OK, UDP_PORTS_CUT } from './decoded.ts'
import { decodeGeneve, GENEVE_PORT } from './geneve.ts'
import { decodeGtpU, GTP_U_PORT } from './gtp-u.ts'
import { type Packet, setPayload } from './packet.ts'
import { decodeVxlan, VXLAN_PORT, VXLAN_PORT_OLD } from './vxlan.ts'

// Offsets into the header, RFC 768.
const SOURCE_PORT = 0
const DESTINATION_PORT = 2
const LENGTH = 4
const CHECKSUM = 6
const PORTS_LENGTH = 4
const HEADER_LENGTH = 8

/** Decodes a UDP header. Its own length bounds the payload where it is captured and smaller than the IP packet's. */
export function decodeUdp(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < PORTS_LENGTH || packet.wireEnd - at < PORTS_LENGTH) return UDP_PORTS_CUT
  packet.srcPort = view.getUint16(at + SOURCE_PORT)
  const port = view.getUint16(at + DESTINATION_PORT)
  packet.dstPort = port
  if (end - at >= HEADER_LENGTH) {
    const length = view.getUint16(at + LENGTH)
    packet.checksum = view.getUint16(at + CHECKSUM)
    // 0 is a jumbogram or segmentation offload.
    if (length >= HEADER_LENGTH && at + length < packet.wireEnd) packet.wireEnd = at + length
  }
  setPayload(packet, at + HEADER_LENGTH, end)
  if (port === VXLAN_PORT || port === VXLAN_PORT_OLD || port === GENEVE_PORT || port === GTP_U_PORT) {
    return decodeTunnel(view, packet)
  }
  return OK
}

/** Tunnels send to their port in both directions. */
function decodeTunnel(view: DataView, packet: Packet): Decoded {
  switch (packet.dstPort) {
    case GENEVE_PORT:
      return decodeGeneve(view, packet)
    case GTP_U_PORT:
      return decodeGtpU(view, packet)
    default:
      return decodeVxlan(view, packet)
  }
}
