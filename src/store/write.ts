import { absoluteNs } from '../capture/time.ts'
import type { Certificate } from '../evidence/certificate.ts'
import type { Flow } from '../flow/flow.ts'
import type { Placement } from '../inventory/lookup.ts'
import { type Conversation, type ConversationKey, keyText } from '../judge/conversation.ts'
import type { Direction } from '../judge/direction.ts'
import type { Health } from '../judge/health.ts'
import type { Answer, Judgement } from '../judge/judge.ts'
import type { Judged } from '../judge/judge-all.ts'
import type { Label } from '../judge/labels.ts'
import type { Observation } from '../judge/observation.ts'
import { connStateOf, outcomeOf } from '../judge/outcome.ts'
import type { CaptureRecord } from './capture-record.ts'
import { idNumber } from './ids.ts'
import type { Database, Statement } from './open.ts'

/** Where a capture's rows go: its number in the database, its name, and the origin of its times. */
export interface CaptureRef {
  readonly number: number
  readonly point: string
  readonly originNs: bigint
  readonly resolutionNs: number
}

/** Writes the capture's own row, in the place of what stood under its point. */
export function writeCapture(db: Database, record: CaptureRecord): CaptureRef {
  db.prepare('DELETE FROM captures WHERE point = ?').run(record.point)
  const at = (ns: number | undefined) =>
    ns === undefined ? null : absoluteNs(record.originNs, record.resolutionNs, ns)
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO captures (point, folder, formats, link_types, records, packets, bytes, flows, origin, resolution,
         first, last, keep, trust, interface_addresses)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      record.point,
      record.folder ?? null,
      JSON.stringify(record.formats),
      JSON.stringify(record.linkTypes),
      record.records,
      record.packets,
      record.bytes,
      record.flows,
      record.originNs,
      record.resolutionNs,
      at(record.firstNs),
      at(record.lastNs),
      record.keep,
      JSON.stringify(record.trust),
      JSON.stringify(record.interfaceAddresses),
    )
  const number = Number(lastInsertRowid)
  writeFiles(db, number, record)
  return { number, point: record.point, originNs: record.originNs, resolutionNs: record.resolutionNs }
}

function writeFiles(db: Database, capture: number, record: CaptureRecord): void {
  const file = db.prepare('INSERT INTO capture_files VALUES (?, ?, ?, ?, ?, ?)')
  for (const [position, { path, identity, damage }] of record.files.entries()) {
    file.run(capture, position, path, identity ?? null, damage?.offset ?? null, damage?.problem ?? null)
  }
  const anomaly = db.prepare('INSERT INTO capture_anomalies VALUES (?, ?, ?)')
  for (const [name, count] of record.anomalies) anomaly.run(capture, name, count)
}

export function writeLabels(db: Database, capture: CaptureRef, labels: ReadonlyMap<string, Label>): void {
  const insert = db.prepare('INSERT INTO labels VALUES (?, ?, ?, ?)')
  for (const [address, { kind, name }] of labels) insert.run(capture.number, address, kind, name)
}

/** Writes the rows of one capture. */
export interface RowWriter {
  /** Returns the row's id. */
  conversation(conversation: Conversation, judgement: Judgement, health: Health | null): number
  observation(seen: Observation): void
  flow(kept: KeptFlow): void
  /** To be called when all conversations are written: writes what they add up to. */
  finish(): void
}

/** A flow that is kept one by one. */
export interface KeptFlow {
  readonly flow: Flow
  readonly direction: Direction
  /** In upper case for the originator. */
  readonly history: string
  /** Id of its conversation. */
  readonly conversation: number
  /** The id it already has, when it is written again. */
  readonly id?: number
}

export function createRowWriter(db: Database, capture: CaptureRef): RowWriter {
  const placementOf = placementNumbers(db)
  const answerOf = answerNumbers(db)
  const certificateOf = certificateNumbers(db)
  const insertConversation = insertInto(db, 'conversations', CONVERSATION_COLUMNS, capture)
  const insertSum = insertInto(db, 'sums', SUM_COLUMNS, capture)
  const sums = new Map<string, ConversationSum>()
  const insertObservation = insertInto(db, 'observations', OBSERVATION_COLUMNS, capture)
  const insertFlow = insertInto(db, 'flows', FLOW_COLUMNS, capture)
  return {
    conversation(c, j, health) {
      const o = c.outcomes
      const judgement = answerOf(j.answer)
      const places = [placementOf(j.orig), placementOf(j.resp)] as const
      addToSums(sums, [judgement, health, ...places], c)
      return insertWithId(insertConversation, [
        wantedId(capture, c),
        capture.number,
        c.transport,
        c.origAddress,
        c.respAddress,
        ...places,
        c.respPort,
        c.service,
        c.certain ? 1 : 0,
        c.basis,
        judgement,
        health,
        j.answer.verdict === 'unexpected' || health === 'broken' ? 1 : 0,
        c.flows,
        o.established,
        o['handshake-failed'],
        o.refused,
        o.unanswered,
        o.prohibited,
        o['one-sided'],
        o.midstream,
        c.accepted,
        c.broadcast,
        c.origPackets,
        c.respPackets,
        c.origBytes,
        c.respBytes,
        c.origIpBytes,
        c.respIpBytes,
        c.origCopies,
        c.respCopies,
        c.proof,
        c.alert ?? null,
        c.claim ?? null,
        certificateOf(c.origCertificate),
        certificateOf(c.respCertificate),
        c.expired,
        c.icmpError ?? null,
        c.icmpSender ?? null,
        c.firstNs,
        c.lastNs,
      ])
    },
    observation(seen) {
      insertObservation.run([
        capture.number,
        seen.transport,
        seen.lowAddress,
        seen.lowPort,
        seen.highAddress,
        seen.highPort,
        seen.first,
        seen.service,
        seen.flows,
        seen.established,
        seen.onlyLow,
        seen.onlyHigh,
        seen.lowRefused,
        seen.lowProhibited,
        seen.highRefused,
        seen.highProhibited,
        seen.midstream,
        seen.handshakeFailed,
        seen.broadcast,
        seen.lowPackets,
        seen.highPackets,
        seen.lowBytes,
        seen.highBytes,
        seen.lowIpBytes,
        seen.highIpBytes,
        seen.lowCopies,
        seen.highCopies,
        seen.proof,
        seen.alert ?? null,
        seen.claim ?? null,
        certificateOf(seen.lowCertificate),
        certificateOf(seen.highCertificate),
        seen.expired,
        seen.icmpError ?? null,
        seen.icmpSender ?? null,
        seen.firstNs,
        seen.lastNs,
      ])
    },
    flow({ flow, direction, history, conversation, id }) {
      const [orig, resp] = direction.originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
      insertWithId(insertFlow, [
        id ?? idNumber(`${capture.point}\n${flowText(flow, capture)}`),
        capture.number,
        conversation,
        flow.transport,
        orig.address,
        orig.port,
        resp.address,
        resp.port,
        flow.startNs,
        flow.lastNs,
        orig.packets,
        resp.packets,
        orig.bytes,
        resp.bytes,
        orig.ipBytes,
        resp.ipBytes,
        connStateOf(flow, direction.originator),
        history,
        outcomeOf(flow, direction.originator),
        flow.service,
        direction.basis,
        flow.first === direction.originator ? 1 : 0,
        orig.state,
        resp.state,
        orig.copies,
        resp.copies,
        flow.proof,
        flow.alert ?? null,
        flow.claim ?? null,
        flow.pathFamily,
        certificateOf(orig.certificate),
        certificateOf(resp.certificate),
        flow.icmpError ?? null,
        flow.icmpSender ?? null,
        flow.fragments,
        JSON.stringify(flow.encapsulation),
      ])
    },
    finish() {
      for (const { of, conversations, flows, bytes, firstNs, lastNs } of sums.values()) {
        insertSum.run([capture.number, ...of, conversations, flows, bytes, firstNs, lastNs])
      }
    },
  }
}

const SUM_COLUMNS = `capture, judgement, health, orig_place, resp_place, conversations, flows, bytes, first, last`

/** What conversations of one judgement, health and pair of places come to. */
interface ConversationSum {
  readonly of: readonly unknown[]
  conversations: number
  flows: number
  bytes: number
  firstNs: number
  lastNs: number
}

function addToSums(sums: Map<string, ConversationSum>, of: readonly unknown[], c: Conversation): void {
  const key = of.join()
  let sum = sums.get(key)
  if (sum === undefined) {
    sum = { of, conversations: 0, flows: 0, bytes: 0, firstNs: c.firstNs, lastNs: c.lastNs }
    sums.set(key, sum)
  }
  sum.conversations += 1
  sum.flows += c.flows
  sum.bytes += c.origBytes + c.respBytes
  if (c.firstNs < sum.firstNs) sum.firstNs = c.firstNs
  if (c.lastNs > sum.lastNs) sum.lastNs = c.lastNs
}

/** The id that a conversation has, unless another row has it. */
export function wantedId({ point }: CaptureRef, conversation: ConversationKey): number {
  return idNumber(`${point}\n${keyText(conversation)}`)
}

/**
 * The numbers of judged conversations in the order of the ids that they want: rows inserted in the order of their key only
 * ever append to the table. Of equal ids the one that is listed first comes first.
 */
export function inIdOrder(capture: CaptureRef, { conversations, order }: Judged): Uint32Array {
  const ids = new Float64Array(conversations.count)
  for (const number of order) ids[number] = wantedId(capture, conversations.keyAt(number))
  return order.slice().sort((a, b) => ids[a]! - ids[b]!)
}

/** What a flow is, whichever way round it is taken. */
function flowText({ transport, low, high, startNs, lastNs }: Flow, { originNs, resolutionNs }: CaptureRef): string {
  const at = (ns: number) => absoluteNs(originNs, resolutionNs, ns)
  const time = `${at(startNs)} ${at(lastNs)}`
  return `${transport} ${low.address} ${low.port} ${high.address} ${high.port} ${time}`
}

const CONVERSATION_COLUMNS = `id, capture, proto, orig_addr, resp_addr, orig_place, resp_place, resp_port, service,
  certain, direction_basis, judgement, health, finding, flows, established, handshake_failed, refused, unanswered, prohibited,
  one_sided, midstream, accepted, broadcast, orig_packets, resp_packets, orig_bytes, resp_bytes, orig_ip_bytes,
  resp_ip_bytes, orig_copies, resp_copies, proof, alert, claim, orig_certificate, resp_certificate, expired, icmp_error,
  icmp_sender, first, last`

const OBSERVATION_COLUMNS = `capture, proto, low_addr, low_port, high_addr, high_port, first_sender, service, flows,
  established, only_low, only_high, low_refused, low_prohibited, high_refused, high_prohibited, midstream,
  handshake_failed, broadcast, low_packets, high_packets, low_bytes, high_bytes,
  low_ip_bytes, high_ip_bytes, low_copies, high_copies, proof, alert, claim, low_certificate, high_certificate, expired,
  icmp_error, icmp_sender, first, last`

const FLOW_COLUMNS = `id, capture, conversation, proto, orig_addr, orig_port, resp_addr, resp_port, start, "end",
  orig_packets, resp_packets, orig_bytes, resp_bytes, orig_ip_bytes, resp_ip_bytes, conn_state, history, outcome,
  service, direction_basis, orig_first, orig_tcp_state, resp_tcp_state, orig_copies, resp_copies, proof, alert, claim,
  path_family, orig_certificate, resp_certificate, icmp_error, icmp_sender, fragments, encapsulation`

/** Times of the columns named here are bound as nanoseconds since the capture's origin, and stored as since 1970. */
const TIME_COLUMNS: ReadonlySet<string> = new Set(['first', 'last', 'start', '"end"'])

function timeExpression({ originNs, resolutionNs }: CaptureRef): string {
  return `CAST(round(? / ${resolutionNs}.0) AS INTEGER) * ${resolutionNs} + ${originNs}`
}

function insertInto(db: Database, table: string, columns: string, capture: CaptureRef): Statement<unknown[]> {
  const places = columns
    .split(',')
    // A double binds faster than a BigInt, and holds the number of whole units since the origin exactly.
    .map((column) => (TIME_COLUMNS.has(column.trim()) ? timeExpression(capture) : '?'))
    .join(', ')
  return db.prepare(`INSERT INTO ${table} (${columns}) VALUES (${places})`)
}

/** Inserts a row whose first value is the wanted id; where another row has that, under the next free one. Returns the id. */
function insertWithId(insert: Statement<unknown[]>, values: [number, ...unknown[]]): number {
  while (true) {
    try {
      insert.run(values)
      return values[0]
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_CONSTRAINT_PRIMARYKEY') throw error
      values[0] += 1
    }
  }
}

function placementNumbers(db: Database): (placement: Placement | undefined) => number | null {
  const known = new Map<Placement, number>()
  const insert = db.prepare('INSERT INTO placements (name, roles) VALUES (?, ?)')
  return (placement) => {
    if (placement === undefined) return null
    let number = known.get(placement)
    if (number === undefined) {
      number = Number(insert.run(placement.name, JSON.stringify(placement.roles)).lastInsertRowid)
      known.set(placement, number)
    }
    return number
  }
}

function certificateNumbers(db: Database): (certificate: Certificate | undefined) => number | null {
  const known = new Map<string, number>()
  const find = db.prepare('SELECT id FROM certificates WHERE fingerprint = ?').pluck()
  const insert = db.prepare(
    `INSERT INTO certificates (fingerprint, subject, issuer, names, not_before_ms, not_after_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  return (certificate) => {
    if (certificate === undefined) return null
    const { fingerprint, subject, issuer, names, notBefore, notAfter } = certificate
    let number = known.get(fingerprint) ?? (find.get(fingerprint) as number | undefined)
    if (number === undefined) {
      const dates = [notBefore ?? null, notAfter ?? null]
      number = Number(insert.run(fingerprint, subject, issuer, JSON.stringify(names), ...dates).lastInsertRowid)
    }
    known.set(fingerprint, number)
    return number
  }
}

function answerNumbers(db: Database): (answer: Answer) => number {
  const known = new Map<Answer, number>()
  const insert = db.prepare(
    `INSERT INTO judgements (verdict, evidence, rule, pack, reason, nearest_rule, differs, remarks)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (answer) => {
    let number = known.get(answer)
    if (number === undefined) {
      const { verdict, evidence, rule, pack, reason, nearestRule } = answer
      const lists = [JSON.stringify(answer.differs), JSON.stringify(answer.remarks)]
      number = Number(insert.run(verdict, evidence, rule, pack, reason, nearestRule, ...lists).lastInsertRowid)
      known.set(answer, number)
    }
    return number
  }
}

/** Takes out what nothing refers to any more. */
export function removeOrphans(db: Database): void {
  db.exec(`
    DELETE FROM judgements WHERE id NOT IN (SELECT judgement FROM conversations);
    DELETE FROM placements WHERE id NOT IN (
      SELECT orig_place FROM conversations WHERE orig_place IS NOT NULL
      UNION SELECT resp_place FROM conversations WHERE resp_place IS NOT NULL);
    DELETE FROM certificates WHERE id NOT IN (
      SELECT orig_certificate FROM conversations WHERE orig_certificate IS NOT NULL
      UNION SELECT resp_certificate FROM conversations WHERE resp_certificate IS NOT NULL
      UNION SELECT low_certificate FROM observations WHERE low_certificate IS NOT NULL
      UNION SELECT high_certificate FROM observations WHERE high_certificate IS NOT NULL
      UNION SELECT orig_certificate FROM flows WHERE orig_certificate IS NOT NULL
      UNION SELECT resp_certificate FROM flows WHERE resp_certificate IS NOT NULL);
  `)
}
