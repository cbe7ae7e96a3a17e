import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MTLS, NONE, TLS, TLS_ONE_WAY, TLS_RESUMED, TLS13, UNIDENTIFIED } from '../../src/evidence/service.ts'
import { LEAST_BODY, MOST_BODY, MOST_KEPT } from '../../src/evidence/tls-body.ts'
import { TlsReader } from '../../src/evidence/tls-reader.ts'
import { factsOf, readStream, sessionOf } from '../evidence/tls-reading.ts'
import { clientHello, inRecords, message, u24 } from '../evidence/tls-records.ts'
import { join } from '../support/octets.ts'
import { propertyRuns } from './fuzzing.ts'

/** Streams of TLS connections in hexadecimal digits, one a line: the client's, the server's. */
const FOLDER = new URL('seeds/', import.meta.url)
const SEEDS = readdirSync(FOLDER)
  .filter((name) => name.startsWith('tls-'))
  .flatMap((name) => readFileSync(new URL(name, FOLDER), 'utf8').trim().split('\n'))
  .map((line) => Uint8Array.from(Buffer.from(line, 'hex')))

const SERVICES = [NONE, UNIDENTIFIED, TLS, MTLS, TLS_ONE_WAY, TLS_RESUMED, TLS13]

/** Bytes that mean something in many places: types, versions, lengths at their bounds. */
const TELLING = [0, 1, 2, 3, 4, 11, 13, 14, 16, 20, 21, 22, 23, 32, 33, 43, 0x7f, 0x80, 0xff]
const octet = fc.oneof(fc.constantFrom(...TELLING), fc.nat(255))

interface Change {
  /** Where, as a share of the stream. */
  readonly at: number
  /** How many bytes are replaced. */
  readonly removed: number
  readonly added: readonly number[]
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.constant(1), added: fc.tuple(octet) }),
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat(40),
    added: fc.array(octet, { maxLength: 40 }),
  }),
)

function changed(stream: Uint8Array, { at, removed, added }: Change): Uint8Array {
  const from = Math.floor(at * stream.length)
  return join(stream.subarray(0, from), added, stream.subarray(from + removed))
}

const mutated: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.constantFrom(...SEEDS), fc.array(change, { maxLength: 6 }))
  .map(([seed, changes]) => changes.reduce(changed, seed))
/** The beginning of one stream and the end of another. */
const spliced: fc.Arbitrary<Uint8Array> = fc
  .tuple(mutated, mutated, fc.nat(3000), fc.nat(3000))
  .map(([one, other, to, from]) => join(one.subarray(0, to), other.subarray(from)))
const stream = fc.oneof(mutated, spliced, fc.uint8Array({ maxLength: 200 }))
/** Streams that were once read in one way in one piece and in another in several. */
const FOUND = [inRecords(clientHello(), message(11, join(u24(9), u24(1), [1])))]
const lengths = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 5 })

/** Counts how often its bytes are looked at. */
class CountingView extends DataView<ArrayBuffer> {
  looks = 0

  override getUint8(at: number): number {
    this.looks += 1
    return super.getUint8(at)
  }

  override getUint16(at: number): number {
    this.looks += 1
    return super.getUint16(at)
  }
}

/** The room that a reader of `used` bytes has, when it had `kept` before: enough, in powers of 2. */
function roomFor(used: number, kept: number): number {
  return used === 0 ? kept : Math.max(kept, LEAST_BODY, 2 ** Math.ceil(Math.log2(used)))
}

function expectBounds(reader: TlsReader, kept = 0): void {
  expect(reader.body.length).toBe(roomFor(reader.bodyBytes, kept))
  expect(reader.bodyBytes).toBeLessThanOrEqual(MOST_BODY)
  expect(reader.leafLength).toBeLessThanOrEqual(reader.bodyBytes)
  expect(factsOf(reader)['serverName']).toMatch(/^[a-z0-9._-]{0,255}$/)
}

describe('any bytes', () => {
  it('are read without an exception, within bounds, and to a known answer', () => {
    fc.assert(
      fc.property(stream, stream, (one, other) => {
        const low = readStream(one)
        const high = readStream(other)
        expectBounds(low)
        expectBounds(high)
        const session = sessionOf(low, high)
        expect(SERVICES).toContain(session.service)
        expect(session.proof & ~0x7ffff).toBe(0)
      }),
      propertyRuns(1000),
    )
  })

  it('say the same however they are cut, to a new reader and to a used one', () => {
    const used = new TlsReader()
    fc.assert(
      fc.property(stream, lengths, (one, cut) => {
        const whole = factsOf(readStream(one))
        expect(factsOf(readStream(one, cut))).toEqual(whole)
        expect(factsOf(readStream(one, [1]))).toEqual(whole)
        used.reset()
        const kept = used.body.length
        expect(kept).toBeLessThanOrEqual(MOST_KEPT)
        expect(factsOf(readStream(one, cut, used))).toEqual(whole)
        expectBounds(used, kept)
      }),
      { ...propertyRuns(300), examples: FOUND.map((one): [Uint8Array, number[]] => [one, [7]]) },
    )
  })

  it('are looked at a few times each, and never outside of their piece', () => {
    fc.assert(
      fc.property(stream, fc.nat(20), (one, margin) => {
        const copy = new Uint8Array(margin + one.length).fill(22)
        copy.set(one, margin)
        const view = new CountingView(copy.buffer)
        const reader = new TlsReader()
        reader.read(view, margin, margin + one.length)
        expect(view.looks).toBeLessThanOrEqual(3 * one.length)
        expect(factsOf(reader)).toEqual(factsOf(readStream(one)))
      }),
      propertyRuns(300),
    )
  })
})

describe('the seeds', () => {
  it('are streams that are read', () => {
    expect(SEEDS.length).toBeGreaterThan(0)
    for (const seed of SEEDS) expect(readStream(seed)).toMatchObject({ stopped: false })
  })

  it('stay bounded where they are repeated up to a megabyte', () => {
    for (const seed of SEEDS) {
      const reader = new TlsReader()
      for (let length = 0; length < 1 << 20; length += seed.length) readStream(seed, [], reader)
      expectBounds(reader)
    }
  })
})
