import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { STUN, UNIDENTIFIED } from './service.ts'

// The header, RFC 8489 section 5; the same in RFC 3489 with a longer transaction identifier for the cookie.
const LENGTH = 2
const COOKIE = 4
const HEADER = 20
const MAGIC = 0x2112a442
/** The two highest bits of a type are 0, and so are those of every method that is assigned. */
const LARGEST_TYPE = 0x01ff
const ATTRIBUTE_HEADER = 4
/** RFC 4571: what one TCP stream carries besides media has two bytes of length in front, too. */
const FRAME_HEADER = 2

const ALLOCATE_REQUEST = 0x0003
const ALLOCATE_SUCCESS = 0x0103
const ALLOCATE_ERROR = 0x0113

// Attributes of RFC 3489 section 11.2 and those that its servers added, whose types need not be understood.
const FIRST_ATTRIBUTE = 0x0001
const LAST_ATTRIBUTE = 0x000b
const FIRST_OPTIONAL = 0x8000
const LAST_OPTIONAL = 0x80ff

/**
 * A STUN message at the beginning of a TCP stream, bare or in a frame: type, a length of whole words and the cookie of
 * RFC 8489 (more than 40 bits). Checks of connectivity go both ways, so only TURN's allocation has a direction.
 */
export function identifyStunStream(view: DataView, start: number, end: number): Identified {
  const bare = identifyHeader(view, start, end)
  if (bare !== UNIDENTIFIED) return bare
  if (end - start < FRAME_HEADER) return UNDECIDED
  const length = view.getUint16(start)
  if (length < HEADER || length % 4 !== 0) return UNIDENTIFIED
  const framed = identifyHeader(view, start + FRAME_HEADER, end)
  if (framed === UNIDENTIFIED || framed === UNDECIDED) return framed
  return view.getUint16(start + FRAME_HEADER + LENGTH) === length - HEADER ? framed : UNIDENTIFIED
}

/**
 * One datagram: a message with the cookie that is at least as long as what was captured of it, or a binding message of
 * RFC 3489, whose attributes must be known ones and fill it to its end.
 */
export function identifyStun(view: DataView, start: number, end: number): Identified {
  const beyondHeader = end - start - HEADER
  if (beyondHeader < 0 || view.getUint16(start + LENGTH) < beyondHeader) return UNIDENTIFIED
  const answer = identifyHeader(view, start, end)
  if (answer !== UNIDENTIFIED || view.getUint16(start + LENGTH) !== beyondHeader) return answer
  return isOldBinding(view, start, end) ? STUN : UNIDENTIFIED
}

function identifyHeader(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  if (view.getUint8(start) > LARGEST_TYPE >> 8) return UNIDENTIFIED
  if (end - start < COOKIE + 4) return UNDECIDED
  const type = view.getUint16(start)
  if (type === 0 || view.getUint16(start + LENGTH) % 4 !== 0) return UNIDENTIFIED
  if (view.getUint32(start + COOKIE) !== MAGIC) return UNIDENTIFIED
  return STUN | direction(type)
}

function direction(type: number): number {
  if (type === ALLOCATE_REQUEST) return FROM_ORIGINATOR
  return type === ALLOCATE_SUCCESS || type === ALLOCATE_ERROR ? FROM_RESPONDER : 0
}

/** Binding and Shared Secret: request, response and error. */
function isOldBinding(view: DataView, start: number, end: number): boolean {
  const type = view.getUint16(start)
  const method = type & 0x0f
  if (type !== method && type !== (0x0100 | method) && type !== (0x0110 | method)) return false
  return (method === 1 || method === 2) && hasOldAttributes(view, start + HEADER, end)
}

function hasOldAttributes(view: DataView, start: number, end: number): boolean {
  let at = start
  while (end - at >= ATTRIBUTE_HEADER) {
    const type = view.getUint16(at)
    const isKnown = type >= FIRST_ATTRIBUTE && type <= LAST_ATTRIBUTE
    if (!isKnown && (type < FIRST_OPTIONAL || type > LAST_OPTIONAL)) return false
    at += ATTRIBUTE_HEADER + view.getUint16(at + 2)
  }
  return at === end
}
