/**
 * What was seen of a flow besides its service, as bits of one word: what the sentence behind the evidence says. The
 * bits of several flows are joined with `or`.
 */

/** The TLS version that was agreed on, or that the only hello names. */
export const SSL_3_0 = 1 << 0
export const TLS_1_0 = 1 << 1
export const TLS_1_1 = 1 << 2
export const TLS_1_2 = 1 << 3
export const TLS_1_3 = 1 << 4
/** The hello came in the record format of SSL 2.0. */
export const V2_HELLO = 1 << 5
export const CLIENT_HELLO = 1 << 6
export const SERVER_HELLO = 1 << 7
export const SERVER_CERTIFICATE = 1 << 8
/** The server asked for a certificate. */
export const CERTIFICATE_REQUEST = 1 << 9
/** The client answered with an empty list. */
export const CLIENT_CERTIFICATE_EMPTY = 1 << 10
export const CLIENT_CERTIFICATE = 1 << 11
/** TLS records without a handshake: it was over before the capture, or a part of it is missing. */
export const RECORDS_ONLY = 1 << 12
/** A .NET message framing preamble in clear went first. */
export const FRAMING_PREAMBLE = 1 << 13
/** XMPP agreed on TLS after its first elements in clear. */
export const STARTTLS = 1 << 14
/** MS-TURN behind a handshake that only looks like TLS. */
export const PSEUDO_TLS = 1 << 15
/** Packets in frames with a length, on TCP. */
export const FRAMED = 1 << 16
/** The first bytes of at least one side are not in the capture. */
export const BEGINNING_MISSING = 1 << 17
/** The look ended early because a limit was reached. */
export const LIMIT_REACHED = 1 << 18
