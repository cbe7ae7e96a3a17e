import { describe, expect, it } from 'vitest'
import { MOST_BODY } from '../../src/evidence/tls-body.ts'
import { EMPTY_LIST, NOT_EMPTY, NOT_SEEN, TlsReader } from '../../src/evidence/tls-reader.ts'
import { join, u16 } from '../support/octets.ts'
import { factsOf, readStream } from './tls-reading.ts'
import {
  alert,
  CERTIFICATE_REQUEST,
  CERTIFICATE_VERIFY,
  CHANGE_CIPHER_SPEC,
  CLIENT_KEY_EXCHANGE,
  certificateList,
  clientHello,
  DATA,
  FINISHED,
  HELLO_DONE,
  inRecords,
  LEAF,
  message,
  record,
  SERVER_KEY_EXCHANGE,
  SESSION_ID,
  serverHello,
  serverName,
  u24,
  v2Hello,
} from './tls-records.ts'

const HELLO = inRecords(clientHello({ sessionId: SESSION_ID, extensions: [serverName('Sip.Contoso.com')] }))
const SERVER_FLIGHT = [
  serverHello({ sessionId: SESSION_ID }),
  certificateList(LEAF, LEAF),
  SERVER_KEY_EXCHANGE,
  CERTIFICATE_REQUEST,
  HELLO_DONE,
]
const CLIENT = join(
  HELLO,
  inRecords(certificateList(LEAF), CLIENT_KEY_EXCHANGE, CERTIFICATE_VERIFY),
  ...[CHANGE_CIPHER_SPEC, FINISHED, DATA],
)

const leafOf = (reader: TlsReader): Uint8Array => reader.body.subarray(0, reader.leafLength)

describe('messages in records', () => {
  it('reads a server flight whose messages have a record each', () => {
    const reader = readStream(inRecords(...SERVER_FLIGHT))
    expect(reader).toMatchObject({ serverHello: true, certificate: NOT_EMPTY, certificateRequested: true })
    expect(reader).toMatchObject({ helloDone: true, clientHello: false, version: 0x0303, sessionIdLength: 32 })
    expect(leafOf(reader)).toEqual(LEAF)
  })

  it('reads the same from one record with all messages', () => {
    const together = record(22, join(...SERVER_FLIGHT))
    expect(factsOf(readStream(together))).toEqual(factsOf(readStream(inRecords(...SERVER_FLIGHT))))
  })

  it('reads the same from records of 50 bytes, with empty ones between them', () => {
    const whole = join(...SERVER_FLIGHT)
    const pieces = Array.from({ length: Math.ceil(whole.length / 50) }, (_, index) =>
      join(record(22, whole.subarray(index * 50, index * 50 + 50)), record(22, [])),
    )
    expect(factsOf(readStream(join(...pieces)))).toEqual(factsOf(readStream(inRecords(...SERVER_FLIGHT))))
  })

  it('reads a flight of more than 16 KiB with a long list of authorities', () => {
    const request = message(13, join([1, 1], u16(0), u16(20000), new Uint8Array(20000)))
    const whole = join(serverHello(), certificateList(LEAF), request, HELLO_DONE)
    const reader = readStream(join(record(22, whole.subarray(0, 16384)), record(22, whole.subarray(16384))))
    expect(reader).toMatchObject({ certificateRequested: true, helloDone: true, stopped: false })
  })

  it('reads a client with certificate up to its data', () => {
    const reader = readStream(CLIENT)
    expect(reader).toMatchObject({ clientHello: true, certificate: NOT_EMPTY, clientKeyExchange: true })
    expect(reader).toMatchObject({ certificateVerify: true, changeCipher: true, applicationData: true })
    expect(reader).toMatchObject({ recordVersion: 0x0303, alert: -1, stopped: false })
    expect(leafOf(reader)).toEqual(LEAF)
  })

  it('gives the same facts byte by byte and in every two pieces', () => {
    for (const stream of [CLIENT, inRecords(...SERVER_FLIGHT), join(v2Hello(), inRecords(CLIENT_KEY_EXCHANGE))]) {
      const whole = factsOf(readStream(stream))
      expect(factsOf(readStream(stream, [1]))).toEqual(whole)
      for (let first = 1; first < stream.length; first += 1) {
        expect(factsOf(readStream(stream, [first, stream.length]))).toEqual(whole)
      }
    }
  })

  it('does not read what is encrypted after ChangeCipherSpec', () => {
    const reader = readStream(join(HELLO, CHANGE_CIPHER_SPEC, FINISHED, inRecords(CLIENT_KEY_EXCHANGE)))
    expect(reader).toMatchObject({ changeCipher: true, clientKeyExchange: false, stopped: false })
  })

  it('takes no longer record for a ChangeCipherSpec', () => {
    const reader = readStream(join(HELLO, record(20, new Uint8Array(40).fill(1)), inRecords(CLIENT_KEY_EXCHANGE)))
    expect(reader).toMatchObject({ changeCipher: false, clientKeyExchange: true, stopped: false })
  })

  it('passes over heartbeats, but knows no connection that begins with one', () => {
    expect(readStream(join(HELLO, record(24, [1, 0, 0]), DATA))).toMatchObject({
      applicationData: true,
      stopped: false,
    })
    expect(readStream(record(24, [1, 0, 0])).stopped).toBe(true)
  })

  it('begins anew after a reset, and holds nothing', () => {
    const reader = readStream(CLIENT, [7])
    expect(reader.bodyBytes).toBeGreaterThan(0)
    reader.reset()
    expect(factsOf(reader)).toEqual(factsOf(new TlsReader()))
    expect(reader.bodyBytes).toBe(0)
    expect(factsOf(readStream(inRecords(...SERVER_FLIGHT), [], reader))).toEqual(
      factsOf(readStream(inRecords(...SERVER_FLIGHT))),
    )
  })
})

describe('a reset in the middle', () => {
  it('leaves nothing behind at any byte', () => {
    const whole = factsOf(readStream(CLIENT))
    for (let length = 0; length < CLIENT.length; length += 1) {
      const reader = readStream(CLIENT.subarray(0, length), [13])
      reader.reset()
      expect(factsOf(readStream(CLIENT, [], reader))).toEqual(whole)
    }
  })
})

describe('the client certificate', () => {
  it.each([
    ['is not there', inRecords(CLIENT_KEY_EXCHANGE), NOT_SEEN],
    ['is an empty list', inRecords(certificateList(), CLIENT_KEY_EXCHANGE), EMPTY_LIST],
    ['is the alert of SSL 3.0', join(alert(1, 41), inRecords(CLIENT_KEY_EXCHANGE)), EMPTY_LIST],
    ['is not empty', inRecords(certificateList(LEAF), CLIENT_KEY_EXCHANGE), NOT_EMPTY],
  ])('%s', (_, rest, certificate) => {
    expect(readStream(join(HELLO, rest))).toMatchObject({ certificate, clientKeyExchange: true, alert: -1 })
  })

  it('counts as given once its length is there, and as kept when it is whole', () => {
    const part = join(HELLO, inRecords(certificateList(LEAF)).subarray(0, 5 + 4 + 6 + LEAF.length - 1))
    expect(readStream(part)).toMatchObject({ certificate: NOT_EMPTY, leafLength: 0 })
  })

  it('is not kept beyond 16 KiB, but seen', () => {
    const large = join(HELLO, inRecords(certificateList(new Uint8Array(MOST_BODY + 1)).subarray(0, 16000)))
    const reader = readStream(large, [1000])
    expect(reader).toMatchObject({ certificate: NOT_EMPTY, leafLength: 0, stopped: false })
    expect(reader.bodyBytes).toBeLessThanOrEqual(MOST_BODY)
  })

  it('keeps one of just 16 KiB', () => {
    const leaf = new Uint8Array(MOST_BODY).fill(9)
    const list = certificateList(leaf)
    const reader = readStream(join(HELLO, record(22, list.subarray(0, 9000)), record(22, list.subarray(9000))), [1460])
    expect(leafOf(reader)).toEqual(leaf)
    expect(reader.bodyBytes).toBe(MOST_BODY)
  })

  it('survives a second hello', () => {
    const reader = readStream(join(HELLO, inRecords(certificateList(LEAF), clientHello(), certificateList([1]))), [3])
    expect(leafOf(reader)).toEqual(LEAF)
  })
})

describe('room', () => {
  it('grows with the bytes that came, not with the length that is claimed', () => {
    const claimed = join([22, 3, 1], u16(5), [1], u24(MOST_BODY), [3])
    expect(readStream(claimed).bodyBytes).toBeLessThanOrEqual(1024)
  })

  it('is not taken by a hello that lies whole in one piece', () => {
    expect(readStream(HELLO).bodyBytes).toBe(0)
  })
})

describe('alerts', () => {
  it.each([48, 42, 40, 46, 70, 0, 90])('takes a fatal alert %i in clear', (description) => {
    expect(readStream(join(HELLO, alert(2, description))).alert).toBe(description)
  })

  it.each([0, 41, 90, 100, 112, 46])('does not take warning %i for the end', (description) => {
    expect(readStream(join(HELLO, alert(1, description))).alert).toBe(-1)
  })

  it('keeps the first of two', () => {
    expect(readStream(join(alert(2, 48), alert(2, 80))).alert).toBe(48)
  })

  it('takes an alert whose two bytes come one by one', () => {
    expect(readStream(alert(2, 70), [1]).alert).toBe(70)
  })

  it('does not read an encrypted one', () => {
    expect(readStream(join(HELLO, record(21, new Uint8Array(26).fill(2)))).alert).toBe(-1)
    expect(readStream(join(HELLO, CHANGE_CIPHER_SPEC, alert(2, 40))).alert).toBe(-1)
    expect(readStream(join(DATA, alert(2, 40))).alert).toBe(-1)
  })
})

describe('from the middle of a connection', () => {
  it('reads no handshake whose beginning is missing', () => {
    const reader = readStream(inRecords(certificateList(LEAF), CLIENT_KEY_EXCHANGE))
    expect(reader).toMatchObject({ opaque: true, certificate: NOT_SEEN, clientKeyExchange: false, stopped: false })
  })

  it('goes on with records of data', () => {
    expect(readStream(join(DATA, DATA))).toMatchObject({ applicationData: true, recordTypes: 8, stopped: false })
  })
})

describe('what is no TLS', () => {
  it.each([
    ['a request in text', Buffer.from('REGISTER sip:contoso.com SIP/2.0\r\n')],
    ['a record of another version', record(22, clientHello(), 0x0305)],
    ['DTLS', record(22, clientHello(), 0xfeff)],
    ['a record that is too long', join([22], u16(0x0303, 18433))],
    ['a hello that is too long', record(22, join([1], u24(MOST_BODY + 1)))],
    ['an empty hello', inRecords(message(1))],
    ['a hello that is cut', inRecords(message(1, clientHello().subarray(4, 40)))],
    ['a server message from a client', join(HELLO, inRecords(HELLO_DONE))],
    ['a client message from a server', inRecords(serverHello(), CLIENT_KEY_EXCHANGE)],
    ['an unknown message', join(HELLO, inRecords(message(67)))],
    ['a certificate list that is longer than its message', join(HELLO, inRecords(message(11, [0, 0, 9, 0, 0, 1, 1])))],
    ['a certificate that is longer than its list', join(HELLO, inRecords(message(11, [0, 0, 4, 0, 0, 2, 1])))],
    ['a list too short for a certificate', join(HELLO, inRecords(message(11, [0, 0, 2, 0, 0])))],
    ['a certificate of no bytes', join(HELLO, inRecords(message(11, [0, 0, 4, 0, 0, 0, 1])))],
    ['MS-TURN after a hello', join(HELLO, [2, 0, 0, 100])],
    ['an SSL 2.0 hello of a wrong length', join([0x80, 50], v2Hello().subarray(2))],
    ['an SSL 2.0 message that is no hello', join(v2Hello().subarray(0, 2), [4], v2Hello().subarray(3))],
  ])('stops at %s', (_, stream) => {
    const reader = readStream(join(stream, new Uint8Array(8)))
    expect(reader.stopped).toBe(true)
    const facts = factsOf(reader)
    readStream(CLIENT, [], reader)
    expect(factsOf(reader)).toEqual(facts)
    expect(factsOf(readStream(stream, [1]))).toEqual(factsOf(readStream(stream)))
  })
})
