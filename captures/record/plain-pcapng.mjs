/**
 * A pcapng file without the options that describe the recording machine: hardware and operating system of the
 * section, operating system of the interface. Packets stay as they were recorded.
 */

const SECTION = 0x0a0d0d0a
const INTERFACE = 1
/** For each block type: bytes before its options, and the option codes to leave out. */
const DESCRIPTIVE = new Map([
  [SECTION, { optionsAt: 24, codes: new Set([2, 3]) }],
  [INTERFACE, { optionsAt: 16, codes: new Set([12, 15]) }],
])

function keptOptions(block, { optionsAt, codes }) {
  const parts = [block.subarray(8, optionsAt)]
  for (let at = optionsAt; at < block.length - 4; ) {
    const end = at + 4 + ((block.readUInt16LE(at + 2) + 3) & ~3)
    if (!codes.has(block.readUInt16LE(at))) parts.push(block.subarray(at, end))
    at = end
  }
  return Buffer.concat(parts)
}

function rebuilt(type, body) {
  const block = Buffer.alloc(body.length + 12)
  block.writeUInt32LE(type, 0)
  block.writeUInt32LE(block.length, 4)
  body.copy(block, 8)
  block.writeUInt32LE(block.length, block.length - 4)
  return block
}

/** For files of the recording machine only: little-endian and complete. */
export function plainPcapng(bytes) {
  const blocks = []
  for (let at = 0; at < bytes.length; ) {
    const type = bytes.readUInt32LE(at)
    const block = bytes.subarray(at, at + bytes.readUInt32LE(at + 4))
    const descriptive = DESCRIPTIVE.get(type)
    blocks.push(descriptive ? rebuilt(type, keptOptions(block, descriptive)) : block)
    at += block.length
  }
  return Buffer.concat(blocks)
}
