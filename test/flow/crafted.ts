/* What somebody can prepare against a table whose hash has no key: inputs that are different and all have one hash. */

/** What a multiplication with this odd number is undone by. */
export function inverse(odd: number): number {
  let result = odd
  for (let step = 0; step < 5; step += 1) result = Math.imul(result, 2 - Math.imul(odd, result))
  return result
}

/** Strings of 160 bytes that meet in FNV-1a of four bytes at a time, whatever it begins with. */
export function craftedStrings(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, number) => {
    const bytes = new Uint8Array(160)
    const view = new DataView(bytes.buffer)
    for (let bit = 0; bit < 16; bit += 1) {
      const isSet = ((number >> bit) & 1) === 1
      view.setUint32(bit * 8, isSet ? 0x8000_0000 : 0, true)
      view.setUint32(bit * 8 + 4, isSet ? 0x8001_0000 : 0, true)
    }
    return bytes
  })
}

export function fnv(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let hash = bytes.length
  for (let at = 0; at < bytes.length; at += 4) {
    hash = Math.imul(hash ^ view.getUint32(at, true), 0x01000193)
    hash ^= hash >>> 15
  }
  return hash
}

export type Words = readonly [number, number, number, number]

/** IPv6 addresses whose last two words make up for each other in `multiplied()`. */
export function craftedAddresses(count: number): readonly Words[] {
  const undo = inverse(0x27d4eb2f)
  return Array.from({ length: count }, (_, number) => [0, 0, Math.imul(number, undo), number ^ 0x5555])
}

export function multiplied([word0, word1, word2, word3]: Words): number {
  const hash = Math.imul(word3 ^ Math.imul(word2, 0x27d4eb2f), 0x85ebca6b)
  return Math.imul(hash ^ word0 ^ Math.imul(word1, 0x165667b1), 0xc2b2ae35)
}

const UNDO_LAST = inverse(0x27d4eb2f)
const UNDO_PORTS = inverse(0xc2b2ae35)

/** UDP over IPv4, from a lower address: the ports with which the flow has the hash `wanted` in flow-key.ts. */
export function craftedPorts(low: number, high: number, wanted: number): number {
  const protocol = (4 << 8) | 17
  let hash = Math.imul(wanted ^ (wanted >>> 16), UNDO_LAST) ^ protocol
  hash = hash ^ (hash >>> 15) ^ (hash >>> 30)
  const mixed = Math.imul(hash, UNDO_PORTS)
  let front = Math.imul(low, 0x9e3779b1)
  front = Math.imul(front ^ (front >>> 15) ^ high, 0x85ebca6b)
  return mixed ^ front ^ (front >>> 13)
}
