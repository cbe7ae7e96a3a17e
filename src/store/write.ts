import type { ConversationKey } from '../judge/conversation.ts'
import { keyOf } from '../judge/conversation.ts'
import type { Judgement } from '../judge/judge.ts'
import type { Observation } from '../judge/observation.ts'
import { connStateOf, outcomeOf } from '../judge/outcome.ts'
import type { CaptureRecord, JudgedConversation, KeptFlow } from './capture-record.ts'
import { conversationId, flowId } from './ids.ts'
import type { Database } from './open.ts'

/** Where a capture's rows go: its number in the database, its name, and the origin of its times. */
export interface CaptureRef {
  readonly number: number
  readonly point: string
  readonly originNs: bigint
}

/** Writes the capture's own row, in the place of what stood under its point. */
export function writeCapture(db: Database, record: CaptureRecord): CaptureRef {
  db.prepare('DELETE FROM captures WHERE point = ?').run(record.point)
  const at = (ns: number | undefined) => (ns === undefined ? null : record.originNs + BigInt(ns))
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO captures (point, folder, formats, link_types, records, packets, bytes, flows, origin, first, last, keep)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      at(record.firstNs),
      at(record.lastNs),
      record.keep,
    )
  const number = Number(lastInsertRowid)
  writeFiles(db, number, record)
  return { number, point: record.point, originNs: record.originNs }
}

function writeFiles(db: Database, capture: number, record: CaptureRecord): void {
  const file = db.prepare('INSERT INTO capture_files VALUES (?, ?, ?, ?, ?, ?)')
  for (const [position, { path, identity, damage }] of record.files.entries()) {
    file.run(capture, position, path, identity ?? null, damage?.offset ?? null, damage?.problem ?? null)
  }
  const anomaly = db.prepare('INSERT INTO capture_anomalies VALUES (?, ?, ?)')
  for (const [name, count] of record.anomalies) anomaly.run(capture, name, count)
}

/** Writes rows of one capture. Addresses and judgements are looked up once and then known by number. */
export interface RowWriter {
  conversation(judged: JudgedConversation): void
  observation(seen: Observation): void
  flow(kept: KeptFlow, id?: string): void
}

export function createRowWriter(db: Database, capture: CaptureRef): RowWriter {
  const addressOf = addressNumbers(db)
  const judgementOf = judgementNumbers(db)
  const insertConversation = db.prepare(insertInto('conversations', CONVERSATION_COLUMNS))
  const insertObservation = db.prepare(insertInto('observations', OBSERVATION_COLUMNS))
  const insertFlow = db.prepare(insertInto('flows', FLOW_COLUMNS))
  const at = (ns: number) => capture.originNs + BigInt(ns)
  return {
    conversation({ conversation: c, judgement: j, health }) {
      const o = c.outcomes
      insertConversation.run([
        conversationId(capture.point, c),
        capture.number,
        c.transport,
        addressOf(c.origAddress, j.origName, j.origRoles),
        addressOf(c.respAddress, j.respName, j.respRoles),
        c.respPort,
        c.service,
        c.certain ? 1 : 0,
        c.basis,
        judgementOf(j),
        health,
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
        at(c.firstNs),
        at(c.lastNs),
      ])
    },
    observation(seen) {
      insertObservation.run([
        capture.number,
        seen.transport,
        addressOf(seen.lowAddress),
        seen.lowPort,
        addressOf(seen.highAddress),
        seen.highPort,
        seen.first,
        seen.service,
        seen.flows,
        seen.established,
        seen.onlyLow,
        seen.onlyHigh,
        seen.midstream,
        seen.broadcast,
        seen.lowPackets,
        seen.highPackets,
        seen.lowBytes,
        seen.highBytes,
        seen.lowIpBytes,
        seen.highIpBytes,
        at(seen.firstNs),
        at(seen.lastNs),
      ])
    },
    flow({ flow, direction, history }, id) {
      const [orig, resp] = direction.originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
      const key: ConversationKey = keyOf(flow, direction)
      insertFlow.run([
        id ?? idOfFlow(capture, flow),
        capture.number,
        conversationId(capture.point, key),
        flow.transport,
        addressOf(orig.address),
        orig.port,
        addressOf(resp.address),
        resp.port,
        at(flow.startNs),
        at(flow.lastNs),
        orig.packets,
        resp.packets,
        orig.bytes,
        resp.bytes,
        orig.ipBytes,
        resp.ipBytes,
        connStateOf(flow, direction.originator),
        history,
        outcomeOf(flow, direction.originator),
        key.service,
        direction.basis,
        flow.first === direction.originator ? 1 : 0,
        orig.state,
        resp.state,
      ])
    },
  }
}

function idOfFlow(capture: CaptureRef, flow: KeptFlow['flow']): string {
  return flowId(capture.point, {
    transport: flow.transport,
    lowAddress: flow.low.address,
    lowPort: flow.low.port,
    highAddress: flow.high.address,
    highPort: flow.high.port,
    start: capture.originNs + BigInt(flow.startNs),
    end: capture.originNs + BigInt(flow.lastNs),
    ordinal: flow.ordinal,
  })
}

const CONVERSATION_COLUMNS = `id, capture, proto, orig, resp, resp_port, service, certain, direction_basis, judgement,
  health, flows, established, handshake_failed, refused, unanswered, prohibited, one_sided, midstream, accepted,
  broadcast, orig_packets, resp_packets, orig_bytes, resp_bytes, orig_ip_bytes, resp_ip_bytes, first, last`

const OBSERVATION_COLUMNS = `capture, proto, low, low_port, high, high_port, first_sender, service, flows, established,
  only_low, only_high, midstream, broadcast, low_packets, high_packets, low_bytes, high_bytes, low_ip_bytes,
  high_ip_bytes, first, last`

const FLOW_COLUMNS = `id, capture, conversation, proto, orig, orig_port, resp, resp_port, start, "end", orig_packets,
  resp_packets, orig_bytes, resp_bytes, orig_ip_bytes, resp_ip_bytes, conn_state, history, outcome, service,
  direction_basis, orig_first, orig_tcp_state, resp_tcp_state`

function insertInto(table: string, columns: string): string {
  const places = columns
    .split(',')
    .map(() => '?')
    .join(', ')
  return `INSERT INTO ${table} (${columns}) VALUES (${places})`
}

type AddressOf = (address: string, name?: string | null, roles?: readonly string[]) => number

/** Numbers of addresses; what a conversation knows of name and roles is written with the first one that says it. */
function addressNumbers(db: Database): AddressOf {
  const known = new Map<string, number>()
  const upsert = db
    .prepare(
      `INSERT INTO addresses (address, name, roles) VALUES (?, ?, ?)
       ON CONFLICT (address) DO UPDATE SET name = excluded.name, roles = excluded.roles RETURNING id`,
    )
    .pluck()
  const find = db.prepare('SELECT id FROM addresses WHERE address = ?').pluck()
  return (address, name = null, roles) => {
    let number = known.get(address)
    if (number === undefined) {
      const found = roles === undefined ? (find.get(address) as number | undefined) : undefined
      number = found ?? (upsert.get(address, name, JSON.stringify(roles ?? [])) as number)
      known.set(address, number)
    }
    return number
  }
}

function judgementNumbers(db: Database): (judgement: Judgement) => number {
  const known = new Map<string, number>()
  const insert = db.prepare(
    `INSERT INTO judgements (verdict, evidence, rule, pack, reason, nearest_rule, differs, remarks)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return ({ verdict, evidence, rule, pack, reason, nearestRule, differs, remarks }) => {
    const values = [verdict, evidence, rule, pack, reason, nearestRule, differs.join(' '), remarks.join(' ')]
    const key = values.join('|')
    let number = known.get(key)
    if (number === undefined) {
      const lists = [JSON.stringify(differs), JSON.stringify(remarks)]
      number = Number(insert.run([...values.slice(0, 6), ...lists]).lastInsertRowid)
      known.set(key, number)
    }
    return number
  }
}

/** Takes out what nothing refers to any more. */
export function removeOrphans(db: Database): void {
  db.exec(`
    DELETE FROM judgements WHERE id NOT IN (SELECT judgement FROM conversations);
    DELETE FROM addresses WHERE id NOT IN (
      SELECT orig FROM conversations UNION SELECT resp FROM conversations
      UNION SELECT low FROM observations UNION SELECT high FROM observations
      UNION SELECT orig FROM flows UNION SELECT resp FROM flows);
  `)
}
