import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCapture } from '../../src/capture/open.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { ReaderClock } from '../../src/flow/clock.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { type Share, Tracker, WHOLE } from '../../src/flow/tracker.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { OK } from '../../src/wire/decoded.ts'
import { LINK_ETHERNET } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { sample } from '../support/analysis.ts'
import { filler } from '../support/octets.ts'
import { ACK, ethernet, FIN, ipv4, PSH, RST, SYN, tcp } from '../support/packets.ts'
import { describeLog } from './shares.ts'

/* Plain packets take a way of their own, which must come to the same as the long one. */

interface Frame {
  readonly ns: number
  readonly bytes: Uint8Array
  readonly originalLength: number
}

interface Result {
  readonly lines: readonly string[]
  readonly limited: number
  /** Frames that took the short way. */
  readonly plain: number
}

function track(frames: readonly Frame[], shortWay: boolean, share: Share = WHOLE): Result {
  const log = new FlowLog()
  const tracker = new Tracker(log, share)
  const clock = new ReaderClock()
  const packet = createPacket()
  let plain = 0
  for (const { ns, bytes, originalLength } of frames) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    packet.time[0] = ns
    packet.clock = clock.advance(ns)
    if (shortWay && tracker.plain.take(view, 0, bytes.length, originalLength, packet.time, packet.clock)) plain += 1
    else if (decodePacket(view, LINK_ETHERNET, 0, bytes.length, originalLength, packet) === OK) {
      tracker.track(packet, view)
    }
  }
  tracker.finish()
  const { lines } = describeLog(log)
  const { limited } = log
  log.close()
  return { lines, limited, plain }
}

const CLIENTS = ['10.0.0.9', '10.0.0.40', '10.0.0.16'] as const
const SERVER = '10.0.0.16'
const ISN = 0xffff_ff00

/** One thing that happens on one of three connections, of which the last is of a host with itself. */
const event = fc.record({
  connection: fc.nat({ max: CLIENTS.length - 1 }),
  fromClient: fc.boolean(),
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('data' as const) },
    { weight: 6, arbitrary: fc.constant('acknowledge' as const) },
    ...(
      ['open', 'again', 'copy', 'lose', 'repeat', 'beyond', 'finish', 'reset', 'no-window', 'push-only'] as const
    ).map((kind) => ({ weight: 1, arbitrary: fc.constant(kind) })),
  ),
  length: fc.nat({ max: 40 }),
  /** How the frame is odd. */
  form: fc.oneof(
    { weight: 20, arbitrary: fc.constant('sound' as const) },
    ...(
      [
        'tagged',
        'tagged-twice',
        'group',
        'broadcast',
        'options',
        'fragment',
        'offload',
        'cut',
        'too-long',
        'padded',
      ] as const
    ).map((form) => ({ weight: 1, arbitrary: fc.constant(form) })),
  ),
  waitNs: fc.oneof(
    { weight: 12, arbitrary: fc.nat({ max: 5e6 }) },
    ...[1e4, 4e10, 7e10, 2e11, 4e12, -1e6].map((ns) => ({ weight: 1, arbitrary: fc.constant(ns) })),
  ),
})
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never

interface Side {
  next: number
  last: Frame | undefined
}

function framesOf(events: readonly Event[]): readonly Frame[] {
  const connections = CLIENTS.map(() => ({
    client: { next: ISN, last: undefined } as Side,
    server: { next: 7000, last: undefined } as Side,
  }))
  const frames: Frame[] = []
  let ns = 1e9
  let identification = 1
  for (const { connection, fromClient, kind, length, form, waitNs } of events) {
    const sides = connections[connection] as (typeof connections)[number]
    const [own, other] = fromClient ? [sides.client, sides.server] : [sides.server, sides.client]
    ns += waitNs
    if (kind === 'copy') {
      if (own.last !== undefined) frames.push({ ...own.last, ns })
      continue
    }
    const isOpening = kind === 'open'
    if (isOpening && fromClient) own.next += 100_000
    const hasData = kind === 'data' || kind === 'repeat' || kind === 'beyond' || kind === 'push-only' || kind === 'lose'
    const payload = hasData ? filler(length) : new Uint8Array(0)
    const flags =
      kind === 'push-only'
        ? PSH
        : isOpening
          ? fromClient
            ? SYN
            : SYN | ACK
          : kind === 'finish'
            ? FIN | ACK
            : kind === 'reset'
              ? RST | ACK
              : ACK
    const start = kind === 'repeat' ? own.next - length : kind === 'beyond' ? own.next + 50 : own.next
    const segment = tcp({
      srcPort: fromClient ? 50_000 : 5061,
      dstPort: fromClient ? 5061 : 50_000,
      seq: start >>> 0,
      ack: (other.next + (kind === 'acknowledge' && length === 40 ? 90 : 0)) >>> 0,
      flags,
      window: kind === 'no-window' ? 0 : 8192,
      checksum: length % 3 === 0 ? 0 : 0x1234 + length,
      options: length % 5 === 0 ? [1, 1, 1, 1] : [],
      payload,
    })
    own.next = Math.max(own.next, start + payload.length + (isOpening || kind === 'finish' ? 1 : 0))
    identification = length % 7 === 0 ? 0 : identification + 1
    if (kind === 'lose') continue
    const client = CLIENTS[connection] as string
    const packet = ipv4(segment, {
      src: fromClient ? client : SERVER,
      dst: fromClient ? SERVER : client,
      identification,
      ...(form === 'options' ? { options: [1, 1, 1, 1] } : {}),
      ...(form === 'fragment' ? { moreFragments: true } : {}),
      ...(form === 'offload' ? { totalLength: 0 } : {}),
      ...(form === 'too-long' ? { totalLength: 3000 } : {}),
    })
    const whole = ethernet(packet, {
      ...(form === 'tagged' ? { tags: [0x8100] } : {}),
      ...(form === 'tagged-twice' ? { tags: [0x88a8, 0x8100] } : {}),
      broadcast: form === 'broadcast',
      padding: new Uint8Array(form === 'padded' ? 20 : 0),
    })
    if (form === 'group') whole[0] = 1
    const captured = form === 'cut' ? whole.subarray(0, Math.min(whole.length, 40 + length)) : whole
    own.last = { ns, bytes: captured, originalLength: whole.length }
    frames.push(own.last)
    if (kind === 'again') frames.push({ ...own.last, ns: ns + 2e6 })
  }
  return frames
}

const HANDSHAKE: readonly Event[] = [0, 1].flatMap((connection) =>
  (['open', 'open', 'acknowledge', 'data', 'data', 'data', 'data'] as const).map((kind, index) => ({
    connection,
    fromClient: index % 2 === 0,
    kind,
    length: 20,
    form: 'sound' as const,
    waitNs: 2e6,
  })),
)

describe('the short way of plain packets', () => {
  it('comes to the same as the long one, whatever happens on the connections', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        const frames = framesOf([...HANDSHAKE, ...events])
        const { plain: _, ...short } = track(frames, true)
        const { plain: none, ...long } = track(frames, false)
        expect(none).toBe(0)
        expect(short).toEqual(long)
      }),
      { numRuns: 400 },
    )
  })

  it('is taken by data and acknowledgements in their order', () => {
    const talk: readonly Event[] = Array.from({ length: 100 }, (_, index) => ({
      connection: index % 2,
      fromClient: index % 3 === 0,
      kind: index % 4 === 0 ? ('acknowledge' as const) : ('data' as const),
      length: 10 + (index % 20),
      form: index % 6 === 0 ? ('tagged' as const) : ('sound' as const),
      waitNs: 1e6,
    }))
    expect(track(framesOf([...HANDSHAKE, ...talk]), true).plain).toBeGreaterThan(90)
  })

  it('passes over the flows of other shares', () => {
    const frames = framesOf(HANDSHAKE)
    const parts = [0, 1, 2].map((part) => track(frames, true, { part, of: 3 }))
    expect(parts.flatMap(({ lines }) => lines).sort()).toEqual(track(frames, false).lines)
  })

  it.each(['director.pcapng', 'duplicated.pcapng'])('changes nothing in %s', async (name) => {
    const frames = await framesIn(sample(name))
    const { plain, ...short } = track(frames, true)
    const { plain: _, ...long } = track(frames, false)
    expect(short).toEqual(long)
    expect(plain).toBeGreaterThan(0)
  })
})

async function framesIn(path: string): Promise<readonly Frame[]> {
  const reader = await openCapture(path, createOrigin())
  const frames: Frame[] = []
  do {
    while (reader.next()) {
      const { view, start, end, originalLength, timeNs: ns, linkType } = reader
      expect(linkType).toBe(LINK_ETHERNET)
      frames.push({ ns, bytes: new Uint8Array(view.buffer.slice(start, end)), originalLength })
    }
  } while (await reader.fill())
  await reader.close()
  return frames
}
