import { join, writer } from '../support/octets.ts'

const { u16, u32 } = writer(true)
export const MAGIC = u32(0xfd2fb528)

/** A frame without checksum, of blocks that are stored as they are. */
export function stored(bytes: Uint8Array, form: { blockSize?: number; windowDescriptor?: number } = {}): Uint8Array {
  const size = form.blockSize ?? 100_000
  const count = Math.max(1, Math.ceil(bytes.length / size))
  const blocks = Array.from({ length: count }, (_, index) => {
    const part = bytes.subarray(index * size, (index + 1) * size)
    const header = (part.length << 3) | (index === count - 1 ? 1 : 0)
    return join(u16(header & 0xffff), [header >> 16], part)
  })
  return join(MAGIC, [0, form.windowDescriptor ?? 0x38], ...blocks)
}
