import { ACK, FIN, ipv4, ipv6, SYN, tcp } from '../support/packets.ts'
import type { Ends, Timed } from './script.ts'

/** What both ends of a TCP connection say. */
export interface Streams {
  readonly client: Uint8Array
  readonly server: Uint8Array
}

/** One segment: a range of its sender's stream, and how much of the other one it acknowledges. */
export interface Piece {
  readonly from: 'C' | 'S'
  readonly start: number
  readonly end: number
  readonly acknowledged: number
  /** Counts how often the word has passed to the other side: what is said later answers what was said before. */
  readonly turn: number
}

export const MANY_ENDS: Ends = { client: '10.0.0.20', server: '10.0.0.16', clientPort: 50_000, serverPort: 5061 }
/** Near the end of the sequence numbers, so that both streams wrap around. */
const CLIENT_ISN = 0xffff_ff00
const SERVER_ISN = 0xffff_f000
/** Between two packets: longer than any copy without an identification comes behind its original. */
const STEP_NS = 2e6
const CHANGE_CIPHER_SPEC = 20
const APPLICATION_DATA = 23

/** The streams in the order of a TLS handshake, in segments of at most `size` bytes. */
export function handshakePieces({ client, server }: Streams, size = 1460): readonly Piece[] {
  const hello = recordEnd(client, 0)
  const keyed = [untilRecord(client, APPLICATION_DATA), untilRecord(server, APPLICATION_DATA)] as const
  const flight = untilRecord(server, CHANGE_CIPHER_SPEC)
  // In TLS 1.3 the rest of the server's handshake looks like data, and the client waits for it.
  const isHidden = server[recordEnd(server, flight)] === APPLICATION_DATA
  const turns = [
    ['C', hello],
    ['S', flight],
    ['C', keyed[0]],
    ['S', isHidden ? server.length : keyed[1]],
    ['C', client.length],
    ['S', server.length],
  ] as const
  const reached = { C: 0, S: 0 }
  return turns.flatMap(([from, to], turn) => {
    const start = reached[from]
    const end = Math.max(start, to)
    const acknowledged = reached[from === 'C' ? 'S' : 'C']
    reached[from] = end
    return cut({ from, start, end, acknowledged, turn }, size)
  })
}

/** Both streams one after the other. */
export function plainPieces({ client, server }: Streams, size = 1460): readonly Piece[] {
  return [
    ...cut({ from: 'C', start: 0, end: client.length, acknowledged: 0, turn: 0 }, size),
    ...cut({ from: 'S', start: 0, end: server.length, acknowledged: client.length, turn: 1 }, size),
  ]
}

/** The second piece behind all others, which have to wait for it. */
export function secondLast([first, second, ...others]: readonly Piece[]): readonly Piece[] {
  if (first === undefined || second === undefined) throw new Error('there are not two pieces')
  return [first, ...others, second]
}

export function cut(piece: Piece, size: number): readonly Piece[] {
  const count = Math.ceil((piece.end - piece.start) / size)
  return Array.from({ length: count }, (_, index) => {
    const start = piece.start + index * size
    return { ...piece, start, end: Math.min(piece.end, start + size) }
  })
}

/** Where the record at `at` ends. */
function recordEnd(stream: Uint8Array, at: number): number {
  return Math.min(stream.length, at + 5 + (stream[at + 3] ?? 0) * 256 + (stream[at + 4] ?? 0))
}

/** Where the first record of a type begins; the end of the stream where there is none. */
function untilRecord(stream: Uint8Array, type: number): number {
  let at = 0
  while (at < stream.length && stream[at] !== type) at = recordEnd(stream, at)
  return at
}

export interface SessionForm {
  readonly ends?: Ends
  readonly startNs?: number
  readonly stepNs?: number
  /** Without the three segments that open it. */
  readonly isMidstream?: boolean
  /** Without the segments that close it. */
  readonly staysOpen?: boolean
}

/** The packets of a connection that is opened, carries the pieces in the order given, and is closed. */
export function session(streams: Streams, pieces: readonly Piece[], form: SessionForm = {}): readonly Timed[] {
  const ends = form.ends ?? MANY_ENDS
  const packets: Timed[] = []
  const send = (from: 'C' | 'S', seq: number, ack: number, flags: number, payload: Uint8Array) => {
    const identification = (packets.length + 1) & 0xffff
    const ns = (form.startNs ?? 0) + packets.length * (form.stepNs ?? STEP_NS)
    packets.push({ ns, bytes: segment(ends, from, { seq, ack, flags, payload }, identification) })
  }
  const nothing = new Uint8Array(0)
  if (!form.isMidstream) {
    send('C', CLIENT_ISN, 0, SYN, nothing)
    send('S', SERVER_ISN, CLIENT_ISN + 1, SYN | ACK, nothing)
    send('C', CLIENT_ISN + 1, SERVER_ISN + 1, ACK, nothing)
  }
  const first = { C: CLIENT_ISN + 1, S: SERVER_ISN + 1 }
  for (const { from, start, end, acknowledged } of pieces) {
    const stream = from === 'C' ? streams.client : streams.server
    send(from, first[from] + start, first[from === 'C' ? 'S' : 'C'] + acknowledged, ACK, stream.subarray(start, end))
  }
  if (!form.staysOpen) {
    const client = first.C + streams.client.length
    const server = first.S + streams.server.length
    send('C', client, server, FIN | ACK, nothing)
    send('S', server, client + 1, FIN | ACK, nothing)
  }
  return packets
}

interface Fields {
  readonly seq: number
  readonly ack: number
  readonly flags: number
  readonly payload: Uint8Array
}

function segment(ends: Ends, from: 'C' | 'S', fields: Fields, identification: number): Uint8Array {
  const { client, server, clientPort, serverPort } = ends
  const [src, dst] = from === 'C' ? [client, server] : [server, client]
  const [srcPort, dstPort] = from === 'C' ? [clientPort, serverPort] : [serverPort, clientPort]
  const built = tcp({ ...fields, srcPort, dstPort, seq: fields.seq >>> 0, ack: fields.ack >>> 0 })
  return src.includes(':') ? ipv6(built, { src, dst }).bytes : ipv4(built, { src, dst, identification }).bytes
}
