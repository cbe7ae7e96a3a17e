import { pcap, type Recorded } from './captures.ts'
import { ACK, ethernet, FIN, ipv4, RST, SYN, tcp, udp } from './packets.ts'

/** One attempt: `10.1.0.10 > 10.0.0.16 tcp 443 established`. What came of it: established, refused, unanswered, answered. */
export type Attempt = string

/** A capture of connections, a minute apart, each from a port of its own. */
export function captureOf(attempts: readonly Attempt[], start = 1_769_817_600_000_000_000n): Uint8Array {
  const records = attempts.flatMap((attempt, index) => packetsOf(attempt, index, start + BigInt(index) * MINUTE))
  return pcap(records)
}

const MINUTE = 60_000_000_000n
const MILLISECOND = 1_000_000n

function packetsOf(attempt: Attempt, index: number, start: bigint): readonly Recorded[] {
  const [src = '', , dst = '', transport = '', port = '', outcome = ''] = attempt.split(' ')
  const ports = { srcPort: 40_000 + index, dstPort: Number(port) }
  const back = { srcPort: ports.dstPort, dstPort: ports.srcPort }
  const there = { src, dst }
  const here = { src: dst, dst: src }
  const frames =
    transport === 'udp'
      ? [
          ethernet(ipv4(udp({ ...ports, payload: [1] }), there)),
          ...(outcome === 'answered' ? [ethernet(ipv4(udp({ ...back, payload: [2] }), here))] : []),
        ]
      : [
          ethernet(ipv4(tcp({ ...ports, seq: 100, flags: SYN }), there)),
          ...TCP_ANSWERS[outcome as keyof typeof TCP_ANSWERS].map(({ isBack, ...fields }) =>
            ethernet(ipv4(tcp({ ...(isBack ? back : ports), ...fields }), isBack ? here : there)),
          ),
        ]
  return frames.map((frame, number) => ({ ns: start + BigInt(number) * MILLISECOND, frame }))
}

const TCP_ANSWERS = {
  established: [
    { isBack: true, seq: 900, ack: 101, flags: SYN | ACK },
    { isBack: false, seq: 101, ack: 901, flags: ACK },
    { isBack: false, seq: 101, ack: 901, flags: FIN | ACK },
    { isBack: true, seq: 901, ack: 102, flags: FIN | ACK },
    { isBack: false, seq: 102, ack: 902, flags: ACK },
  ],
  refused: [{ isBack: true, seq: 0, ack: 101, flags: RST | ACK }],
  unanswered: [{ isBack: false, seq: 100, ack: 0, flags: SYN }],
} as const
