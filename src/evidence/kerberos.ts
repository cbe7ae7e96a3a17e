import { BER_INVALID, berContent, berLength } from './ber.ts'
import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { KERBEROS, UNIDENTIFIED } from './service.ts'
import { DIFFERS, startsWith } from './text.ts'

// Messages by their application tags, RFC 4120 section 5.10. The low five bits are the message type.
const AS_REQ = 0x6a
const AS_REP = 0x6b
const TGS_REQ = 0x6c
const TGS_REP = 0x6d
const KRB_ERROR = 0x7e
const TYPE_MASK = 0x1f

const SEQUENCE = 0x30
/** The protocol version 5 and what stands before the message type; requests count their fields from 1. */
const REQUEST_HEAD = Uint8Array.of(0xa1, 3, 2, 1, 5, 0xa2, 3, 2, 1)
const ANSWER_HEAD = Uint8Array.of(0xa0, 3, 2, 1, 5, 0xa1, 3, 2, 1)
const RECORD_LENGTH = 4

/** Over TCP, RFC 4120 section 7.2.2: four bytes of length, which must be that of the message behind them. */
export function identifyKerberosRecord(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  if (view.getUint8(start) !== 0) return UNIDENTIFIED
  const message = start + RECORD_LENGTH
  if (end - start <= RECORD_LENGTH) return UNDECIDED
  const length = berLength(view, message + 1, end)
  if (identifyTag(view.getUint8(message)) === UNIDENTIFIED || length === BER_INVALID) return UNIDENTIFIED
  if (length === UNDECIDED) return UNDECIDED
  if (berContent(view, message + 1) + length - message !== view.getUint32(start)) return UNIDENTIFIED
  return identifyKerberos(view, message, end)
}

/**
 * Kerberos: a request, reply or error by its tag, with the fixed first fields: version 5 and the type of the tag (more
 * than 90 bits). The tag tells who opened the flow.
 */
export function identifyKerberos(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  const tag = view.getUint8(start)
  const answer = identifyTag(tag)
  if (answer === UNIDENTIFIED) return UNIDENTIFIED
  const sequence = inner(view, start + 1, end)
  if (sequence === UNDECIDED || sequence >= end) return UNDECIDED
  if (sequence === BER_INVALID || view.getUint8(sequence) !== SEQUENCE) return UNIDENTIFIED
  const fields = inner(view, sequence + 1, end)
  if (fields === UNDECIDED) return UNDECIDED
  if (fields === BER_INVALID) return UNIDENTIFIED
  const head = startsWith(view, fields, end, (answer & FROM_ORIGINATOR) !== 0 ? REQUEST_HEAD : ANSWER_HEAD)
  if (head <= DIFFERS) return head === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  if (fields + head >= end) return UNDECIDED
  return view.getUint8(fields + head) === (tag & TYPE_MASK) ? answer : UNIDENTIFIED
}

/** Where the content behind the length at `at` begins. */
function inner(view: DataView, at: number, end: number): number {
  const length = berLength(view, at, end)
  return length < 0 ? length : berContent(view, at)
}

function identifyTag(tag: number): Identified {
  switch (tag) {
    case AS_REQ:
    case TGS_REQ:
      return KERBEROS | FROM_ORIGINATOR
    case AS_REP:
    case TGS_REP:
    case KRB_ERROR:
      return KERBEROS | FROM_RESPONDER
    default:
      return UNIDENTIFIED
  }
}
