import { decodeBsdNull } from './bsd-null.ts'
import { type Decoded, LINK_TYPE_UNKNOWN } from './decoded.ts'
import { decodeEthernet } from './ethernet.ts'
import { decodeIp } from './ip.ts'
import {
  LINK_ETHERNET,
  LINK_IPV4,
  LINK_IPV6,
  LINK_LINUX_SLL,
  LINK_LINUX_SLL2,
  LINK_LOOP,
  LINK_NULL,
  LINK_RAW,
  LINK_RAW_BSD,
  LINK_RAW_OPENBSD,
} from './link-type.ts'
import { decodeLinuxSll, decodeLinuxSll2 } from './linux-cooked.ts'
import type { Packet } from './packet.ts'

/**
 * Decodes the frame from `start` to `end` of `view` into `packet`.
 *
 * `originalLength` is the frame's length on the wire: what a short snap length cut off is not read, but counted.
 * Returns OK when `packet` holds a packet; every other code leaves it undefined.
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
  packet.wireEnd = originalLength > captured ? start + originalLength : end
  packet.linkBroadcast = false
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
    default:
      return LINK_TYPE_UNKNOWN
  }
}
