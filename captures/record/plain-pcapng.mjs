/**
 * A pcapng file without the options that describe the recording machine: hardware and operating system of the
 * section, operating system of the interface. Packets stay as they were recorded, those of several interfaces in the
 * order of their times.
 */

const SECTION = 0x0a0d0d0a
const INTERFACE = 1
const ENHANCED_PACKET = 6
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

function blocksOf(bytes) {
  const blocks = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    blocks.push(bytes.subarray(at, at + bytes.readUInt32LE(at + 4)))
  }
  return blocks
}

const typeOf = (block) => block.readUInt32LE(0)
const isPacket = (block) => typeOf(block) === ENHANCED_PACKET
const timeOf = (block) => (BigInt(block.readUInt32LE(12)) << 32n) | BigInt(block.readUInt32LE(16))

/** For files of the recording machine only: little-endian, complete, one section, one unit of time. */
export function plainPcapng(bytes) {
  const blocks = blocksOf(bytes).map((block) => {
    const descriptive = DESCRIPTIVE.get(typeOf(block))
    return descriptive ? rebuilt(typeOf(block), keptOptions(block, descriptive)) : block
  })
  const packets = blocks.filter(isPacket).toSorted((a, b) => Number(timeOf(a) - timeOf(b)))
  return Buffer.concat(blocks.map((block) => (isPacket(block) ? packets.shift() : block)))
}

/** The frames of a file, each with the number of its interface. */
export function framesOf(bytes) {
  const packets = blocksOf(bytes).filter(isPacket)
  return packets.map((block) => ({
    interfaceId: block.readUInt32LE(8),
    frame: block.subarray(28, 28 + block.readUInt32LE(20)),
  }))
}
