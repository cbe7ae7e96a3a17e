/** What a message is written from: text is ASCII, a number is one byte. */
export type Part = number | string | Uint8Array

export const octets = (...parts: readonly Part[]): Uint8Array => Buffer.concat(parts.map(toBytes))

function toBytes(part: Part): Uint8Array {
  if (typeof part === 'number') return Uint8Array.of(part)
  return typeof part === 'string' ? Buffer.from(part, 'latin1') : part
}

export const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value)

/** The parts behind their common length, which takes `width` bytes. */
export function sized(width: 1 | 2 | 3, ...parts: readonly Part[]): Uint8Array {
  const content = octets(...parts)
  const length = Uint8Array.of(content.length >> 16, content.length >> 8, content.length)
  return octets(length.subarray(3 - width), content)
}
