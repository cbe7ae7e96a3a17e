import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCapture } from '../../src/capture/open.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { ReaderClock } from '../../src/flow/clock.ts'
import type { Flow } from '../../src/flow/flow.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { type Share, Tracker, WHOLE } from '../../src/flow/tracker.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { OK } from '../../src/wire/decoded.ts'
import { LINK_ETHERNET } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { text } from '../evidence/identifying.ts'
import {
  certificateList,
  clientHello,
  HELLO_DONE,
  inRecords,
  serverHello,
  serverName,
} from '../evidence/tls-records.ts'
import { sample } from '../support/analysis.ts'
import { filler } from '../support/octets.ts'
import { ACK, ethernet, FIN, type IpPacket, ipv4, PSH, RST, SYN, tcp } from '../support/packets.ts'
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
    packet.hasTime = !Number.isNaN(ns)
    packet.time[0] = packet.hasTime ? ns : 0
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

/** What the two sides of each connection say, from the beginning of their streams; behind it come bytes without meaning. */
const STREAMS: readonly { readonly client: Uint8Array; readonly server: Uint8Array }[] = [
  {
    client: inRecords(clientHello({ extensions: [serverName('fe01.contoso.local')] })),
    server: inRecords(serverHello(), certificateList(filler(60)), HELLO_DONE),
  },
  {
    client: text('GET /autodiscover/autodiscoverservice.svc HTTP/1.1\r\nHost: lyncdiscover.contoso.com\r\n\r\n'),
    server: text('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  },
  { client: filler(0), server: filler(0) },
]

const FORMS = [
  'tagged',
  'tagged-twice',
  'group',
  'broadcast',
  'options',
  'fragment',
  'offload',
  'cut',
  'cut-in-headers',
  'too-long',
  'padded',
  'original-too-short',
  'without-time',
] as const
type Form = (typeof FORMS)[number]
const CONTROLS: Readonly<Record<string, number>> = { finish: FIN | ACK, reset: RST | ACK, 'push-only': PSH }

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
  forms: fc.oneof(
    { weight: 12, arbitrary: fc.constant<Form[]>([]) },
    { weight: 8, arbitrary: fc.uniqueArray(fc.constantFrom(...FORMS), { minLength: 1, maxLength: 3 }) },
  ),
  waitNs: fc.oneof(
    { weight: 12, arbitrary: fc.nat({ max: 5e6 }) },
    ...[1e4, 4e10, 7e10, 2e11, 4e12, -1e6].map((ns) => ({ weight: 1, arbitrary: fc.constant(ns) })),
  ),
})
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never

interface Side {
  readonly stream: Uint8Array
  /** Sequence number of the stream's first byte. */
  begin: number
  next: number
  last: Frame | undefined
}

function sideOf(stream: Uint8Array, isn: number): Side {
  return { stream, begin: isn + 1, next: isn, last: undefined }
}

/** The piece of the side's stream that begins at a sequence number. */
function pieceOf({ stream, begin }: Side, sequence: number, length: number): Uint8Array {
  return filler(length).map((byte, index) => stream[sequence - begin + index] ?? byte)
}

interface Connection {
  readonly client: Side
  readonly server: Side
}

function framesOf(events: readonly Event[]): readonly Frame[] {
  const connections = STREAMS.map(
    ({ client, server }): Connection => ({ client: sideOf(client, ISN), server: sideOf(server, 7000) }),
  )
  const frames: Frame[] = []
  let ns = 1e9
  let identification = 1
  for (const happens of events) {
    ns += happens.waitNs
    identification += 1
    const sides = connections[happens.connection] as Connection
    const own = happens.fromClient ? sides.client : sides.server
    if (happens.kind === 'copy') {
      if (own.last !== undefined) frames.push({ ...own.last, ns })
      continue
    }
    const packet = packetOf(happens, sides, happens.length % 7 === 0 ? 0 : identification)
    if (happens.kind === 'lose') continue
    own.last = frameOf(happens, packet, ns)
    frames.push(own.last)
    if (happens.kind === 'again') frames.push({ ...own.last, ns: ns + 2e6 })
  }
  return frames
}

/** The packet, and the sequence number of its side moved on. */
function packetOf({ connection, fromClient, kind, length, forms }: Event, sides: Connection, identification: number) {
  const [own, other] = fromClient ? [sides.client, sides.server] : [sides.server, sides.client]
  if (kind === 'open' && fromClient) own.next += 100_000
  if (kind === 'open') own.begin = own.next + 1
  const hasData = ['data', 'repeat', 'beyond', 'push-only', 'lose'].includes(kind)
  const opening = fromClient ? SYN : SYN | ACK
  const start = kind === 'repeat' ? own.next - length : kind === 'beyond' ? own.next + 50 : own.next
  const payload = hasData ? pieceOf(own, start, length) : new Uint8Array(0)
  const segment = tcp({
    srcPort: fromClient ? 50_000 : 5061,
    dstPort: fromClient ? 5061 : 50_000,
    seq: start >>> 0,
    ack: (other.next + (kind === 'acknowledge' && length === 40 ? 90 : 0)) >>> 0,
    flags: kind === 'open' ? opening : (CONTROLS[kind] ?? ACK),
    window: kind === 'no-window' ? 0 : 8192,
    checksum: length % 3 === 0 ? 0 : 0x1234 + length,
    options: length % 5 === 0 ? [1, 1, 1, 1] : [],
    payload,
  })
  own.next = Math.max(own.next, start + payload.length + (kind === 'open' || kind === 'finish' ? 1 : 0))
  const client = CLIENTS[connection] as string
  const [src, dst] = fromClient ? [client, SERVER] : [SERVER, client]
  return ipv4(segment, {
    src,
    dst,
    identification,
    ...(forms.includes('options') ? { options: [1, 1, 1, 1] } : {}),
    ...(forms.includes('fragment') ? { moreFragments: true } : {}),
    ...(forms.includes('offload') ? { totalLength: 0 } : {}),
    ...(forms.includes('too-long') ? { totalLength: 3000 } : {}),
  })
}

function frameOf({ length, forms }: Event, packet: IpPacket, ns: number): Frame {
  const tags = [...(forms.includes('tagged-twice') ? [0x88a8] : []), ...(forms.includes('tagged') ? [0x8100] : [])]
  const whole = ethernet(packet, {
    tags,
    broadcast: forms.includes('broadcast'),
    padding: new Uint8Array(forms.includes('padded') ? 20 : 0),
  })
  if (forms.includes('group')) whole[0] = 1
  const kept = forms.includes('cut-in-headers') ? 52 + (length % 8) : forms.includes('cut') ? 40 + length : whole.length
  return {
    ns: forms.includes('without-time') ? Number.NaN : ns,
    bytes: whole.subarray(0, Math.min(whole.length, kept)),
    originalLength: forms.includes('original-too-short') ? whole.length - length : whole.length,
  }
}

const HANDSHAKE: readonly Event[] = [0, 1].flatMap((connection) =>
  (['open', 'open', 'acknowledge', 'data', 'data', 'data', 'data'] as const).map((kind, index) => ({
    connection,
    fromClient: index % 2 === 0,
    kind,
    length: 20,
    forms: [],
    waitNs: 2e6,
  })),
)

/** Captures begin before a connection, inside its handshake, or later; some handshakes go to every station. */
const BEGINNINGS: readonly (readonly Event[])[] = [
  HANDSHAKE,
  HANDSHAKE.slice(0, 2),
  HANDSHAKE.slice(0, 3),
  HANDSHAKE.slice(1),
  HANDSHAKE.slice(1, 2),
  HANDSHAKE.slice(0, 2).map((opening) => ({ ...opening, forms: ['broadcast' as const] })),
  [],
]

describe('the short way of plain packets', () => {
  it('comes to the same as the long one, whatever happens on the connections', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BEGINNINGS), fc.array(event, { maxLength: 120 }), (beginning, events) => {
        const frames = framesOf([...beginning, ...events])
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
      forms: index % 6 === 0 ? ['tagged' as const] : [],
      waitNs: 1e6,
    }))
    expect(track(framesOf([...HANDSHAKE, ...talk]), true).plain).toBeGreaterThan(90)
  })

  it.each([
    ['without an identification', 0, [0.9e6, 1.1e6]],
    ['with one', 5, [99e6, 101e6]],
  ] as const)('leaves copies to the long one, %s', (_what, identification, waits) => {
    for (const wait of waits) {
      const frames = framesOf([...HANDSHAKE, ...HANDSHAKE.slice(3, 7)])
      const last = frames.at(-1) as Frame
      const bytes = Uint8Array.from(last.bytes)
      bytes[19] = identification
      const copied = [...frames.slice(0, -1), { ...last, bytes }, { ...last, bytes, ns: last.ns + wait }]
      const { plain, ...short } = track(copied, true)
      const { plain: _, ...long } = track(copied, false)
      expect(short).toEqual(long)
      expect(plain).toBeGreaterThan(track(frames.slice(0, -1), true).plain)
    }
  })

  it('leaves to the long one what was cut off inside the headers, also behind a tag', () => {
    const tagged = { ...(HANDSHAKE[3] as Event), forms: ['tagged' as const] }
    const frames = framesOf([...HANDSHAKE, tagged])
    const last = frames.at(-1) as Frame
    for (let kept = 40; kept < 62; kept += 1) {
      const cut = [...frames.slice(0, -1), { ...last, bytes: last.bytes.slice(0, kept) }]
      const { plain, ...short } = track(cut, true)
      const { plain: _, ...long } = track(cut, false)
      expect(short).toEqual(long)
      expect(plain).toBe(track(frames.slice(0, -1), true).plain + (kept < 58 ? 0 : 1))
    }
  })

  it('counts more bytes than 32 bits hold', () => {
    const frames: Frame[] = [...framesOf(HANDSHAKE)]
    const data = { ...(HANDSHAKE[3] as Event), length: 0 }
    const [one] = framesOf([...HANDSHAKE, data]).slice(-1) as [Frame]
    let sequence = new DataView(one.bytes.buffer, one.bytes.byteOffset).getUint32(38)
    for (let index = 0; index < 80_000; index += 1) {
      const bytes = Uint8Array.from(one.bytes)
      const view = new DataView(bytes.buffer)
      view.setUint16(16, 65_535)
      view.setUint16(18, index)
      view.setUint32(38, sequence)
      sequence = (sequence + 65_535 - 40 - (bytes.length - 54)) >>> 0
      frames.push({ ns: 2e9 + index * 1e6, bytes, originalLength: 65_549 })
    }
    const { plain, ...short } = track(frames, true)
    const { plain: _, ...long } = track(frames, false)
    expect(short).toEqual(long)
    expect(plain).toBeGreaterThan(79_000)
    expect(ipBytesOf(short.lines) - ipBytesOf(track(framesOf(HANDSHAKE), true).lines)).toBe(80_000 * 65_535)
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

/** Of all flows and both ends together. */
function ipBytesOf(lines: readonly string[]): number {
  const flows = lines.map((line): Pick<Flow, 'low' | 'high'> => JSON.parse(line))
  return flows.reduce((sum, { low, high }) => sum + low.ipBytes + high.ipBytes, 0)
}

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
