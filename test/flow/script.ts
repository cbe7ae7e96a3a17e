import { filler } from '../support/octets.ts'
import { ACK, FIN, ipv4, ipv6, PSH, RST, type Segment, SYN, type TcpFields, tcp, udp } from '../support/packets.ts'

/** A packet on raw IP, with its time after the beginning. */
export interface Timed {
  readonly ns: number
  readonly bytes: Uint8Array
}

/** The two ends of an exchange. */
export interface Ends {
  readonly client: string
  readonly server: string
  readonly clientPort: number
  readonly serverPort: number
}

export const ENDS: readonly (readonly [name: string, ends: Ends])[] = [
  [
    'IPv4, the client’s address is the lower one',
    { client: '10.0.0.16', server: '10.0.0.20', clientPort: 50_000, serverPort: 5061 },
  ],
  [
    'IPv4, the client’s address is the higher one',
    { client: '10.0.0.20', server: '10.0.0.16', clientPort: 50_000, serverPort: 5061 },
  ],
  [
    'IPv4, one address, the client’s port is the lower one',
    { client: '10.0.0.16', server: '10.0.0.16', clientPort: 1024, serverPort: 5061 },
  ],
  [
    'IPv6, the client’s address is the lower one',
    { client: '2001:db8::16', server: '2001:db8::20', clientPort: 50_000, serverPort: 5061 },
  ],
  [
    'IPv6, the client’s address is the higher one',
    { client: '2001:db8:1::16', server: '2001:db8::20', clientPort: 50_000, serverPort: 5061 },
  ],
]

const FLAGS: Readonly<Record<string, number>> = { FIN, SYN, RST, PSH, ACK }
const CLIENT_ISN = 1000
const SERVER_ISN = 5000
/** Between two packets of a script: longer than any copy without an identification comes behind its original. */
const STEP_NS = 2e6

interface Side {
  next: number
  last: TcpFields | undefined
}

/**
 * An exchange as text: `C>S SYN, S>C SYN-ACK, C>S ACK, C>S ACK 100, wait 61s, C>S again`.
 *
 * A segment is flags, then bytes of payload. Sequence numbers follow by themselves, unless `isn=`, `seq=` or `ack=` say
 * otherwise; `win=` is the window. `again` repeats what the side sent last, in a packet of its own. What stands in brackets was
 * sent but is not in the capture. `DATA 10` is a datagram.
 */
export function script(text: string, ends: Ends): readonly Timed[] {
  const sides = { C: { next: CLIENT_ISN, last: undefined }, S: { next: SERVER_ISN, last: undefined } }
  const packets: Timed[] = []
  let ns = 0
  let identification = 0
  for (const step of text.split(',').map((part) => part.trim())) {
    const wait = /^wait (-?[\d.]+)s$/.exec(step)
    if (wait) {
      ns += Number(wait[1]) * 1e9
      continue
    }
    const sent = /^(\()?([CS])>[CS] ([^)]+)\)?$/.exec(step)
    if (!sent) throw new Error(`a step is not understood: ${step}`)
    identification += 1
    const bytes = send(sides, sent[2] as 'C' | 'S', (sent[3] as string).split(' '), ends, identification)
    if (!sent[1]) packets.push({ ns, bytes })
    ns += STEP_NS
  }
  return packets
}

function send(
  sides: { C: Side; S: Side },
  from: 'C' | 'S',
  words: readonly string[],
  ends: Ends,
  identification: number,
): Uint8Array {
  const own: Side = sides[from]
  const peer: Side = sides[from === 'C' ? 'S' : 'C']
  if (words[0] === 'again') {
    if (own.last === undefined) throw new Error('there is nothing to repeat')
    return packet(tcp(own.last), from, ends, identification)
  }
  const option = (name: string) => {
    const word = words.find((candidate) => candidate.startsWith(`${name}=`))
    return word === undefined ? undefined : Number(word.slice(name.length + 1))
  }
  own.next = option('isn') ?? own.next
  const length = Number(words.find((word) => /^\d+$/.test(word)) ?? 0)
  const payload = filler(length)
  const [srcPort, dstPort] = from === 'C' ? [ends.clientPort, ends.serverPort] : [ends.serverPort, ends.clientPort]
  if (words[0] === 'DATA') return packet(udp({ srcPort, dstPort, payload }), from, ends, identification)
  const flags = (words[0] as string).split('-').reduce((sum, name) => sum | (FLAGS[name] ?? 0), 0)
  const seq = option('seq') ?? own.next
  const ack = option('ack') ?? (flags & ACK ? peer.next : 0)
  const window = option('win') ?? 8192
  if (option('seq') === undefined && !(flags & RST)) own.next += length + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0)
  own.last = { srcPort, dstPort, seq: seq >>> 0, ack: ack >>> 0, flags, window, payload }
  return packet(tcp(own.last), from, ends, identification)
}

function packet(segment: Segment, from: 'C' | 'S', ends: Ends, identification: number): Uint8Array {
  const [src, dst] = from === 'C' ? [ends.client, ends.server] : [ends.server, ends.client]
  return src.includes(':') ? ipv6(segment, { src, dst }).bytes : ipv4(segment, { src, dst, identification }).bytes
}
