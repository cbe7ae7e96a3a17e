import * as proof from './proof.ts'
import { MTLS, NONE, TLS, TLS_ONE_WAY, TLS_RESUMED, TLS13, UNIDENTIFIED } from './service.ts'
import { TLS_1_3_VERSION } from './tls-hello.ts'
import { EMPTY_LIST, NOT_EMPTY, NOT_SEEN, type TlsReader } from './tls-reader.ts'

/** One of the two sides, or neither. */
const UNKNOWN = 0
const LOW = 1
const HIGH = 2

/** What a TLS connection proves. Made to be reused. */
export class TlsSession {
  /** A number of service.ts. TLS where it is TLS and no more is proven, or where the handshake failed. */
  service = NONE
  /** Who opened the connection: 0 unknown, 1 the low side, 2 the high side. */
  originator = UNKNOWN
  /** Bits of proof.ts. */
  proof = 0
  /** Description of the alert that ended the handshake; -1 for none. */
  alert = -1
  /** Who sent it: 0 unknown, 1 the low side, 2 the high side. */
  alertSide = UNKNOWN
  /** Nothing that comes later in the connection changes the answer. */
  settled = false
}

/**
 * Says what both sides' bytes prove together. Either may have read nothing, or only a part from the beginning, because
 * the rest has not come yet or is not in the capture: what a later byte could make false is not said, with one
 * exception. A handshake that went well so far may still be ended by an alert, so the answer is final only when it is
 * settled.
 */
export function readSession(low: TlsReader, high: TlsReader, session: TlsSession): void {
  const originator = originatorOf(low, high)
  const client = originator === HIGH ? high : low
  const server = originator === HIGH ? low : high
  const hello = saidHello(low) || saidHello(high)
  // Two clients, or two servers: no handshake can come of it.
  const contradiction = hello && originator === UNKNOWN
  session.originator = originator
  session.alertSide = low.alert >= 0 ? LOW : high.alert >= 0 ? HIGH : UNKNOWN
  session.alert = low.alert >= 0 ? low.alert : high.alert
  if (hello) {
    session.service = contradiction ? TLS : serviceOf(client, server)
    session.proof = proofOf(client, server, session.service)
  } else {
    session.service = serviceWithoutHello(low, high)
    session.proof = hasOnlyRecords(low, high) ? proof.RECORDS_ONLY : 0
  }
  // An alert without any hello tells not yet who opened the connection.
  const failed = session.alert >= 0 && originator !== UNKNOWN
  const ended = failed || low.stopped || high.stopped || contradiction
  const decided = session.service > TLS || session.proof === proof.RECORDS_ONLY
  session.settled = ended || (decided && isPastClear(low, high) && isPastClear(high, low))
}

const saidHello = (reader: TlsReader): boolean => reader.clientHello || reader.serverHello

function originatorOf(low: TlsReader, high: TlsReader): number {
  const isLow = low.clientHello || high.serverHello
  const isHigh = high.clientHello || low.serverHello
  if (isLow === isHigh) return UNKNOWN
  return isLow ? LOW : HIGH
}

function serviceOf(client: TlsReader, server: TlsReader): number {
  if (hasFailed(client) || hasFailed(server)) return TLS
  if (isTls13(server)) return TLS13
  if (client.certificate === NOT_EMPTY) return MTLS
  // Asked for a certificate, a client of TLS 1.2 and before sends its list, empty or not, ahead of its key exchange.
  if (client.certificate === EMPTY_LIST || client.clientKeyExchange) return TLS_ONE_WAY
  if (server.helloDone) return server.certificateRequested ? TLS : TLS_ONE_WAY
  return isResumed(client, server) ? TLS_RESUMED : TLS
}

/** Ended by an alert, or by bytes that are no TLS, before its own ChangeCipherSpec. */
const hasFailed = (reader: TlsReader): boolean => reader.alert >= 0 || (reader.stopped && !reader.changeCipher)

const isTls13 = (server: TlsReader): boolean =>
  server.serverHello && (server.version === TLS_1_3_VERSION || server.helloRetry)

/**
 * A session that goes on with the keys of an earlier one. The server goes straight to ChangeCipherSpec, and so does the
 * client, or the server repeats the session id that the client asked for (RFC 5246 section 7.3, RFC 5077 section 3.4).
 * In TLS 1.3 both may stand for nothing, so a client's bytes alone tell only if it did not offer that.
 */
function isResumed(client: TlsReader, server: TlsReader): boolean {
  if (server.certificate !== NOT_SEEN) return false
  if (!server.serverHello) return client.changeCipher && !client.offers13
  return server.changeCipher || client.changeCipher || repeatsSessionId(client, server)
}

const repeatsSessionId = (client: TlsReader, server: TlsReader): boolean =>
  client.clientHello &&
  server.sessionIdLength > 0 &&
  server.sessionIdLength === client.sessionIdLength &&
  server.sessionIdHash === client.sessionIdHash

/** Without a hello: a handshake whose first message is not whole yet, records from the middle, no TLS, or nothing. */
function serviceWithoutHello(low: TlsReader, high: TlsReader): number {
  if (hasRecords(low) || hasRecords(high)) return TLS
  return low.stopped || high.stopped ? UNIDENTIFIED : NONE
}

/** Where no hello was whole, bytes that turned out to be no TLS prove nothing. */
const hasRecords = (reader: TlsReader): boolean => reader.recordTypes !== 0 && !reader.stopped

/** Type 22 alone may be a hello that is still coming. */
const HANDSHAKE_TYPE = 1 << 2

const hasOnlyRecords = (low: TlsReader, high: TlsReader): boolean => hasNoBeginning(low) || hasNoBeginning(high)

const hasNoBeginning = (reader: TlsReader): boolean =>
  hasRecords(reader) && (reader.opaque || (reader.recordTypes & ~HANDSHAKE_TYPE) !== 0)

/**
 * Whether `reader` has nothing more to say in clear. Where nothing was read of it although the other side sent data,
 * its handshake is not in the capture: nobody sends data before.
 */
const isPastClear = (reader: TlsReader, other: TlsReader): boolean =>
  reader.changeCipher || reader.applicationData || (isUnread(reader) && other.applicationData)

const isUnread = (reader: TlsReader): boolean => reader.recordTypes === 0 && !reader.v2Hello

function proofOf(client: TlsReader, server: TlsReader, service: number): number {
  let bits = versionBit(versionOf(client, server, service))
  if (client.clientHello) bits |= proof.CLIENT_HELLO
  if (client.v2Hello) bits |= proof.V2_HELLO
  if (server.serverHello) bits |= proof.SERVER_HELLO
  if (server.certificate === NOT_EMPTY) bits |= proof.SERVER_CERTIFICATE
  if (server.certificateRequested) bits |= proof.CERTIFICATE_REQUEST
  if (client.certificate === EMPTY_LIST) bits |= proof.CLIENT_CERTIFICATE_EMPTY
  if (client.certificate === NOT_EMPTY) bits |= proof.CLIENT_CERTIFICATE
  return bits
}

/**
 * The version that was agreed on. Without the ServerHello it stands in the records that follow the ClientHello, where
 * they show that it is not TLS 1.3, whose records all say 1.2; else there is only what the client offers.
 */
function versionOf(client: TlsReader, server: TlsReader, service: number): number {
  if (server.serverHello) return server.version
  const before13 = service > TLS || client.certificate !== NOT_SEEN || client.clientKeyExchange
  return before13 ? client.recordVersion : client.version
}

function versionBit(version: number): number {
  return version >= 0x0300 && version <= TLS_1_3_VERSION ? proof.SSL_3_0 << (version - 0x0300) : 0
}
