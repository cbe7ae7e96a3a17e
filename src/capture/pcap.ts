import type { ByteWindow } from './byte-window.ts'
import type { Damage } from './capture-error.ts'
import { NO_NOTES } from './capture-notes.ts'
import {
  CAPTURED_ABOVE_ORIGINAL,
  type CaptureFormat,
  type CaptureReader,
  DIRECTION_UNKNOWN,
  PROCESS_UNKNOWN,
  RECORD_ANOMALIES,
  recordLimit,
  TIME_ROUNDED,
} from './reader.ts'
import { isExact, setOrigin, type TimeOrigin } from './time.ts'

// The classic format, draft-ietf-opsawg-pcap: a file header, then records.
export const FILE_HEADER_LENGTH = 24
const VERSION_MAJOR = 4
const SNAP_LENGTH = 16
const LINK_TYPE = 20
const SECONDS = 0
const FRACTION = 4
const CAPTURED_LENGTH = 8
const ORIGINAL_LENGTH = 12
const RECORD_HEADER_LENGTH = 16
/** The modified variant of 1990s Linux adds interface index, protocol and packet type to each record's header. */
const MODIFIED_RECORD_HEADER_LENGTH = 24

/** The link-type word carries the length of a frame check sequence in its upper bits. */
const LINK_TYPE_MASK = 0x03ffffff

interface Variant {
  readonly format: CaptureFormat
  readonly littleEndian: boolean
  readonly nsPerFraction: number
}

/** By the first four bytes, read big-endian. */
const VARIANTS: ReadonlyMap<number, Variant> = new Map([
  [0xa1b2c3d4, { format: 'pcap', littleEndian: false, nsPerFraction: 1000 }],
  [0xd4c3b2a1, { format: 'pcap', littleEndian: true, nsPerFraction: 1000 }],
  [0xa1b23c4d, { format: 'pcap-ns', littleEndian: false, nsPerFraction: 1 }],
  [0x4d3cb2a1, { format: 'pcap-ns', littleEndian: true, nsPerFraction: 1 }],
  [0xa1b2cd34, { format: 'pcap-modified', littleEndian: false, nsPerFraction: 1000 }],
  [0x34cdb2a1, { format: 'pcap-modified', littleEndian: true, nsPerFraction: 1000 }],
])

export function isPcapMagic(magic: number): boolean {
  return VARIANTS.has(magic)
}

/** The file header's major version, in the byte order of its magic; 2 in every file of the last thirty years. */
export function pcapVersion(view: DataView, at: number): number {
  const variant = VARIANTS.get(view.getUint32(at))
  return view.getUint16(at + VERSION_MAJOR, variant?.littleEndian)
}

export class PcapReader implements CaptureReader {
  readonly format: CaptureFormat
  readonly anomalies = new Uint32Array(RECORD_ANOMALIES.length)
  readonly linkType: number
  readonly direction = DIRECTION_UNKNOWN
  readonly processId = PROCESS_UNKNOWN
  readonly notes = NO_NOTES
  view: DataView
  start = 0
  end = 0
  originalLength = 0
  timeNs = 0
  damage: Damage | undefined

  readonly #window: ByteWindow
  readonly #littleEndian: boolean
  readonly #nsPerFraction: number
  readonly #headerLength: number
  readonly #limit: number
  readonly #origin: TimeOrigin
  /** Whole seconds since 1970 of the origin; NaN until it is known. */
  #originSeconds: number
  /** Bytes that must stand in the window before the next record can be taken. */
  #wanted: number

  /** The window must hold the file header at its start, with a magic that isPcapMagic accepts. */
  constructor(window: ByteWindow, origin: TimeOrigin) {
    const at = window.start
    const variant = VARIANTS.get(window.view.getUint32(at)) as Variant
    this.#window = window
    this.#littleEndian = variant.littleEndian
    this.#nsPerFraction = variant.nsPerFraction
    this.#headerLength = variant.format === 'pcap-modified' ? MODIFIED_RECORD_HEADER_LENGTH : RECORD_HEADER_LENGTH
    this.#limit = recordLimit(window.view.getUint32(at + SNAP_LENGTH, variant.littleEndian))
    this.#origin = origin
    if (variant.nsPerFraction === 1) origin.resolutionNs = 1
    this.#originSeconds = origin.ns === undefined ? Number.NaN : Number(origin.ns / 1_000_000_000n)
    this.#wanted = this.#headerLength
    this.format = variant.format
    this.linkType = window.view.getUint32(at + LINK_TYPE, variant.littleEndian) & LINK_TYPE_MASK
    this.view = window.view
    window.start = at + FILE_HEADER_LENGTH
  }

  get offset(): number {
    return this.#window.offsetOf(this.#window.start)
  }

  next(): boolean {
    const window = this.#window
    const view = window.view
    const littleEndian = this.#littleEndian
    const at = window.start
    const frame = at + this.#headerLength
    if (frame > window.end) return false
    const capturedLength = view.getUint32(at + CAPTURED_LENGTH, littleEndian)
    if (capturedLength > this.#limit) return this.#stop(capturedLength)
    if (frame + capturedLength > window.end) {
      this.#wanted = this.#headerLength + capturedLength
      return false
    }
    const originalLength = view.getUint32(at + ORIGINAL_LENGTH, littleEndian)
    if (capturedLength > originalLength) this.anomalies[CAPTURED_ABOVE_ORIGINAL]! += 1
    const seconds = view.getUint32(at + SECONDS, littleEndian)
    if (Number.isNaN(this.#originSeconds)) this.#setOrigin(seconds)
    this.timeNs =
      (seconds - this.#originSeconds) * 1e9 + view.getUint32(at + FRACTION, littleEndian) * this.#nsPerFraction
    if (this.#nsPerFraction === 1 && !isExact(this.timeNs)) this.anomalies[TIME_ROUNDED]! += 1
    this.start = frame
    this.end = frame + capturedLength
    this.originalLength = originalLength
    window.start = this.end
    return true
  }

  async fill(): Promise<boolean> {
    if (this.damage) return false
    const window = this.#window
    const filled = await window.fill(this.#wanted)
    this.view = window.view
    this.#wanted = this.#headerLength
    if (filled) return true
    if (window.failure) this.damage = { offset: window.offsetOf(window.end), problem: window.failure.message }
    else if (window.end > window.start && !window.isGrowing) {
      this.damage = { offset: this.offset, problem: 'the last record is cut off' }
    }
    return false
  }

  close(): Promise<void> {
    return this.#window.close()
  }

  #setOrigin(seconds: number): void {
    this.#originSeconds = seconds
    setOrigin(this.#origin, BigInt(seconds) * 1_000_000_000n)
  }

  #stop(capturedLength: number): false {
    this.damage = {
      offset: this.offset,
      problem: `a record says it holds ${capturedLength} bytes; the most accepted is ${this.#limit}`,
    }
    return false
  }
}
