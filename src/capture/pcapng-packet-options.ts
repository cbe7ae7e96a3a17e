import { DIRECTION_UNKNOWN, INBOUND, OUTBOUND, PROCESS_UNKNOWN } from './reader.ts'

// Options of packet blocks, draft-ietf-opsawg-pcapng sections 3.5, 4.3 and appendix A.
const END_OF_OPTIONS = 0
const COMMENT = 1
const FLAGS = 2
const DROP_COUNT = 4
/** Process and thread, as etl2pcapng writes them. */
const PROCESS_AND_THREAD = 8

const DIRECTION_MASK = 3

/** More options than this at one packet are not looked at, which is counted. etl2pcapng writes four. */
const MOST_OPTIONS = 32

/** What the options of one packet say: numbers only, read into the same object for every packet. */
export interface PacketOptions {
  direction: number
  processId: number
  /** Packets lost before this one; 0 where nothing is said. */
  dropped: number
  saysDropped: boolean
}

export function createPacketOptions(): PacketOptions {
  return { direction: DIRECTION_UNKNOWN, processId: PROCESS_UNKNOWN, dropped: 0, saysDropped: false }
}

export function clearPacketOptions(options: PacketOptions): void {
  options.direction = DIRECTION_UNKNOWN
  options.processId = PROCESS_UNKNOWN
  options.dropped = 0
  options.saysDropped = false
}

/** Shaped by speed: a file of etl2pcapng has options at every packet. False when there are more than are looked at. */
export function readPacketOptions(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  options: PacketOptions,
): boolean {
  clearPacketOptions(options)
  let at = start
  for (let count = 0; at + 4 <= end; count += 1) {
    const type = view.getUint16(at, littleEndian)
    const length = view.getUint16(at + 2, littleEndian)
    const value = at + 4
    if (type === END_OF_OPTIONS || value + length > end) return true
    if (count === MOST_OPTIONS) return false
    if (type === FLAGS && length >= 4) options.direction = directionOf(view.getUint32(value, littleEndian))
    else if (type === DROP_COUNT && length >= 8) readDropped(view, value, littleEndian, options)
    else if (type === PROCESS_AND_THREAD && length >= 4) setProcess(options, view.getUint32(value, littleEndian))
    else if (type === COMMENT) readComment(view, value, value + length, options)
    at = value + ((length + 3) & ~3)
  }
  return true
}

/** The lowest two bits of the flags, of which 3 means nothing. */
function directionOf(flags: number): number {
  const direction = flags & DIRECTION_MASK
  return direction === INBOUND || direction === OUTBOUND ? direction : DIRECTION_UNKNOWN
}

/** A number above 2^53 is no count of packets. */
function readDropped(view: DataView, at: number, littleEndian: boolean, options: PacketOptions): void {
  const high = view.getUint32(littleEndian ? at + 4 : at, littleEndian)
  if (high > 0x1fffff) return
  options.dropped += high * 2 ** 32 + view.getUint32(littleEndian ? at : at + 4, littleEndian)
  options.saysDropped = true
}

/** Windows numbers processes with 32 bits; all ones mean that the trace did not know. */
function setProcess(options: PacketOptions, id: number): void {
  if (id !== 0xffffffff) options.processId = id
}

/** "PID=", which etl2pcapng puts in front. */
const PID = 0x5049443d
const DIGIT_0 = 0x30
const MOST_DIGITS = 10

/** The process of a comment such as `PID=1234 TID=5678`; other comments are not looked at. */
function readComment(view: DataView, start: number, end: number, options: PacketOptions): void {
  if (end - start < 5 || view.getUint32(start) !== PID) return
  let id = 0
  let at = start + 4
  while (at < end && at < start + 4 + MOST_DIGITS) {
    const digit = view.getUint8(at) - DIGIT_0
    if (digit < 0 || digit > 9) break
    id = id * 10 + digit
    at += 1
  }
  if (at > start + 4 && id <= 0xffffffff) setProcess(options, id)
}
