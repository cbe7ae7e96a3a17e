import type { Damage } from './capture-error.ts'
import type { CaptureNotes } from './capture-notes.ts'

/**
 * What a streaming capture reader promises.
 *
 * `next()` moves to the next record inside the window and returns true, or returns false when the window
 * has no whole record left; then `fill()` is awaited, which returns false when there are no more records.
 * The fields of the current record, and the bytes in `view`, are valid until the following `next()` or `fill()`.
 */
export interface CaptureReader {
  readonly format: CaptureFormat
  next(): boolean
  fill(): Promise<boolean>
  close(): Promise<void>

  /** Holds the frame from `start` to `end`. */
  readonly view: DataView
  readonly start: number
  /** End of the captured bytes. */
  readonly end: number
  /** Bytes of the frame on the wire; a short snap length makes it more than `end - start`. */
  readonly originalLength: number
  readonly linkType: number
  /** Nanoseconds since the origin of the capture set, see time.ts; NaN while no record had a time. */
  readonly timeNs: number
  /** Which way the frame went through its interface: DIRECTION_UNKNOWN, INBOUND or OUTBOUND. */
  readonly direction: number
  /**
   * The process that Windows was running as the frame passed, or PROCESS_UNKNOWN. Often another than the one that owns
   * the connection: a hint for people, never a reason.
   */
  readonly processId: number

  /** Bytes of the (decompressed) capture taken so far. */
  readonly offset: number
  /** Where the capture stopped making sense, once it did. */
  readonly damage: Damage | undefined
  /** How often each of RECORD_ANOMALIES was met. */
  readonly anomalies: Uint32Array
  /** What the capture says beside its records, up to where it was read. */
  readonly notes: CaptureNotes
}

export const DIRECTION_UNKNOWN = 0
export const INBOUND = 1
export const OUTBOUND = 2

export const PROCESS_UNKNOWN = -1

export type CaptureFormat = 'pcap' | 'pcap-ns' | 'pcap-modified' | 'pcapng'

/** Oddities of a record that do not end the reading, by number. */
export const RECORD_ANOMALIES = [
  'captured-length-above-original',
  'record-without-time',
  'time-out-of-range',
  'unknown-interface',
  'unreadable-section',
  'time-rounded',
  'interfaces-too-many',
  'options-too-many',
  'names-too-many',
  'block-too-long',
] as const
export const CAPTURED_ABOVE_ORIGINAL = 0
export const RECORD_WITHOUT_TIME = 1
export const TIME_OUT_OF_RANGE = 2
export const UNKNOWN_INTERFACE = 3
export const UNREADABLE_SECTION = 4
export const TIME_ROUNDED = 5
/** Descriptions of interfaces that are not kept. */
export const INTERFACES_TOO_MANY = 6
/** Blocks whose options were not looked at to their end. */
export const OPTIONS_TOO_MANY = 7
/** Names that are not kept. */
export const NAMES_TOO_MANY = 8
/** Blocks of statistics or names that were passed over. */
export const BLOCK_TOO_LONG = 9

/**
 * The most bytes one record may hold; a longer one means that the capture is damaged there.
 * libpcap's own limit for most link types. A larger snap length in the file's header raises it, to LARGEST_SNAP_LENGTH.
 */
export const LARGEST_RECORD = 262_144
export const LARGEST_SNAP_LENGTH = 16 * 1024 * 1024

export function recordLimit(snapLength: number): number {
  return snapLength > LARGEST_RECORD && snapLength <= LARGEST_SNAP_LENGTH ? snapLength : LARGEST_RECORD
}
