import { type Identified, UNDECIDED } from './identified.ts'
import { RTP, UNIDENTIFIED } from './service.ts'

/*
 * RTP and RTCP, RFC 3550, encrypted (RFC 3711) or not: what stays in clear is enough. One packet of RTP proves little,
 * so a second one of the same source has to go on where the first was.
 *
 * RTCP counts as RTP: a compound packet in clear, several reports that fill the datagram, is proof of its own; a single
 * or encrypted one is like a packet of RTP that has a source but no sequence number, and any later packet of that
 * source confirms it.
 */

// The header of section 5.1 and that of a report, section 6.4, offsets into the packet.
const TYPE = 1
const SEQUENCE = 2
const SOURCE = 8
const HEADER = 12
const REPORT_LENGTH = 2
const REPORT_SOURCE = 4
const REPORT_HEADER = 8

const VERSION_MASK = 0xc0
const VERSION_2 = 0x80
const EXTENSION = 0x10
const EXTENSION_HEADER = 4
const CONTRIBUTORS_MASK = 0x0f
const TYPE_MASK = 0x7f

/**
 * Payload types that are assigned, RFC 3551 section 6, and those that are free for agreement; the rest is in no use.
 */
const LAST_ASSIGNED_TYPE = 34
const FIRST_DYNAMIC_TYPE = 96

// Types of reports: SR, RR, SDES, BYE, APP, feedback and extended ones.
const FIRST_REPORT = 200
const LAST_REPORT = 207
const RECEIVER_REPORT = 201

/** How far the next packet that is seen may be ahead: MAX_DROPOUT of RFC 3550 appendix A.1. */
const LONGEST_DROPOUT = 3000

// RFC 4571: two bytes of length before each packet on TCP.
const FRAME_HEADER = 2
/** Media packets fit into one segment each. */
const LONGEST_FRAME = 2000

/** One datagram, or what one frame holds, may be RTP or RTCP. */
export function looksLikeRtp(view: DataView, start: number, end: number): boolean {
  const size = end - start
  if (size < REPORT_HEADER || (view.getUint8(start) & VERSION_MASK) !== VERSION_2) return false
  if (isReport(view, start)) return reportLength(view, start) <= size
  if (!isPayloadType(view.getUint8(start + TYPE))) return false
  const first = view.getUint8(start)
  const extension = (first & EXTENSION) !== 0 ? EXTENSION_HEADER : 0
  return HEADER + (first & CONTRIBUTORS_MASK) * 4 + extension <= size
}

/** Goes on after a packet of the same side that looked like RTP: its rtpSource() and rtpSequence() are given. */
export function continuesRtp(view: DataView, start: number, end: number, ssrc: number, sequence: number): boolean {
  return looksLikeRtp(view, start, end) && follows(view, start, ssrc, sequence)
}

/** The synchronization source of what looks like RTP, as a signed number of 32 bits. */
export function rtpSource(view: DataView, start: number): number {
  return view.getInt32(start + (isReport(view, start) ? REPORT_SOURCE : SOURCE))
}

/** The sequence number of what looks like RTP; -1 for RTCP, which has none. */
export function rtpSequence(view: DataView, start: number): number {
  return isReport(view, start) ? -1 : view.getUint16(start + SEQUENCE)
}

/**
 * RTCP in clear: two or more reports that fill the datagram, the first from a sender or receiver, RFC 3550 section 6.1.
 */
export function isCompoundRtcp(view: DataView, start: number, end: number): boolean {
  if (end - start < REPORT_HEADER || view.getUint8(start + TYPE) > RECEIVER_REPORT) return false
  let at = start
  let reports = 0
  while (end - at >= 4 && isReport(view, at)) {
    at += reportLength(view, at)
    reports += 1
  }
  return at === end && reports > 1
}

/** The beginning of a TCP stream: two frames, the second of which goes on after the first. */
export function identifyFramedRtp(view: DataView, start: number, end: number): Identified {
  const packet = start + FRAME_HEADER
  if (packet >= end) return UNDECIDED
  const length = view.getUint16(start)
  if (length < REPORT_HEADER || length > LONGEST_FRAME) return UNIDENTIFIED
  if ((view.getUint8(packet) & VERSION_MASK) !== VERSION_2) return UNIDENTIFIED
  if (packet + TYPE < end && !isReport(view, packet) && !isPayloadType(view.getUint8(packet + TYPE)))
    return UNIDENTIFIED
  if (packet + length > end) return UNDECIDED
  if (!looksLikeRtp(view, packet, packet + length)) return UNIDENTIFIED
  return identifySecond(view, packet + length, end, rtpSource(view, packet), rtpSequence(view, packet))
}

function identifySecond(view: DataView, start: number, end: number, ssrc: number, sequence: number): Identified {
  const packet = start + FRAME_HEADER
  if (packet >= end) return UNDECIDED
  const length = view.getUint16(start)
  if (length < REPORT_HEADER || length > LONGEST_FRAME) return UNIDENTIFIED
  if ((view.getUint8(packet) & VERSION_MASK) !== VERSION_2) return UNIDENTIFIED
  if (packet + length > end && end - packet < HEADER) return UNDECIDED
  return continuesRtp(view, packet, packet + length, ssrc, sequence) ? RTP : UNIDENTIFIED
}

function follows(view: DataView, start: number, ssrc: number, sequence: number): boolean {
  if (rtpSource(view, start) !== ssrc) return false
  if (sequence < 0 || isReport(view, start)) return true
  const ahead = (rtpSequence(view, start) - sequence) & 0xffff
  return ahead !== 0 && ahead <= LONGEST_DROPOUT
}

function isReport(view: DataView, at: number): boolean {
  if ((view.getUint8(at) & VERSION_MASK) !== VERSION_2) return false
  const type = view.getUint8(at + TYPE)
  return type >= FIRST_REPORT && type <= LAST_REPORT
}

/** Length of a report with its header; it is counted in words without the first. */
function reportLength(view: DataView, at: number): number {
  return (view.getUint16(at + REPORT_LENGTH) + 1) * 4
}

/** `octet` is the payload type behind the marker bit. */
function isPayloadType(octet: number): boolean {
  const type = octet & TYPE_MASK
  return type <= LAST_ASSIGNED_TYPE || type >= FIRST_DYNAMIC_TYPE
}
