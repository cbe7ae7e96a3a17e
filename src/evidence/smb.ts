import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { SMB, UNIDENTIFIED } from './service.ts'

// The session service of NetBIOS, RFC 1002 section 4.3.1; on port 445 only session messages, with 24 bits of length.
const SESSION_MESSAGE = 0x00
const SESSION_REQUEST = 0x81
const SESSION_ACCEPTED = 0x82
const SESSION_HEADER = 4
/** Two names of 34 bytes each: a length, 32 letters, and an empty scope. */
const SESSION_NAMES = 68
const ENCODED_NAME_LENGTH = 32

// The header's beginning, [MS-SMB] section 2.2.3.1 and [MS-SMB2] section 2.2.1; offsets into the message.
const SMB1 = 0xff534d42
const SMB2 = 0xfe534d42
const SMB2_TRANSFORM = 0xfd534d42
const SMB1_COMMAND = 4
const SMB1_FLAGS = 9
const SMB1_HEADER = 32
const SMB1_NEGOTIATE = 0x72
const SMB1_REPLY = 0x80
const SMB2_HEADER = 64
const SMB2_STRUCTURE_SIZE = 4
const SMB2_FLAGS = 16
const SMB2_TO_CLIENT = 0x01
const SMB2_KNOWN = 20

/**
 * SMB: a session message with the protocol's four bytes in front of a whole header, or a session request of NetBIOS
 * with its two fixed lengths. A reply flag tells who opened the flow (SMB 1: of the negotiation only).
 */
export function identifySmb(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  const type = view.getUint8(start)
  if (type === SESSION_REQUEST) return identifySessionRequest(view, start, end)
  if (type !== SESSION_MESSAGE && type !== SESSION_ACCEPTED) return UNIDENTIFIED
  if (end - start < SESSION_HEADER) return UNDECIDED
  if (type === SESSION_MESSAGE) return identifyMessage(view, start, end)
  if (view.getUint32(start) !== SESSION_ACCEPTED * 0x1000000) return UNIDENTIFIED
  return identifyMessage(view, start + SESSION_HEADER, end)
}

function identifySessionRequest(view: DataView, start: number, end: number): Identified {
  if (end - start <= SESSION_HEADER) return UNDECIDED
  if (view.getUint32(start) !== SESSION_REQUEST * 0x1000000 + SESSION_NAMES) return UNIDENTIFIED
  return view.getUint8(start + SESSION_HEADER) === ENCODED_NAME_LENGTH ? SMB | FROM_ORIGINATOR : UNIDENTIFIED
}

function identifyMessage(view: DataView, start: number, end: number): Identified {
  const message = start + SESSION_HEADER
  if (end - message < 4) return UNDECIDED
  if (view.getUint8(start) !== SESSION_MESSAGE) return UNIDENTIFIED
  const length = view.getUint32(start) & 0xffffff
  const protocol = view.getUint32(message)
  if (protocol === SMB2_TRANSFORM) return SMB
  if (protocol === SMB2 && length >= SMB2_HEADER) return identifySmb2(view, message, end)
  if (protocol === SMB1 && length >= SMB1_HEADER) return identifySmb1(view, message, end)
  return UNIDENTIFIED
}

function identifySmb1(view: DataView, message: number, end: number): Identified {
  if (end - message <= SMB1_FLAGS) return UNDECIDED
  if (view.getUint8(message + SMB1_COMMAND) !== SMB1_NEGOTIATE) return SMB
  return SMB | ((view.getUint8(message + SMB1_FLAGS) & SMB1_REPLY) !== 0 ? FROM_RESPONDER : FROM_ORIGINATOR)
}

function identifySmb2(view: DataView, message: number, end: number): Identified {
  if (end - message < SMB2_KNOWN) return UNDECIDED
  if (view.getUint16(message + SMB2_STRUCTURE_SIZE, true) !== SMB2_HEADER) return UNIDENTIFIED
  return SMB | ((view.getUint8(message + SMB2_FLAGS) & SMB2_TO_CLIENT) !== 0 ? FROM_RESPONDER : FROM_ORIGINATOR)
}
