import { describe, expect, it } from 'vitest'
import * as proof from '../../src/evidence/proof.ts'
import { MTLS, NONE, TLS, TLS_ONE_WAY, TLS_RESUMED, TLS13, UNIDENTIFIED } from '../../src/evidence/service.ts'
import { TlsSession } from '../../src/evidence/tls-session.ts'
import { join, type Octets, u16 } from '../support/octets.ts'
import { prove } from './tls-reading.ts'
import {
  alert,
  CERTIFICATE_REQUEST,
  CERTIFICATE_VERIFY,
  CHANGE_CIPHER_SPEC,
  CLIENT_KEY_EXCHANGE,
  certificateList,
  clientHello,
  DATA,
  extension,
  FINISHED,
  HELLO_DONE,
  HELLO_RETRY_RANDOM,
  inRecords,
  LEAF,
  NEW_SESSION_TICKET,
  record,
  SERVER_KEY_EXCHANGE,
  SESSION_ID,
  serverHello,
  supportedVersions,
  v2Hello,
} from './tls-records.ts'

const NOTHING = new Uint8Array(0)
const HELLO = inRecords(clientHello())
const HELLO_13 = inRecords(clientHello({ sessionId: SESSION_ID, extensions: [supportedVersions(0x0304, 0x0303)] }))
const END = join(CHANGE_CIPHER_SPEC, FINISHED)

const client = (...rest: readonly Octets[]): Uint8Array => join(HELLO, ...rest)
const KEY_EXCHANGE = inRecords(CLIENT_KEY_EXCHANGE)
const MUTUAL = inRecords(certificateList(LEAF), CLIENT_KEY_EXCHANGE, CERTIFICATE_VERIFY)
const WITHOUT = inRecords(certificateList(), CLIENT_KEY_EXCHANGE)

const ASKING = inRecords(
  ...[serverHello(), certificateList(LEAF), SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST, HELLO_DONE],
)
const NOT_ASKING = inRecords(serverHello(), certificateList(LEAF), SERVER_KEY_EXCHANGE, HELLO_DONE)
const SERVER_13 = inRecords(serverHello({ sessionId: SESSION_ID, extensions: [extension(43, u16(0x0304))] }))

const HELLOS = proof.CLIENT_HELLO | proof.SERVER_HELLO

describe('mutual TLS', () => {
  it('is proven by the certificate of the client', () => {
    const bits = proof.SERVER_CERTIFICATE | proof.CERTIFICATE_REQUEST | proof.CLIENT_CERTIFICATE | proof.TLS_1_2
    const whole = prove(client(MUTUAL, END), join(ASKING, END))
    expect(whole).toMatchObject({ service: MTLS, originator: 1, alert: -1, alertSide: 0, settled: true })
    expect(whole.proof).toBe(HELLOS | bits)
  })

  it('is proven by the client alone', () => {
    const alone = prove(client(MUTUAL, END), NOTHING)
    expect(alone).toMatchObject({ service: MTLS, originator: 1, settled: false })
    expect(alone.proof).toBe(proof.CLIENT_HELLO | proof.CLIENT_CERTIFICATE | proof.TLS_1_2)
  })

  it('is not proven by the request alone', () => {
    expect(prove(HELLO, ASKING)).toMatchObject({ service: TLS, settled: false })
    expect(prove(NOTHING, join(ASKING, END, DATA))).toMatchObject({ service: TLS, originator: 1 })
  })

  it('may still fail until both sides are past what is in clear', () => {
    expect(prove(client(MUTUAL), ASKING).settled).toBe(false)
    // A client may send data before the server has checked its certificate, RFC 7918.
    expect(prove(client(MUTUAL, END, DATA), ASKING)).toMatchObject({ service: MTLS, settled: false })
    const failed = prove(client(MUTUAL, END, DATA), join(ASKING, alert(2, 48)))
    expect(failed).toMatchObject({ service: TLS, alert: 48, alertSide: 2, settled: true })
  })

  it('is settled by data where the other direction is not in the capture', () => {
    expect(prove(client(MUTUAL, END, DATA), NOTHING)).toMatchObject({ service: MTLS, settled: true })
  })
})

describe('one-way TLS', () => {
  it('is proven by a client that was not asked', () => {
    expect(prove(client(KEY_EXCHANGE), NOTHING)).toMatchObject({ service: TLS_ONE_WAY, originator: 1 })
    expect(prove(client(KEY_EXCHANGE, END), join(NOT_ASKING, END)).settled).toBe(true)
  })

  it('is proven by a server that did not ask', () => {
    const alone = prove(NOTHING, join(NOT_ASKING, END, DATA))
    expect(alone).toMatchObject({ service: TLS_ONE_WAY, originator: 1, settled: true })
    expect(alone.proof).toBe(proof.SERVER_HELLO | proof.SERVER_CERTIFICATE | proof.TLS_1_2)
  })

  it('is not proven before the server has said all', () => {
    expect(prove(HELLO, inRecords(serverHello(), certificateList(LEAF), SERVER_KEY_EXCHANGE)).service).toBe(TLS)
  })

  it('is what a client with an empty certificate gets', () => {
    const empty = prove(client(WITHOUT, END), join(ASKING, END))
    expect(empty).toMatchObject({ service: TLS_ONE_WAY, settled: true })
    expect(empty.proof & proof.CLIENT_CERTIFICATE_EMPTY).not.toBe(0)
    expect(empty.proof & proof.CLIENT_CERTIFICATE).toBe(0)
  })

  it('is what a server without a certificate gives', () => {
    const anonymous = prove(client(KEY_EXCHANGE), inRecords(serverHello(), SERVER_KEY_EXCHANGE, HELLO_DONE))
    expect(anonymous.service).toBe(TLS_ONE_WAY)
    expect(anonymous.proof & proof.SERVER_CERTIFICATE).toBe(0)
  })
})

describe('a resumed session', () => {
  const offering = (parts = {}): Uint8Array => inRecords(clientHello({ sessionId: SESSION_ID, ...parts }))

  it('is a server that goes straight to its keys', () => {
    expect(prove(NOTHING, join(inRecords(serverHello()), CHANGE_CIPHER_SPEC)).service).toBe(TLS_RESUMED)
    const ticket = join(inRecords(serverHello(), NEW_SESSION_TICKET), END)
    expect(prove(client(END), ticket)).toMatchObject({ service: TLS_RESUMED, settled: true })
  })

  it('is a session id that the server repeats', () => {
    const server = inRecords(serverHello({ sessionId: SESSION_ID }))
    expect(prove(offering(), server)).toMatchObject({ service: TLS_RESUMED, settled: false })
    expect(prove(offering(), inRecords(serverHello({ sessionId: SESSION_ID.with(0, 9) }))).service).toBe(TLS)
    expect(prove(HELLO, inRecords(serverHello())).service).toBe(TLS)
  })

  it('is not a repeated id before a full handshake', () => {
    const server = inRecords(serverHello({ sessionId: SESSION_ID }), certificateList(LEAF))
    expect(prove(offering(), server).service).toBe(TLS)
    expect(prove(offering(), join(server, inRecords(HELLO_DONE))).service).toBe(TLS_ONE_WAY)
  })

  it('is a client that goes straight to its keys, unless that may be TLS 1.3', () => {
    expect(prove(client(END), NOTHING)).toMatchObject({ service: TLS_RESUMED, originator: 1 })
    expect(prove(join(HELLO_13, END), NOTHING).service).toBe(TLS)
    expect(prove(join(HELLO_13, END), inRecords(serverHello())).service).toBe(TLS_RESUMED)
  })
})

describe('TLS 1.3', () => {
  it('is what the server chooses', () => {
    const session = prove(join(HELLO_13, CHANGE_CIPHER_SPEC, DATA), join(SERVER_13, CHANGE_CIPHER_SPEC, DATA))
    expect(session).toMatchObject({ service: TLS13, originator: 1, settled: true })
    expect(session.proof).toBe(HELLOS | proof.TLS_1_3)
    expect(prove(NOTHING, SERVER_13)).toMatchObject({ service: TLS13, originator: 1, settled: false })
    expect(prove(HELLO_13, inRecords(serverHello({ random: HELLO_RETRY_RANDOM }))).service).toBe(TLS13)
  })

  it('is not what a client offers', () => {
    expect(prove(HELLO_13, NOTHING)).toMatchObject({ service: TLS, proof: proof.CLIENT_HELLO | proof.TLS_1_3 })
  })

  it('is not settled by the early data of a client', () => {
    expect(prove(join(HELLO_13, DATA), NOTHING)).toMatchObject({ service: TLS, settled: false })
  })
})

describe('a handshake that failed', () => {
  it.each([
    ['the server ends it at once', HELLO, alert(2, 70), 70, 2],
    ['the client ends it', client(alert(2, 48)), NOT_ASKING, 48, 1],
    ['the server refuses the certificate', client(MUTUAL, END), join(ASKING, alert(2, 42)), 42, 2],
  ])('%s', (_, low, high, description, side) => {
    expect(prove(low, high)).toMatchObject({ service: TLS, alert: description, alertSide: side, settled: true })
  })

  it('is told by the alert alone, but not who opened the connection', () => {
    const alone = prove(NOTHING, alert(2, 40))
    expect(alone).toMatchObject({ service: TLS, alert: 40, alertSide: 2, originator: 0, settled: false })
  })

  it('is not one with a warning, nor one whose alert is encrypted', () => {
    const warned = prove(client(alert(1, 112), KEY_EXCHANGE, END), join(NOT_ASKING, END))
    expect(warned).toMatchObject({ service: TLS_ONE_WAY, alert: -1, alertSide: 0 })
    const closed = prove(client(KEY_EXCHANGE, END, record(21, new Uint8Array(26))), join(NOT_ASKING, END))
    expect(closed).toMatchObject({ service: TLS_ONE_WAY, alert: -1 })
  })

  it('ends with bytes that are no TLS', () => {
    const session = prove(HELLO, join(inRecords(serverHello(), HELLO_DONE), [2, 0, 0, 20, 0]))
    expect(session).toMatchObject({ service: TLS, alert: -1, settled: true })
  })
})

describe('TLS and no more', () => {
  it('is a handshake that has begun', () => {
    expect(prove(HELLO, NOTHING)).toMatchObject({ service: TLS, originator: 1, settled: false })
    expect(prove(HELLO.subarray(0, 20), NOTHING)).toMatchObject({ service: TLS, originator: 0, proof: 0 })
  })

  it('is records from the middle of a connection', () => {
    const session = prove(DATA, DATA)
    expect(session).toMatchObject({ service: TLS, originator: 0, proof: proof.RECORDS_ONLY, settled: true })
    expect(prove(DATA, NOTHING).settled).toBe(true)
    expect(prove(record(21, new Uint8Array(26)), NOTHING).proof).toBe(proof.RECORDS_ONLY)
    expect(prove(MUTUAL, NOTHING)).toMatchObject({ service: TLS, proof: proof.RECORDS_ONLY, settled: false })
  })

  it('is two clients that talk to each other', () => {
    expect(prove(HELLO, HELLO)).toMatchObject({ service: TLS, originator: 0, settled: true })
  })
})

describe('the sides', () => {
  it('are told by the hellos', () => {
    expect(prove(ASKING, client(MUTUAL))).toMatchObject({ service: MTLS, originator: 2 })
    expect(prove(ASKING, NOTHING).originator).toBe(2)
    expect(prove(NOTHING, HELLO).originator).toBe(2)
    expect(prove(alert(2, 70), HELLO)).toMatchObject({ originator: 2, alertSide: 1 })
  })
})

describe('the version', () => {
  it('is what the server chose, not what the client offers', () => {
    const session = prove(HELLO, inRecords(serverHello({ version: 0x0301 })))
    expect(session.proof).toBe(HELLOS | proof.TLS_1_0)
  })

  it('stands in the records of the client where the ServerHello is missing', () => {
    const session = prove(join(HELLO_13, record(22, CLIENT_KEY_EXCHANGE, 0x0301)), NOTHING)
    expect(session).toMatchObject({ service: TLS_ONE_WAY, proof: proof.CLIENT_HELLO | proof.TLS_1_0 })
  })

  it('of a hello in the format of SSL 2.0 is what it offers', () => {
    const session = prove(v2Hello(0x0300), NOTHING)
    expect(session.proof).toBe(proof.CLIENT_HELLO | proof.V2_HELLO | proof.SSL_3_0)
    expect(prove(join(v2Hello(0x0301), MUTUAL), NOTHING)).toMatchObject({ service: MTLS, originator: 1 })
    // More of the client may still come.
    expect(prove(v2Hello(0x0301), join(NOT_ASKING, END, DATA))).toMatchObject({ service: TLS_ONE_WAY, settled: false })
  })
})

describe('no TLS', () => {
  it('is nothing where nothing was read, and unidentified where it was something else', () => {
    expect(prove(NOTHING, NOTHING)).toEqual(new TlsSession())
    expect(prove(Buffer.from('GET / HTTP/1.1\r\n'), NOTHING)).toMatchObject({ service: UNIDENTIFIED, settled: true })
    expect(new TlsSession().service).toBe(NONE)
  })
})
