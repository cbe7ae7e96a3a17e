// Options of a pcapng block: type, length, value padded to 32 bits (draft-ietf-opsawg-pcapng, section 3.5).
const END_OF_OPTIONS = 0
const OPTION_HEADER = 4

/** More options than this in one block are not looked at, which is counted; real blocks have fewer than twenty. */
const MOST_OPTIONS = 1000

/** Is given each option of a block: its type, and where its value begins and how long it is. */
type TakeOption = (type: number, value: number, length: number) => void

/**
 * Walks the options between two offsets. An option that runs over the end ends the walk. Returns false when there are
 * more options than are looked at.
 */
export function walkOptions(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  take: TakeOption,
): boolean {
  let at = start
  for (let count = 0; at + OPTION_HEADER <= end; count += 1) {
    const type = view.getUint16(at, littleEndian)
    const length = view.getUint16(at + 2, littleEndian)
    const value = at + OPTION_HEADER
    if (type === END_OF_OPTIONS || value + length > end) break
    if (count === MOST_OPTIONS) return false
    take(type, value, length)
    at = value + ((length + 3) & ~3)
  }
  return true
}

/** A 64-bit number as a double; undefined above what a double tells exactly, where no count of packets is. */
export function readCount(view: DataView, at: number, littleEndian: boolean): number | undefined {
  const high = view.getUint32(littleEndian ? at + 4 : at, littleEndian)
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian)
  return high > 0x1fffff ? undefined : high * 2 ** 32 + low
}

const LONGEST_TEXT = 255
const text = new TextDecoder()

/** A text of the file, without what stands behind a zero byte; cut when it is too long to be a name. */
export function readText(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, Math.min(length, LONGEST_TEXT))
  const zero = bytes.indexOf(0)
  return text.decode(zero < 0 ? bytes : bytes.subarray(0, zero))
}
