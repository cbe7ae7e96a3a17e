import { describe, expect, it } from 'vitest'
import type { Flow } from '../../src/flow/flow.ts'
import { outcomeOf } from '../../src/judge/outcome.ts'
import { filler } from '../support/octets.ts'
import { ACK, type IpPacket, icmpError, ipv4, ipv6, RST, type Segment, SYN, tcp, udp } from '../support/packets.ts'
import { shardOfPacket, trackShares } from './shares.ts'

/* ICMP errors and the flows that they quote. */

const MILLISECOND = 1e6
const ROUTER = '10.0.0.1'
const ROUTER_V6 = '2001:db8::1'
const [CLIENT, SERVER] = ['10.0.0.20', '10.0.0.16']
const [CLIENT_V6, SERVER_V6] = ['2001:db8::20', '2001:db8::16']
/** What RFC 792 asks for of the quoted packet: its header and 8 bytes. */
const LEAST_QUOTE = 28
const DATAGRAM = udp({ payload: filler(40) })
const ATTEMPT = tcp({ seq: 1000, flags: SYN })

let identification = 0
const fromClient = (segment: Segment): IpPacket =>
  ipv4(segment, { src: CLIENT, dst: SERVER, identification: ++identification })
const fromServer = (segment: Segment): IpPacket =>
  ipv4(segment, { src: SERVER, dst: CLIENT, identification: ++identification })

function error(quoted: IpPacket, code: number, sender = ROUTER, type = 3): IpPacket {
  return ipv4(icmpError(4, type, code, quoted.bytes.subarray(0, LEAST_QUOTE)), { src: sender, dst: CLIENT })
}

function error6(quoted: IpPacket, code: number, type = 1): IpPacket {
  return ipv6(icmpError(6, type, code, quoted.bytes), { src: ROUTER_V6, dst: CLIENT_V6 })
}

function flowsOf(...packets: readonly IpPacket[]): readonly Flow[] {
  return trackShares(packets.map(({ bytes }, index) => ({ ns: index * 5 * MILLISECOND, bytes }))).flows
}

/** The flow that is not ICMP's own. */
function quotedFlow(...packets: readonly IpPacket[]): Flow {
  const [flow, ...others] = flowsOf(...packets).filter(({ transport }) => !transport.startsWith('icmp'))
  if (flow === undefined || others.length > 0) throw new Error(`${others.length + 1} flows`)
  return flow
}

/** Outcome, error and its sender; the client's end is called high in both families. */
function said(...packets: readonly IpPacket[]): string {
  const flow = quotedFlow(...packets)
  return `${outcomeOf(flow, 'high')}, ${flow.icmpError} from ${flow.icmpSender}`
}

describe('an ICMP error', () => {
  it.each([
    [0, 'unanswered, unreachable'],
    [1, 'unanswered, unreachable'],
    [2, 'refused, port-unreachable'],
    [3, 'refused, port-unreachable'],
    [5, 'unanswered, unreachable'],
    [6, 'unanswered, unreachable'],
    [7, 'unanswered, unreachable'],
    [9, 'prohibited, prohibited'],
    [10, 'prohibited, prohibited'],
    [13, 'prohibited, prohibited'],
  ])('of IPv4 with code %i says: %s', (code, expected) => {
    for (const segment of [DATAGRAM, ATTEMPT]) {
      const sent = fromClient(segment)
      expect(said(sent, error(sent, code))).toBe(`${expected} from ${ROUTER}`)
    }
  })

  it.each([
    [0, 'unanswered, unreachable'],
    [1, 'prohibited, prohibited'],
    [2, 'unanswered, unreachable'],
    [3, 'unanswered, unreachable'],
    [4, 'refused, port-unreachable'],
    [5, 'prohibited, prohibited'],
    [6, 'prohibited, prohibited'],
  ])('of IPv6 with code %i says: %s', (code, expected) => {
    for (const segment of [DATAGRAM, ATTEMPT]) {
      const sent = ipv6(segment, { src: CLIENT_V6, dst: SERVER_V6 })
      expect(said(sent, error6(sent, code))).toBe(`${expected} from ${ROUTER_V6}`)
    }
  })

  it.each([
    ['advises to send shorter packets', (sent: IpPacket) => error(sent, 4)],
    ['is a redirect', (sent: IpPacket) => error(sent, 1, ROUTER, 5)],
    ['says that the time to live is over', (sent: IpPacket) => error(sent, 0, ROUTER, 11)],
    [
      'quotes nothing that can be read',
      (sent: IpPacket) => ({ ...error(sent, 3), bytes: error(sent, 3).bytes.subarray(0, 30) }),
    ],
  ])('says nothing of a flow where it %s', (_what, answer) => {
    const sent = fromClient(DATAGRAM)
    expect(said(sent, answer(sent))).toBe('unanswered, undefined from undefined')
  })

  it('is a packet of its own flow besides', () => {
    const sent = fromClient(DATAGRAM)
    const flows = flowsOf(sent, error(sent, 3, SERVER))
    expect(flows.map(({ transport, low, high }) => [transport, low.packets + high.packets])).toEqual([
      ['udp', 1],
      ['icmp', 1],
    ])
  })

  it('may come from the called host itself', () => {
    const sent = fromClient(DATAGRAM)
    expect(said(sent, error(sent, 3, SERVER))).toBe(`refused, port-unreachable from ${SERVER}`)
  })

  it('is the gravest of several, with its own sender', () => {
    const sent = fromClient(DATAGRAM)
    const errors = [error(sent, 1, '10.0.0.2'), error(sent, 13, '10.0.0.3'), error(sent, 3, '10.0.0.4')]
    expect(said(sent, ...errors)).toBe('prohibited, prohibited from 10.0.0.3')
    expect(said(sent, error(sent, 13, '10.0.0.3'), error(sent, 13, '10.0.0.5'))).toBe(
      'prohibited, prohibited from 10.0.0.3',
    )
  })

  it('of a packet that nobody was seen to send is ignored', () => {
    const sent = fromClient(DATAGRAM)
    expect(flowsOf(error(sent, 3)).map(({ icmpError: found }) => found)).toEqual([undefined])
    // The flow is there, but only the other end has sent.
    const answer = fromServer(udp({ srcPort: 3478, dstPort: 50_000, payload: filler(10) }))
    expect(quotedFlow(answer, error(sent, 3)).icmpError).toBeUndefined()
  })

  it('leaves established what was answered', () => {
    const sent = fromClient(DATAGRAM)
    const answer = fromServer(udp({ srcPort: 3478, dstPort: 50_000, payload: filler(10) }))
    expect(said(sent, answer, error(sent, 13))).toBe(`established, prohibited from ${ROUTER}`)
    const accepted = fromServer(tcp({ srcPort: 5061, dstPort: 50_000, seq: 7, ack: 1001, flags: SYN | ACK }))
    const attempt = fromClient(ATTEMPT)
    expect(said(attempt, accepted, error(attempt, 3))).toBe(`established, port-unreachable from ${ROUTER}`)
  })

  it('is not what refused an attempt that a reset refused', () => {
    const attempt = fromClient(ATTEMPT)
    const reset = fromServer(tcp({ srcPort: 5061, dstPort: 50_000, ack: 1001, flags: RST | ACK }))
    expect(said(attempt, reset, error(attempt, 13))).toBe(`refused, prohibited from ${ROUTER}`)
  })

  it('finds its flow in whatever shard that is, with any number of trackers', () => {
    const shards = new Set<string>()
    for (let port = 40_000; port < 40_040; port += 1) {
      const sent = fromClient(udp({ srcPort: port, payload: filler(8) }))
      const answer = error(sent, 3)
      const packets = [sent, answer].map(({ bytes }, index) => ({ ns: index * MILLISECOND, bytes }))
      shards.add(`${shardOfPacket(sent.bytes) % 8} ${shardOfPacket(answer.bytes) % 8}`)
      for (const of of [1, 2, 3, 8]) {
        const errors = trackShares(packets, of).flows.map(({ icmpError: found, icmpSender }) => [found, icmpSender])
        expect(errors).toContainEqual(['port-unreachable', ROUTER])
        expect(errors).toContainEqual([undefined, undefined])
      }
    }
    expect(shards.size).toBeGreaterThan(5)
  })

  it('quotes the packets of a tunnel’s end, not what is inside', () => {
    const inside = fromClient(DATAGRAM)
    const tunnel = ipv4({ protocol: 4, bytes: inside.bytes }, { src: '10.9.0.1', dst: '10.9.0.2' })
    const errorToTunnel = ipv4(icmpError(4, 3, 1, tunnel.bytes), { src: ROUTER, dst: '10.9.0.1' })
    expect(quotedFlow(inside, errorToTunnel).icmpError).toBeUndefined()
  })
})
