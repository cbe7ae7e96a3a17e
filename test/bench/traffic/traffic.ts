import { type Choice, type Connection, createConnection, drawWait, openConnection, writeNext } from './connection.ts'
import type { Reason } from './director-traffic.ts'
import { createEventQueue, type EventQueue } from './event-queue.ts'
import { createFiller, type Pen } from './exchange.ts'
import type { Output } from './frame.ts'
import type { Plan, PlannedSort } from './plan.ts'
import type { Random } from './random.ts'

/** What a generated capture holds, to compare an analysis with. */
export interface Totals {
  packets: number
  frameBytes: number
  connections: number
  udpConnections: number
  ipv6Connections: number
  refusedConnections: number
  unansweredConnections: number
  unexpectedConnections: number
  readonly unexpectedByReason: Partial<Record<Reason, number>>
  clientAddresses: number
  /** Distinct originator, responder, transport, responder port and kind of talk. */
  conversations: number
  /** The most connections that were open at the same time. */
  atOnce: number
  durationUs: number
}

/** A source of frames in the order of their times. */
export interface Traffic {
  readonly hasNext: () => boolean
  /** The next frame's time since the capture's start, in whole microseconds. */
  readonly timeUs: () => number
  /** Writes the next frame at `at` of the output; returns its length. */
  readonly writeFrame: (at: number) => number
  readonly totals: Totals
}

/** The first connections open over this time; after that, one opens when one has closed. */
const RAMP_US = 4_000_000
const BETWEEN_CONNECTIONS_US = 2000
/** Of the peers, and of the rounds that connections make over the servers, the last of this many uses IPv6. */
const IPV6_EVERY = 20
/** The last connections share the spare packets evenly, so that none gets an odd rest. */
const EVEN_AT_THE_END = 50
/** No connection gets more than this many times the mean. */
const LONGEST_TO_MEAN = 12

interface Run {
  readonly plan: Plan
  readonly random: Random
  readonly pen: Pen
  readonly queue: EventQueue
  readonly connections: readonly Connection[]
  /** For each sort, how many connections have been opened. */
  readonly opened: Int32Array
  readonly totals: Totals
  readonly clients: Set<number>
  readonly conversations: Set<number>
  /** Connections that grow and are yet to open, and the packets to share among them. */
  growing: number
  spare: number
  open: number
}

export function createTraffic(plan: Plan, random: Random, out: Output): Traffic {
  const run = createRun(plan, random, out)
  for (let slot = 0; slot < plan.size.atOnce; slot++) {
    openNext(run, slot)
    run.queue.add(slot, random.below(RAMP_US))
  }
  return {
    hasNext: () => run.queue.size() > 0,
    timeUs: () => run.queue.firstTime(),
    writeFrame: (at) => writeFirst(run, at),
    totals: run.totals,
  }
}

function createRun(plan: Plan, random: Random, out: Output): Run {
  const [first] = plan.sorts
  if (!first) throw new Error('the plan has no sorts of connections')
  return {
    plan,
    random,
    pen: { kind: plan.kind, out, filler: createFiller(random), random },
    queue: createEventQueue(plan.size.atOnce),
    connections: Array.from({ length: plan.size.atOnce }, () => createConnection(first)),
    opened: new Int32Array(plan.sorts.length),
    totals: emptyTotals(),
    clients: new Set(),
    conversations: new Set(),
    growing: plan.sorts.reduce((sum, sort) => sum + (sort.grows ? sort.connections : 0), 0),
    spare: plan.sparePackets,
    open: 0,
  }
}

const emptyTotals = (): Totals => ({
  packets: 0,
  frameBytes: 0,
  connections: 0,
  udpConnections: 0,
  ipv6Connections: 0,
  refusedConnections: 0,
  unansweredConnections: 0,
  unexpectedConnections: 0,
  unexpectedByReason: {},
  clientAddresses: 0,
  conversations: 0,
  atOnce: 0,
  durationUs: 0,
})

function writeFirst(run: Run, at: number): number {
  const { queue, random, totals } = run
  const slot = queue.firstSlot()
  const time = queue.firstTime()
  const connection = run.connections[slot]
  if (!connection) throw new Error(`there is no slot ${slot}`)
  if (connection.stage === 'prologue' && connection.position === 0) {
    run.open++
    totals.atOnce = Math.max(totals.atOnce, run.open)
  }
  const length = writeNext(run.pen, at, connection)
  totals.packets++
  totals.frameBytes += length
  totals.durationUs = time
  if (connection.left > 0) {
    queue.moveFirst(time + drawWait(connection, random))
    return length
  }
  run.open--
  if (openNext(run, slot)) queue.moveFirst(time + 1 + random.below(BETWEEN_CONNECTIONS_US))
  else queue.removeFirst()
  return length
}

/** Fills the slot with the next connection; false when there are no more. */
function openNext(run: Run, slot: number): boolean {
  const { plan, random, opened, totals } = run
  const connection = run.connections[slot]
  if (!connection || totals.connections === plan.size.connections) return false
  const index = drawSort(run)
  const sort = plan.sorts[index]
  if (!sort) throw new Error(`there is no sort ${index}`)
  const choice = choosePeer(sort, opened[index]!, plan.kind === 'mixed')
  opened[index]!++
  openConnection(connection, sort, choice, drawPackets(run, sort), plan.kind, random)
  recordOpening(run, index, sort, choice)
  return true
}

/** Each sort with the probability of its share in the connections yet to open, so that the shares come out exactly. */
function drawSort({ plan, random, opened, totals }: Run): number {
  let draw = random.below(plan.size.connections - totals.connections)
  return plan.sorts.findIndex((sort, index) => {
    const left = sort.connections - opened[index]!
    if (draw < left) return true
    draw -= left
    return false
  })
}

/** The connections of a sort go round its peers. */
function choosePeer(sort: PlannedSort, nth: number, withIpv6: boolean): Choice {
  const peer = sort.firstPeer + (nth % sort.peers)
  const before = Math.floor(nth / sort.peers)
  const manyPeers = sort.peer === 'client' || sort.peer === 'stranger'
  const turn = manyPeers ? peer : before
  return { peer, before, ipv6: withIpv6 && turn % IPV6_EVERY === IPV6_EVERY - 1 }
}

/** The least, and a share of the spare packets; the last connection that grows gets what is left of them. */
function drawPackets(run: Run, sort: PlannedSort): number {
  if (!sort.grows) return sort.leastPackets
  const mean = run.spare / run.growing
  const drawn = run.growing <= EVEN_AT_THE_END ? mean : Math.min(run.random.exponential(mean), mean * LONGEST_TO_MEAN)
  const extra = run.growing === 1 ? run.spare : Math.min(run.spare, Math.round(drawn))
  run.growing--
  run.spare -= extra
  return sort.leastPackets + extra
}

function recordOpening(run: Run, index: number, sort: PlannedSort, { peer, ipv6 }: Choice): void {
  const { totals, clients, conversations } = run
  totals.connections++
  if (sort.dialogue.udp) totals.udpConnections++
  if (ipv6) totals.ipv6Connections++
  if (sort.does === 'refused') totals.refusedConnections++
  if (sort.does === 'unanswered') totals.unansweredConnections++
  if (sort.reason) {
    totals.unexpectedConnections++
    totals.unexpectedByReason[sort.reason] = (totals.unexpectedByReason[sort.reason] ?? 0) + 1
  }
  if (sort.peer === 'client') clients.add(peer)
  conversations.add((index * 2 ** 20 + peer) * 2 + (ipv6 ? 1 : 0))
  totals.clientAddresses = clients.size
  totals.conversations = conversations.size
}
