import { type Decoded, IP_VERSION_WRONG, LINK_HEADER_CUT } from './decoded.ts'
import { decodeIpv4 } from './ipv4.ts'
import { decodeIpv6 } from './ipv6.ts'
import type { Packet } from './packet.ts'

/** Decodes an IP packet whose version only its own first half-octet tells: raw IP captures. */
export function decodeIp(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end <= at) return LINK_HEADER_CUT
  const version = view.getUint8(at) >> 4
  if (version === 4) return decodeIpv4(view, at, end, packet)
  if (version === 6) return decodeIpv6(view, at, end, packet)
  return IP_VERSION_WRONG
}
