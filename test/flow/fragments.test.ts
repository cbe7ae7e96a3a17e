import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FRAGMENT_ANOMALIES, FRAGMENT_TIMEOUT, FragmentTable, MOST_DATAGRAMS } from '../../src/flow/fragments.ts'
import { MOST_WAITING } from '../../src/flow/waiting-fragments.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { IP_LATER_FRAGMENT, OK } from '../../src/wire/decoded.ts'
import { LINK_RAW } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { filler, join, patched, u16, u32 } from '../support/octets.ts'
import * as build from '../support/packets.ts'
import * as around from '../wire/around.ts'

/** Bytes of payload behind the UDP header, so that the datagram has 4000. */
const DATAGRAM = build.udp({ srcPort: 5000, dstPort: 88, payload: filler(3992) })

interface Part {
  readonly id?: number
  readonly src?: string
  readonly segment?: build.Segment
}

/** The bytes from `from` to `to` of a datagram, as an IPv4 fragment. */
function v4(from: number, to: number, { id = 7, src = '10.0.0.20', segment = DATAGRAM }: Part = {}): Uint8Array {
  const part = { ...segment, bytes: segment.bytes.subarray(from, to) }
  const fields = { src, fragmentOffset: from / 8, moreFragments: to < segment.bytes.length }
  return patched(build.ipv4(part, fields).bytes, 4, u16(id))
}

function v6(from: number, to: number, { id = 7, segment = DATAGRAM }: Part = {}): Uint8Array {
  const part = { ...segment, bytes: segment.bytes.subarray(from, to) }
  const header = build.fragmentHeader(from / 8, to < segment.bytes.length)
  return patched(build.ipv6(part, { extensions: [header] }).bytes, 44, u32(id))
}

/** A table and what comes out of it: `first 5000>88 1472 of 1500` or `later 5000>88 1480 of 1500 at 3`. */
function fragments() {
  const table = new FragmentTable()
  const packet = createPacket()
  const lines: string[] = []
  const note = (kind: string) => {
    const ends = `${packet.srcPort}>${packet.dstPort}`
    lines.push(`${kind} ${ends} ${packet.payloadLength} of ${packet.ipLength} at ${packet.time[0]}`)
  }
  const see = (bytes: Uint8Array, time = 0, clock = time) => {
    packet.time[0] = time
    packet.clock = clock
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const decoded = decodePacket(view, LINK_RAW, 0, bytes.length, bytes.length, packet)
    if (decoded === OK) {
      note('first')
      if (packet.fragment !== 0) table.begin(packet)
      while (table.nextWaiting(packet)) note('waited')
    } else if (decoded === IP_LATER_FRAGMENT) {
      if (table.take(packet)) note('later')
    } else throw new Error(`decoded as ${decoded}`)
  }
  const counted = () => {
    const entries = FRAGMENT_ANOMALIES.map((name, index) => [name, table.counts[index] as number] as const)
    return Object.fromEntries(entries.filter(([, count]) => count > 0))
  }
  return { table, lines, see, counted }
}

const FAMILIES = [
  ['IPv4', v4, 20],
  ['IPv6', v6, 48],
] as const

describe.each(FAMILIES)('%s fragments', (_family, part, header) => {
  const first = (at: number) => `first 5000>88 1472 of ${1480 + header} at ${at}`

  it('have the ports of their datagram', () => {
    const { lines, see, counted } = fragments()
    see(part(0, 1480), 1)
    see(part(1480, 2960), 2)
    see(part(2960, 4000), 3)
    expect(lines).toEqual([
      first(1),
      `later 5000>88 1480 of ${1480 + header} at 2`,
      `later 5000>88 1040 of ${1040 + header} at 3`,
    ])
    expect(counted()).toEqual({})
  })

  it('wait for the first one, and come out as they came in', () => {
    const { lines, see, table, counted } = fragments()
    see(part(2960, 4000), 1)
    see(part(1480, 2960), 2)
    expect(lines).toEqual([])
    see(part(0, 1480), 3)
    expect(lines).toEqual([
      first(3),
      `waited 5000>88 1040 of ${1040 + header} at 1`,
      `waited 5000>88 1480 of ${1480 + header} at 2`,
    ])
    table.finish()
    expect(counted()).toEqual({})
  })

  it('without a first one are counted at the end', () => {
    const { lines, see, table, counted } = fragments()
    see(part(1480, 2960))
    see(part(2960, 4000))
    table.finish()
    table.finish()
    expect([lines, counted()]).toEqual([[], { 'ip-fragment-without-first': 2 }])
  })

  it('of datagrams with other numbers are kept apart', () => {
    const other = build.udp({ srcPort: 6000, dstPort: 464, payload: filler(2000) })
    const { lines, see } = fragments()
    see(part(0, 1480))
    see(part(0, 1480, { id: 8, segment: other }))
    see(part(1480, 2008, { id: 8, segment: other }))
    see(part(1480, 2960))
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['5000>88', '6000>464', '6000>464', '5000>88'])
  })

  it('that come twice count once', () => {
    const { lines, see, counted } = fragments()
    for (const at of [0, 0, 1480, 1480, 2960, 2960]) see(part(at, Math.min(at + 1480, 4000)))
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['first', 'first', 'later', 'later'])
    expect(counted()).toEqual({ 'ip-fragment-copy': 2 })
  })

  it('that overlap are counted, and belong to their flow', () => {
    const { lines, see, counted } = fragments()
    see(part(0, 1480))
    see(part(1472, 2960))
    see(part(2960, 4000))
    expect(lines.length).toBe(3)
    expect(counted()).toEqual({ 'ip-fragment-overlap': 1 })
  })

  it('are expected for half a minute', () => {
    const { lines, see, table, counted } = fragments()
    see(part(0, 1480), 0)
    see(part(1480, 2960), FRAGMENT_TIMEOUT)
    see(part(2960, 4000), FRAGMENT_TIMEOUT + 1)
    expect(lines.length).toBe(2)
    see(part(0, 1480), 2 * FRAGMENT_TIMEOUT + 2)
    expect(counted()).toEqual({ 'ip-fragment-without-first': 1 })
    table.finish()
    expect([lines.length, counted()]).toEqual([3, { 'ip-fragment-without-first': 1 }])
  })

  it('of a number that is used again belong to the new datagram', () => {
    const other = build.udp({ srcPort: 6000, dstPort: 464, payload: filler(2000) })
    const { lines, see, table, counted } = fragments()
    for (const at of [0, 1480, 2960]) see(part(at, Math.min(at + 1480, 4000)), 0)
    see(part(1480, 2008, { segment: other }), 5)
    see(part(0, 1480, { segment: other }), 5)
    // This one is never completed, and the next one begins.
    see(part(0, 1480), 10)
    see(part(0, 1480, { segment: other }), 10)
    see(part(1480, 2008, { segment: other }), 10)
    table.finish()
    expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'first 5000>88',
      'later 5000>88',
      'later 5000>88',
      'first 6000>464',
      'waited 6000>464',
      'first 5000>88',
      'first 6000>464',
      'later 6000>464',
    ])
    expect(counted()).toEqual({})
  })

  it('of any order and number of datagrams are all counted once', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 499 }), { maxLength: 20 })
    fc.assert(
      fc.property(fc.array(cuts, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), (datagrams, order) => {
        const parts = datagrams.flatMap((points, id) => {
          const bounds = [0, ...points.map((point) => point * 8).sort((a, b) => a - b), 4000]
          return bounds.slice(1).map((to, index) => part(bounds[index] as number, to, { id }))
        })
        const shuffled = parts.map((bytes) => ({ bytes, rank: order.next().value as number }))
        shuffled.sort((a, b) => a.rank - b.rank)
        const { lines, see, table, counted } = fragments()
        for (const { bytes } of shuffled) see(bytes)
        table.finish()
        const payload = lines.reduce((sum, line) => sum + Number(line.split(' ')[2]), 0)
        expect([lines.length, payload, counted()]).toEqual([parts.length, datagrams.length * 3992, {}])
      }),
      { numRuns: 100 },
    )
  })
})

describe('fragments', () => {
  it('of transports without ports join their packet', () => {
    const ping = build.transport(1, filler(3000))
    const { lines, see } = fragments()
    see(v4(0, 1480, { segment: ping }))
    see(v4(1480, 2960, { segment: ping }))
    expect(lines).toEqual(['first 0>0 1480 of 1500 at 0', 'later 0>0 1480 of 1500 at 0'])
  })

  it('of IPv6 have the transport that the first one names behind its options', () => {
    const options = { protocol: 60, bytes: join([17, 0], new Uint8Array(6), DATAGRAM.bytes) }
    const { lines, see } = fragments()
    see(v6(0, 1480, { segment: options }))
    see(v6(1480, 4008, { segment: options }))
    expect(lines).toEqual(['first 5000>88 1464 of 1528 at 0', 'later 5000>88 2528 of 2576 at 0'])
  })

  it('with impossible lengths are counted and left out', () => {
    const { lines, see, counted } = fragments()
    see(v4(0, 1480))
    see(v4(1480, 2955))
    see(patched(v4(1480, 2960), 6, u16(0x3fff)))
    see(v4(1480, 1480))
    expect([lines.length, counted()]).toEqual([1, { 'ip-fragment-length-wrong': 3 }])
    see(v4(0, 1475, { id: 8 }))
    expect([lines.length, counted()]).toEqual([2, { 'ip-fragment-length-wrong': 4 }])
  })

  it('of a tunnel whose inside was read bring nothing', () => {
    const inside = around.ipInside(build.ipv4(build.tcp({ payload: filler(3000) })))
    const { lines, see, table, counted } = fragments()
    see(v4(2960, 3040, { segment: inside }))
    see(v4(0, 1480, { segment: inside }))
    see(v4(1480, 2960, { segment: inside }))
    table.finish()
    expect([lines, counted()]).toEqual([['first 50000>5061 3000 of 3040 at 0'], {}])
  })

  it('inside a fragment of a tunnel are fragments of their own', () => {
    const inner = (from: number, to: number) => around.ipInside({ etherType: 0x0800, bytes: v4(from, to) })
    const { lines, see, table, counted } = fragments()
    see(v4(0, 800, { id: 1, src: '192.0.2.1', segment: inner(1480, 2960) }))
    see(v4(800, 1500, { id: 1, src: '192.0.2.1', segment: inner(1480, 2960) }))
    see(v4(0, 800, { id: 2, src: '192.0.2.1', segment: inner(0, 1480) }))
    table.finish()
    expect([lines, counted()]).toEqual([['first 5000>88 1472 of 1500 at 0', 'waited 5000>88 1480 of 1500 at 0'], {}])
  })

  it('in great numbers take the place of the oldest, which is counted where something was still to come', () => {
    const { see, counted, table } = fragments()
    const many = 64 * MOST_DATAGRAMS * 2
    for (let id = 0; id < many; id += 1) see(v4(1480, 4000, { id: id & 0xffff }))
    table.finish()
    const { 'ip-fragmented-datagrams-too-many': tooMany = 0, ...others } = counted()
    expect(tooMany).toBe(many - 64 * MOST_DATAGRAMS)
    expect(others).toEqual({ 'ip-fragment-without-first': many })
  })

  it('that are complete make room for others without a count', () => {
    const { see, counted } = fragments()
    for (let id = 0; id < 64 * MOST_DATAGRAMS * 2; id += 1) {
      see(v4(0, 1480, { id }))
      see(v4(1480, 4000, { id }))
    }
    expect(counted()).toEqual({})
  })

  it('wait in a bounded number', () => {
    const { lines, see, table, counted } = fragments()
    const long = build.udp({ srcPort: 5000, dstPort: 88, payload: new Uint8Array(60_000) })
    for (let at = 8; at < 8 * (MOST_WAITING + 11); at += 8) see(v4(at, at + 8, { segment: long }))
    expect(counted()).toEqual({ 'ip-fragments-waiting-too-many': 10 })
    see(v4(0, 8, { segment: long }))
    expect(lines.length).toBe(1 + MOST_WAITING)
    // Their places are free again.
    see(v4(1480, 4000, { id: 8 }))
    see(v4(0, 1480, { id: 8 }))
    expect(lines.length).toBe(1 + MOST_WAITING + 2)
    table.finish()
    expect(counted()).toEqual({ 'ip-fragments-waiting-too-many': 10 })
  })
})
