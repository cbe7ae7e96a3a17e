import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACK, ipv4, SYN, tcp, udp } from '../support/packets.ts'
import { trackBounded } from './bounded.ts'
import type { Timed } from './script.ts'
import { shardOfPacket } from './shares.ts'

const SERVER = '10.0.0.16'
const MILLISECOND = 1e6

/** `count` segments that begin flows of one shard, from as many ports of a client. */
function portsOfOneShard(count: number): readonly number[] {
  const ports: number[] = []
  for (let port = 1024; ports.length < count; port += 1) {
    if (shardOfPacket(segment(port, SYN)) === shardOfPacket(segment(1024, SYN))) ports.push(port)
  }
  return ports
}

function segment(srcPort: number, flags: number, seq = 1): Uint8Array {
  return ipv4(tcp({ srcPort, dstPort: 5061, flags, seq, ack: flags & ACK ? 1 : 0 }), {
    src: '10.9.9.9',
    dst: SERVER,
    identification: (srcPort % 60_000) + seq,
  }).bytes
}

function at(milliseconds: number, bytes: Uint8Array): Timed {
  return { ns: milliseconds * MILLISECOND, bytes }
}

describe('a shard with as many open flows as it may have', () => {
  const ports = portsOfOneShard(9)
  const limits = { openFlows: 8 }

  it('closes nothing as long as there is room', () => {
    const packets = ports.slice(0, 8).map((port, index) => at(index, segment(port, ACK)))
    expect(trackBounded(packets, { limits }).closedEarly).toBe(0)
  })

  it('closes its oldest attempts early, and no connection', () => {
    const connections = ports.slice(0, 5).map((port, index) => at(index, segment(port, ACK)))
    const attempts = ports.slice(5, 8).map((port, index) => at(10 + index, segment(port, SYN)))
    const more = at(20, segment(ports[8] as number, SYN))
    const again = [0, 1, 2, 3, 4, 7, 8].map((index) => at(30 + index, segment(ports[index] as number, ACK, 2)))
    const packets = [...connections, ...attempts, more, ...again].map(answered)
    const { closedEarly, flows } = trackBounded(packets.flat(), { limits })
    // Of 8 a quarter goes: the two oldest attempts. What the others send after that is of the same flow.
    expect(ports.map((port) => packetsOfEachFlow(flows, port))).toEqual([[4], [4], [4], [4], [4], [1], [1], [3], [3]])
    expect(closedEarly).toBe(2)
  })

  it('closes what has been idle longest where attempts are too few', () => {
    const talking = ports.slice(0, 8).map((port, index) => at(index * 100, segment(port, ACK)))
    const lively = at(900, segment(ports[0] as number, ACK, 2))
    const more = at(1000, segment(ports[8] as number, ACK))
    const again = [0, 3, 4, 5, 6, 7, 8].map((index) => at(2000 + index, segment(ports[index] as number, ACK, 3)))
    const packets = [...talking, lively, more, ...again].map(answered)
    const { flows } = trackBounded(packets.flat(), { limits: { openFlows: 8 } })
    expect(ports.map((port) => packetsOfEachFlow(flows, port))).toEqual([[6], [2], [2], [4], [4], [4], [4], [4], [4]])
  })
})

function packetsOfEachFlow(flows: readonly string[], port: number): readonly number[] {
  return flows.filter((line) => line.includes(`"port":${port},`)).map(packetsIn)
}

/** The packet and, where it is no SYN, what the server sends back: so that both ends have spoken. */
function answered({ ns, bytes }: Timed): readonly Timed[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (view.getUint8(33) === SYN) return [{ ns, bytes }]
  const back = tcp({ srcPort: 5061, dstPort: view.getUint16(20), flags: ACK, seq: view.getUint32(24), ack: 2 })
  const identification = view.getUint16(4)
  return [
    { ns, bytes },
    { ns, bytes: ipv4(back, { src: SERVER, dst: '10.9.9.9', identification }).bytes },
  ]
}

describe('the limit of open flows', () => {
  const packets = fc.array(
    fc.record({
      afterMs: fc.constantFrom(0, 1, 10, 1000, 31_000, 61_000, 121_000),
      port: fc.nat(40),
      kind: fc.constantFrom('syn', 'syn', 'ack', 'answer', 'datagram'),
    }),
    { minLength: 1, maxLength: 120 },
  )

  it('is reached alike for any number of trackers, and loses no packet', () => {
    fc.assert(
      fc.property(packets, (many) => {
        let ms = 0
        const timed = many.map(({ afterMs, port, kind }, index) => {
          ms += afterMs
          return at(ms, packetOf(kind, 1024 + port * 64, index))
        })
        const limits = { openFlows: 3, attempts: 2, foldedAttempts: 2 }
        const alone = trackBounded(timed, { limits })
        for (const of of [2, 3]) expect(trackBounded(timed, { limits, of })).toEqual(alone)
        const counted = [...alone.flows, ...alone.conversations, ...alone.observations].map(packetsIn)
        expect(counted.reduce((sum, each) => sum + each, 0)).toBe(timed.length)
      }),
      { numRuns: 100 },
    )
  })
})

function packetOf(kind: string, port: number, index: number): Uint8Array {
  const identification = index + 1
  if (kind === 'datagram') {
    return ipv4(udp({ srcPort: port, dstPort: 3478, payload: [1] }), { src: '10.9.8.7', dst: SERVER, identification })
      .bytes
  }
  const ends = kind === 'answer' ? { src: SERVER, dst: '10.9.9.9' } : { src: '10.9.9.9', dst: SERVER }
  const ports = kind === 'answer' ? { srcPort: 5061, dstPort: port } : { srcPort: port, dstPort: 5061 }
  const flags = kind === 'syn' ? SYN : ACK
  return ipv4(tcp({ ...ports, flags, seq: 1, ack: 2 }), { ...ends, identification }).bytes
}

function packetsIn(line: string): number {
  const each = JSON.parse(line)
  if (each.low) return each.low.packets + each.high.packets
  return 'lowPackets' in each ? each.lowPackets + each.highPackets : each.origPackets + each.respPackets
}
