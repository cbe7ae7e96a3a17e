import { isIPv6 } from 'node:net'

/**
 * An address as a point on one line that holds both families: IPv4 addresses are 0 to 2^32 - 1, IPv6 addresses
 * 2^128 to 2^129 - 1. No two neighbours are of different families, and the low bits are those of the address.
 */
export type Point = bigint

export const IPV6_BASE: Point = 1n << 128n

/** `::ffff:0:0/96` (RFC 4291 section 2.5.5.2): the upper 96 bits of an IPv6 address that means an IPv4 address. */
const MAPPED_PREFIX = 0xffffn

export function familyOf(point: Point): 4 | 6 {
  return point < IPV6_BASE ? 4 : 6
}

/** The point of an address in text, canonical or not; undefined where it is no address. Zone ids are not accepted. */
export function parseAddress(text: string): Point | undefined {
  const ipv4 = ipv4Number(text)
  if (ipv4 >= 0) return BigInt(ipv4)
  if (!isIPv6(text) || text.includes('%')) return undefined
  const value = ipv6Value(text)
  return value >> 32n === MAPPED_PREFIX ? value & 0xffffffffn : IPV6_BASE + value
}

/**
 * The point of a range's end, which is an address of the range's family and in canonical text. An IPv6 network such
 * as `::/80` may end in the IPv4-mapped addresses; it ends in IPv6 all the same.
 */
export function pointIn(family: 4 | 6, text: string): Point {
  return family === 4 ? BigInt(ipv4Number(text)) : IPV6_BASE + ipv6Value(text)
}

/**
 * The value of a dotted IPv4 address, or -1 where the text is none. As strict as `net.isIPv4`: four decimal
 * numbers without leading zeros. It reads letter by letter because every look-up goes through here.
 */
export function ipv4Number(text: string): number {
  let value = 0
  let octet = -1
  let dots = 0
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return -1
      octet = octet < 0 ? digit : octet * 10 + digit
      if (octet > 255) return -1
    } else {
      if (text[at] !== '.' || octet < 0) return -1
      value = value * 256 + octet
      octet = -1
      dots++
    }
  }
  return octet < 0 || dots !== 3 ? -1 : value * 256 + octet
}

/** `text` is known to be an IPv6 address. */
function ipv6Value(text: string): bigint {
  const [head = '', tail = ''] = withoutDots(text).split('::')
  const left = groupsOf(head)
  const right = groupsOf(tail)
  const zeros = new Array<string>(8 - left.length - right.length).fill('0000')
  return BigInt(`0x${[...left, ...zeros, ...right].join('')}`)
}

/** Rewrites a dotted last part (`::ffff:10.0.0.1`) as two groups of hexadecimal digits. */
function withoutDots(text: string): string {
  if (!text.includes('.')) return text
  const at = text.lastIndexOf(':') + 1
  const ipv4 = ipv4Number(text.slice(at))
  return `${text.slice(0, at)}${(ipv4 >>> 16).toString(16)}:${(ipv4 & 0xffff).toString(16)}`
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':').map((group) => group.padStart(4, '0'))
}

/** The canonical text of an address: dotted decimal, or RFC 5952 section 4. */
export function formatAddress(point: Point): string {
  if (familyOf(point) === 6) return formatIpv6(point - IPV6_BASE)
  const value = Number(point)
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}

function formatIpv6(value: bigint): string {
  const words = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn)
  const texts = words.map((word) => word.toString(16))
  const { start, length } = longestZeros(words)
  if (length < 2) return texts.join(':')
  return `${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}`
}

/** The longest run of zero groups, the first one of equals: the one that `::` stands for. */
function longestZeros(words: readonly bigint[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  let start = 0
  words.forEach((word, index) => {
    if (word !== 0n) start = index + 1
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start }
  })
  return longest
}
