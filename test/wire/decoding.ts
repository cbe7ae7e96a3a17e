import { decodePacket } from '../../src/wire/decode.ts'
import { DECODED_NAMES } from '../../src/wire/decoded.ts'
import { createPacket, type Packet } from '../../src/wire/packet.ts'
import { join } from '../support/octets.ts'

export type DecodedName = (typeof DECODED_NAMES)[number]

export interface Decoding {
  readonly name: DecodedName
  readonly packet: Packet
}

/** Bytes around the frame in its window: nothing of them may be read. */
const SURROUNDINGS = 64

/** Decodes a frame of which the first `captured` bytes are there, standing between bytes of the value `around`. */
export function decodeBetween(frame: Uint8Array, linkType: number, captured: number, around: number): Decoding {
  const margin = new Uint8Array(SURROUNDINGS).fill(around)
  const bytes = join(margin, frame.subarray(0, captured), margin)
  const packet = createPacket()
  const end = SURROUNDINGS + captured
  const result = decodePacket(new DataView(bytes.buffer), linkType, SURROUNDINGS, end, frame.length, packet)
  const name = DECODED_NAMES[result]
  if (name === undefined) throw new Error(`result ${result} has no name`)
  return { name, packet }
}

export function decode(frame: Uint8Array, linkType: number, captured = frame.length): Decoding {
  return decodeBetween(frame, linkType, captured, 0)
}

/** The names that the prefixes of a frame decode to, in order of length: `0-13 link-header-cut`, ... */
export function prefixNames(frame: Uint8Array, linkType: number): readonly string[] {
  const runs: { from: number; to: number; name: string }[] = []
  for (let length = 0; length <= frame.length; length += 1) {
    const { name } = decode(frame, linkType, length)
    const last = runs.at(-1)
    if (last?.name === name) last.to = length
    else runs.push({ from: length, to: length, name })
  }
  return runs.map(({ from, to, name }) => `${from}-${to} ${name}`)
}
