import { addressText } from '../wire/address.ts'

/** Prefix lengths of the networks that originators are folded by, from the narrow to the wide one. */
const PREFIXES = { 4: [24, 16, 8, 0], 6: [64, 48, 32, 0] } as const
export const WIDEST_NETWORK = PREFIXES[4].length - 1

/** Makes an address, four words from `at` on as a Packet holds it, the first one of its network of this width. */
export function maskAddress(words: Int32Array, at: number, family: number, width: number): void {
  const prefix = prefixOf(family, width)
  if (family === 4) {
    words[at + 3] = words[at + 3]! & maskOf(prefix)
    return
  }
  for (let word = 0; word < 4; word += 1) words[at + word] = words[at + word]! & maskOf(prefix - 32 * word)
}

export function wholeAddressText(words: Int32Array, at: number, family: number): string {
  return addressText(family, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)
}

/** As an inventory writes it: `10.9.9.0/24`. */
export function networkText(words: Int32Array, at: number, family: number, width: number): string {
  return `${wholeAddressText(words, at, family)}/${prefixOf(family, width)}`
}

function prefixOf(family: number, width: number): number {
  return PREFIXES[family === 4 ? 4 : 6][width]!
}

/** The first `bits` of a word. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? -1 : -1 << (32 - bits)
}
