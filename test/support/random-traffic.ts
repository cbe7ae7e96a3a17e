import fc from 'fast-check'
import {
  certificateList,
  clientHello,
  DATA,
  HELLO_DONE,
  inRecords,
  LEAF,
  serverHello,
  serverName,
} from '../evidence/tls-records.ts'
import { type Ends, script, type Timed } from '../flow/script.ts'
import { plainPieces, session } from '../flow/session.ts'
import type { Recorded } from './captures.ts'
import { filler, join, u16, u32 } from './octets.ts'
import { ethernet, icmpError, ipv4, udp } from './packets.ts'

/** 2014-06-02T06:00:00Z. */
const BEGIN_NS = 1_401_688_800_000_000_000n
const SECOND = 1e9

/** Few hosts and ports, so that stories meet on the same flows: ports are used again, and strangers turn up in the middle. */
const IPV4_HOSTS = ['10.0.0.16', '10.0.0.20', '10.0.0.40', '10.1.0.10', '10.1.0.11', '192.0.2.7'] as const
const IPV6_HOSTS = ['2001:db8:10::16', '2001:db8:10::20', '2001:db8:1::10', '2001:db8:bad::1'] as const
const SERVER_PORTS = [22, 53, 80, 443, 444, 3478, 5061, 5062] as const

const endsOf = (hosts: readonly string[]): fc.Arbitrary<Ends> =>
  fc.record({
    client: fc.constantFrom(...hosts),
    server: fc.constantFrom(...hosts),
    clientPort: fc.integer({ min: 50_000, max: 50_005 }),
    serverPort: fc.constantFrom(...SERVER_PORTS),
  })
const ipv4Ends = endsOf(IPV4_HOSTS)
const ends = fc.oneof({ weight: 3, arbitrary: ipv4Ends }, { weight: 1, arbitrary: endsOf(IPV6_HOSTS) })

/** Steps of a script: idle gaps reach over every time after which a flow is another one. */
const TCP_STEPS = [
  'C>S SYN',
  'C>S SYN isn=700000',
  'S>C SYN-ACK',
  'C>S ACK',
  'C>S ACK 100',
  'S>C ACK 200',
  'S>C ACK 0 win=0',
  'C>S FIN-ACK',
  'S>C FIN-ACK',
  'S>C RST-ACK',
  'C>S RST',
  'C>S SYN, S>C SYN-ACK, C>S ACK',
  'C>S SYN, S>C RST-ACK, wait 0.5s, C>S again, S>C RST-ACK',
  'C>S ACK 30, C>S again',
  '(C>S ACK 1460), S>C ACK',
  'C>S FIN-ACK, S>C FIN-ACK, C>S ACK',
  'wait 3s',
  'wait 31s',
  'wait 61s',
  'wait 121s',
  'wait 3601s',
] as const
const UDP_STEPS = ['C>S DATA 20', 'S>C DATA 40', 'wait 3s', 'wait 61s'] as const

const told = (steps: readonly string[], longest: number): fc.Arbitrary<readonly Timed[]> =>
  fc
    .tuple(ends, fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: longest }))
    .map(([each, texts]) => script(texts.join(', '), each))

const NAMES = ['dir01.contoso.local', 'sip.contoso.com', 'crl.example.com'] as const

/** A TLS handshake in segments of any size, sometimes met midstream or left open. */
const handshake = fc
  .record({
    each: ends,
    name: fc.constantFrom(...NAMES),
    leaf: fc.integer({ min: 0, max: 3 }),
    size: fc.integer({ min: 60, max: 1460 }),
    isMidstream: fc.boolean(),
    staysOpen: fc.boolean(),
  })
  .map(({ each, name, leaf, size, isMidstream, staysOpen }) => {
    const certificate = join(u32(leaf), LEAF)
    const server = inRecords(serverHello(), certificateList(certificate), HELLO_DONE)
    const streams = {
      client: join(inRecords(clientHello({ extensions: [serverName(name)] })), DATA),
      server: join(server, DATA),
    }
    return session(streams, plainPieces(streams, size), { ends: each, isMidstream, staysOpen })
  })

const MOST_FRAGMENTS = 8

/** A datagram in fragments, in any order, of which one may be missing or come twice. */
const fragments = fc
  .record({
    each: ipv4Ends,
    identification: fc.integer({ min: 1, max: 5 }),
    units: fc.integer({ min: 2, max: 8 }),
    length: fc.integer({ min: 20, max: 16 * MOST_FRAGMENTS - 8 }),
    keys: fc.array(fc.nat(1000), { minLength: MOST_FRAGMENTS, maxLength: MOST_FRAGMENTS }),
    change: fc.constantFrom('none', 'none', 'none', 'missing', 'twice'),
  })
  .map(({ each, identification, units, length, keys, change }): readonly Timed[] => {
    const { protocol, bytes } = udp({ srcPort: each.clientPort, dstPort: each.serverPort, payload: filler(length) })
    const count = Math.ceil(bytes.length / (units * 8))
    const order = Array.from({ length: count }, (_, index) => index).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
    if (change === 'missing') order.pop()
    if (change === 'twice') order.push(order[0] ?? 0)
    return order.map((index, turn) => {
      const part = { protocol, bytes: bytes.subarray(index * units * 8, (index + 1) * units * 8) }
      const fields = { src: each.client, dst: each.server, identification, fragmentOffset: index * units }
      return { ns: turn * 1e6, bytes: ipv4(part, { ...fields, moreFragments: index < count - 1 }).bytes }
    })
  })

/** A datagram, and an ICMP error of a host on the way that quotes it; the datagram may not be in the capture. */
const quoted = fc
  .record({ each: ipv4Ends, code: fc.constantFrom(0, 1, 3, 9, 10, 13), isSeen: fc.boolean(), after: fc.nat(70) })
  .map(({ each, code, isSeen, after }): readonly Timed[] => {
    const datagram = udp({ srcPort: each.clientPort, dstPort: each.serverPort, payload: filler(20) })
    const sent = ipv4(datagram, { src: each.client, dst: each.server }).bytes
    const error = ipv4(icmpError(4, 3, code, sent.subarray(0, 28)), { src: '10.0.0.1', dst: each.client }).bytes
    return [...(isSeen ? [{ ns: 0, bytes: sent }] : []), { ns: after * SECOND + 1e6, bytes: error }]
  })

/** What a name server calls one of the hosts. */
const answered = fc
  .record({
    name: fc.constantFrom('a', 'b', 'a-longer-one'),
    host: fc.constantFrom(0x0a00_0010, 0x0a01_000a, 0xc000_0207),
  })
  .map(({ name, host }): readonly Timed[] => {
    const question = join([name.length], Buffer.from(name), [0], u16(1, 1))
    const record = join(u16(0xc00c, 1, 1), u32(60), u16(4), u32(host))
    const payload = join(u16(7, 0x8180, 1, 1, 0, 0), question, record)
    return [{ ns: 0, bytes: ipv4(udp({ srcPort: 53, dstPort: 50_000, payload }), { src: '10.0.0.10' }).bytes }]
  })

const story = fc.oneof(
  { weight: 6, arbitrary: told(TCP_STEPS, 12) },
  { weight: 3, arbitrary: handshake },
  { weight: 2, arbitrary: told(UDP_STEPS, 6) },
  { weight: 2, arbitrary: fragments },
  { weight: 2, arbitrary: quoted },
  { weight: 1, arbitrary: answered },
)

/** What a recording does to a packet: it comes again, is missing, stands further back, or has a time that is too early. */
const mishap = fc.record({
  at: fc.nat(),
  what: fc.constantFrom('copy', 'lost', 'late', 'early-time'),
  by: fc.constantFrom(0, 50e3, 5e6, 150e6, 3e9, 200e9),
})
type Mishap = typeof mishap extends fc.Arbitrary<infer Each> ? Each : never

/** A capture on Ethernet of several stories at once, disturbed. */
export const randomTraffic: fc.Arbitrary<readonly Recorded[]> = fc
  .record({
    stories: fc.array(fc.tuple(story, fc.nat(200)), { minLength: 1, maxLength: 50, size: 'max' }),
    mishaps: fc.array(mishap, { maxLength: 20, size: 'max' }),
  })
  .map(({ stories, mishaps }) => {
    const all = stories.flatMap(([packets, second]) =>
      packets.map(({ ns, bytes }) => ({ ns: ns + second * SECOND, bytes })),
    )
    const packets = all.toSorted((a, b) => a.ns - b.ns)
    for (const each of mishaps) disturb(packets, each)
    return packets.map(({ ns, bytes }) => ({
      ns: BEGIN_NS + BigInt(Math.max(0, ns)),
      frame: ethernet({ etherType: (bytes[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd, bytes }),
    }))
  })

function disturb(packets: Timed[], { at, what, by }: Mishap): void {
  const index = packets.length === 0 ? 0 : at % packets.length
  const found = packets[index]
  if (found === undefined) return
  const { ns, bytes } = found
  if (what === 'copy') packets.splice(index + 1, 0, { ns: ns + by, bytes })
  else if (what === 'early-time') packets[index] = { ns: ns - by, bytes }
  else {
    packets.splice(index, 1)
    if (what === 'late') packets.splice(index + 5, 0, found)
  }
}
