// Block types and the fields inside them, draft-ietf-opsawg-pcapng section 4. All offsets count from the block's start.
export const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
export const OBSOLETE_PACKET = 2
export const SIMPLE_PACKET = 3
export const NAME_RESOLUTION = 4
export const INTERFACE_STATISTICS = 5
export const ENHANCED_PACKET = 6

export const BLOCK_LENGTH = 4
export const BLOCK_BODY = 8
/** Type and length in front, length again at the end. */
export const SMALLEST_BLOCK = 12

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d
export const BYTE_ORDER_MAGIC_SWAPPED = 0x4d3c2b1a
export const SECTION_VERSION_MAJOR = 12
export const SECTION_VERSION_MINOR = 14
export const SMALLEST_SECTION_HEADER = 28

export const PACKET_INTERFACE = 8
export const PACKET_TIME_HIGH = 12
export const PACKET_TIME_LOW = 16
export const PACKET_CAPTURED_LENGTH = 20
export const PACKET_ORIGINAL_LENGTH = 24
export const PACKET_FRAME = 28
export const SMALLEST_PACKET = 32
export const OBSOLETE_DROPPED = 10
export const DROPPED_UNKNOWN = 0xffff

export const SIMPLE_ORIGINAL_LENGTH = 8
export const SIMPLE_FRAME = 12
export const SMALLEST_SIMPLE_PACKET = 16

/**
 * The longest block of packets or interfaces that is taken into memory; a longer one means that the file is damaged.
 */
export const LARGEST_BLOCK = 17 * 1024 * 1024

/**
 * A block of names or statistics that is longer is passed over and counted. Blocks of other kinds are always passed
 * over.
 */
export const LARGEST_NOTE = 1024 * 1024

/** Whether anything is taken from blocks of the type; others are passed over. */
export function isRead(type: number): boolean {
  return (
    type === ENHANCED_PACKET ||
    type === SIMPLE_PACKET ||
    type === OBSOLETE_PACKET ||
    type === INTERFACE_DESCRIPTION ||
    type === INTERFACE_STATISTICS ||
    type === NAME_RESOLUTION ||
    type === SECTION_HEADER
  )
}
