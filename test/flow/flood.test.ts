import { describe, expect, it } from 'vitest'
import type { FlowLimits } from '../../src/flow/flow-limits.ts'
import { listedSpans } from '../../src/inventory/listed-spans.ts'
import { parseInventory } from '../../src/inventory/read.ts'
import { ACK, icmpError, ipv4, ipv6, RST, SYN, tcp, udp } from '../support/packets.ts'
import { type Bounded, trackBounded } from './bounded.ts'
import type { Timed } from './script.ts'

const TARGET = '10.0.0.16'
const LIMITS: Partial<FlowLimits> = { attempts: 0 }

function timed(packets: readonly Uint8Array[]): readonly Timed[] {
  return packets.map((bytes, index) => ({ ns: index * 1e6, bytes }))
}

function syn(src: string, srcPort = 50_000, dstPort = 5061, dst = TARGET): Uint8Array {
  const segment = tcp({ srcPort, dstPort, flags: SYN, seq: 7 })
  return src.includes(':')
    ? ipv6(segment, { src, dst: '2001:db8::16' }).bytes
    : ipv4(segment, { src, dst, identification: srcPort }).bytes
}

function answer(dst: string, flags: number): Uint8Array {
  return ipv4(tcp({ srcPort: 5061, dstPort: 50_000, flags, ack: 8 }), { src: TARGET, dst }).bytes
}

/** `10.9.9.0/24 -> 10.0.0.16:5061 x3` for all conversations that were folded. */
function folds({ conversations }: Bounded): readonly string[] {
  return conversations.map((line) => {
    const { origAddress, respAddress, respPort, flows } = JSON.parse(line)
    return `${origAddress} -> ${respAddress}:${respPort} x${flows}`
  })
}

function listing(address: string) {
  const yaml = `endpoints:\n  - { name: one, address: ${address}, role: client-internal }\n`
  return listedSpans(parseInventory(Buffer.from(yaml), 'inventory.yaml'))
}

describe('attempts beyond the limit', () => {
  it('are added up by network, responder and port', () => {
    const tracked = trackBounded(
      timed([
        syn('10.9.9.1'),
        syn('10.9.9.2'),
        syn('10.9.9.2', 50_001),
        syn('10.9.8.1'),
        syn('10.9.9.1', 50_000, 444),
        syn('10.9.9.1', 50_000, 5061, '10.0.0.17'),
        syn('2001:db8:9:9::1'),
        syn('2001:db8:9:9:ffff::1'),
      ]),
      { limits: LIMITS },
    )
    expect(folds(tracked)).toEqual([
      '10.9.8.0/24 -> 10.0.0.16:5061 x1',
      '10.9.9.0/24 -> 10.0.0.16:444 x1',
      '10.9.9.0/24 -> 10.0.0.16:5061 x3',
      '10.9.9.0/24 -> 10.0.0.17:5061 x1',
      '2001:db8:9:9::/64 -> 2001:db8::16:5061 x2',
    ])
    expect([tracked.flows, tracked.folded, tracked.leftOut]).toEqual([[], 8, 0])
  })

  it('keep their sums', () => {
    const packets = timed([syn('10.9.9.1'), syn('10.9.9.1'), syn('10.9.9.2'), answer('10.9.9.2', RST | ACK)])
    const [line] = trackBounded(packets, { limits: LIMITS }).conversations
    expect(JSON.parse(line as string)).toMatchObject({
      flows: 2,
      origPackets: 2,
      origCopies: 1,
      respPackets: 1,
      origIpBytes: 80,
      respIpBytes: 40,
      firstNs: 0,
      lastNs: 3e6,
    })
  })

  it('keep their outcomes', () => {
    const prohibited = ipv4(icmpError(4, 3, 13, syn('10.9.9.4').subarray(0, 28)), { src: '10.0.0.1', dst: '10.9.9.4' })
    const tracked = trackBounded(
      timed([
        syn('10.9.9.1'),
        syn('10.9.9.2'),
        answer('10.9.9.2', RST | ACK),
        syn('10.9.9.3'),
        answer('10.9.9.3', SYN | ACK),
        syn('10.9.9.4'),
        prohibited.bytes,
      ]),
      { limits: LIMITS },
    )
    const sum = tracked.conversations.map((line) => JSON.parse(line))
    expect(sum).toMatchObject([
      { flows: 4, accepted: 1, outcomes: { unanswered: 1, refused: 1, established: 1, prohibited: 1 } },
    ])
  })

  it('are those of other senders, receivers or ports than the first ones of the shard', () => {
    const early = Array.from({ length: 40 }, (_, index) => syn('10.9.9.1', 1024 + index * 7))
    const late = Array.from({ length: 40 }, (_, index) => syn('10.9.9.2', 1024 + index * 7))
    // Each of 64 shards keeps one sender.
    const tracked = trackBounded(timed([...early, ...late, ...early]), { limits: { attempts: 1 } })
    expect(tracked.flows.filter((line) => line.includes('10.9.9.1')).length).toBe(40)
    expect(tracked.flows.length + tracked.folded).toBe(80)
    expect(tracked.folded).toBeGreaterThan(10)
  })

  it('leave connections alone', () => {
    const client = { src: '10.9.9.1', dst: TARGET }
    const ack = ipv4(tcp({ srcPort: 50_000, dstPort: 5061, flags: ACK, seq: 8, ack: 1 }), client).bytes
    const tracked = trackBounded(timed([syn('10.9.9.1'), answer('10.9.9.1', SYN | ACK), ack]), { limits: LIMITS })
    expect([tracked.flows.length, tracked.folded]).toEqual([1, 0])
  })

  it('are kept where the inventory lists the sender, up to a limit, and then left out', () => {
    const packets = timed([1, 2, 3, 4].flatMap((host) => [syn(`10.9.9.${host}`), syn(`2001:db8:9:9::${host}`)]))
    const kept = trackBounded(packets, { limits: LIMITS, listed: listing('10.9.9.2-10.9.9.3') })
    expect([kept.flows.length, kept.folded, kept.leftOut]).toEqual([2, 6, 0])
    const limits = { attempts: 0, listedAttempts: 0 }
    const leftOut = trackBounded(packets, { limits, listed: listing('2001:db8:9::/48') })
    expect([leftOut.flows.length, leftOut.folded, leftOut.leftOut]).toEqual([0, 4, 4])
  })
})

describe('folded attempts beyond their limit', () => {
  const packets = timed(
    [1, 2, 3].flatMap((net) => [9, 8, 7].map((site) => syn(`10.${site}.${net}.1`, 1024 + net, 440 + site))),
  )

  it.each([
    [9, ['10.7.1.0/24 -> 10.0.0.16:447 x1', '10.7.2.0/24 -> 10.0.0.16:447 x1']],
    [8, ['10.7.0.0/16 -> 10.0.0.16:447 x3', '10.8.0.0/16 -> 10.0.0.16:448 x3', '10.9.0.0/16 -> 10.0.0.16:449 x3']],
    [2, ['0.0.0.0/0 -> 10.0.0.16:0 x9']],
  ])('of %i make all networks wider, then stand for any port', (foldedAttempts, wanted) => {
    const tracked = trackBounded(packets, { limits: { attempts: 0, foldedAttempts } })
    expect(folds(tracked).slice(0, wanted.length)).toEqual(wanted)
    expect(tracked.folded).toBe(9)
  })

  it('stand for any responder in the end', () => {
    const scan = timed([1, 2, 3].map((host) => syn('10.9.9.1', 1024, 5061, `10.0.0.${host}`)))
    expect(folds(trackBounded(scan, { limits: { attempts: 0, foldedAttempts: 2 } }))).toEqual([
      '0.0.0.0/0 -> 0.0.0.0/0:0 x3',
    ])
  })

  it('come to the same for any number of trackers', () => {
    for (const foldedAttempts of [9, 8, 3, 2, 1]) {
      const limits = { attempts: 0, foldedAttempts }
      const alone = trackBounded(packets, { limits })
      for (const of of [2, 5]) expect(trackBounded(packets, { limits, of })).toEqual(alone)
    }
  })
})

describe('flows with one sender beyond the limit', () => {
  function datagram(src: string, srcPort: number, dstPort: number): Uint8Array {
    return ipv4(udp({ srcPort, dstPort, payload: [1] }), { src, dst: TARGET, identification: srcPort }).bytes
  }

  it('are added up as they were seen', () => {
    const packets = timed([
      datagram('10.9.9.1', 50_000, 3478),
      datagram('10.9.9.2', 50_001, 3478),
      ipv4(tcp({ srcPort: 50_000, dstPort: 5061, flags: ACK }), { src: '10.9.9.3', dst: TARGET }).bytes,
    ])
    const seen = trackBounded(packets, { limits: LIMITS }).observations.map((line) => JSON.parse(line))
    const both = { lowAddress: '10.9.9.0/24', lowPort: 0, highAddress: TARGET, first: 'low' }
    expect(seen).toMatchObject([
      { transport: 'tcp', ...both, highPort: 5061, flows: 1, midstream: 1, onlyLow: 0 },
      { transport: 'udp', ...both, highPort: 3478, flows: 2, midstream: 0, onlyLow: 2, lowPackets: 2, lowBytes: 2 },
    ])
  })

  it('are answers where the port of the sender is the lower one', () => {
    const packets = timed([datagram('10.9.9.1', 53, 50_000), datagram('10.9.9.2', 53, 50_001)])
    const seen = trackBounded(packets, { limits: LIMITS }).observations.map((line) => JSON.parse(line))
    expect(seen).toMatchObject([{ lowAddress: '10.9.9.0/24', lowPort: 53, highAddress: TARGET, highPort: 0, flows: 2 }])
  })
})
