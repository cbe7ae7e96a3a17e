// Options of a pcapng block: type, length, value padded to 32 bits (draft-ietf-opsawg-pcapng, section 3.5).
const END_OF_OPTIONS = 0
const IF_TSRESOL = 9
const IF_TSOFFSET = 14

/** More options than this in one block are not looked at; real blocks have fewer than twenty. */
const MOST_OPTIONS = 1000

export interface InterfaceOptions {
  /** The octet of if_tsresol: 6 means microseconds, the default. */
  readonly resolution: number
  readonly offsetSeconds: bigint
}

/** Reads what times depend on. An option that runs over the end of its block ends the walk. */
export function readInterfaceOptions(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
): InterfaceOptions {
  let resolution = 6
  let offsetSeconds = 0n
  let at = start
  for (let count = 0; count < MOST_OPTIONS && at + 4 <= end; count += 1) {
    const type = view.getUint16(at, littleEndian)
    const length = view.getUint16(at + 2, littleEndian)
    const value = at + 4
    if (type === END_OF_OPTIONS || value + length > end) break
    if (type === IF_TSRESOL && length >= 1) resolution = view.getUint8(value)
    if (type === IF_TSOFFSET && length >= 8) offsetSeconds = view.getBigInt64(value, littleEndian)
    at = value + ((length + 3) & ~3)
  }
  return { resolution, offsetSeconds }
}
