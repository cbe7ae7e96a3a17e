import { INSIDE, OK } from './decoded.ts'
import { LONGEST_DATAGRAM } from './fragment.ts'
import { decodeIp } from './ip.ts'
import type { Packet } from './packet.ts'

// IANA protocol numbers.
const ICMP = 1
const ICMPV6 = 58

/** The quoted packet begins behind type, code, checksum and a word of other use (RFC 792; RFC 4443 section 3.1). */
const QUOTE = 8

const DESTINATION_UNREACHABLE = 3
const DESTINATION_UNREACHABLE_V6 = 1

// What an error message says of the packet that it quotes.
/** No error message, or one that cannot be read. */
export const NO_ERROR = 0
/** The host or the network cannot be reached. */
export const UNREACHABLE = 1
/** The host has nobody who listens on the port, or does not know the transport. */
export const PORT_UNREACHABLE = 2
/** Forbidden by whoever runs the network. */
export const PROHIBITED = 3

// Codes of "destination unreachable", RFC 792, RFC 1812 section 5.2.7.1 and RFC 4443 section 3.1.
const PROTOCOL_UNREACHABLE_CODE = 2
const PORT_UNREACHABLE_CODE = 3
const NETWORK_PROHIBITED_CODE = 9
const HOST_PROHIBITED_CODE = 10
const PROHIBITED_CODE = 13
const PROHIBITED_CODE_V6 = 1
const PORT_UNREACHABLE_CODE_V6 = 4
const SOURCE_POLICY_CODE_V6 = 5
const REJECT_ROUTE_CODE_V6 = 6
/** Not an error but advice: the packet is too long for the next link. */
const FRAGMENTATION_NEEDED_CODE = 4

/**
 * Decodes what an ICMP "destination unreachable" message quotes into `quoted`, and says what the message means. With
 * NO_ERROR, `quoted` is undefined. At least the ports of the quoted packet are there, often nothing more.
 */
export function decodeQuoted(view: DataView, packet: Packet, quoted: Packet): number {
  const { payload, payloadEnd, protocol } = packet
  if (protocol !== ICMP && protocol !== ICMPV6) return NO_ERROR
  if (payloadEnd - payload < QUOTE) return NO_ERROR
  const isV6 = protocol === ICMPV6
  if (view.getUint8(payload) !== (isV6 ? DESTINATION_UNREACHABLE_V6 : DESTINATION_UNREACHABLE)) return NO_ERROR
  const code = view.getUint8(payload + 1)
  if (!isV6 && code === FRAGMENTATION_NEEDED_CODE) return NO_ERROR
  // The quote may end inside a header; how long the packet was is said by its own.
  quoted.wireEnd = payload + QUOTE + LONGEST_DATAGRAM
  // Of a tunnel's packet it is the tunnel that has the error.
  const decoded = decodeIp(view, payload + QUOTE, payloadEnd, quoted)
  if (decoded !== OK && decoded !== INSIDE) return NO_ERROR
  return isV6 ? meaningV6(code) : meaning(code)
}

function meaning(code: number): number {
  switch (code) {
    case PROTOCOL_UNREACHABLE_CODE:
    case PORT_UNREACHABLE_CODE:
      return PORT_UNREACHABLE
    case NETWORK_PROHIBITED_CODE:
    case HOST_PROHIBITED_CODE:
    case PROHIBITED_CODE:
      return PROHIBITED
    default:
      return UNREACHABLE
  }
}

function meaningV6(code: number): number {
  switch (code) {
    case PORT_UNREACHABLE_CODE_V6:
      return PORT_UNREACHABLE
    case PROHIBITED_CODE_V6:
    case SOURCE_POLICY_CODE_V6:
    case REJECT_ROUTE_CODE_V6:
      return PROHIBITED
    default:
      return UNREACHABLE
  }
}
