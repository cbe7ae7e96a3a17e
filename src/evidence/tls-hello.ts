/**
 * Reads ClientHello and ServerHello (RFC 5246 section 7.4.1, RFC 8446 section 4.1) and the ClientHello in the record
 * format of SSL 2.0 (RFC 5246 appendix E.2). Every function returns false, or a place below 0, for bytes that are no
 * such message.
 */

/** What a hello says. */
export interface HelloFacts {
  /**
   * What a ServerHello chose, or the highest that a ClientHello offers: 0x0300 to 0x0304; 0 where none of these is
   * named.
   */
  version: number
  /** A ClientHello that offers TLS 1.3. */
  offers13: boolean
  /** A ServerHello that is a HelloRetryRequest. */
  helloRetry: boolean
  /** A ClientHello that brings a session ticket, or a key shared before. */
  ticketOffered: boolean
  sessionIdLength: number
  sessionIdHash: number
  /** The server's name (SNI) in lower case: the first `serverNameLength` bytes. */
  readonly serverName: Uint8Array
  /** 0 where none was given, or where what was given is no host name. */
  serverNameLength: number
}

const TLS_1_2_VERSION = 0x0303
export const TLS_1_3_VERSION = 0x0304
/** Bytes of a ClientHello in the record format of SSL 2.0 up to its cipher specs, its record header included. */
export const V2_HELLO_HEAD = 11
/** The longest name there is room for. */
export const MOST_SERVER_NAME = 255

// Offsets into both hellos.
const RANDOM = 2
const SESSION_ID = 34
const MOST_SESSION_ID = 32
const RANDOM_LENGTH = 32

// Extension types, RFC 6066, RFC 5077, RFC 8446.
const SERVER_NAME = 0
const SESSION_TICKET = 35
const PRE_SHARED_KEY = 41
const SUPPORTED_VERSIONS = 43

/** The random of a HelloRetryRequest, RFC 8446 section 4.1.3. */
const HELLO_RETRY_RANDOM = Uint8Array.of(
  ...[0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91],
  ...[0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c],
)

/** Reads the body of a ClientHello, from `start` to `end`. */
export function readClientHello(view: DataView, start: number, end: number, hello: HelloFacts): boolean {
  let at = readBeginning(view, start, end, hello)
  if (at < 0 || end - at < 2) return false
  const suites = view.getUint16(at)
  at += 2 + suites
  if (suites < 2 || suites % 2 !== 0 || at >= end) return false
  const compressions = view.getUint8(at)
  at += 1 + compressions
  if (compressions < 1 || at > end) return false
  return readExtensions(view, at, end, hello, true)
}

/** Reads the body of a ServerHello, from `start` to `end`. */
export function readServerHello(view: DataView, start: number, end: number, hello: HelloFacts): boolean {
  const at = readBeginning(view, start, end, hello)
  // The cipher suite and the compression method come next.
  if (at < 0 || end - at < 3) return false
  hello.helloRetry = isHelloRetry(view, start + RANDOM)
  return readExtensions(view, at + 3, end, hello, false)
}

/**
 * Reads the first V2_HELLO_HEAD bytes of a ClientHello in the record format of SSL 2.0. Returns the number of bytes
 * that belong to it after these, or -1.
 */
export function readV2Hello(head: DataView, hello: HelloFacts): number {
  const length = head.getUint16(0) & 0x7fff
  const version = head.getUint16(3)
  const suites = head.getUint16(5)
  const sessionId = head.getUint16(7)
  const challenge = head.getUint16(9)
  if (head.getUint8(2) !== 1 || (version !== 0x0002 && version >> 8 !== 3)) return -1
  if (suites < 3 || suites % 3 !== 0 || (sessionId !== 0 && sessionId !== 16)) return -1
  if (challenge < 16 || challenge > 32 || length !== 9 + suites + sessionId + challenge) return -1
  hello.version = versionOf(Math.min(version, TLS_1_2_VERSION))
  return suites + sessionId + challenge
}

/** Version, random and session id, which both hellos begin with. Returns the place behind them, or -1. */
function readBeginning(view: DataView, start: number, end: number, hello: HelloFacts): number {
  if (end - start <= SESSION_ID) return -1
  const version = view.getUint16(start)
  const length = view.getUint8(start + SESSION_ID)
  const at = start + SESSION_ID + 1
  if ((version >> 8 !== 3 && version >> 8 !== 0x7f) || length > MOST_SESSION_ID || at + length > end) return -1
  // A version above 1.2 is chosen in an extension only; a number above it here stands for "at least 1.2".
  hello.version = versionOf(version >> 8 === 3 ? Math.min(version, TLS_1_2_VERSION) : version)
  hello.sessionIdLength = length
  hello.sessionIdHash = hash(view, at, at + length)
  return at + length
}

/** FNV-1a: two session ids of one connection are compared, not many. */
function hash(view: DataView, start: number, end: number): number {
  let value = 0x811c9dc5 | 0
  for (let at = start; at < end; at += 1) value = Math.imul(value ^ view.getUint8(at), 0x01000193)
  return value
}

/**
 * A known version; drafts of TLS 1.3 (0x7f00 and their number) count as TLS 1.3, reserved values (RFC 8701) as none.
 */
function versionOf(value: number): number {
  if (value >> 8 === 0x7f) return TLS_1_3_VERSION
  return value >> 8 === 3 && value <= TLS_1_3_VERSION ? value : 0
}

function isHelloRetry(view: DataView, at: number): boolean {
  for (let index = 0; index < RANDOM_LENGTH; index += 1) {
    if (view.getUint8(at + index) !== HELLO_RETRY_RANDOM[index]) return false
  }
  return true
}

/** A hello may end without extensions; a list of them has to fill the rest. */
function readExtensions(view: DataView, start: number, end: number, hello: HelloFacts, ofClient: boolean): boolean {
  if (start === end) return true
  if (end - start < 2 || view.getUint16(start) !== end - start - 2) return false
  let at = start + 2
  while (at < end) {
    if (end - at < 4) return false
    const from = at + 4
    const to = from + view.getUint16(at + 2)
    if (to > end) return false
    const readable = ofClient ? readOffer(view, at, from, to, hello) : readChoice(view, at, from, to, hello)
    if (!readable) return false
    at = to
  }
  return true
}

/** One extension of a ClientHello: its type at `at`, its data from `from` to `to`. */
function readOffer(view: DataView, at: number, from: number, to: number, hello: HelloFacts): boolean {
  switch (view.getUint16(at)) {
    case SERVER_NAME:
      readServerName(view, from, to, hello)
      return true
    case SESSION_TICKET:
      if (to > from) hello.ticketOffered = true
      return true
    case PRE_SHARED_KEY:
      hello.ticketOffered = true
      return true
    case SUPPORTED_VERSIONS:
      return readVersions(view, from, to, hello)
    default:
      return true
  }
}

/** One extension of a ServerHello. */
function readChoice(view: DataView, at: number, from: number, to: number, hello: HelloFacts): boolean {
  if (view.getUint16(at) !== SUPPORTED_VERSIONS) return true
  if (to - from !== 2) return false
  hello.version = versionOf(view.getUint16(from))
  return true
}

/** The versions that a client offers, RFC 8446 section 4.2.1. */
function readVersions(view: DataView, from: number, to: number, hello: HelloFacts): boolean {
  if (to - from < 3 || view.getUint8(from) !== to - from - 1 || (to - from) % 2 === 0) return false
  hello.version = 0
  for (let at = from + 1; at < to; at += 2) hello.version = Math.max(hello.version, versionOf(view.getUint16(at)))
  hello.offers13 = hello.version === TLS_1_3_VERSION
  return true
}

/** The first entry of the list, where it is a host name (RFC 6066 section 3). */
function readServerName(view: DataView, from: number, to: number, hello: HelloFacts): void {
  hello.serverNameLength = 0
  if (to - from < 5 || view.getUint8(from + 2) !== 0) return
  const start = from + 5
  const length = view.getUint16(from + 3)
  if (length > MOST_SERVER_NAME || start + length > to) return
  for (let index = 0; index < length; index += 1) {
    const letter = hostLetter(view.getUint8(start + index))
    if (letter < 0) return
    hello.serverName[index] = letter
  }
  hello.serverNameLength = length
}

/** A letter of a host name in lower case, or -1. Windows allows the low line in machine names. */
function hostLetter(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code + 0x20
  const letter = code >= 0x61 && code <= 0x7a
  const digit = code >= 0x30 && code <= 0x39
  return letter || digit || code === 0x2d || code === 0x2e || code === 0x5f ? code : -1
}
