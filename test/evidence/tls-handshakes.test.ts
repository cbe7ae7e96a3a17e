import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import * as proof from '../../src/evidence/proof.ts'
import { MTLS, TLS, TLS_ONE_WAY, TLS_RESUMED, TLS13 } from '../../src/evidence/service.ts'
import type { TlsReader } from '../../src/evidence/tls-reader.ts'
import type { TlsSession } from '../../src/evidence/tls-session.ts'
import { hasOpenssl, type Identities, makeIdentities } from './tls-certificates.ts'
import { type Recording, recordHandshakes } from './tls-handshakes.ts'
import { factsOf, prove, readStream, sessionOf } from './tls-reading.ts'

/** What each of the recorded handshakes proves: service, alert, and who sent the alert. */
const EXPECTED: readonly (readonly [string, number, number, number])[] = [
  ['mutual 1.2', MTLS, -1, 0],
  ['mutual 1.2, client offers no 1.3', MTLS, -1, 0],
  ['mutual 1.0', MTLS, -1, 0],
  ['empty certificate', TLS_ONE_WAY, -1, 0],
  ['one-way 1.2', TLS_ONE_WAY, -1, 0],
  ['one-way 1.2, client has a certificate', TLS_ONE_WAY, -1, 0],
  ['anonymous', TLS_ONE_WAY, -1, 0],
  ['shared key', TLS_ONE_WAY, -1, 0],
  ['resumed by ticket', TLS_RESUMED, -1, 0],
  ['resumed by id', TLS_RESUMED, -1, 0],
  ['resumed by id, client offers no 1.3', TLS_RESUMED, -1, 0],
  ['mutual 1.3', TLS13, -1, 0],
  ['resumed 1.3', TLS13, -1, 0],
  ['1.3 after a retry', TLS13, -1, 0],
  ['unknown CA', TLS, 48, 1],
  ['no common version', TLS, 70, 2],
  ['no common cipher', TLS, 40, 2],
]
const NAMES = EXPECTED.map(([name]) => name)
/** Bits that a part of a handshake may have although the whole has not: what was offered, and what is missing. */
const PASSING = proof.SSL_3_0 | proof.TLS_1_0 | proof.TLS_1_1 | proof.TLS_1_2 | proof.TLS_1_3 | proof.RECORDS_ONLY

// Certificates cannot be made without openssl.
describe.skipIf(!hasOpenssl())('handshakes of real stacks', () => {
  let who: Identities
  let recordings: ReadonlyMap<string, Recording>
  beforeAll(async () => {
    who = makeIdentities()
    recordings = await recordHandshakes(who)
  }, 30_000)

  const recording = (name: string): Recording => {
    const found = recordings.get(name)
    if (found === undefined) throw new Error(`no handshake "${name}"`)
    return found
  }

  it.each(EXPECTED)('%s', (name, service, alert, alertSide) => {
    const { client, server } = recording(name)
    expect(prove(client, server)).toMatchObject({ service, alert, alertSide, originator: 1, settled: true })
    const turned = prove(server, client)
    expect(turned).toMatchObject({ service, alert, alertSide: (3 - alertSide) % 3, originator: 2, settled: true })
  })

  it('show the certificates of both sides as they were given', () => {
    const { client, server } = recording('mutual 1.2')
    expect(pem(readStream(client, [97]))).toBe(who.client.cert)
    expect(pem(readStream(server))).toBe(who.server.cert)
  })

  it('show the name that the client asked for', () => {
    expect(factsOf(readStream(recording('one-way 1.2').client))).toMatchObject({ serverName: 'fe01.contoso.local' })
  })

  it.each([
    ['mutual 1.2', proof.TLS_1_2],
    ['mutual 1.0', proof.TLS_1_0],
    ['mutual 1.3', proof.TLS_1_3],
  ])('show the version of %s', (name, bit) => {
    const { client, server } = recording(name)
    expect(prove(client, server).proof & PASSING).toBe(bit)
  })

  it('show the version of the client alone where it did not offer TLS 1.3 or did not get it', () => {
    const none = new Uint8Array(0)
    expect(prove(recording('mutual 1.2').client, none).proof & PASSING).toBe(proof.TLS_1_2)
    expect(prove(recording('mutual 1.0').client, none).proof & PASSING).toBe(proof.TLS_1_0)
  })

  it.each([
    ['mutual 1.2', MTLS, TLS],
    ['empty certificate', TLS_ONE_WAY, TLS],
    ['one-way 1.2', TLS_ONE_WAY, TLS_ONE_WAY],
    ['resumed by id', TLS, TLS_RESUMED],
    ['resumed by id, client offers no 1.3', TLS_RESUMED, TLS_RESUMED],
    ['mutual 1.3', TLS, TLS13],
  ])('prove from one direction of "%s" what that direction can', (name, byClient, byServer) => {
    const { client, server } = recording(name)
    expect(prove(client, new Uint8Array(0)).service).toBe(byClient)
    expect(prove(new Uint8Array(0), server).service).toBe(byServer)
  })

  it('prove the same however they are cut', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1500 })), {
      minLength: 1,
    })
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), lengths, lengths, (name, one, other) => {
        const { client, server } = recording(name)
        const low = readStream(client, one)
        const high = readStream(server, other)
        expect(factsOf(low)).toEqual(factsOf(readStream(client)))
        expect(factsOf(high)).toEqual(factsOf(readStream(server)))
        expect(sessionOf(low, high)).toEqual(prove(client, server))
      }),
    )
  })

  it.each(EXPECTED)('never prove anything else where the end of a stream is missing: %s', (name, service) => {
    const { client, server } = recording(name)
    const whole = prove(client, server)
    const check = (part: TlsSession): void => {
      // A part of a handshake that failed looks well up to there.
      if (service > TLS && part.service > TLS) expect(part.service).toBe(service)
      if (part.settled) expect({ ...part, proof: 0 }).toEqual({ ...whole, proof: 0 })
      expect([0, whole.originator]).toContain(part.originator)
      expect([-1, whole.alert]).toContain(part.alert)
      expect(part.proof & ~whole.proof & ~PASSING).toBe(0)
    }
    for (const lengthOfClient of places(client)) {
      const low = readStream(client.subarray(0, lengthOfClient))
      for (const lengthOfServer of places(server)) {
        check(sessionOf(low, readStream(server.subarray(0, lengthOfServer))))
      }
    }
  })

  it.each(NAMES)('never prove anything else from a record in the middle on: %s', (name) => {
    const { client, server } = recording(name)
    const whole = prove(client, server)
    for (const from of recordsOf(client)) {
      for (const to of recordsOf(server)) {
        const part = prove(client.subarray(from), server.subarray(to))
        expect([TLS, whole.service]).toContain(part.service)
        expect([-1, whole.alert]).toContain(part.alert)
      }
    }
  })
})

function pem(reader: TlsReader): string {
  const text = Buffer.from(reader.body.subarray(0, reader.leafLength)).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
}

/** Offsets of the records after the first one. */
function recordsOf(stream: Uint8Array): number[] {
  const starts: number[] = []
  for (let at = 0; at + 5 < stream.length; at += 5 + stream[at + 3]! * 256 + stream[at + 4]!) starts.push(at)
  return starts.slice(1)
}

/** Places to cut at: around every record's beginning, its head and its first message's head, and the end. */
function places(stream: Uint8Array): number[] {
  const around = recordsOf(stream).flatMap((at) => [at - 1, at, at + 5, at + 6, at + 9, at + 13, at + 15, at + 16])
  const all = [0, 1, 5, 9, 60, ...around, stream.length].filter((at) => at <= stream.length)
  return [...new Set(all)]
}
