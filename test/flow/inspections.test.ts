import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { BEGINNING_MISSING, LIMIT_REACHED } from '../../src/evidence/proof.ts'
import type { Flow } from '../../src/flow/flow.ts'
import { SHARDS } from '../../src/flow/flow-key.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { INSPECTION_TICKS, MOST_INSPECTION_BYTES, MOST_INSPECTIONS, PLACE_BYTES } from '../../src/flow/inspections.ts'
import { WHOLE } from '../../src/flow/tracker.ts'
import {
  CHANGE_CIPHER_SPEC,
  CLIENT_KEY_EXCHANGE,
  certificateList,
  clientHello,
  DATA,
  FINISHED,
  HELLO_DONE,
  inRecords,
  record,
  serverHello,
  serverName,
} from '../evidence/tls-records.ts'
import { filler, join, u16 } from '../support/octets.ts'
import type { Timed } from './script.ts'
import {
  cut,
  handshakePieces,
  type Piece,
  plainPieces,
  type SessionForm,
  type Streams,
  secondLast,
  session,
} from './session.ts'
import { endsByShard, trackShare, trackShares } from './shares.ts'

const NOTHING = new Uint8Array(0)
const SECOND = 1e9
const TICK = 1e8
const MICROSECOND = 1e3
const HELLO = record(22, clientHello({ extensions: [serverName('fe01.contoso.local')] }))
const ONE_WAY: Streams = {
  client: join(HELLO, inRecords(CLIENT_KEY_EXCHANGE), CHANGE_CIPHER_SPEC, FINISHED, DATA),
  server: join(inRecords(serverHello(), certificateList(filler(700)), HELLO_DONE), CHANGE_CIPHER_SPEC, FINISHED, DATA),
}
/** A ClientHello of 14 KB, of which only the beginning comes. */
const LONG_HELLO = join(
  HELLO.subarray(0, 3),
  u16(0x3804),
  [1, 0, 0x38, 0],
  HELLO.subarray(9, 44),
  new Uint8Array(14_000),
)
const RECORD_AND_MESSAGE_HEAD = 5 + 4

function monologue(client: Uint8Array, form: SessionForm = {}, pieces?: readonly Piece[]): readonly Timed[] {
  const streams = { client, server: NOTHING }
  return session(streams, pieces ?? plainPieces(streams), { staysOpen: true, ...form })
}

function only(packets: readonly Timed[]): Flow {
  const { flows } = trackShares(packets)
  expect(flows).toHaveLength(1)
  return flows[0] as Flow
}

function inOrder(...parts: readonly (readonly Timed[])[]): readonly Timed[] {
  return parts.flat().sort((a, b) => a.ns - b.ns)
}

function isLimited({ proof }: Flow): boolean {
  return (proof & LIMIT_REACHED) !== 0
}

const ENDS = endsByShard(MOST_INSPECTIONS + 20)[7] ?? []

describe('a look at a handshake', () => {
  it('ends with what it has after a minute', () => {
    const later = (ns: number) =>
      session(ONE_WAY, handshakePieces(ONE_WAY), { stepNs: 0 }).map((packet, index) =>
        index < 4 ? packet : { ...packet, ns },
      )
    expect(only(later(INSPECTION_TICKS * TICK)).service).toBe('tls-one-way')
    expect(only(later((INSPECTION_TICKS + 1) * TICK))).toMatchObject({ service: 'tls', claim: 'fe01.contoso.local' })
  })

  it('ends with what it has when its flow is closed', () => {
    const streams = { client: HELLO, server: ONE_WAY.server.subarray(0, 60) }
    expect(only(session(streams, plainPieces(streams)))).toMatchObject({ service: 'tls', contentOpener: 'high' })
  })

  it('goes on through 32 KB that come in the wrong order', () => {
    const long = {
      ...ONE_WAY,
      server: join(
        inRecords(serverHello(), certificateList(filler(9000), filler(9000)), HELLO_DONE),
        CHANGE_CIPHER_SPEC,
        FINISHED,
        DATA,
      ),
    }
    const [first, ...others] = plainPieces(long).filter(({ from }) => from === 'S')
    const client = plainPieces(long).filter(({ from }) => from === 'C')
    const flow = only(session(long, [...client, ...others.reverse(), first as Piece]))
    expect(flow).toMatchObject({ service: 'tls-one-way' })
    expect(isLimited(flow)).toBe(false)
  })

  it('ends and says so where more than that would have to wait', () => {
    const server = join(serverHello(), filler(80_000))
    const streams = { client: HELLO, server }
    const [hello, first, ...others] = plainPieces(streams)
    const { flows, limited } = trackShares(session(streams, [hello as Piece, ...others, first as Piece]))
    expect(flows.map((flow) => [flow.service, isLimited(flow)])).toEqual([['tls', true]])
    expect(limited).toBe(1)
  })

  it('says so once, also where the other side goes on', () => {
    const streams = { client: join(HELLO, inRecords(CLIENT_KEY_EXCHANGE)), server: join(serverHello(), filler(80_000)) }
    const pieces = plainPieces(streams)
    const [, ...others] = pieces.filter(({ from }) => from === 'S')
    const hello: Piece = { from: 'C', start: 0, end: HELLO.length, acknowledged: 0, turn: 0 }
    const rest = cut({ ...hello, start: HELLO.length, end: streams.client.length }, 4)
    const { flows, limited } = trackShares(session(streams, [hello, ...others, ...rest]))
    expect(flows.map((flow) => [flow.service, isLimited(flow)])).toEqual([['tls-one-way', true]])
    expect(limited).toBe(1)
  })

  it('is not ended by one segment from far away, which no host would take', () => {
    const streams = { client: HELLO, server: ONE_WAY.server }
    const packets = session(streams, plainPieces(streams))
    const far: Piece = { from: 'S', start: 500_000, end: 500_050, acknowledged: 0, turn: 1 }
    const stray = session({ client: HELLO, server: new Uint8Array(500_100) }, [far]).slice(3, 4)
    const flow = only([...packets.slice(0, 4), ...stray, ...packets.slice(4)])
    expect([flow.service, isLimited(flow)]).toEqual(['tls-one-way', false])
  })

  it('from the middle on is not led astray by a keep-alive, which repeats the byte before', () => {
    const streams = { client: join([0], DATA, DATA), server: NOTHING }
    const pieces = [
      { from: 'C', start: 0, end: 1, acknowledged: 0, turn: 0 } as const,
      ...cut({ from: 'C', start: 1, end: streams.client.length, acknowledged: 0, turn: 0 }, 1460),
    ]
    const flow = only(session(streams, pieces, { isMidstream: true, staysOpen: true }))
    expect([flow.service, flow.proof & BEGINNING_MISSING]).toEqual(['tls', BEGINNING_MISSING])
  })

  it('stops at a packet that was cut by the snap length, and calls that no limit', () => {
    const packets = session(ONE_WAY, plainPieces(ONE_WAY)).map(({ ns, bytes }) => ({
      ns,
      bytes: bytes.subarray(0, 120),
    }))
    const { flows, limited } = trackShares(packets)
    expect([flows[0]?.service, flows[0]?.contentOpener, limited]).toEqual(['tls', 'high', 0])
  })

  it('reads data that comes with the SYN', () => {
    const [syn, synAck, ...others] = session(ONE_WAY, plainPieces(ONE_WAY).slice(1))
    const early = syn as Timed
    const bytes = join(early.bytes, HELLO)
    bytes.set(u16(bytes.length), 2)
    expect(only([{ ...early, bytes }, synAck as Timed, ...others])).toMatchObject({
      service: 'tls-one-way',
      claim: 'fe01.contoso.local',
    })
  })
})

describe('the inspections of a shard', () => {
  it('are so many at once; one more ends the oldest, which says so and is counted', () => {
    const flows = ENDS.slice(0, MOST_INSPECTIONS + 1).map((ends, index) =>
      monologue(HELLO, { ends, startNs: index * MICROSECOND }),
    )
    const all = trackShares(inOrder(...flows.slice(0, MOST_INSPECTIONS)))
    expect([all.limited, all.flows.filter(isLimited).length]).toEqual([0, 0])
    const { flows: seen, limited } = trackShares(inOrder(...flows))
    const ended = seen.filter(isLimited)
    expect([limited, ended.map(({ high }) => high.address)]).toEqual([1, [ENDS[0]?.client]])
    // What was known by then is kept.
    expect(ended[0]).toMatchObject({ service: 'tls', claim: 'fe01.contoso.local', contentOpener: 'high' })
  })

  it('do not count those whose minute is over', () => {
    const flows = ENDS.slice(0, MOST_INSPECTIONS + 10).map((ends, index) =>
      monologue(HELLO, { ends, startNs: index < MOST_INSPECTIONS ? index : 61 * SECOND }),
    )
    expect(trackShares(inOrder(...flows)).limited).toBe(0)
  })

  it('hold so many bytes at once; beyond, the oldest ends', () => {
    // The place itself, as much of the hello as has come, and room for what waited meanwhile, in powers of 2.
    const each = PLACE_BYTES + (LONG_HELLO.length - RECORD_AND_MESSAGE_HEAD) + 16 * 1024
    const most = Math.floor(MOST_INSPECTION_BYTES / each)
    const pieces = secondLast(plainPieces({ client: LONG_HELLO, server: NOTHING }))
    const flows = (count: number) =>
      inOrder(
        ...ENDS.slice(0, count).map((ends, index) =>
          monologue(LONG_HELLO, { ends, startNs: index * 100 * MICROSECOND, stepNs: 1 }, pieces),
        ),
      )
    expect(trackShares(flows(most)).limited).toBe(0)
    expect(trackShares(flows(most + 5)).limited).toBe(5)
  })

  it('of other shards have their own limits', () => {
    const shards = endsByShard(MOST_INSPECTIONS).slice(0, 4).flat()
    const flows = shards.map((ends, index) => monologue(HELLO, { ends, startNs: index * MICROSECOND }))
    expect(trackShares(inOrder(...flows)).limited).toBe(0)
  })

  it('take little more memory than they count, whatever has ended', () => {
    // Each flow begins, and then keeps as much as it can behind a gap that is never filled, one after the other.
    const ends = endsByShard(MOST_INSPECTIONS).flat()
    const beginnings = ends.map((each) => monologue(HELLO.subarray(0, 5), { ends: each }))
    const far = [{ from: 'C', start: 30_000, end: 32_000, acknowledged: 0, turn: 0 }] as const
    const endings = ends.map((each, index) =>
      monologue(new Uint8Array(32_000), { ends: each, startNs: SECOND + index }, far).slice(3),
    )
    const packets = inOrder(...beginnings, ...endings)
    const before = heldBytes()
    let held = 0
    trackShare(packets, new FlowLog(), WHOLE, () => {
      held = heldBytes() - before
    })
    expect(held).toBeLessThan(1.25 * SHARDS * MOST_INSPECTION_BYTES)
  })
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes of typed arrays that are in use. */
function heldBytes(): number {
  collect()
  return process.memoryUsage().arrayBuffers
}
