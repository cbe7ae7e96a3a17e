import { type Decoded, OK, UDP_PORTS_CUT } from './decoded.ts'
import { decodeGeneve } from './geneve.ts'
import { decodeGtpU } from './gtp-u.ts'
import { type Packet, setPayload } from './packet.ts'
import { decodeVxlan } from './vxlan.ts'

// Offsets into the header, RFC 768.
const SOURCE_PORT = 0
const DESTINATION_PORT = 2
const LENGTH = 4
const CHECKSUM = 6
const PORTS_LENGTH = 4
const HEADER_LENGTH = 8

// Ports of tunnels. Here, because an imported number costs half a nanosecond for each packet.
const VXLAN = 4789
/** Linux's number for VXLAN before IANA gave it one. */
const VXLAN_OLD = 8472
const GENEVE = 6081
const GTP_U = 2152

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
  if (port === VXLAN || port === VXLAN_OLD || port === GENEVE || port === GTP_U) return decodeTunnel(view, packet)
  return OK
}

/** Tunnels send to their port in both directions. */
function decodeTunnel(view: DataView, packet: Packet): Decoded {
  switch (packet.dstPort) {
    case GENEVE:
      return decodeGeneve(view, packet)
    case GTP_U:
      return decodeGtpU(view, packet)
    default:
      return decodeVxlan(view, packet)
  }
}
