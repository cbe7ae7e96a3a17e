import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { SERVICES } from '../../src/evidence/service.ts'
import { SHARDS } from '../../src/flow/flow-key.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { MOST_CERTIFICATE_BYTES, MOST_TEXT_BYTES } from '../../src/flow/presented.ts'
import type { Ends, Timed } from '../flow/script.ts'
import { cut, type Piece, plainPieces, session } from '../flow/session.ts'
import { trackShare, trackShares } from '../flow/shares.ts'
import { join, u16, u32 } from '../support/octets.ts'
import { icmpError, ipv4, ipv6, udp } from '../support/packets.ts'
import { propertyRuns } from './fuzzing.ts'

/*
 * Payloads that were right once, changed at random, in segments that come in any order, and packets of random bytes, from
 * the packet to the log of closed flows: nothing throws, what is kept stays within its limits, and the work grows no
 * faster than the input.
 */

const FOLDER = new URL('seeds/', import.meta.url)
const LINES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.txt'))
  .flatMap((name) => readFileSync(new URL(name, FOLDER), 'latin1').trim().split('\n'))
const SEEDS = LINES.filter((line) => !line.startsWith('#')).map((line) => {
  const [hex = ''] = line.split(': ').slice(-1)
  return Uint8Array.from(Buffer.from(hex, 'hex'))
})
const NOTHING = new Uint8Array(0)

const octet = fc.oneof(fc.constantFrom(0, 1, 2, 3, 0x0a, 0x0d, 0x16, 0x20, 0x3c, 0x7f, 0x80, 0xff), fc.nat(255))
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(12),
  added: fc.array(octet, { maxLength: 12 }),
})
const payload = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...SEEDS), fc.array(change, { maxLength: 4 }))
      .map(([seed, changes]) => changes.reduce(changed, seed)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
)
const piece = fc.record({
  from: fc.constantFrom('C' as const, 'S' as const),
  start: fc.nat(2000),
  length: fc.oneof(fc.nat(20), fc.nat(1460)),
})
/** Any pieces of both streams: what is not there, or comes twice, is not there, or comes twice. */
const conversation = fc.record({
  client: payload,
  server: payload,
  pieces: fc.option(fc.array(piece, { maxLength: 20 }), { nil: undefined }),
  size: fc.constantFrom(1, 3, 17, 200, 1460),
  port: fc.constantFrom(443, 5061, 5269),
  isMidstream: fc.boolean(),
  staysOpen: fc.boolean(),
})
const datagram = fc.record({ payload, port: fc.constantFrom(53, 3478, 5060), isAnswer: fc.boolean() })
const garbage = fc.oneof(fc.uint8Array({ maxLength: 120 }), fc.uint8Array({ minLength: 20, maxLength: 120 }).map(asIp))

function changed(
  bytes: Uint8Array,
  { at, removed, added }: { at: number; removed: number; added: readonly number[] },
): Uint8Array {
  const from = Math.floor(at * bytes.length)
  return join(bytes.subarray(0, from), added, bytes.subarray(from + removed))
}

/** Random bytes that are an IP packet of some transport, and its length. */
function asIp(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  copy[0] = (bytes[0] as number) & 1 ? 0x45 : 0x60
  copy.set(u16(bytes.length), 2)
  copy.set([0x40, 0], 6)
  copy[9] = [1, 6, 17, 58][(bytes[9] as number) % 4] as number
  return copy
}

type Conversation = typeof conversation extends fc.Arbitrary<infer Value> ? Value : never
type Datagram = typeof datagram extends fc.Arbitrary<infer Value> ? Value : never

function packetsOf({ client, server, pieces, size, port, ...form }: Conversation, number: number): readonly Timed[] {
  const streams = { client, server }
  const ends: Ends = { client: `10.0.1.${number}`, server: '10.0.0.16', clientPort: 50_000, serverPort: port }
  const chosen = pieces?.flatMap(({ from, start, length }): readonly Piece[] => {
    const stream = from === 'C' ? client : server
    const end = Math.min(stream.length, start + length)
    return end > start ? [{ from, start, end, acknowledged: 0, turn: 0 }] : []
  })
  return session(streams, chosen ?? plainPieces(streams, size), { ends, startNs: number * 1e6, ...form })
}

function datagramOf({ payload: bytes, port, isAnswer }: Datagram, number: number): Timed {
  const [srcPort, dstPort] = isAnswer ? [port, 50_000] : [50_000, port]
  const segment = udp({ srcPort, dstPort, payload: bytes })
  const addresses = isAnswer ? { src: '10.0.0.16', dst: '10.0.0.20' } : {}
  const packet = number % 3 === 0 ? ipv6(segment) : ipv4(segment, { ...addresses, identification: number + 1 })
  const quoted = ipv4(icmpError(4, 3, 3, packet.bytes.subarray(0, 8 + number)))
  return { ns: number * 1e6, bytes: number % 5 === 4 ? quoted.bytes : packet.bytes }
}

describe('any packets', () => {
  it('are tracked without an exception, and to the same answers by any number of trackers', () => {
    fc.assert(
      fc.property(
        fc.array(conversation, { maxLength: 4 }),
        fc.array(datagram, { maxLength: 12 }),
        fc.array(garbage, { maxLength: 6 }),
        (conversations, datagrams, random) => {
          const packets = [
            ...conversations.flatMap(packetsOf),
            ...datagrams.map(datagramOf),
            ...random.map((bytes, index) => ({ ns: index * 1e6, bytes })),
          ].sort((a, b) => a.ns - b.ns)
          const one = trackShares(packets)
          for (const { service, claim, originator } of one.flows.map((flow) => ({
            ...flow,
            originator: flow.opener,
          }))) {
            expect(SERVICES).toContain(service)
            expect(claim?.length ?? 0).toBeLessThanOrEqual(255)
            expect([undefined, 'low', 'high']).toContain(originator)
          }
          const three = trackShares(packets, 3)
          expect([three.lines, three.answers, three.limited]).toEqual([one.lines, one.answers, one.limited])
        },
      ),
      propertyRuns(300),
    )
  })

  it('present no more than the limits say', () => {
    const log = new FlowLog()
    const flood = Array.from({ length: 3000 }, (_, number) => {
      const host = `${number}.${'x'.repeat(200)}`
      const ends = {
        client: `10.${number % 200}.${number >> 8}.9`,
        server: '10.0.0.16',
        clientPort: number + 1024,
        serverPort: 80,
      }
      const client = Uint8Array.from(Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`))
      return session({ client, server: NOTHING }, plainPieces({ client, server: NOTHING }), { ends }).slice(0, 4)
    })
    trackShare(flood.flat(), log)
    const bytes = (strings: readonly Uint8Array[]) => strings.reduce((sum, { length }) => sum + length, 0)
    expect(bytes(log.texts.all())).toBeGreaterThan(250_000)
    expect(bytes(log.texts.all())).toBeLessThanOrEqual(SHARDS * MOST_TEXT_BYTES)
    expect(bytes(log.certificates.all())).toBeLessThanOrEqual(SHARDS * MOST_CERTIFICATE_BYTES)
  })
})

/** Bytes that were read one by one or copied at once, by anybody, since the last look. */
let work = 0
const READS = [
  ['getUint8', 1],
  ['getUint16', 2],
  ['getUint32', 4],
  ['getInt32', 4],
] as const
const undo: (() => void)[] = []

/** Counts what all views and byte arrays are asked for, not those of the packets alone: pieces are kept in others. */
function watchWork(): void {
  for (const [name, bytes] of READS) {
    const read = DataView.prototype[name]
    DataView.prototype[name] = function (this: DataView, at: number, littleEndian?: boolean): number {
      work += bytes
      return read.call(this, at, littleEndian)
    }
    undo.push(() => {
      DataView.prototype[name] = read
    })
  }
  const { set, copyWithin } = Uint8Array.prototype
  Uint8Array.prototype.set = function (source, offset) {
    work += source.length
    set.call(this, source, offset)
  }
  Uint8Array.prototype.copyWithin = function (target, start, end) {
    work += (end ?? this.length) - start
    return copyWithin.call(this, target, start, end)
  }
  undo.push(() => Object.assign(Uint8Array.prototype, { set, copyWithin }))
}

afterEach(() => {
  for (const each of undo.splice(0)) each()
})

function numbered(number: number): Ends {
  return {
    client: `10.${number >> 14}.${(number >> 6) & 255}.${number & 63}`,
    server: '10.0.0.16',
    clientPort: 2000,
    serverPort: 443,
  }
}

function each(count: number, make: (number: number) => readonly Timed[]): readonly Timed[] {
  return Array.from({ length: count }, (_, number) => make(number)).flat()
}

/** A client that says the beginning of something in very small segments. */
function dripped(said: Uint8Array, number: number): readonly Timed[] {
  const streams = { client: said, server: NOTHING }
  return session(streams, plainPieces(streams, 1), { ends: numbered(number), staysOpen: true, stepNs: 1000 })
}

const FLOODS: readonly (readonly [string, number, (count: number) => readonly Timed[]])[] = [
  [
    'a request line byte by byte',
    1,
    (count) => each(count, (number) => dripped(text(`GET /${'a'.repeat(2000)}`), number)),
  ],
  [
    'an XMPP stream byte by byte',
    1,
    (count) => each(count, (number) => dripped(text(`<stream:stream ${"a='b' ".repeat(300)}`), number)),
  ],
  ['stream features byte by byte', 1, (count) => each(count, (number) => dripped(text(FEATURES), number))],
  [
    'a handshake byte by byte',
    4,
    (count) => each(count, (number) => dripped(SEEDS[SEEDS.length - 1] as Uint8Array, number)),
  ],
  ['spaces byte by byte', 1, (count) => each(count, (number) => dripped(text(' '.repeat(4000)), number))],
  ['segments that all wait', 10, (count) => each(count, (number) => waiting(number))],
  ['segments that move what waits on and on', 4, (count) => each(count, (number) => shifting(number))],
  [
    'datagrams of changed seeds',
    200,
    (count) =>
      each(count, (number) => [
        {
          ns: number * 1000,
          bytes: ipv4(udp({ srcPort: 1000 + number, payload: SEEDS[number % SEEDS.length] as Uint8Array }), {
            identification: number + 1,
          }).bytes,
        },
      ]),
  ],
  ['answers of a name server', 200, (count) => each(count, (number) => [answer(number)])],
]

const FEATURES = `<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>${'<a>'.repeat(600)}`

function text(characters: string): Uint8Array {
  return Uint8Array.from(Buffer.from(characters, 'latin1'))
}

/** Every other piece of 16 bytes, and then longer ones over all of them. */
function waiting(number: number): readonly Timed[] {
  const streams = { client: new Uint8Array(2000).fill(0x16), server: NOTHING }
  const pieces = cut({ from: 'C', start: 1, end: 1000, acknowledged: 0, turn: 0 }, 16).filter(
    (_, index) => index % 2 === 0,
  )
  const over = Array.from({ length: 60 }, (_, index) => ({
    ...(pieces[0] as Piece),
    start: 1 + index,
    end: 1000 - index,
  }))
  return session(streams, [...pieces.slice(0, 30), ...over], { ends: numbered(number), staysOpen: true, stepNs: 1000 })
}

/** The stream goes on byte by byte, while its last bytes stand at the end of the room that they wait in. */
function shifting(number: number): readonly Timed[] {
  const client = join([0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, 0], new Uint8Array(34_000))
  const pieces = Array.from({ length: 400 }, (_, index): readonly Piece[] => {
    const piece = { from: 'C', acknowledged: 0, turn: 0 } as const
    return [
      { ...piece, start: 32_700 + index, end: 32_701 + index },
      { ...piece, start: index, end: index + 1 },
    ]
  })
  return session({ client, server: NOTHING }, pieces.flat(), { ends: numbered(number), staysOpen: true, stepNs: 1000 })
}

function answer(number: number): Timed {
  const label = text(`host-${number}`)
  const records = Array.from({ length: 40 }, () => join(u16(0xc00c, 1, 1), u32(60), u16(4), u32(number)))
  const message = join(u16(7, 0x8180, 1, 40, 0, 0), [label.length], label, [0], u16(1, 1), ...records)
  const bytes = ipv4(udp({ srcPort: 53, dstPort: 1024 + (number % 60_000), payload: message }), {
    identification: number + 1,
  }).bytes
  return { ns: number * 1000, bytes }
}

function workOf(packets: readonly Timed[]): number {
  const log = new FlowLog()
  work = 0
  trackShare(packets, log)
  return work
}

describe('the work', () => {
  /** Bytes that are looked at or moved for each byte of the capture, at the most. */
  const MOST_WORK_A_BYTE = 150

  it.each(FLOODS)('grows as the input does: %s', (_what, count, make) => {
    const [once, often] = [make(count), make(count * 3)]
    watchWork()
    const [few, many] = [workOf(once), workOf(often)]
    const bytes = often.reduce((sum, each_) => sum + each_.bytes.length, 0)
    expect(many / few).toBeLessThan(3.3)
    expect(many / bytes).toBeLessThan(MOST_WORK_A_BYTE)
  })
})
