import { ACK, BURST_US, FIN, type Kind, PSH, type Step, SYN, TURN_US } from './dialogue.ts'
import { DIRECTOR, peerHost } from './director-traffic.ts'
import { createExchange, exchangePacket, type Pen, planExchange, writeExchangePayload } from './exchange.ts'
import {
  createFrameHeaders,
  type Endpoint,
  type Output,
  type PacketFields,
  payloadOffset,
  SHORT_SYN_OPTIONS,
  SHORTEST_ETHERNET,
  SYN_OPTIONS,
  setFrameHeaders,
  writeFrame,
} from './frame.ts'
import type { PlannedSort } from './plan.ts'
import type { Random } from './random.ts'

/** About how long a connection is open, apart from the pause before it closes, however many packets it has. */
const LIFETIME_US = 60_000_000
/** Of an exchange, on average. */
const EXCHANGE_PACKETS = { mixed: 4.6, small: 3 } as const

const FIRST_EPHEMERAL_PORT = 49_152
const EPHEMERAL_PORTS = 16_384
/** Attempts that fail and connections that succeed may join the same two ends, so the first have ports of their own. */
const FAILING_PORTS = 2048

const SYN_WINDOW = 8192
/** In units of 256 bytes, as the SYN's option says. */
const WINDOW = 513

/** One connection under way. The object is reused for the next one. */
export interface Connection {
  sort: PlannedSort
  stage: 'prologue' | 'exchanges' | 'epilogue'
  /** In the prologue or the epilogue. */
  position: number
  epilogue: readonly Step[]
  /** Packets still to come. */
  left: number
  /** The connection's own number, from which it takes the bytes that tell it from its like. */
  nonce: number
  origStart: number
  origNext: number
  respStart: number
  respNext: number
  /** The last packet's IPv4 identification. */
  id: number
  /** Whether the first exchange began, which follows the prologue at once. */
  asked: boolean
  /** The mean pause before the other exchanges. */
  thinkUs: number
  readonly headers: ReturnType<typeof createFrameHeaders>
  readonly exchange: ReturnType<typeof createExchange>
}

export const createConnection = (sort: PlannedSort): Connection => ({
  sort,
  stage: 'prologue',
  position: 0,
  epilogue: [],
  left: 0,
  nonce: 0,
  origStart: 0,
  origNext: 0,
  respStart: 0,
  respNext: 0,
  id: 0,
  asked: false,
  thinkUs: 0,
  headers: createFrameHeaders(),
  exchange: createExchange(),
})

/** Which of its sort's peers a connection is with, and which of their addresses. */
export interface Choice {
  readonly peer: number
  readonly ipv6: boolean
  /** How many connections these two ends had before: each has the next port. */
  readonly before: number
}

export function openConnection(
  connection: Connection,
  sort: PlannedSort,
  choice: Choice,
  packets: number,
  kind: Kind,
  random: Random,
): void {
  const { dialogue } = sort
  const exchanges = Math.max(1, (packets - sort.leastPackets) / EXCHANGE_PACKETS[kind])
  connection.sort = sort
  connection.stage = 'prologue'
  connection.position = 0
  connection.epilogue = drawEpilogue(sort, random)
  connection.left = packets
  connection.nonce = random.uint32()
  connection.origStart = connection.origNext = random.uint32()
  connection.respStart = connection.respNext = sort.does === 'refused' ? 0 : random.uint32()
  connection.id = random.below(0x1_0000)
  connection.asked = false
  connection.thinkUs = LIFETIME_US / exchanges
  const peer: Endpoint = { host: peerHost(sort.peer, choice.peer), port: sort.port, isDirector: false }
  const director: Endpoint = { host: DIRECTOR, port: sort.port, isDirector: true }
  const [orig, resp] = sort.opens === 'peer' ? [peer, director] : [director, peer]
  setFrameHeaders(connection.headers, { ...orig, port: origPort(sort, choice) }, resp, choice.ipv6, dialogue.udp)
}

function origPort(sort: PlannedSort, { peer, before }: Choice): number {
  const turn = peer * 31 + before
  return sort.grows || sort.dialogue.udp
    ? FIRST_EPHEMERAL_PORT + FAILING_PORTS + (turn % (EPHEMERAL_PORTS - FAILING_PORTS))
    : FIRST_EPHEMERAL_PORT + (turn % FAILING_PORTS)
}

/** Mostly the first end closes, sometimes the other one; one in twenty-five is reset. */
function drawEpilogue({ dialogue: { epilogues } }: PlannedSort, random: Random): readonly Step[] {
  const draw = random.below(25)
  return (draw === 0 ? epilogues[2] : draw < 8 ? epilogues[1] : null) ?? epilogues[0]
}

const packet: PacketFields = {
  fromOrig: true,
  flags: 0,
  seq: 0,
  ack: 0,
  window: 0,
  options: null,
  id: 0,
  payloadLength: 0,
  shortest: 0,
}

/** Writes the connection's next packet as a frame at `at`; returns the frame's length. */
export function writeNext(pen: Pen, at: number, connection: Connection): number {
  const payloadAt = at + payloadOffset(connection.headers)
  if (connection.stage === 'exchanges') describeExchange(pen, payloadAt, connection)
  else describeStep(pen.out, payloadAt, connection, currentStep(connection))
  const short = pen.kind === 'small'
  packet.options = packet.flags & SYN ? (short ? SHORT_SYN_OPTIONS : SYN_OPTIONS) : null
  numberPacket(connection)
  // The capturing host sees its own frames before the network card pads them.
  const own = packet.fromOrig === (connection.sort.opens === 'director')
  packet.shortest = own && !short ? 0 : SHORTEST_ETHERNET
  const length = writeFrame(pen.out, at, connection.headers, packet)
  advance(connection, pen.random)
  return length
}

function currentStep({ stage, sort, epilogue, position }: Connection): Step {
  const step = (stage === 'prologue' ? sort.dialogue.prologue : epilogue)[position]
  if (!step) throw new Error(`the ${stage} of a ${sort.does} connection to ${sort.port} has no step ${position}`)
  return step
}

function describeStep(out: Output, payloadAt: number, connection: Connection, step: Step): void {
  packet.fromOrig = step.fromOrig
  packet.flags = step.flags
  packet.window = step.flags & SYN ? SYN_WINDOW : WINDOW
  packet.payloadLength = step.payload.length
  if (step.payload.length > 0) out.bytes.set(step.payload, payloadAt)
  step.stamp?.(out.bytes, payloadAt, connection.nonce)
}

function describeExchange(pen: Pen, at: number, connection: Connection): void {
  const { exchange, sort } = connection
  const what = exchangePacket(exchange)
  connection.asked = true
  packet.fromOrig = what !== 'segment'
  packet.flags = ACK
  packet.window = what === 'window-update' ? WINDOW + connection.left : WINDOW
  packet.payloadLength = 0
  if (what !== 'request' && what !== 'segment') return
  packet.flags = PSH | ACK
  const { fromOrig } = packet
  const { origStart, origNext, respStart, respNext } = connection
  const spoken = (fromOrig ? origNext - origStart - 1 : respNext - respStart - 1) >>> 0
  packet.payloadLength = writeExchangePayload(pen, at, fromOrig, sort.dialogue, exchange, spoken)
}

/** Gives the packet its sequence numbers and moves the connection's on. */
function numberPacket(connection: Connection): void {
  const { flags, fromOrig } = packet
  packet.id = connection.id = (connection.id + 1) & 0xffff
  // A repeated SYN has the number of the first.
  if (flags & SYN && fromOrig) connection.origNext = connection.origStart
  packet.seq = fromOrig ? connection.origNext : connection.respNext
  packet.ack = flags & ACK ? (fromOrig ? connection.respNext : connection.origNext) : 0
  const taken = packet.payloadLength + (flags & (SYN | FIN) ? 1 : 0)
  if (fromOrig) connection.origNext = (connection.origNext + taken) >>> 0
  else connection.respNext = (connection.respNext + taken) >>> 0
}

function advance(connection: Connection, random: Random): void {
  connection.left--
  if (connection.left === 0) return
  const { stage, exchange, sort } = connection
  if (stage === 'exchanges') {
    exchange.position++
    if (exchange.position === exchange.packets) continueOrClose(connection, random)
  } else {
    connection.position++
    if (stage === 'prologue' && connection.position === sort.dialogue.prologue.length) {
      continueOrClose(connection, random)
    }
  }
}

function continueOrClose(connection: Connection, random: Random): void {
  const room = connection.left - connection.epilogue.length
  if (room > 0) {
    connection.stage = 'exchanges'
    planExchange(connection.exchange, connection.sort.dialogue.content, room, random)
  } else {
    connection.stage = 'epilogue'
    connection.position = 0
  }
}

/** How long after the last packet the next one comes: within half the mean of it. */
export function drawWait(connection: Connection, random: Random): number {
  return Math.max(1, Math.floor(meanWait(connection) * (0.5 + random.uint32() / 0x1_0000_0000)))
}

function meanWait(connection: Connection): number {
  if (connection.stage !== 'exchanges') return currentStep(connection).waitUs
  const { exchange, asked, thinkUs } = connection
  if (exchange.position === 0 && asked) return thinkUs
  const withinBurst = exchangePacket(exchange) === 'segment' && exchange.position % 3 === 2
  return withinBurst ? BURST_US : TURN_US
}
