/**
 * What came of decoding a frame, by number: a packet, a frame that holds no IP packet, or a named oddity after
 * which nothing more of the frame is trusted.
 *
 * `packet` holds a packet with OK and TUNNEL_UNREADABLE, and a later fragment with IP_LATER_FRAGMENT; with every other
 * number it is undefined.
 */
export type Decoded = number

/** `packet` holds a packet. */
export const OK = 0
/** A sound frame of another protocol, such as ARP. */
export const NOT_IP = 1
/** A link type that this program does not read. */
export const LINK_TYPE_UNKNOWN = 2
export const LINK_HEADER_CUT = 3
export const VLAN_TAGS_TOO_MANY = 4
export const IP_VERSION_WRONG = 5
export const IPV4_HEADER_CUT = 6
export const IPV4_HEADER_LENGTH_WRONG = 7
export const IPV4_TOTAL_LENGTH_WRONG = 8
export const IPV6_HEADER_CUT = 9
export const IPV6_EXTENSION_CUT = 10
export const IPV6_EXTENSIONS_TOO_MANY = 11
/** A later fragment: it has no ports of its own. All else of `packet` is there. */
export const IP_LATER_FRAGMENT = 12
export const TCP_PORTS_CUT = 13
export const TCP_HEADER_LENGTH_WRONG = 14
export const UDP_PORTS_CUT = 15
export const MPLS_LABELS_TOO_MANY = 16
export const ENCAPSULATIONS_TOO_MANY = 17
/** `packet` holds the packet of a tunnel, because what is inside makes no sense, or was not captured. */
export const TUNNEL_UNREADABLE = 18

/** Among decoders only: there is more inside; see enter(). */
export const INSIDE = -1

export const DECODED_NAMES = [
  'ok',
  'not-ip',
  'link-type-unknown',
  'link-header-cut',
  'vlan-tags-too-many',
  'ip-version-wrong',
  'ipv4-header-cut',
  'ipv4-header-length-wrong',
  'ipv4-total-length-wrong',
  'ipv6-header-cut',
  'ipv6-extension-cut',
  'ipv6-extensions-too-many',
  'ip-later-fragment',
  'tcp-ports-cut',
  'tcp-header-length-wrong',
  'udp-ports-cut',
  'mpls-labels-too-many',
  'encapsulations-too-many',
  'tunnel-unreadable',
] as const
