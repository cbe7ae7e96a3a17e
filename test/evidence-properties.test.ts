import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Flow } from '../src/flow/flow.ts'
import { foldFlows } from '../src/judge/fold.ts'
import { observe } from '../src/observe.ts'
import { hasOpenssl, makeIdentities } from './evidence/tls-certificates.ts'
import { type Recording, recordHandshakes } from './evidence/tls-handshakes.ts'
import { handshakePieces, type Piece, session } from './flow/session.ts'
import { trackShares } from './flow/shares.ts'
import { sample, sampleInventory } from './support/analysis.ts'
import { pcap, type Recorded } from './support/captures.ts'
import {
  conversationsOf,
  type Opened,
  openedCapture,
  type SentRecord,
  type Wrongs,
  wrongsOf,
} from './support/damage.ts'
import { setOf } from './support/observing.ts'
import { filler } from './support/octets.ts'
import { ACK, ethernet, ipv4, type Segment, SYN, tcp } from './support/packets.ts'

/** How the segments of a connection come to the capture. */
interface Way {
  /** Lengths of the segments, over and over. */
  readonly lengths: readonly number[]
  /** Where each segment stands among those of its turn, over and over. */
  readonly places: readonly number[]
  /** Segments that come again: which, how many places later, with how many bytes more on either side. */
  readonly repeats: readonly Repeat[]
}

interface Repeat {
  readonly at: number
  readonly later: number
  readonly before: number
  readonly behind: number
}

/** A size of segments that cuts nothing. */
const WHOLE = 2 ** 30

const HANDSHAKES = [
  ['mutual 1.2', 'mtls'],
  ['mutual 1.2, client offers no 1.3', 'mtls'],
  ['mutual 1.0', 'mtls'],
  ['empty certificate', 'tls-one-way'],
  ['one-way 1.2', 'tls-one-way'],
  ['anonymous', 'tls-one-way'],
  ['resumed by ticket', 'tls-resumed'],
  ['resumed by id', 'tls-resumed'],
  ['mutual 1.3', 'tls13'],
  ['resumed 1.3', 'tls13'],
  ['1.3 after a retry', 'tls13'],
  ['unknown CA', 'tls'],
  ['no common version', 'tls'],
  ['no common cipher', 'tls'],
] as const

const length = fc.oneof(fc.integer({ min: 40, max: 200 }), fc.integer({ min: 200, max: 1460 }))
const repeat = fc.record({ at: fc.nat(60), later: fc.nat(8), before: fc.nat(300), behind: fc.nat(300) })
const inOrder: fc.Arbitrary<Way> = fc.record({
  lengths: fc.array(length, { minLength: 1, maxLength: 6 }),
  places: fc.constant([0]),
  repeats: fc.array(repeat, { maxLength: 6 }),
})
const inAnyOrder: fc.Arbitrary<Way> = fc
  .tuple(inOrder, fc.array(fc.nat(30), { minLength: 1, maxLength: 12 }))
  .map(([way, places]) => ({ ...way, places }))

/** Who answers has heard what was said before: only segments of one turn change places, and any may come again later. */
function segmented(streams: Recording, { lengths, places, repeats }: Way): readonly Piece[] {
  const pieces = handshakePieces(streams, WHOLE)
    .flatMap((piece) => cutBy(piece, lengths))
    .map((piece, index) => ({ piece, place: places[index % places.length] as number }))
    .sort((a, b) => a.piece.turn - b.piece.turn || a.place - b.place)
    .map(({ piece }) => piece)
  const again = repeats.map((each) => repeated(streams, pieces, each))
  return [...pieces.map((piece, place) => ({ piece, place })), ...again]
    .sort((a, b) => a.place - b.place)
    .map(({ piece }) => piece)
}

/** A segment that is sent again, with bytes around it that its sender has sent by then. */
function repeated(streams: Recording, pieces: readonly Piece[], { at, later, before, behind }: Repeat) {
  const index = at % pieces.length
  const found = pieces[index] as Piece
  const sent = pieces.slice(0, index + later + 1).map((each) => (each.from === found.from ? each.end : 0))
  const stream = found.from === 'C' ? streams.client : streams.server
  const end = Math.min(stream.length, Math.max(...sent), found.end + behind)
  return { piece: { ...found, start: Math.max(0, found.start - before), end }, place: index + later + 0.5 }
}

function cutBy(piece: Piece, lengths: readonly number[]): readonly Piece[] {
  const parts: Piece[] = []
  for (let start = piece.start; start < piece.end; ) {
    const end = Math.min(piece.end, start + (lengths[parts.length % lengths.length] as number))
    parts.push({ ...piece, start, end })
    start = end
  }
  return parts
}

/** What the payload says. */
function saidBy(streams: Recording, pieces: readonly Piece[]): Record<string, unknown> {
  const { flows } = trackShares(session(streams, pieces))
  expect(flows).toHaveLength(1)
  const { service, proof, alert, claim, contentOpener, opener, low, high } = flows[0] as Flow
  const certificates = [low.certificate?.fingerprint, high.certificate?.fingerprint]
  return { service, proof, alert, claim, contentOpener, opener, certificates }
}

if (!hasOpenssl()) console.log('openssl is not there: no handshake is recorded')

// Certificates cannot be made without openssl.
describe.skipIf(!hasOpenssl())('handshakes of real stacks in TCP segments', () => {
  let recordings: ReadonlyMap<string, Recording>
  beforeAll(async () => {
    recordings = await recordHandshakes(makeIdentities())
  }, 30_000)

  describe.each(HANDSHAKES)('%s', (name, service) => {
    const recording = (): Recording => recordings.get(name) as Recording

    it('is recognised in good order', () => {
      const said = saidBy(recording(), handshakePieces(recording()))
      expect(said).toMatchObject({ service, contentOpener: 'high', opener: 'high' })
      expect(said['alert'] !== undefined).toBe(service === 'tls')
    })

    it('says the same however its segments are cut, repeated and overlapping', () => {
      const expected = saidBy(recording(), handshakePieces(recording()))
      fc.assert(
        fc.property(inOrder, (way) => {
          expect(saidBy(recording(), segmented(recording(), way))).toEqual(expected)
        }),
        { numRuns: 40 },
      )
    })

    it('says the same in whatever order the segments of a flight come', () => {
      const expected = saidBy(recording(), handshakePieces(recording()))
      fc.assert(
        fc.property(inAnyOrder, (way) => {
          expect(saidBy(recording(), segmented(recording(), way))).toEqual(expected)
        }),
        { numRuns: 60 },
      )
    })

    it('says nothing else where a fifth of its segments is missing', () => {
      const { contentOpener, alert } = saidBy(recording(), handshakePieces(recording()))
      fc.assert(
        fc.property(inAnyOrder, fc.array(fc.nat(4), { minLength: 5, maxLength: 40 }), (way, dice) => {
          const kept = segmented(recording(), way).filter((_, index) => dice[index % dice.length] !== 0)
          const said = saidBy(recording(), kept)
          expect(['none', 'tls', service]).toContain(said['service'])
          expect([undefined, contentOpener]).toContain(said['contentOpener'])
          expect([undefined, alert]).toContain(said['alert'])
        }),
        { numRuns: 100 },
      )
    })

    it('says nothing else where one direction comes long after the other, or not at all', () => {
      const pieces = handshakePieces(recording())
      const whole = saidBy(recording(), pieces)
      const [client, server] = ['C', 'S'].map((side) => pieces.filter(({ from }) => from === side))
      for (const part of [client, server]) {
        const said = saidBy(recording(), part as Piece[])
        expect(['tls', service]).toContain(said['service'])
        expect([undefined, 'high']).toContain(said['contentOpener'])
        expect([undefined, whole['alert']]).toContain(said['alert'])
      }
      for (const order of [
        [client, server],
        [server, client],
      ]) {
        expect(saidBy(recording(), order.flat() as Piece[])['service']).toBe(service)
      }
    })
  })
})

const SAMPLES = [
  ['director.pcapng', 'director.yaml', '10.0.0.16'],
  ['edge.pcap', 'edge.yaml', '10.0.0.20'],
] as const

describe.each(SAMPLES)('%s, damaged', (name, inventoryName, host) => {
  const inventory = sampleInventory(inventoryName)
  let whole: Opened
  let before: Wrongs
  beforeAll(async () => {
    whole = await openedCapture(sample(name))
    before = wrongsOf(await conversationsOf(whole, whole.records, inventory))
  })

  /** What is said against conversations of the damaged capture that the whole one does not say. */
  async function newWrongs(keep: (record: SentRecord, index: number) => boolean): Promise<Wrongs> {
    const wrongs = wrongsOf(await conversationsOf(whole, whole.records.filter(keep), inventory))
    return {
      refused: wrongs.refused.filter((each) => !before.refused.includes(each)),
      mismatched: wrongs.mismatched.filter((each) => !before.mismatched.includes(each)),
    }
  }

  const NOTHING: Wrongs = { refused: [], mismatched: [] }

  it('has something to be wrong about', () => {
    expect(before.refused.length).toBeGreaterThan(5)
    expect(before.mismatched.length).toBeGreaterThan(3)
  })

  it.each<[string, (record: SentRecord) => boolean]>([
    ['what the host sent is missing', ({ from }) => from !== host],
    ['what the host received is missing', ({ from }) => from === host],
    ['what servers sent is missing', ({ fromPort, toPort }) => fromPort >= toPort],
    ['what clients sent is missing', ({ fromPort, toPort }) => fromPort <= toPort],
  ])('says nothing false where %s', async (_what, keep) => {
    expect(await newWrongs(keep)).toEqual(NOTHING)
  })

  it('says nothing false where a fifth of the packets is missing at random', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        expect(await newWrongs(missing(seed, 0.2))).toEqual(NOTHING)
      }),
      { numRuns: 40 },
    )
  })

  it('calls nothing refused because a single SYN-ACK is missing', async () => {
    const accepted = whole.records.flatMap(({ flags }, index) => (flags === (SYN | ACK) ? [index] : []))
    expect(accepted.length).toBeGreaterThan(20)
    const found = new Set<string>()
    for (const missed of accepted) {
      for (const wrong of (await newWrongs((_, index) => index !== missed)).refused) found.add(wrong)
    }
    expect([...found]).toEqual([])
  })

  it('contradicts nothing because packets are missing, however many', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.constantFrom(0.02, 0.1, 0.3, 0.5, 0.7, 0.9), async (seed, share) => {
        expect((await newWrongs(missing(seed, share))).mismatched).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('contradicts nothing because it begins late', async () => {
    const found = new Set<string>()
    for (let from = 0; from < whole.records.length; from += 10) {
      for (const wrong of (await newWrongs((_, index) => index >= from)).mismatched) found.add(wrong)
    }
    expect([...found]).toEqual([])
  })
})

/** Leaves out a share of the packets, by the numbers of a linear congruential generator. */
function missing(seed: number, share: number): () => boolean {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >= share * 2 ** 32
  }
}

describe('bytes that were acknowledged and not captured', () => {
  /** A transfer of 2,000 segments, of which the peer acknowledges ten at once, and later; `lost` are not captured. */
  function transfer(lost: (segment: number) => boolean): readonly Recorded[] {
    const records: Recorded[] = []
    const add = (segment: Segment, src: string, dst: string) => {
      const ns = 1_401_688_800_000_000_000n + BigInt(records.length) * 100_000n
      records.push({ ns, frame: ethernet(ipv4(segment, { src, dst, identification: (records.length % 0xffff) + 1 })) })
    }
    const [client, server] = ['10.0.0.20', '10.0.0.16']
    const ports = { srcPort: 5061, dstPort: 50_000 }
    add(tcp({ seq: 99, flags: SYN }), client, server)
    add(tcp({ ...ports, seq: 499, ack: 100, flags: SYN | ACK }), server, client)
    for (let segment = 0; segment < 2000; segment += 1) {
      if (!lost(segment))
        add(tcp({ ...ports, seq: 500 + segment * 1000, ack: 100, payload: filler(1000) }), server, client)
      const received = segment - 20
      if (received > 0 && received % 10 === 0) add(tcp({ seq: 100, ack: 500 + received * 1000 }), client, server)
    }
    add(tcp({ seq: 100, ack: 500 + 2_000_000 }), client, server)
    return records
  }

  async function missingOf(records: readonly Recorded[]): Promise<number> {
    const { log, originNs } = await observe(setOf(pcap(records)), () => {})
    const { flowTrust } = foldFlows(log, originNs)
    log.close()
    return flowTrust.missingBytes
  }

  it('are none where all is there', async () => {
    expect(await missingOf(transfer(() => false))).toBe(0)
  })

  it('are counted where a fifth of a transfer is missing', async () => {
    expect(await missingOf(transfer((segment) => segment % 5 === 2))).toBe(400 * 1000)
  })

  it('are counted where a single segment is missing', async () => {
    expect(await missingOf(transfer((segment) => segment === 1234))).toBe(1000)
  })

  it('are not counted where they only come late', async () => {
    const records = transfer(() => false)
    const swapped = records.map((record, index) => {
      const other = index % 7 === 3 ? records[index + 1] : index % 7 === 4 ? records[index - 1] : undefined
      return { ...record, frame: (other ?? record).frame }
    })
    expect(await missingOf(swapped)).toBe(0)
  })
})
