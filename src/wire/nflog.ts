import { type Decoded, LINK_HEADER_CUT, NOT_IP } from './decoded.ts'
import { decodeIp } from './ip.ts'
import type { Packet } from './packet.ts'

// What Linux's netfilter logs: LINKTYPE_NFLOG of tcpdump.org/linktypes. Address family, version and a group, then
// values, each behind its length and type in the byte order of the recording machine.
const FAMILY = 0
const VERSION = 1
const HEADER_LENGTH = 4
const VALUE_TYPE = 2
const VALUE_HEADER_LENGTH = 4

const AF_INET = 2
const AF_INET6 = 10
/** The type of the value that is the packet. */
const PAYLOAD = 9
/** Linux has about 20 types. All stand in the lower octet, which tells the byte order. */
const LARGEST_TYPE = 0xff
/** Linux writes each type once at most; a frame with more values than this is not followed further. */
const MOST_VALUES = 64

export function decodeNflog(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < HEADER_LENGTH) return LINK_HEADER_CUT
  const family = view.getUint8(at + FAMILY)
  if (view.getUint8(at + VERSION) !== 0 || (family !== AF_INET && family !== AF_INET6)) return NOT_IP
  let next = at + HEADER_LENGTH
  for (let count = 0; count < MOST_VALUES; count += 1) {
    if (next >= packet.wireEnd) return NOT_IP
    if (end - next < VALUE_HEADER_LENGTH) return LINK_HEADER_CUT
    const isLittle = view.getUint16(next + VALUE_TYPE, true) <= LARGEST_TYPE
    const length = view.getUint16(next, isLittle)
    if (length < VALUE_HEADER_LENGTH) return LINK_HEADER_CUT
    if (view.getUint16(next + VALUE_TYPE, isLittle) === PAYLOAD) return decodePayload(view, next, length, end, packet)
    // Values are padded to words.
    next += (length + 3) & ~3
  }
  return NOT_IP
}

function decodePayload(view: DataView, at: number, length: number, end: number, packet: Packet): Decoded {
  const valueEnd = at + length
  if (valueEnd < packet.wireEnd) packet.wireEnd = valueEnd
  return decodeIp(view, at + VALUE_HEADER_LENGTH, end < valueEnd ? end : valueEnd, packet)
}
