import { describe, expect, it } from 'vitest'
import { pcap, type Recorded } from '../support/captures.ts'
import { observeFlows, type SeenFlow, setOf } from '../support/observing.ts'
import { filler } from '../support/octets.ts'
import {
  ACK,
  type EthernetFields,
  ethernet,
  FIN,
  type Ipv4Fields,
  icmpError,
  ipv4,
  ipv6,
  RST,
  type Segment,
  SYN,
  type TcpFields,
  tcp,
  transport,
  udp,
} from '../support/packets.ts'
import { trackShares } from './shares.ts'

const BEGIN_NS = 1_401_688_800_000_000_000n
const MICROSECOND = 1e3
const MILLISECOND = 1e6
const TAG_8021Q = 0x8100

/** A frame, and when it was captured. */
interface Sent {
  readonly ns: number
  readonly frame: Uint8Array
}

async function flowsOf(...sent: readonly Sent[]): Promise<readonly SeenFlow[]> {
  const records = sent.map(({ ns, frame }): Recorded => ({ ns: BEGIN_NS + BigInt(Math.round(ns)), frame }))
  return (await observeFlows(setOf(pcap(records, { format: 'pcap-ns' })))).flows
}

/** Packets and copies of a single flow, both ends together: `2 + 1`. */
async function counted(...sent: readonly Sent[]): Promise<string> {
  const flows = await flowsOf(...sent)
  expect(flows).toHaveLength(1)
  return sums(flows)
}

function sums(flows: readonly SeenFlow[]): string {
  const all = flows.flatMap(({ flow }) => [flow.low, flow.high])
  const sum = (of: 'packets' | 'copies') => all.reduce((total, end) => total + end[of], 0)
  return `${sum('packets')} + ${sum('copies')}`
}

/** What stands in the header, right or wrong, where it is the same in all packets. */
const CHECKSUM = 0x1234
const DATA: TcpFields = { seq: 1000, ack: 5000, flags: ACK, payload: filler(100), checksum: CHECKSUM }

function v4(segment: Segment, ns = 0, fields: Ipv4Fields = {}, frame: EthernetFields = {}): Sent {
  return { ns, frame: ethernet(ipv4(segment, fields), frame) }
}

function v6(segment: Segment, ns = 0): Sent {
  return { ns, frame: ethernet(ipv6(segment)) }
}

describe('a packet that the capture holds more than once', () => {
  it.each<[string, Ipv4Fields, EthernetFields]>([
    ['is the same in every byte', {}, {}],
    ['has another hop limit one hop later', { hopLimit: 127 }, {}],
    ['has another sender on its link', {}, { source: [0, 0x15, 0x5d, 9, 9, 9] }],
    ['has a VLAN tag', {}, { tags: [TAG_8021Q] }],
    ['has all of these', { hopLimit: 120 }, { tags: [TAG_8021Q, TAG_8021Q], source: [2, 2, 2, 2, 2, 2] }],
  ])('%s, and counts as a copy', async (_what, fields, frame) => {
    const original = v4(tcp(DATA), 0, { identification: 77 })
    const copy = v4(tcp(DATA), 50 * MICROSECOND, { identification: 77, ...fields }, frame)
    expect(await counted(original, copy)).toBe('1 + 1')
  })

  it('counts with the end that sent it, and adds neither bytes nor times', async () => {
    const there = v4(tcp(DATA), 0, { identification: 77 })
    const back = tcp({ srcPort: 5061, dstPort: 50_000, seq: 5000, ack: 1100, payload: filler(30) })
    const answer = (ns: number) => v4(back, ns, { src: '10.0.0.16', dst: '10.0.0.20', identification: 3 })
    const [seen] = await flowsOf(there, answer(MILLISECOND), answer(2 * MILLISECOND), answer(3 * MILLISECOND))
    expect(seen?.flow).toMatchObject({
      low: { address: '10.0.0.16', packets: 1, copies: 2, bytes: 30 },
      high: { address: '10.0.0.20', packets: 1, copies: 0, bytes: 100 },
      lastNs: MILLISECOND,
    })
    expect(seen?.history).toBe('Dd')
  })

  it.each([1, 99, 100])('may come %i milliseconds later', async (ms) => {
    expect(await counted(v4(tcp(DATA)), v4(tcp(DATA), ms * MILLISECOND))).toBe('1 + 1')
  })

  it('is another packet after more than a tenth of a second', async () => {
    expect(await counted(v4(tcp(DATA)), v4(tcp(DATA), 101 * MILLISECOND))).toBe('2 + 0')
    expect(await counted(v4(tcp(DATA)), v4(tcp(DATA), 16.5e9))).toBe('2 + 0')
  })

  it('may have an earlier time than its original', async () => {
    expect(await counted(v4(tcp(DATA), MILLISECOND), v4(tcp(DATA), 0))).toBe('1 + 1')
  })

  it('is found across the place where the times of copies begin anew', async () => {
    const turn = 16 * MICROSECOND * 2 ** 20
    const at = Math.ceil(Number(BEGIN_NS % BigInt(turn)) / turn) * turn - Number(BEGIN_NS % BigInt(turn))
    expect(await counted(v4(udp(), 0), v4(tcp(DATA), at - 10), v4(tcp(DATA), at + 10)).catch(() => 'two flows')).toBe(
      'two flows',
    )
    expect(sums(await flowsOf(v4(udp(), 0), v4(tcp(DATA), at - 10), v4(tcp(DATA), at + 10)))).toBe('2 + 1')
  })

  it('opens its flow once, also where it is a SYN', async () => {
    const syn = (ns: number) => v4(tcp({ seq: 9, flags: SYN }), ns, { identification: 5 })
    const [seen, ...more] = await flowsOf(syn(0), syn(10 * MICROSECOND), syn(20 * MICROSECOND))
    expect([more.length, seen?.connState, seen?.history]).toEqual([0, 'S0', 'S'])
    expect(sums([seen as SeenFlow])).toBe('1 + 2')
  })

  it('is a copy of datagrams too', async () => {
    const datagram = udp({ payload: filler(40), checksum: 0x4711 })
    expect(await counted(v4(datagram), v4(datagram, MILLISECOND))).toBe('1 + 1')
  })
})

describe('a packet that was sent more than once', () => {
  it.each<[string, TcpFields, Ipv4Fields]>([
    ['another identification', {}, { identification: 78 }],
    ['another checksum', { checksum: 0x1235 }, {}],
    ['another window', { window: 8000 }, {}],
    ['another acknowledgement', { ack: 5001 }, {}],
    ['other flags', { flags: ACK | FIN }, {}],
    ['another sequence number', { seq: 1001 }, {}],
    ['other options', { options: [1, 1, 1, 1] }, {}],
    ['less payload', { payload: filler(99) }, {}],
  ])('has %s and is a packet of its own', async (_what, segment, fields) => {
    const original = v4(tcp(DATA), 0, { identification: 77 })
    const other = v4(tcp({ ...DATA, ...segment }), 50 * MICROSECOND, { identification: 77, ...fields })
    expect(await counted(original, other)).toBe('2 + 0')
  })

  it('is a retransmission, as its history says', async () => {
    const [seen] = await flowsOf(
      v4(tcp(DATA), 0, { identification: 1 }),
      v4(tcp(DATA), 30 * MICROSECOND, { identification: 2 }),
    )
    expect(seen?.history).toBe('DT')
  })

  it('is a retransmission with a copy where the capture holds both twice', async () => {
    const twice = (ns: number, identification: number) => [
      v4(tcp(DATA), ns, { identification }),
      v4(tcp(DATA), ns + 20 * MICROSECOND, { identification, hopLimit: 127 }),
    ]
    const [seen] = await flowsOf(...twice(0, 1), ...twice(300 * MICROSECOND, 2))
    expect(sums([seen as SeenFlow])).toBe('2 + 2')
    expect([seen?.history, seen?.flow.high.bytes]).toEqual(['DT', 200])
  })
})

describe('without an identification', () => {
  const noId = (segment: Segment, ns: number) => v4(segment, ns, { identification: 0 })

  it.each([
    ['IPv4', noId],
    ['IPv6', v6],
  ])('in %s, data within a millisecond is a copy, and a retransmission later', async (_family, sent) => {
    expect(await counted(sent(tcp(DATA), 0), sent(tcp(DATA), 900 * MICROSECOND))).toBe('1 + 1')
    expect(await counted(sent(tcp(DATA), 0), sent(tcp(DATA), 1100 * MICROSECOND))).toBe('2 + 0')
  })

  it.each([
    ['an acknowledgement', ACK],
    ['a reset', RST],
    ['a reset with an acknowledgement', RST | ACK],
  ])('%s that is repeated is a copy only in a flow that has copies', async (_what, flags) => {
    const bare = tcp({ seq: 1000, ack: 5000, flags, checksum: CHECKSUM })
    expect(await counted(v6(bare, 0), v6(bare, 100 * MICROSECOND))).toBe('2 + 0')
    const data = tcp({ seq: 900, ack: 5000, payload: filler(100), checksum: CHECKSUM })
    const copied = [v6(data, 0), v6(data, 10 * MICROSECOND)]
    expect(await counted(...copied, v6(bare, 50 * MICROSECOND), v6(bare, 60 * MICROSECOND))).toBe('2 + 2')
  })

  it('a SYN or a FIN is a copy at once', async () => {
    for (const flags of [SYN, FIN | ACK]) {
      const bare = tcp({ seq: 1000, ack: 5000, flags, checksum: CHECKSUM })
      expect(await counted(v6(bare, 0), v6(bare, 100 * MICROSECOND))).toBe('1 + 1')
    }
  })

  it('other datagrams are none, whose checksums differ', async () => {
    const datagram = (checksum: number) => udp({ payload: filler(40), checksum })
    expect(await counted(v6(datagram(1), 0), v6(datagram(2), 10 * MICROSECOND))).toBe('2 + 0')
  })

  it('packets without a checksum either are no copies because they are as long', async () => {
    // Nothing is compared of them but their length.
    const esp = (number: number) =>
      transport(
        50,
        filler(90).map((octet) => octet ^ number),
      )
    expect(await counted(noId(esp(1), 0), noId(esp(2), 100 * MICROSECOND))).toBe('2 + 0')
    const echo = (number: number) => transport(58, [128, 0, 0, 0, 0, 1, 0, number])
    expect(await counted(v6(echo(1), 0), v6(echo(2), 100 * MICROSECOND))).toBe('2 + 0')
    const error = (port: number) => icmpError(6, 1, 4, ipv6(udp({ dstPort: port })).bytes)
    expect(await counted(v6(error(1), 0), v6(error(2), 100 * MICROSECOND))).toBe('2 + 0')
  })
})

describe('a whole connection that was captured twice', () => {
  const ends = { C: ['10.0.0.20', '10.0.0.16'], S: ['10.0.0.16', '10.0.0.20'] } as const
  const exchange: readonly (readonly ['C' | 'S', number, number, number, number])[] = [
    ['C', SYN, 100, 0, 0],
    ['S', SYN | ACK, 900, 101, 0],
    ['C', ACK, 101, 901, 0],
    ['C', ACK, 101, 901, 200],
    ['S', ACK, 901, 301, 0],
    ['S', ACK, 901, 301, 300],
    ['C', FIN | ACK, 301, 1201, 0],
    ['S', FIN | ACK, 1201, 302, 0],
    ['C', ACK, 302, 1202, 0],
  ]

  function packets(family: 4 | 6, copies: number): readonly Sent[] {
    return exchange.flatMap(([from, flags, seq, ack, length], index) => {
      const ports = from === 'C' ? { srcPort: 50_000, dstPort: 5061 } : { srcPort: 5061, dstPort: 50_000 }
      const segment = tcp({ ...ports, flags, seq, ack, payload: filler(length), checksum: CHECKSUM })
      const [src, dst] = ends[from]
      return Array.from({ length: copies }, (_, copy): Sent => {
        const ns = index * 5 * MILLISECOND + copy * 30 * MICROSECOND
        if (family === 4) return v4(segment, ns, { src, dst, identification: index + 1, hopLimit: 128 - copy })
        const address = (v4Address: string) => `2001:db8::${v4Address.slice(-2)}`
        return { ns, frame: ethernet(ipv6(segment, { src: address(src), dst: address(dst), hopLimit: 64 - copy })) }
      })
    })
  }

  it.each([
    [4, 2, '9 + 9'],
    [6, 2, '9 + 9'],
    [4, 3, '9 + 18'],
    [6, 3, '9 + 18'],
  ] as const)('IPv%i, %i times: %s', async (family, copies, expected) => {
    const once = await flowsOf(...packets(family, 1))
    const often = await flowsOf(...packets(family, copies))
    expect(sums(often)).toBe(expected)
    const [seen] = often
    expect([seen?.connState, seen?.history]).toEqual([once[0]?.connState, once[0]?.history])
    expect(seen?.flow).toEqual({
      ...once[0]?.flow,
      low: { ...once[0]?.flow.low, copies: seen?.flow.low.copies },
      high: { ...once[0]?.flow.high, copies: seen?.flow.high.copies },
    })
  })
})

describe('packets that are no copies', () => {
  /** Copies counted of different packets that come every 20 microseconds. */
  function miscounted(count: number, segment: (index: number) => Segment): number {
    const packets = Array.from({ length: count }, (_, index) => {
      const { bytes } = ipv4(segment(index), { identification: (index % 0xffff) + 1 })
      return { ns: index * 20 * MICROSECOND, bytes }
    })
    return trackShares(packets).flows.reduce((sum, { low, high }) => sum + low.copies + high.copies, 0)
  }

  it('are not taken for copies in a fast stream of datagrams', () => {
    const payload = filler(12)
    expect(miscounted(120_000, (index) => udp({ payload, checksum: Math.imul(index, 0x9e3779b1) >>> 16 }))).toBe(0)
    expect(miscounted(60_000, () => udp({ payload }))).toBe(0)
  })

  it('are not taken for copies in a fast stream of segments', () => {
    const payload = filler(12)
    expect(miscounted(60_000, (index) => tcp({ seq: index * 12, ack: 1, payload }))).toBe(0)
    expect(miscounted(60_000, (index) => tcp({ seq: 1, ack: index * 12 }))).toBe(0)
  })
})
