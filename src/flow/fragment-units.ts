import { FRAGMENT_MORE, FRAGMENT_OFFSET, LONGEST_DATAGRAM } from '../wire/fragment.ts'
import type { Packet } from '../wire/packet.ts'

/** A datagram's words of units: a bit for each unit of 8 bytes that it can have. */
export const UNIT_WORDS = (FRAGMENT_OFFSET + 1) / 32

/** All fragments but the last are of whole units, and none goes beyond the longest datagram (RFC 791 section 3.1). */
export function hasSoundLength({ fragment, fragmentLength }: Packet): boolean {
  if (fragmentLength <= 0 || (fragment & FRAGMENT_OFFSET) * 8 + fragmentLength > LONGEST_DATAGRAM) return false
  return (fragment & FRAGMENT_MORE) === 0 || fragmentLength % 8 === 0
}

export function unitsOf({ fragmentLength }: Packet): number {
  return (fragmentLength + 7) >> 3
}

/** The unit behind the fragment's last one. */
export function endUnitOf(packet: Packet): number {
  return (packet.fragment & FRAGMENT_OFFSET) + unitsOf(packet)
}

/** Marks the fragment's units as come, in the words that begin at `base`; how many of them had not yet. */
export function markUnits(units: Int32Array, base: number, packet: Packet): number {
  const begin = packet.fragment & FRAGMENT_OFFSET
  const end = endUnitOf(packet)
  let added = 0
  for (let word = begin >> 5; word << 5 < end; word += 1) {
    const from = begin - (word << 5)
    const to = end - (word << 5)
    const bits = (to >= 32 ? -1 : (1 << to) - 1) & (from > 0 ? -1 << from : -1)
    added += bitCount(bits & ~units[base + word]!)
    units[base + word]! |= bits
  }
  return added
}

function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
