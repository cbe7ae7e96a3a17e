import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { MS_TURN, UNIDENTIFIED } from './service.ts'
import { DIFFERS, startsWith } from './text.ts'

/*
 * Microsoft's TURN, [MS-TURN]: an early draft of TURN whose messages carry their cookie in a first attribute, with a
 * TCP form that begins with a handshake made up to look like TLS.
 */

// The fixed parts of both records of section 2.1.1: all but the random values and the session identifier.
const CLIENT_HEAD = Uint8Array.of(0x16, 3, 1, 0, 0x2d, 1, 0, 0, 0x29, 3, 1)
const CLIENT_TAIL = Uint8Array.of(0, 0, 2, 0, 0x18, 1, 0)
const CLIENT_TAIL_OFFSET = 43
const SERVER_HEAD = Uint8Array.of(0x16, 3, 1, 0, 0x4e, 2, 0, 0, 0x46, 3, 1)
const SERVER_SESSION = Uint8Array.of(0x20)
const SERVER_SESSION_OFFSET = 43
const SERVER_TAIL = Uint8Array.of(0, 0x18, 0, 0x0e, 0, 0, 0)
const SERVER_TAIL_OFFSET = 76

// The frame of section 2.1.4 and the message header of section 2.2.1, offsets from their beginnings.
const FRAME_CONTROL = 0x02
const FRAME_LENGTH = 2
const FRAME_HEADER = 4
const MESSAGE_LENGTH = 2
const MESSAGE_HEADER = 20
/** The first attribute of every message: Magic Cookie, section 2.2.2.1. */
const COOKIE = Uint8Array.of(0x00, 0x0f, 0x00, 0x04, 0x72, 0xc6, 0x4b, 0xc6)

// Multiplexed TURN, section 2.2.3.
const MULTIPLEXED = 0xff10
const MULTIPLEXED_LENGTH = 2
const MULTIPLEXED_HEADER = 4
const MULTIPLEXED_SESSION = 8

/** Set in the types of responses and of what the server sends on its own. */
const FROM_SERVER = 0x0100

/** The handshake that only looks like TLS; asked before TLS. Both records are known whole, 25 and 26 fixed bytes. */
export function identifyPseudoTls(view: DataView, start: number, end: number): Identified {
  const client = startsWith(view, start, end, CLIENT_HEAD)
  if (client > DIFFERS) {
    const tail = startsWith(view, start + CLIENT_TAIL_OFFSET, end, CLIENT_TAIL)
    return tail > DIFFERS ? MS_TURN | FROM_ORIGINATOR : undecided(tail)
  }
  const server = startsWith(view, start, end, SERVER_HEAD)
  if (server > DIFFERS) return identifyPseudoServer(view, start, end)
  return client === UNDECIDED || server === UNDECIDED ? UNDECIDED : UNIDENTIFIED
}

function identifyPseudoServer(view: DataView, start: number, end: number): Identified {
  const session = startsWith(view, start + SERVER_SESSION_OFFSET, end, SERVER_SESSION)
  if (session <= DIFFERS) return undecided(session)
  const tail = startsWith(view, start + SERVER_TAIL_OFFSET, end, SERVER_TAIL)
  return tail > DIFFERS ? MS_TURN | FROM_RESPONDER : undecided(tail)
}

function undecided(compared: number): Identified {
  return compared === UNDECIDED ? UNDECIDED : UNIDENTIFIED
}

/** A framed control message at the beginning of a stream: message types, both lengths in agreement, and the cookie. */
export function identifyMsTurnFrame(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  if (view.getUint8(start) !== FRAME_CONTROL) return UNIDENTIFIED
  if (start + 1 < end && view.getUint8(start + 1) !== 0) return UNIDENTIFIED
  const message = start + FRAME_HEADER
  if (end - message >= 2 && !isMessageType(view.getUint16(message))) return UNIDENTIFIED
  if (end - message < MESSAGE_HEADER) return UNDECIDED
  if (view.getUint16(message + MESSAGE_LENGTH) !== view.getUint16(start + FRAME_LENGTH) - MESSAGE_HEADER)
    return UNIDENTIFIED
  return identifyMessage(view, message, end)
}

/**
 * One datagram: a control message at least as long as what was captured of it, or anything in the frame that carries
 * the streams of several clients, which must fill it.
 */
export function identifyMsTurn(view: DataView, start: number, end: number): Identified {
  const size = end - start
  if (size >= MULTIPLEXED_HEADER + MULTIPLEXED_SESSION && view.getUint16(start) === MULTIPLEXED) {
    return view.getUint16(start + MULTIPLEXED_LENGTH) === size - MULTIPLEXED_HEADER ? MS_TURN : UNIDENTIFIED
  }
  if (size < MESSAGE_HEADER + COOKIE.length) return UNIDENTIFIED
  if (view.getUint16(start + MESSAGE_LENGTH) < size - MESSAGE_HEADER) return UNIDENTIFIED
  return identifyMessage(view, start, end)
}

/** The message's header is there. */
function identifyMessage(view: DataView, at: number, end: number): Identified {
  const type = view.getUint16(at)
  if (!isMessageType(type)) return UNIDENTIFIED
  const cookie = startsWith(view, at + MESSAGE_HEADER, end, COOKIE)
  if (cookie <= DIFFERS) return undecided(cookie)
  return MS_TURN | ((type & FROM_SERVER) === 0 ? FROM_ORIGINATOR : FROM_RESPONDER)
}

/** Allocate, Send, Data and Set Active Destination with their responses. */
function isMessageType(type: number): boolean {
  switch (type) {
    case 0x0003:
    case 0x0103:
    case 0x0113:
    case 0x0004:
    case 0x0104:
    case 0x0114:
    case 0x0115:
    case 0x0006:
    case 0x0106:
    case 0x0116:
      return true
    default:
      return false
  }
}
