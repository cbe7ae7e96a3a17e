import { describe, expect, it } from 'vitest'
import type { TlsReader } from '../../src/evidence/tls-reader.ts'
import { join, u16 } from '../support/octets.ts'
import { readStream } from './tls-reading.ts'
import {
  CLIENT_KEY_EXCHANGE,
  clientHello,
  extension,
  HELLO_RETRY_RANDOM,
  type HelloParts,
  inRecords,
  message,
  SESSION_ID,
  serverHello,
  serverName,
  supportedVersions,
  v2Hello,
} from './tls-records.ts'

const client = (parts: HelloParts): TlsReader => readStream(inRecords(clientHello(parts)))
const server = (parts: HelloParts): TlsReader => readStream(inRecords(serverHello(parts)))
const nameOf = (reader: TlsReader): string =>
  Buffer.from(reader.serverName.subarray(0, reader.serverNameLength)).toString('latin1')

describe('the version', () => {
  it.each([0x0300, 0x0301, 0x0302, 0x0303])('is what the hello says: %i', (version) => {
    expect(client({ version })).toMatchObject({ version, offers13: false })
    expect(server({ version })).toMatchObject({ version, helloRetry: false })
  })

  it('is the highest that a client offers, reserved values left out', () => {
    const extensions = [supportedVersions(0xfafa, 0x0302, 0x0304, 0x0303)]
    expect(client({ extensions })).toMatchObject({ version: 0x0304, offers13: true })
    expect(client({ extensions: [supportedVersions(0x1a1a, 0x0303)] })).toMatchObject({
      version: 0x0303,
      offers13: false,
    })
  })

  it('is what the extension of a ServerHello chooses', () => {
    expect(server({ extensions: [extension(43, u16(0x0304))] })).toMatchObject({ version: 0x0304, opaque: true })
  })

  it('is TLS 1.3 for its drafts', () => {
    expect(server({ extensions: [extension(43, u16(0x7f1c))] }).version).toBe(0x0304)
    expect(client({ extensions: [supportedVersions(0x7f17)] }).offers13).toBe(true)
  })

  it('is no more than TLS 1.2 without the extension', () => {
    expect(client({ version: 0x0304 })).toMatchObject({ version: 0x0303, offers13: false })
  })

  it('of a HelloRetryRequest is TLS 1.3', () => {
    const retry = server({ random: HELLO_RETRY_RANDOM, extensions: [extension(43, u16(0x0304))] })
    expect(retry).toMatchObject({ helloRetry: true, version: 0x0304 })
  })
})

describe('the session', () => {
  it('is remembered by length and hash of its id', () => {
    const offered = client({ sessionId: SESSION_ID })
    expect(offered.sessionIdLength).toBe(32)
    expect(server({ sessionId: SESSION_ID }).sessionIdHash).toBe(offered.sessionIdHash)
    expect(server({ sessionId: SESSION_ID.with(31, 0) }).sessionIdHash).not.toBe(offered.sessionIdHash)
  })

  it.each([
    ['no extension', [], false],
    ['an empty ticket, which asks for one', [extension(35)], false],
    ['a ticket', [extension(35, [1, 2, 3])], true],
    ['a shared key', [extension(41, [1, 2, 3])], true],
  ])('is offered again or not: %s', (_, extensions, ticketOffered) => {
    expect(client({ extensions })).toMatchObject({ ticketOffered, stopped: false })
  })
})

describe('the server name', () => {
  it('is kept in lower case', () => {
    expect(nameOf(client({ extensions: [serverName('Edge_01.Contoso.LOCAL')] }))).toBe('edge_01.contoso.local')
  })

  it.each(['a b', 'x\u001b[2J', 'a/b', '[::1]', 'münchen.example', 'a'.repeat(256)])('is not kept: %j', (name) => {
    expect(client({ extensions: [serverName(name)] })).toMatchObject({ serverNameLength: 0, clientHello: true })
  })

  it('has room for 255 letters', () => {
    expect(nameOf(client({ extensions: [serverName('a'.repeat(255))] }))).toBe('a'.repeat(255))
  })

  it('is not kept where the entry is longer than its list', () => {
    expect(client({ extensions: [extension(0, [0, 9, 0, 0, 6, 97, 98])] }).serverNameLength).toBe(0)
  })
})

describe('a hello in the record format of SSL 2.0', () => {
  it('offers what it names, and records follow it', () => {
    const reader = readStream(join(v2Hello(0x0301), inRecords(CLIENT_KEY_EXCHANGE)))
    expect(reader).toMatchObject({ v2Hello: true, clientHello: true, version: 0x0301, clientKeyExchange: true })
  })

  it('of SSL 2.0 itself offers no version of ours', () => {
    expect(readStream(v2Hello(0x0002))).toMatchObject({ v2Hello: true, version: 0, stopped: false })
  })
})

describe('a hello that contradicts itself', () => {
  const body = clientHello({
    sessionId: SESSION_ID,
    extensions: [serverName('a'), supportedVersions(0x0303)],
  }).subarray(4)

  it('is none, wherever it is cut', () => {
    const bare = clientHello({ sessionId: SESSION_ID }).length - 4
    for (let length = 1; length < body.length; length += 1) {
      const reader = readStream(inRecords(message(1, body.subarray(0, length))))
      // One place is the end of a hello without extensions.
      expect(reader.stopped).toBe(length !== bare)
    }
  })

  it('is none with bytes behind its extensions', () => {
    expect(readStream(inRecords(message(1, join(body, [0])))).stopped).toBe(true)
  })

  it.each([
    ['versions of an odd length', supportedVersions(0x0303).with(4, 3)],
    ['no versions', extension(43, [0])],
  ])('is none with %s', (_, versions) => {
    expect(client({ extensions: [versions] })).toMatchObject({ stopped: true, clientHello: false })
  })

  it('is none with a session id beyond 32 bytes', () => {
    expect(client({ sessionId: new Uint8Array(33) }).stopped).toBe(true)
  })
})
