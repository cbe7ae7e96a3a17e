import { familyOf, formatAddress, type Point, parseAddress } from './address.ts'
import type { AddressRange } from './inventory.ts'
import { cut } from './problems.ts'

/** Why a text is not accepted as an address, network or range, and what may have been meant. */
export interface Fault {
  /** Continues a sentence that began with the text. */
  readonly fault: string
  readonly suggestions: readonly string[]
}

/** Reads an address, a CIDR network or a first-last range. */
export function parseRange(text: string): AddressRange | Fault {
  return readRange(text) ?? notAnAddress(text)
}

/** Undefined where a part of the text is no address or no prefix length. */
function readRange(text: string): AddressRange | Fault | undefined {
  const slash = text.indexOf('/')
  if (slash >= 0) return readNetwork(text.slice(0, slash), text.slice(slash + 1))
  const [firstText = '', lastText = firstText, more] = text.split('-').map((part) => part.trim())
  const first = parseAddress(firstText)
  const last = parseAddress(lastText)
  if (first === undefined || last === undefined || more !== undefined) return undefined
  return rangeBetween(first, last)
}

/** The range as a person writes it: an address, a network where it was written as one, or first-last. */
export function formatRange(range: AddressRange): string {
  if (range.prefix !== undefined) return `${range.first}/${range.prefix}`
  return range.first === range.last ? range.first : `${range.first}-${range.last}`
}

export function rangeOf(first: Point, last: Point): AddressRange {
  return { family: familyOf(first), first: formatAddress(first), last: formatAddress(last) }
}

function rangeBetween(first: Point, last: Point): AddressRange | Fault {
  if (familyOf(first) !== familyOf(last)) {
    return { fault: 'begins and ends in different families; a range is IPv4 or IPv6', suggestions: [] }
  }
  if (last < first) {
    return { fault: 'runs backwards', suggestions: [`${formatAddress(last)}-${formatAddress(first)}`] }
  }
  return rangeOf(first, last)
}

function readNetwork(addressText: string, prefixText: string): AddressRange | Fault | undefined {
  const address = parseAddress(addressText.trim())
  if (address === undefined || !/^\s*\d{1,9}\s*$/.test(prefixText)) return undefined
  const mapped = familyOf(address) === 4 && addressText.includes(':')
  const prefix = Number(prefixText) - (mapped ? 96 : 0)
  const bits = familyOf(address) === 4 ? 32 : 128
  if (prefix < 0) return mappedFault(address, Number(prefixText))
  if (prefix > bits) {
    return {
      fault: `has the prefix length ${prefixText.trim()}; an IPv${familyOf(address)} network has at most ${bits}`,
      suggestions: [],
    }
  }
  return networkOf(address, prefix, bits)
}

function networkOf(address: Point, prefix: number, bits: number): AddressRange | Fault {
  const hostMask = (1n << BigInt(bits - prefix)) - 1n
  const first = address - (address & hostMask)
  if (first === address) return { ...rangeOf(first, first + hostMask), prefix }
  return {
    fault: `is not the first address of a /${prefix} network`,
    suggestions: [`${formatAddress(first)}/${prefix}`, formatAddress(address)],
  }
}

/** `::ffff:10.0.0.0/24` most likely means the IPv4 network; a mapped network has 96 bits more. */
function mappedFault(address: Point, prefix: number): Fault {
  const network = parseRange(`${formatAddress(address)}/${prefix}`)
  return {
    fault: 'is an IPv4-mapped network, whose prefix length is 96 to 128',
    suggestions: 'fault' in network ? [] : [formatRange(network)],
  }
}

function notAnAddress(text: string): Fault {
  const suggestions = repairs(text)
  if (text.includes('%')) return { fault: 'has a zone id, which means nothing outside its own host', suggestions }
  const reason = reasonFor(text)
  if (reason !== undefined || suggestions.length > 0) {
    return { fault: `is not an IP address, network or range${reason ?? ''}`, suggestions }
  }
  return {
    fault: 'is not an IP address, a network such as 10.0.0.0/24 or a range such as 10.0.0.1-10.0.0.9',
    suggestions,
  }
}

/** What is wrong, where it can be said. */
function reasonFor(text: string): string | undefined {
  const numbers = text.split(/[./-]/)
  const tooLarge = numbers.find((number) => /^\d+$/.test(number) && Number(number) > 255)
  if (/^[\d./-]+$/.test(text) && tooLarge !== undefined) return `: ${cut(tooLarge)} is above 255`
  return /^[a-z][\w-]*(?:\.[\w-]+)*$/i.test(text) ? ': names are not looked up' : undefined
}

/** What people write who mean something that can be read; offered, never assumed. */
const REPAIRS: readonly ((text: string) => string)[] = [
  // A zone id: fe80::1%12.
  (text) => text.replace(/%[^-/]*/g, ''),
  // A dash that a word processor made of the hyphen.
  (text) => text.replace(/[\u2010-\u2015~]/g, '-'),
  // Leading zeros, which some programs read as octal: 010.000.000.001.
  (text) => text.replace(/(?<![\da-f:])0+(?=\d)/gi, ''),
  // The last number only of the end of a range: 10.0.0.41-44.
  (text) => text.replace(/^((?:\d+\.){3})(\d+)\s*-\s*(\d+)$/, '$1$2-$1$3'),
  // A netmask: 10.0.0.0/255.255.255.0.
  (text) => text.replace(/\/([\d.]+)$/, (whole, mask: string) => prefixOfMask(mask) ?? whole),
  // Brackets and a port: [2001:db8::1]:443 and 10.0.0.1:443.
  (text) => text.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1'),
]

/** A longer text is no address with a slip in it. */
const LONGEST_SLIP = 100

function repairs(text: string): readonly string[] {
  if (text.length > LONGEST_SLIP) return []
  for (const repair of REPAIRS) {
    const attempt = repair(text)
    const range = attempt === text ? undefined : readRange(attempt)
    if (range !== undefined) return 'fault' in range ? range.suggestions : [formatRange(range)]
  }
  return []
}

function prefixOfMask(mask: string): string | undefined {
  const value = parseAddress(mask)
  if (value === undefined) return undefined
  const prefix = value.toString(2).replace(/0+$/, '').length
  const contiguous = value === ((0xffffffffn << BigInt(32 - prefix)) & 0xffffffffn)
  return contiguous ? `/${prefix}` : undefined
}
