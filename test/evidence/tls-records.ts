import { join, type Octets, u16 } from '../support/octets.ts'

// Records and handshake messages of TLS as bytes, with as little in them as the standards allow.

export const TLS_1_2 = 0x0303
export const RANDOM = new Uint8Array(32).fill(0x5a)
/** RFC 8446 section 4.1.3. */
export const HELLO_RETRY_RANDOM = Uint8Array.from(
  Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex'),
)
export const SESSION_ID = new Uint8Array(32).fill(0x1d)
/** What the reader keeps as it is; not a certificate that anything could read. */
export const LEAF = new Uint8Array(700).map((_, index) => index & 0xff)

export const record = (type: number, body: Octets, version = TLS_1_2): Uint8Array =>
  join([type], u16(version, body.length), body)

export const u24 = (value: number): number[] => [value >> 16, (value >> 8) & 0xff, value & 0xff]

export const message = (type: number, body: Octets = []): Uint8Array => join([type], u24(body.length), body)

/** Each message in a record of its own. */
export const inRecords = (...messages: readonly Uint8Array[]): Uint8Array =>
  join(...messages.map((each) => record(22, each)))

export const extension = (type: number, body: Octets = []): Uint8Array => join(u16(type, body.length), body)

export const serverName = (name: string): Uint8Array => {
  const host = Buffer.from(name, 'latin1')
  return extension(0, join(u16(host.length + 3), [0], u16(host.length), host))
}

export const supportedVersions = (...versions: readonly number[]): Uint8Array =>
  extension(43, join([versions.length * 2], u16(...versions)))

export interface HelloParts {
  readonly version?: number
  readonly random?: Uint8Array
  readonly sessionId?: Octets
  readonly extensions?: readonly Uint8Array[]
}

const extensionsOf = (parts: HelloParts): Uint8Array => {
  const all = join(...(parts.extensions ?? []))
  return parts.extensions === undefined ? all : join(u16(all.length), all)
}

const beginningOf = (parts: HelloParts): Uint8Array => {
  const sessionId = parts.sessionId ?? []
  return join(u16(parts.version ?? TLS_1_2), parts.random ?? RANDOM, [sessionId.length], sessionId)
}

export const clientHello = (parts: HelloParts = {}): Uint8Array =>
  message(1, join(beginningOf(parts), u16(2, 0xc02f), [1, 0], extensionsOf(parts)))

export const serverHello = (parts: HelloParts = {}): Uint8Array =>
  message(2, join(beginningOf(parts), u16(0xc02f), [0], extensionsOf(parts)))

export const certificateList = (...certificates: readonly Octets[]): Uint8Array => {
  const entries = join(...certificates.map((each) => join(u24(each.length), each)))
  return message(11, join(u24(entries.length), entries))
}

export const NEW_SESSION_TICKET = message(4, [0, 0, 0, 60, 0, 2, 7, 7])
export const SERVER_KEY_EXCHANGE = message(12, new Uint8Array(80))
export const CERTIFICATE_REQUEST = message(13, [1, 1, 0, 2, 4, 1, 0, 0])
export const HELLO_DONE = message(14)
export const CERTIFICATE_VERIFY = message(15, new Uint8Array(70))
export const CLIENT_KEY_EXCHANGE = message(16, new Uint8Array(66))
export const CHANGE_CIPHER_SPEC = record(20, [1])
/** Encrypted: its first byte would be the type of a key exchange, were it read. */
export const FINISHED = record(22, new Uint8Array(40).fill(16))
export const DATA = record(23, new Uint8Array(100))

export const alert = (level: number, description: number): Uint8Array => record(21, [level, description])

/** A ClientHello in the record format of SSL 2.0. */
export const v2Hello = (version = 0x0301, suites = 3): Uint8Array => {
  const body = join([1], u16(version, suites * 3, 0, 16), new Uint8Array(suites * 3), RANDOM.subarray(0, 16))
  return join(u16(0x8000 | body.length), body)
}
