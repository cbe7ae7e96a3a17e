import type { NotedAddress, NotedName } from './capture-notes.ts'
import { readText } from './pcapng-options.ts'

// Name resolution block: records of type, length and padded value (draft-ietf-opsawg-pcapng, section 4.5).
const END_OF_RECORDS = 0
const IPV4_RECORD = 1
const IPV6_RECORD = 2
const RECORD_HEADER = 4

/** More names than this of one file are left out and counted. */
const MOST_NAMES = 10_000
/** The longest name of the domain name system (RFC 1035 section 3.1); a longer one is left out and counted. */
const LONGEST_NAME = 255

/** Adds the names of the records between two offsets. Returns how many were left out. */
export function readNames(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  names: NotedName[],
): number {
  let leftOut = 0
  let at = start
  while (at + RECORD_HEADER <= end) {
    const type = view.getUint16(at, littleEndian)
    const length = view.getUint16(at + 2, littleEndian)
    const value = at + RECORD_HEADER
    if (type === END_OF_RECORDS || value + length > end) break
    if (type === IPV4_RECORD && length > 4) {
      leftOut += addNames(view, value + 4, value + length, ipv4Address(view, value), names)
    } else if (type === IPV6_RECORD && length > 16) {
      leftOut += addNames(view, value + 16, value + length, ipv6Address(view, value), names)
    }
    at = value + ((length + 3) & ~3)
  }
  return leftOut
}

/** One record names an address once or several times, each name with a zero byte behind it. */
function addNames(view: DataView, start: number, end: number, address: NotedAddress, names: NotedName[]): number {
  let leftOut = 0
  let from = start
  for (let at = start; at <= end; at += 1) {
    if (at < end && view.getUint8(at) !== 0) continue
    const length = at - from
    if (length > LONGEST_NAME || (length > 0 && names.length >= MOST_NAMES)) leftOut += 1
    else if (length > 0) names.push({ address, name: readText(view, from, length) })
    from = at + 1
  }
  return leftOut
}

export function ipv4Address(view: DataView, at: number): NotedAddress {
  return { family: 4, words: [0, 0, 0xffff, view.getInt32(at)] }
}

export function ipv6Address(view: DataView, at: number): NotedAddress {
  return {
    family: 6,
    words: [view.getInt32(at), view.getInt32(at + 4), view.getInt32(at + 8), view.getInt32(at + 12)],
  }
}
