import { type Decoded, INSIDE } from './decoded.ts'
import type { Packet } from './packet.ts'

// What stands around the innermost packet, one bit each. VLAN tags and what a link type itself says are none.
export const MPLS = 1 << 0
/** An Ethernet frame behind MPLS labels (RFC 4448). */
export const PSEUDOWIRE = 1 << 1
export const PPPOE = 1 << 2
export const CISCO_METADATA = 1 << 3
export const GRE = 1 << 4
export const ERSPAN = 1 << 5
export const VXLAN = 1 << 6
export const GENEVE = 1 << 7
export const GTP_U = 1 << 8
export const IP_IN_IP = 1 << 9
/** IPv6 in IPv4 (RFC 4213). */
export const SIX_IN_FOUR = 1 << 10

const NAMES = [
  'mpls',
  'pseudowire',
  'pppoe',
  'cisco-metadata',
  'gre',
  'erspan',
  'vxlan',
  'geneve',
  'gtp-u',
  'ip-in-ip',
  '6in4',
] as const

/** Those around which there is an IP packet, and with it a flow of its own. */
export const TUNNELS = GRE | ERSPAN | VXLAN | GENEVE | GTP_U | IP_IN_IP | SIX_IN_FOUR

// EtherTypes that say what stands inside.
export const INSIDE_IPV4 = 0x0800
export const INSIDE_IPV6 = 0x86dd
/** Transparent Ethernet bridging: a whole frame. */
export const INSIDE_ETHERNET = 0x6558
export const INSIDE_MPLS = 0x8847
export const INSIDE_MPLS_MULTICAST = 0x8848

/**
 * Notes that a header of `layer` (a bit of above, or 0) ends at `at`, and that what an EtherType of `type` names stands
 * there. The decoder of the header ends with this; decodePacket() goes on inside, so that headers can hold each other
 * in any order. The packet that has been decoded so far stays whole until then.
 */
export function enter(packet: Packet, layer: number, type: number, at: number): Decoded {
  packet.layer = layer
  packet.insideType = type
  packet.inside = at
  return INSIDE
}

/** The names of the bits, in their order: which header stands inside which is not kept. */
export function encapsulationNames(encapsulation: number): readonly string[] {
  return NAMES.filter((_, bit) => (encapsulation & (1 << bit)) !== 0)
}
