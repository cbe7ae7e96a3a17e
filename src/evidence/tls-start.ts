import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { TLS, UNIDENTIFIED } from './service.ts'
import { MOST_BODY } from './tls-body.ts'

// The record of RFC 5246 section 6.2.1 and the handshake header of section 7.4, offsets into the stream.
const RECORD_MAJOR = 1
const RECORD_MINOR = 2
const RECORD_LENGTH = 3
const MESSAGE_TYPE = 5
const MESSAGE_LENGTH = 6
const MESSAGE_MAJOR = 9
const MESSAGE_MINOR = 10
const HELLO_KNOWN = 11
const RECORD_HEADER = 5
const MESSAGE_HEADER = 4

const CHANGE_CIPHER_SPEC = 20
const ALERT = 21
const HANDSHAKE = 22
const APPLICATION_DATA = 23
const MAJOR = 3
const NEWEST_MINOR = 4
/** 2^14 bytes of content and what compression and encryption may add, RFC 5246 section 6.2.3. */
const LONGEST_RECORD = 16_384 + 2_048
/** One byte of content and the shortest code for its integrity. */
const SHORTEST_ENCRYPTED = 16
const PLAIN_ALERT = 2
const LONGEST_ALERT = 256

const CLIENT_HELLO = 1
const SERVER_HELLO = 2
/** Version, random and the length of an empty session identifier. */
const SHORTEST_HELLO = 35

// The hello of SSL 2.0, RFC 5246 appendix E.2.
const V2_BIT = 0x80
const V2_TYPE = 2
const V2_MAJOR = 3
const V2_MINOR = 4
const V2_CIPHERS = 5
const V2_SESSION = 7
const V2_CHALLENGE = 9
const V2_KNOWN = 11
/** Of what the length in the first two bytes counts, all but the three lists. */
const V2_FIXED = 9
const V2_CIPHER = 3
const V2_SESSION_LENGTH = 16
const SHORTEST_CHALLENGE = 16
const LONGEST_CHALLENGE = 32

/**
 * TLS from its first record; asked after the pseudo-TLS of MS-TURN. Versions 3.0 to 3.4 and a length within the limits in
 * all cases, and
 * - a handshake record: a ClientHello or ServerHello with a possible length and a version of its own (more than 50 bits),
 *   which tells who opened the flow;
 * - change cipher spec, alert or data, for a stream whose beginning is not in the capture, or whose handshake was refused: a
 *   length that fits the type (22 bits for data);
 * - a ClientHello in the format of SSL 2.0 whose three lists add up to its length.
 */
export function identifyTls(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  const type = view.getUint8(start)
  if ((type & V2_BIT) !== 0) return identifyV2Hello(view, start, end)
  if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) return UNIDENTIFIED
  if (end - start <= RECORD_MAJOR) return UNDECIDED
  if (view.getUint8(start + RECORD_MAJOR) !== MAJOR) return UNIDENTIFIED
  if (end - start < RECORD_HEADER) return UNDECIDED
  if (view.getUint8(start + RECORD_MINOR) > NEWEST_MINOR) return UNIDENTIFIED
  const length = view.getUint16(start + RECORD_LENGTH)
  if (type !== HANDSHAKE) return fitsType(type, length) ? TLS : UNIDENTIFIED
  return identifyHello(view, start, end, length)
}

/**
 * Of a stream that identifyTls() has called TLS: with how many bytes its hello is there, whole in one record. 0 where
 * it begins with something else, or where the hello is longer than its record or than anybody reads.
 */
export function helloEnd(view: DataView, start: number): number {
  if (view.getUint8(start) !== HANDSHAKE) return 0
  const message = view.getUint16(start + MESSAGE_LENGTH + 1)
  const isWhole = MESSAGE_HEADER + message <= view.getUint16(start + RECORD_LENGTH) && message <= MOST_BODY
  return isWhole ? RECORD_HEADER + MESSAGE_HEADER + message : 0
}

function fitsType(type: number, length: number): boolean {
  if (type === CHANGE_CIPHER_SPEC) return length === 1
  if (type === ALERT) return length === PLAIN_ALERT || (length >= SHORTEST_ENCRYPTED && length <= LONGEST_ALERT)
  return length >= SHORTEST_ENCRYPTED && length <= LONGEST_RECORD
}

function identifyHello(view: DataView, start: number, end: number, recordLength: number): Identified {
  if (recordLength === 0 || recordLength > LONGEST_RECORD) return UNIDENTIFIED
  if (end - start < HELLO_KNOWN) return UNDECIDED
  const type = view.getUint8(start + MESSAGE_TYPE)
  if (type !== CLIENT_HELLO && type !== SERVER_HELLO) return UNIDENTIFIED
  // 24 bits of length, the first of which are 0 in any hello.
  if (view.getUint8(start + MESSAGE_LENGTH) !== 0) return UNIDENTIFIED
  if (view.getUint16(start + MESSAGE_LENGTH + 1) < SHORTEST_HELLO) return UNIDENTIFIED
  if (view.getUint8(start + MESSAGE_MAJOR) !== MAJOR) return UNIDENTIFIED
  if (view.getUint8(start + MESSAGE_MINOR) > NEWEST_MINOR) return UNIDENTIFIED
  return TLS | (type === CLIENT_HELLO ? FROM_ORIGINATOR : FROM_RESPONDER)
}

function identifyV2Hello(view: DataView, start: number, end: number): Identified {
  if (end - start <= V2_TYPE) return UNDECIDED
  if (view.getUint8(start + V2_TYPE) !== CLIENT_HELLO) return UNIDENTIFIED
  if (end - start < V2_KNOWN) return UNDECIDED
  const major = view.getUint8(start + V2_MAJOR)
  const minor = view.getUint8(start + V2_MINOR)
  const isVersion = (major === MAJOR && minor <= NEWEST_MINOR) || (major === 0 && minor === 2)
  return isVersion && addsUp(view, start) ? TLS | FROM_ORIGINATOR : UNIDENTIFIED
}

function addsUp(view: DataView, start: number): boolean {
  const ciphers = view.getUint16(start + V2_CIPHERS)
  const session = view.getUint16(start + V2_SESSION)
  const challenge = view.getUint16(start + V2_CHALLENGE)
  if (ciphers === 0 || ciphers % V2_CIPHER !== 0) return false
  if (session !== 0 && session !== V2_SESSION_LENGTH) return false
  if (challenge < SHORTEST_CHALLENGE || challenge > LONGEST_CHALLENGE) return false
  return (view.getUint16(start) & 0x7fff) === V2_FIXED + ciphers + session + challenge
}
