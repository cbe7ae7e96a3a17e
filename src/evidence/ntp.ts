import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified } from './identified.ts'
import { NTP, UNIDENTIFIED } from './service.ts'

// The packet of RFC 5905 section 7.3, offsets into the datagram.
const STRATUM = 1
const POLL = 2
const PRECISION = 3
const ROOT_DELAY = 4
const ROOT_DISPERSION = 8
const RECEIVE_SECONDS = 32
const TRANSMIT_SECONDS = 40
const TRANSMIT_FRACTION = 44
const PACKET = 48
/** A key identifier and a digest of 128 or 160 bits, RFC 5905 section 7.3; the forms of [MS-SNTP] section 2.2. */
const AUTHENTICATED = [68, 72, 120] as const

const CLIENT = 3
const SERVER = 4
/** A leap second taken away has never been announced; the bit pattern is that of RTP. */
const LEAP_REMOVED = 2
const NEWEST_VERSION = 4
const UNSYNCHRONIZED = 16
const LONGEST_POLL = 17
/** Precision is a power of two, at most one second. */
const COARSEST_PRECISION = 0xe0
/** 16 and 64 seconds, in the format with 16 bits of fraction. */
const LONGEST_DELAY = 16 << 16
const LONGEST_DISPERSION = 64 << 16

/**
 * NTP from a client or a server, RFC 5905. There is no magic number, so all must hold: one of the four lengths that the
 * packet has with and without authentication; version 1 to 4; stratum, poll, precision, root delay and root dispersion
 * within what clocks have; a transmit time; and in an answer a receive time of the same second or the one before (38
 * bits and the length for a client, 70 for a server).
 */
export function identifyNtp(view: DataView, start: number, end: number): Identified {
  if (!isLength(end - start) || !isClock(view, start)) return UNIDENTIFIED
  const first = view.getUint8(start)
  const version = (first >> 3) & 7
  if (first >> 6 === LEAP_REMOVED || version === 0 || version > NEWEST_VERSION) return UNIDENTIFIED
  const transmit = view.getUint32(start + TRANSMIT_SECONDS)
  if ((transmit | view.getUint32(start + TRANSMIT_FRACTION)) === 0) return UNIDENTIFIED
  const mode = first & 7
  if (mode === CLIENT) return NTP | FROM_ORIGINATOR
  if (mode !== SERVER) return UNIDENTIFIED
  const held = transmit - view.getUint32(start + RECEIVE_SECONDS)
  return held === 0 || held === 1 ? NTP | FROM_RESPONDER : UNIDENTIFIED
}

function isLength(length: number): boolean {
  if (length === PACKET) return true
  for (let index = 0; index < AUTHENTICATED.length; index += 1) if (AUTHENTICATED[index] === length) return true
  return false
}

function isClock(view: DataView, start: number): boolean {
  if (view.getUint8(start + STRATUM) > UNSYNCHRONIZED || view.getUint8(start + POLL) > LONGEST_POLL) return false
  const precision = view.getUint8(start + PRECISION)
  if (precision !== 0 && precision < COARSEST_PRECISION) return false
  if (view.getUint32(start + ROOT_DELAY) >= LONGEST_DELAY) return false
  return view.getUint32(start + ROOT_DISPERSION) < LONGEST_DISPERSION
}
