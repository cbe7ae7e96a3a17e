import type { Service } from '../evidence/service.ts'
import type { Flow } from '../flow/flow.ts'
import type { Conversation } from '../judge/conversation.ts'
import type { DirectionBasis } from '../judge/direction.ts'
import type { Observation } from '../judge/observation.ts'
import type { Database } from './open.ts'
import type { CaptureRef } from './write.ts'

/*
 * What was observed, read back as it was handed to the judge: certain conversations, unproven observations, and kept
 * flows of unproven direction. Times become nanoseconds since the capture's origin again.
 */

export function readCaptureRefs(db: Database): readonly CaptureRef[] {
  const rows = db.prepare('SELECT id, point, origin FROM captures ORDER BY id').safeIntegers().all()
  return (rows as { id: bigint; point: string; origin: bigint }[]).map((row) => ({
    number: Number(row.id),
    point: row.point,
    originNs: row.origin,
  }))
}

export function* readCertainConversations(db: Database, capture: CaptureRef): Generator<Conversation> {
  const rows = db
    .prepare(
      `SELECT c.*, c.first - ? AS first_ns, c.last - ? AS last_ns, o.address AS orig_addr, r.address AS resp_addr
       FROM conversations c JOIN addresses o ON o.id = c.orig JOIN addresses r ON r.id = c.resp
       WHERE c.capture = ? AND c.certain = 1`,
    )
    .iterate(capture.originNs, capture.originNs, capture.number) as Iterable<Record<string, unknown>>
  for (const row of rows) yield conversationOf(row)
}

function conversationOf(row: Record<string, unknown>): Conversation {
  const number = (column: string) => row[column] as number
  const text = (column: string) => row[column] as string
  return {
    transport: text('proto'),
    origAddress: text('orig_addr'),
    respAddress: text('resp_addr'),
    respPort: number('resp_port'),
    service: text('service') as Service,
    certain: true,
    basis: text('direction_basis') as DirectionBasis,
    flows: number('flows'),
    outcomes: {
      established: number('established'),
      'handshake-failed': number('handshake_failed'),
      refused: number('refused'),
      unanswered: number('unanswered'),
      prohibited: number('prohibited'),
      'one-sided': number('one_sided'),
      midstream: number('midstream'),
    },
    accepted: number('accepted'),
    broadcast: number('broadcast'),
    origPackets: number('orig_packets'),
    respPackets: number('resp_packets'),
    origBytes: number('orig_bytes'),
    respBytes: number('resp_bytes'),
    origIpBytes: number('orig_ip_bytes'),
    respIpBytes: number('resp_ip_bytes'),
    firstNs: number('first_ns'),
    lastNs: number('last_ns'),
  }
}

export function* readObservations(db: Database, capture: CaptureRef): Generator<Observation> {
  const rows = db
    .prepare(
      `SELECT o.*, o.first - ? AS first_ns, o.last - ? AS last_ns, l.address AS low_addr, h.address AS high_addr
       FROM observations o JOIN addresses l ON l.id = o.low JOIN addresses h ON h.id = o.high
       WHERE o.capture = ?`,
    )
    .iterate(capture.originNs, capture.originNs, capture.number) as Iterable<Record<string, unknown>>
  for (const row of rows) yield observationOf(row)
}

function observationOf(row: Record<string, unknown>): Observation {
  const number = (column: string) => row[column] as number
  const text = (column: string) => row[column] as string
  return {
    transport: text('proto'),
    lowAddress: text('low_addr'),
    lowPort: number('low_port'),
    highAddress: text('high_addr'),
    highPort: number('high_port'),
    first: text('first_sender') as 'low' | 'high',
    service: text('service') as Service,
    flows: number('flows'),
    established: number('established'),
    onlyLow: number('only_low'),
    onlyHigh: number('only_high'),
    midstream: number('midstream'),
    broadcast: number('broadcast'),
    lowPackets: number('low_packets'),
    highPackets: number('high_packets'),
    lowBytes: number('low_bytes'),
    highBytes: number('high_bytes'),
    lowIpBytes: number('low_ip_bytes'),
    highIpBytes: number('high_ip_bytes'),
    firstNs: number('first_ns'),
    lastNs: number('last_ns'),
  }
}

/** A kept flow whose direction was inferred. Its originator of today stands as the low end: the names do not matter. */
export interface InferredFlow {
  readonly id: string
  readonly flow: Flow
  /** In upper case for the low end. */
  readonly history: string
}

export function readInferredFlows(db: Database, capture: CaptureRef): readonly InferredFlow[] {
  const rows = db
    .prepare(
      `SELECT f.*, f.start - ? AS start_ns, f."end" - ? AS end_ns, o.address AS orig_addr, r.address AS resp_addr
       FROM flows f JOIN addresses o ON o.id = f.orig JOIN addresses r ON r.id = f.resp
       WHERE f.capture = ? AND f.direction_basis IN ('rules', 'port-order', 'first-packet')`,
    )
    .all(capture.originNs, capture.originNs, capture.number) as Record<string, unknown>[]
  return rows.map(inferredFlowOf)
}

function inferredFlowOf(row: Record<string, unknown>): InferredFlow {
  const number = (column: string) => row[column] as number
  const text = (column: string) => row[column] as string
  const end = (side: 'orig' | 'resp') => ({
    address: text(`${side}_addr`),
    port: number(`${side}_port`),
    packets: number(`${side}_packets`),
    bytes: number(`${side}_bytes`),
    ipBytes: number(`${side}_ip_bytes`),
    state: number(`${side}_tcp_state`),
  })
  const flow: Flow = {
    transport: text('proto'),
    low: end('orig'),
    high: end('resp'),
    startNs: number('start_ns'),
    lastNs: number('end_ns'),
    opener: undefined,
    first: number('orig_first') === 1 ? 'low' : 'high',
    syn: false,
    accepted: false,
    beyondSyn: false,
    broadcast: false,
    ordinal: 0,
  }
  return { id: text('id'), flow, history: text('history') }
}
