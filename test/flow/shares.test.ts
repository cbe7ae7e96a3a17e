import { describe, expect, it } from 'vitest'
import { SHARDS } from '../../src/flow/flow-key.ts'
import { MOST_INSPECTION_BYTES, MOST_INSPECTIONS, PLACE_BYTES } from '../../src/flow/inspections.ts'
import { certificateList, clientHello, HELLO_DONE, inRecords, record, serverHello } from '../evidence/tls-records.ts'
import { join, u16, u32 } from '../support/octets.ts'
import { icmpError, ipv4, udp } from '../support/packets.ts'
import type { Ends, Timed } from './script.ts'
import { type Piece, plainPieces, type SessionForm, secondLast, session } from './session.ts'
import { endsByShard, shardOfPacket, type Tracked, trackShares } from './shares.ts'

/* A shard has its limits for itself, and closing idle flows only frees memory: the number of trackers changes nothing. */

const SECOND = 1e9
const MICROSECOND = 1e3
const NOTHING = new Uint8Array(0)
const ENDS = endsByShard(MOST_INSPECTIONS + 25)
const HELLO = record(22, clientHello())
/** A ClientHello of 14 KB that is never whole. */
const LONG_HELLO = join(
  HELLO.subarray(0, 3),
  u16(0x3804),
  [1, 0, 0x38, 0],
  HELLO.subarray(9, 44),
  new Uint8Array(14_000),
)

/** A connection in which only the client speaks. */
function monologue(
  client: Uint8Array,
  form: SessionForm,
  order = (pieces: readonly Piece[]) => pieces,
): readonly Timed[] {
  const streams = { client, server: NOTHING }
  return session(streams, order(plainPieces(streams, 1400)), { staysOpen: true, ...form })
}

function endsOf(shard: number, from: number, to: number): readonly Ends[] {
  return (ENDS[shard] ?? []).slice(from, to)
}

/** As many datagram flows as fill the table of the second of two trackers and make it close idle ones, if it has them. */
function crowdOfOdd(ns: number): readonly Timed[] {
  const packets: Timed[] = []
  for (let number = 0; packets.length < 6000; number += 1) {
    const src = `172.16.${(number >> 8) & 255}.${number & 255}`
    const bytes = ipv4(udp({ srcPort: 2000, dstPort: 9, payload: new Uint8Array(12) }), { src }).bytes
    if (shardOfPacket(bytes) % 2 === 1) packets.push({ ns, bytes })
  }
  return packets
}

function inOrder(...parts: readonly (readonly Timed[])[]): readonly Timed[] {
  return parts.flat().sort((a, b) => a.ns - b.ns)
}

function expectSame(packets: readonly Timed[], ...counts: readonly number[]): Tracked {
  const whole = trackShares(packets)
  for (const of of counts) {
    const shared = trackShares(packets, of)
    expect([of, shared.flows.length, shared.limited]).toEqual([of, whole.flows.length, whole.limited])
    expect(firstDifference(shared.lines, whole.lines)).toBeUndefined()
    expect(firstDifference(shared.answers, whole.answers)).toBeUndefined()
  }
  return whole
}

/** Thousands of lines are too many to be shown. */
function firstDifference(these: readonly string[], those: readonly string[]): readonly unknown[] | undefined {
  const at = these.findIndex((line, index) => line !== those[index])
  return at < 0 && these.length === those.length ? undefined : [these[at], those[at]]
}

describe('one, two, three and eight trackers say the same', () => {
  it('of more TLS flows at once than are inspected', () => {
    const flows = ENDS.flatMap((ends, shard) =>
      ends.map((each, index) => monologue(HELLO, { ends: each, startNs: index * MICROSECOND + shard })),
    )
    const { limited, flows: seen } = expectSame(inOrder(...flows), 2, 3, 8)
    expect(limited).toBe(SHARDS * 25)
    expect(new Set(seen.map(({ service }) => service))).toEqual(new Set(['tls']))
  })

  it('of more bytes of handshakes at once than are kept', () => {
    const flows = [3, 4, 5, 6].flatMap((shard) =>
      endsOf(shard, 0, 80).map((ends, index) =>
        monologue(LONG_HELLO, { ends, startNs: index * MICROSECOND + shard }, secondLast),
      ),
    )
    const { limited } = expectSame(inOrder(...flows), 2, 3, 8)
    expect(limited).toBeGreaterThan(4 * 40)
  })

  it('of small handshakes after large ones of other shards', () => {
    const most = Math.floor(MOST_INSPECTION_BYTES / (PLACE_BYTES + LONG_HELLO.length))
    const large = [1, 3].flatMap((shard) =>
      endsOf(shard, 0, most).map((ends, index) => monologue(LONG_HELLO, { ends, startNs: index * MICROSECOND })),
    )
    // Another handshake of their shards, after their minute, gives their places free.
    const next = [1, 3].flatMap((shard) =>
      endsOf(shard, most, most + 1).map((ends) => monologue(HELLO, { ends, startNs: 61 * SECOND })),
    )
    const small = endsOf(0, 0, MOST_INSPECTIONS).map((ends) =>
      monologue(HELLO.subarray(0, 5), { ends, startNs: 62 * SECOND }),
    )
    const { limited } = expectSame(inOrder(...large, ...next, ...small), 2)
    expect(limited).toBe(0)
  })

  it('of an inspection that is pushed out after its flow was over', () => {
    const [first, ...others] = endsOf(4, 0, MOST_INSPECTIONS + 1).map((ends, index) =>
      monologue(HELLO, { ends, startNs: index === 0 ? 0 : 45 * SECOND, staysOpen: index > 0 }),
    )
    expectSame(inOrder(first ?? [], crowdOfOdd(40 * SECOND), ...others), 2)
  })

  it('of an ICMP error about a flow that is over', () => {
    const sent = ipv4(udp({ srcPort: 40_001, dstPort: 3478, payload: new Uint8Array(20) })).bytes
    expect(shardOfPacket(sent) % 2).toBe(0)
    const error = ipv4(icmpError(4, 3, 3, sent.subarray(0, 28)), { src: '10.0.0.16', dst: '10.0.0.20' }).bytes
    const { flows } = expectSame(
      [{ ns: 0, bytes: sent }, ...crowdOfOdd(70 * SECOND), { ns: 120 * SECOND, bytes: error }],
      2,
    )
    expect(flows.filter(({ icmpError: found }) => found !== undefined)).toEqual([])
  })

  it('of floods of names, certificates and answers', () => {
    const floods = [7, 8].flatMap((shard) =>
      endsOf(shard, 0, 150).flatMap((ends, index) => {
        const at = index * 0.5 * SECOND
        return [
          ...[0, 1, 2, 3].map((again) =>
            monologue(request(shard, index, again), {
              ends: { ...ends, clientPort: 30_000 + again },
              startNs: at + again,
            }),
          ),
          certified(ends, index, at + 10),
          [answer(ends.client, shard * 1000 + index, at + 20)],
        ]
      }),
    )
    const { limited, answers } = expectSame(inOrder(...floods), 2, 3, 8)
    expect(limited).toBeGreaterThan(0)
    expect(answers.length).toBeGreaterThan(0)
  })
})

function request(shard: number, index: number, again: number): Uint8Array {
  return Buffer.from(`GET / HTTP/1.1\r\nHost: ${again}.${index}.${shard}.${'x'.repeat(240)}\r\n\r\n`)
}

/** A handshake whose server presents a certificate of 4 KB that nobody else has. */
function certified(ends: Ends, index: number, startNs: number): readonly Timed[] {
  const certificate = new Uint8Array(4096).fill(index)
  const server = inRecords(serverHello(), certificateList(join(u32(ends.clientPort + index), certificate)), HELLO_DONE)
  const streams = { client: HELLO, server }
  return session(streams, plainPieces(streams), { ends, startNs })
}

/** What a name server says of a name with 16 addresses. */
function answer(client: string, number: number, ns: number): Timed {
  const label = Buffer.from(`host-${number}-${'y'.repeat(40)}`)
  const question = join([label.length], label, [0], u16(1, 1))
  const records = Array.from({ length: 16 }, (_, index) =>
    join(u16(0xc00c, 1, 1), u32(60), u16(4), u32(0x0b000000 + number * 16 + index)),
  )
  const payload = join(u16(number & 0xffff, 0x8180, 1, 16, 0, 0), question, ...records)
  return {
    ns,
    bytes: ipv4(udp({ srcPort: 53, dstPort: 50_000, payload }), { dst: client, identification: number }).bytes,
  }
}
