import type { Certificate } from '../evidence/certificate.ts'
import type { Flow } from '../flow/flow.ts'
import type { Conversation } from '../judge/conversation.ts'
import type { DirectionBasis } from '../judge/direction.ts'
import type { Observation } from '../judge/observation.ts'
import { type Doubt, doubtsOf, type Trust } from '../judge/trust.ts'
import type { Database } from './open.ts'
import type { CaptureRef } from './write.ts'

/*
 * What was observed, read back as it was handed to the judge: certain conversations, unproven observations, and kept
 * flows of unproven direction. Times become nanoseconds since the capture's origin again.
 */

export function readCaptureRefs(db: Database): readonly CaptureRef[] {
  const rows = db.prepare('SELECT id, point, origin, resolution FROM captures ORDER BY id').safeIntegers().all()
  return (rows as { id: bigint; point: string; origin: bigint; resolution: bigint }[]).map((row) => ({
    number: Number(row.id),
    point: row.point,
    originNs: row.origin,
    resolutionNs: Number(row.resolution),
  }))
}

/** The doubts of a capture, as far as its figures are known. */
export function readDoubts(db: Database, { number }: CaptureRef): readonly Doubt[] {
  const trust = db.prepare('SELECT trust FROM captures WHERE id = ?').pluck().get(number) as string | null
  return trust === null ? [] : doubtsOf(JSON.parse(trust) as Trust)
}

/** The certificates of the database, by number. */
function readCertificates(db: Database): ReadonlyMap<unknown, Certificate> {
  const rows = db.prepare('SELECT * FROM certificates').all() as Row[]
  return new Map(
    rows.map((row) => [
      row['id'],
      {
        names: JSON.parse(row['names'] as string) as string[],
        subject: row['subject'] as string,
        issuer: row['issuer'] as string,
        notBefore: (row['not_before_ms'] ?? undefined) as number | undefined,
        notAfter: (row['not_after_ms'] ?? undefined) as number | undefined,
        fingerprint: row['fingerprint'] as string,
      },
    ]),
  )
}

type Certificates = ReadonlyMap<unknown, Certificate>

type Row = Readonly<Record<string, unknown>>

/** The conversations of certain direction, with the ids that their rows have. */
export function* readCertainConversations(
  db: Database,
  capture: CaptureRef,
): Generator<{ readonly id: number; readonly conversation: Conversation }> {
  const rows = db
    .prepare(
      'SELECT *, first - ? AS first_ns, last - ? AS last_ns FROM conversations WHERE capture = ? AND certain = 1',
    )
    .iterate(capture.originNs, capture.originNs, capture.number) as Iterable<Row>
  const certificates = readCertificates(db)
  for (const row of rows) yield { id: row['id'] as number, conversation: conversationOf(row, certificates) }
}

function conversationOf(row: Row, certificates: Certificates): Conversation {
  return {
    transport: row['proto'],
    origAddress: row['orig_addr'],
    respAddress: row['resp_addr'],
    respPort: row['resp_port'],
    service: row['service'],
    certain: true,
    basis: row['direction_basis'],
    flows: row['flows'],
    outcomes: {
      established: row['established'],
      'handshake-failed': row['handshake_failed'],
      refused: row['refused'],
      unanswered: row['unanswered'],
      prohibited: row['prohibited'],
      'one-sided': row['one_sided'],
      midstream: row['midstream'],
    },
    accepted: row['accepted'],
    broadcast: row['broadcast'],
    origPackets: row['orig_packets'],
    respPackets: row['resp_packets'],
    origBytes: row['orig_bytes'],
    respBytes: row['resp_bytes'],
    origIpBytes: row['orig_ip_bytes'],
    respIpBytes: row['resp_ip_bytes'],
    origCopies: row['orig_copies'],
    respCopies: row['resp_copies'],
    ...evidenceOf(row),
    origCertificate: certificates.get(row['orig_certificate']),
    respCertificate: certificates.get(row['resp_certificate']),
    expired: row['expired'],
    firstNs: row['first_ns'],
    lastNs: row['last_ns'],
  } as unknown as Conversation
}

export function* readObservations(db: Database, capture: CaptureRef): Generator<Observation> {
  const rows = db
    .prepare('SELECT *, first - ? AS first_ns, last - ? AS last_ns FROM observations WHERE capture = ?')
    .iterate(capture.originNs, capture.originNs, capture.number) as Iterable<Row>
  const certificates = readCertificates(db)
  for (const row of rows) yield observationOf(row, certificates)
}

/** Null in a row is undefined here. */
function evidenceOf(row: Row): object {
  return {
    proof: row['proof'],
    alert: row['alert'] ?? undefined,
    claim: row['claim'] ?? undefined,
    icmpError: row['icmp_error'] ?? undefined,
    icmpSender: row['icmp_sender'] ?? undefined,
  }
}

function observationOf(row: Row, certificates: Certificates): Observation {
  return {
    transport: row['proto'],
    lowAddress: row['low_addr'],
    lowPort: row['low_port'],
    highAddress: row['high_addr'],
    highPort: row['high_port'],
    first: row['first_sender'],
    service: row['service'],
    flows: row['flows'],
    established: row['established'],
    onlyLow: row['only_low'],
    onlyHigh: row['only_high'],
    lowRefused: row['low_refused'],
    lowProhibited: row['low_prohibited'],
    highRefused: row['high_refused'],
    highProhibited: row['high_prohibited'],
    midstream: row['midstream'],
    handshakeFailed: row['handshake_failed'],
    broadcast: row['broadcast'],
    lowPackets: row['low_packets'],
    highPackets: row['high_packets'],
    lowBytes: row['low_bytes'],
    highBytes: row['high_bytes'],
    lowIpBytes: row['low_ip_bytes'],
    highIpBytes: row['high_ip_bytes'],
    lowCopies: row['low_copies'],
    highCopies: row['high_copies'],
    ...evidenceOf(row),
    lowCertificate: certificates.get(row['low_certificate']),
    highCertificate: certificates.get(row['high_certificate']),
    expired: row['expired'],
    firstNs: row['first_ns'],
    lastNs: row['last_ns'],
  } as unknown as Observation
}

/** A kept flow whose direction was inferred. Its originator of today stands as the low end: the names do not matter. */
export interface InferredFlow {
  readonly id: number
  readonly flow: Flow
  /** In upper case for the low end. */
  readonly history: string
  /** What tells its originator of today. */
  readonly basis: DirectionBasis
  /** Id of its conversation of today. */
  readonly conversation: number
}

/** Rows that are read before any of them is written again: a statement that is not finished keeps the database busy. */
const ROWS_AT_ONCE = 1000

/** In the order of their ids; each may be written again when it was given. */
export function* readInferredFlows(db: Database, capture: CaptureRef): Generator<InferredFlow> {
  const certificates = readCertificates(db)
  const next = db.prepare(
    `SELECT *, start - ? AS start_ns, "end" - ? AS end_ns FROM flows
     WHERE id > ? AND capture = ? AND direction_basis IN ('rules', 'port-order', 'first-packet')
     ORDER BY id LIMIT ${ROWS_AT_ONCE}`,
  )
  let last = -1
  while (true) {
    const rows = next.all(capture.originNs, capture.originNs, last, capture.number) as Row[]
    for (const row of rows) yield inferredFlowOf(row, certificates)
    if (rows.length < ROWS_AT_ONCE) return
    last = rows[rows.length - 1]!['id'] as number
  }
}

function inferredFlowOf(row: Row, certificates: Certificates): InferredFlow {
  const end = (side: 'orig' | 'resp') => ({
    address: row[`${side}_addr`],
    port: row[`${side}_port`],
    packets: row[`${side}_packets`],
    bytes: row[`${side}_bytes`],
    ipBytes: row[`${side}_ip_bytes`],
    state: row[`${side}_tcp_state`],
    copies: row[`${side}_copies`],
    certificate: certificates.get(row[`${side}_certificate`]),
  })
  const flow = {
    transport: row['proto'],
    low: end('orig'),
    high: end('resp'),
    startNs: row['start_ns'],
    lastNs: row['end_ns'],
    opener: undefined,
    first: row['orig_first'] === 1 ? 'low' : 'high',
    syn: false,
    accepted: false,
    beyondSyn: false,
    broadcast: false,
    service: row['service'],
    contentOpener: undefined,
    ...evidenceOf(row),
    pathFamily: row['path_family'],
    fragments: row['fragments'],
    encapsulation: JSON.parse(row['encapsulation'] as string),
    processId: row['process_id'] ?? undefined,
  } as unknown as Flow
  return {
    id: row['id'] as number,
    flow,
    history: row['history'] as string,
    basis: row['direction_basis'] as DirectionBasis,
    conversation: row['conversation'] as number,
  }
}
