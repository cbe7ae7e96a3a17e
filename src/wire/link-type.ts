// Link-layer header types with their numbers in capture files (tcpdump.org/linktypes.html).
export const LINK_NULL = 0
export const LINK_ETHERNET = 1
export const LINK_PPP = 9
export const LINK_FDDI = 10
/** Raw IP under the numbers that some systems write instead of 101. */
export const LINK_RAW_BSD = 12
export const LINK_RAW_OPENBSD = 14
export const LINK_PPP_HDLC = 50
export const LINK_RAW = 101
export const LINK_CISCO_HDLC = 104
export const LINK_LOOP = 108
export const LINK_LINUX_SLL = 113
export const LINK_IPV4 = 228
export const LINK_IPV6 = 229
export const LINK_NFLOG = 239
export const LINK_LINUX_SLL2 = 276

const NAMES: ReadonlyMap<number, string> = new Map([
  [LINK_NULL, 'null'],
  [LINK_ETHERNET, 'ethernet'],
  [LINK_PPP, 'ppp'],
  [LINK_FDDI, 'fddi'],
  [LINK_RAW_BSD, 'raw'],
  [LINK_RAW_OPENBSD, 'raw'],
  [LINK_PPP_HDLC, 'ppp-hdlc'],
  [LINK_RAW, 'raw'],
  [LINK_CISCO_HDLC, 'cisco-hdlc'],
  [LINK_LOOP, 'loop'],
  [LINK_LINUX_SLL, 'linux-sll'],
  [LINK_IPV4, 'ipv4'],
  [LINK_IPV6, 'ipv6'],
  [LINK_NFLOG, 'nflog'],
  [LINK_LINUX_SLL2, 'linux-sll2'],
])

/** The type's name, or its number where it is not read. */
export function linkTypeName(linkType: number): string {
  return NAMES.get(linkType) ?? `type ${linkType}`
}
