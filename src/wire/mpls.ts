import { type Decoded, LINK_HEADER_CUT, MPLS_LABELS_TOO_MANY, NOT_IP } from './decoded.ts'
import { enter, INSIDE_ETHERNET, INSIDE_IPV4, INSIDE_IPV6, MPLS, PSEUDOWIRE } from './encapsulation.ts'
import type { Packet } from './packet.ts'

// A label stack entry is label, traffic class, bottom-of-stack bit and time to live (RFC 3032 section 2.1).
const LABEL_LENGTH = 4
const BOTTOM_OF_STACK = 0x01
/** Real networks stack a handful; a frame with more than this is not followed further. */
const MOST_LABELS = 16

/** A pseudowire's control word begins with a zero half-octet (RFC 4385 section 3). */
const CONTROL_WORD_LENGTH = 4
const ETHERNET_TYPE = 12
const ETHERNET_LENGTH = 14
const VLAN = 0x8100
const VLAN_SERVICE = 0x88a8
const TAG_LENGTH = 4

/** Nothing in a label stack says what is below it: the first half-octet must tell (RFC 4928 section 3). */
export function decodeMpls(view: DataView, at: number, end: number, packet: Packet): Decoded {
  for (let label = 0; label < MOST_LABELS; label += 1) {
    const entry = at + label * LABEL_LENGTH
    if (end - entry < LABEL_LENGTH) return LINK_HEADER_CUT
    if (view.getUint8(entry + 2) & BOTTOM_OF_STACK) return decodeBelow(view, entry + LABEL_LENGTH, end, packet)
  }
  return MPLS_LABELS_TOO_MANY
}

/**
 * An Ethernet frame stands there with or without a control word, and its address may begin with any half-octet. It is
 * one only where it certainly is: where what looks like its type is followed by such a packet.
 */
function decodeBelow(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end <= at) return LINK_HEADER_CUT
  const version = view.getUint8(at) >> 4
  const isIp = version === 4 || version === 6
  if (isIp && fits(view, version, at, end, packet)) return enterIp(packet, version, at)
  if (version === 0 && isEthernet(view, at + CONTROL_WORD_LENGTH, end)) {
    return enter(packet, MPLS | PSEUDOWIRE, INSIDE_ETHERNET, at + CONTROL_WORD_LENGTH)
  }
  if (isEthernet(view, at, end)) return enter(packet, MPLS | PSEUDOWIRE, INSIDE_ETHERNET, at)
  return isIp ? enterIp(packet, version, at) : NOT_IP
}

function enterIp(packet: Packet, version: number, at: number): Decoded {
  return enter(packet, MPLS, version === 4 ? INSIDE_IPV4 : INSIDE_IPV6, at)
}

/** Whether the length of an IP packet at `at` is one that the frame has room for. */
function fits(view: DataView, version: number, at: number, end: number, packet: Packet): boolean {
  const room = packet.wireEnd - at
  if (version === 4) return end - at >= 4 && view.getUint16(at + 2) <= room
  return end - at >= 6 && view.getUint16(at + 4) + 40 <= room
}

function isEthernet(view: DataView, at: number, end: number): boolean {
  if (end - at <= ETHERNET_LENGTH) return false
  const type = view.getUint16(at + ETHERNET_TYPE)
  if (type !== VLAN && type !== VLAN_SERVICE) return isIpOf(type, view.getUint8(at + ETHERNET_LENGTH))
  if (end - at <= ETHERNET_LENGTH + TAG_LENGTH) return false
  const tagged = view.getUint16(at + ETHERNET_TYPE + TAG_LENGTH)
  return isIpOf(tagged, view.getUint8(at + ETHERNET_LENGTH + TAG_LENGTH))
}

/** Whether an IP packet of the type can begin with the octet. */
function isIpOf(type: number, first: number): boolean {
  if (type === INSIDE_IPV4) return first >= 0x45 && first <= 0x4f
  return type === INSIDE_IPV6 && first >> 4 === 6
}
