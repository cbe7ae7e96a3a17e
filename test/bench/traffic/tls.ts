import { ISSUER_CERTIFICATE } from './certificates.ts'
import { octets, type Part, sized, uint16 } from './octets.ts'
import type { Random } from './random.ts'

// TLS 1.2 messages as RFC 5246 and RFC 8422 lay them out. They have the right shapes and lengths; what would be
// signed, agreed on or encrypted is random.

const VERSION = uint16(0x0303)
const ECDHE_RSA_AES_128_CBC_SHA256 = uint16(0xc027)
const OFFERED_SUITES = [0xc028, 0xc027, 0xc014, 0xc013, 0x009f, 0x009e, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f]
const SIGNATURE_ALGORITHMS = [0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203]
const RSA_SHA256 = uint16(0x0401)
const SIGNATURE_LENGTH = 256
const POINT_LENGTH = 65
/** An encrypted Finished message: initialisation vector, message, MAC and padding. */
const FINISHED_LENGTH = 80

export const RECORD_HEADER_LENGTH = 5
export const APPLICATION_DATA = 23

/** Where a hello's random bytes stand, behind its record and message headers, the version and four bytes of time. */
export const HELLO_RANDOM_AT = RECORD_HEADER_LENGTH + 4 + 2 + 4

const record = (type: number, version: number, ...content: readonly Part[]): Uint8Array =>
  octets(type, uint16(version), sized(2, ...content))
const handshake = (...messages: readonly Part[]): Uint8Array => record(22, 0x0303, ...messages)
const message = (type: number, ...body: readonly Part[]): Uint8Array => octets(type, sized(3, ...body))
const extension = (type: number, ...body: readonly Part[]): Uint8Array => octets(uint16(type), sized(2, ...body))
const numbers = (values: readonly number[]): Uint8Array => octets(...values.map(uint16))

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256))
}

const point = (random: Random): Uint8Array => octets(4, noise(random, POINT_LENGTH - 1))

const finished = (random: Random): Uint8Array =>
  octets(record(20, 0x0303, 1), handshake(noise(random, FINISHED_LENGTH)))

/** The first record of a connection carries version 1.0, as clients do for the sake of old servers. */
export function clientHello(serverName: string, random: Random): Uint8Array {
  const extensions = octets(
    extension(0, sized(2, 0, sized(2, serverName))),
    extension(5, 1, 0, 0, 0, 0),
    extension(10, sized(2, numbers([0x0017, 0x0018]))),
    extension(11, sized(1, 0)),
    extension(13, sized(2, numbers(SIGNATURE_ALGORITHMS))),
    extension(23),
    extension(0xff01, 0),
  )
  const body = octets(
    VERSION,
    noise(random, 32),
    0,
    sized(2, numbers(OFFERED_SUITES)),
    sized(1, 0),
    sized(2, extensions),
  )
  return record(22, 0x0301, message(1, body))
}

/** ServerHello to ServerHelloDone in one record, as Schannel sends them. */
export function serverFlight(certificate: Uint8Array, asksForCertificate: boolean, random: Random): Uint8Array {
  const extensions = octets(extension(23), extension(0xff01, 0))
  const session = sized(1, noise(random, 32))
  const hello = octets(VERSION, noise(random, 32), session, ECDHE_RSA_AES_128_CBC_SHA256, 0, sized(2, extensions))
  const share = octets(3, uint16(0x0017), sized(1, point(random)))
  const signature = octets(RSA_SHA256, sized(2, noise(random, SIGNATURE_LENGTH)))
  return handshake(
    message(2, hello),
    message(11, certificateList([certificate, ISSUER_CERTIFICATE])),
    message(12, share, signature),
    ...(asksForCertificate ? [message(13, certificateRequest())] : []),
    message(14),
  )
}

/** What answers it. `certificate`: null says it was not asked for, an empty list that the client has none. */
export function clientFlight(certificate: readonly Uint8Array[] | null, random: Random): Uint8Array {
  const exchange = message(16, sized(1, point(random)))
  const verify = message(15, RSA_SHA256, sized(2, noise(random, SIGNATURE_LENGTH)))
  const messages = [
    ...(certificate ? [message(11, certificateList(certificate))] : []),
    exchange,
    ...(certificate && certificate.length > 0 ? [verify] : []),
  ]
  return octets(handshake(...messages), finished(random))
}

export const serverFinished = finished

const certificateList = (certificates: readonly Uint8Array[]): Uint8Array =>
  sized(3, ...certificates.map((certificate) => sized(3, certificate)))

function certificateRequest(): Uint8Array {
  return octets(sized(1, 1, 0x40), sized(2, numbers(SIGNATURE_ALGORITHMS)), sized(2, sized(2, ISSUER_NAME)))
}

/** The distinguished name in the issuer's certificate: CN=Contoso Issuing CA, O=Contoso. */
const ISSUER_NAME = ISSUER_CERTIFICATE.subarray(32, 81)
