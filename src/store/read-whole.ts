import type { Database } from 'better-sqlite3'
import type { Role } from '../inventory/roles.ts'
import { idText } from './ids.ts'
import { idsInOrder, type Listed } from './ids-in-order.ts'
import { type Fields, fieldsOf } from './read-fields.ts'
import type { ConversationRow, FlowRow, JudgedRow } from './read-rows.ts'

/*
 * Rows of a whole list. Shaped by speed (`test/bench/queries.ts`, exports): conversations at 58,000 a second, flows at
 * 44,000. The views join eight tables and sort whole rows, which takes two to three times as long. Here the ids are put in order alone, rows are read
 * by their ids, and what the small tables say of them is looked up here.
 */

/** Rows read by one statement. */
const ROWS_AT_ONCE = 256

/**
 * The rows of a list, in order. All of them are of one state of the database: a transaction of its own is open until the
 * last is taken.
 */
export function* wholeRows<Row>(
  db: Database,
  listed: Listed,
  createReader: (db: Database) => RowReader<Row>,
): Generator<Row> {
  const isOwn = !db.inTransaction
  if (isOwn) db.exec('BEGIN')
  try {
    const ids = idsInOrder(db, listed)
    const { statement, rowOf } = createReader(db)
    const read = db.prepare(statement).raw()
    for (let from = 0; from < ids.length; from += ROWS_AT_ONCE) {
      const rows = read.all(`[${ids.subarray(from, from + ROWS_AT_ONCE).join()}]`) as readonly Values[]
      for (const row of rows) yield rowOf(row)
    }
  } finally {
    if (isOwn) db.exec('COMMIT')
  }
}

type Values = readonly never[]

/** How rows are read by their ids. */
export interface RowReader<Row> {
  /** Gives the rows of a JSON array of ids, in its order. */
  readonly statement: string
  readonly rowOf: (values: Values) => Row
}

const NS_PER_SECOND = 1_000_000_000n

/** A time in seconds and nanoseconds, which doubles hold; all columns as big integers would take twice as long. */
const time = (column: string) => `${column} / ${NS_PER_SECOND}, ${column} % ${NS_PER_SECOND}`

function nsOf(seconds: number, nanoseconds: number): bigint {
  return BigInt(seconds) * NS_PER_SECOND + BigInt(nanoseconds)
}

/**
 * The columns that both tables have, in the order in which the readers take them. A row is made in one piece, because
 * one that is put together of two takes three times as long: that is why both readers write them out.
 */
const SHARED = [
  'id, capture, proto, orig_addr, resp_addr, resp_port, orig_place, resp_place, orig_packets, resp_packets, orig_bytes',
  'resp_bytes, orig_ip_bytes, resp_ip_bytes, orig_copies, resp_copies, direction_basis, service, proof, alert, claim',
  'orig_certificate, resp_certificate, icmp_error, icmp_sender, judgement, health',
].flatMap((line) => line.split(', '))
const LABELS = ['ol.kind', 'ol.name', 'rl.kind', 'rl.name']
/** Where the columns stand that one of the tables has alone. */
const OWN = SHARED.length + LABELS.length

function statementOf(table: string, own: readonly string[]): string {
  const columns = [...SHARED.map((name) => `t.${name}`), ...LABELS, ...own]
  return `SELECT ${columns.join(', ')}
    FROM json_each(?) asked CROSS JOIN ${table} t ON t.id = asked.value
    LEFT JOIN labels ol ON ol.capture = t.capture AND ol.address = t.orig_addr
    LEFT JOIN labels rl ON rl.capture = t.capture AND rl.address = t.resp_addr`
}

const FLOW_COLUMNS = [time('t.start'), time('t."end"'), 't.orig_port, t.conn_state, t.history, t.fragments']
const MORE_FLOW_COLUMNS = ['t.encapsulation, t.path_family, t.outcome, t.process_id, t.conversation']

export function createFlowReader(db: Database): RowReader<FlowRow> {
  const tables = readTables(db)
  const listOf = createListReader()
  return {
    statement: statementOf('flows', [...FLOW_COLUMNS, ...MORE_FLOW_COLUMNS]),
    rowOf(values) {
      const orig = values[6] === null ? UNLISTED : tables.places.get(values[6]!)
      const resp = values[7] === null ? UNLISTED : tables.places.get(values[7]!)
      const judgement = tables.judgements.get(values[JUDGEMENT]!)
      return {
        id: idText('f', values[0]!),
        capture: tables.points.get(values[1]!),
        proto: values[2]!,
        orig_addr: values[3]!,
        resp_addr: values[4]!,
        resp_port: values[5]!,
        orig_name: orig.name,
        resp_name: resp.name,
        orig_roles: orig.roles,
        resp_roles: resp.roles,
        orig_label: values[SHARED.length + 1]!,
        orig_label_kind: values[SHARED.length]!,
        resp_label: values[SHARED.length + 3]!,
        resp_label_kind: values[SHARED.length + 2]!,
        orig_packets: values[8]!,
        resp_packets: values[9]!,
        orig_bytes: values[10]!,
        resp_bytes: values[11]!,
        orig_ip_bytes: values[12]!,
        resp_ip_bytes: values[13]!,
        orig_copies: values[14]!,
        resp_copies: values[15]!,
        direction_basis: values[16]!,
        service: values[17]!,
        proof: values[18]!,
        alert: values[19]!,
        claim: values[20]!,
        orig_certificate: values[21] === null ? NO_NAMES : tables.certificates.get(values[21]!),
        resp_certificate: values[22] === null ? NO_NAMES : tables.certificates.get(values[22]!),
        icmp_error: values[23]!,
        icmp_sender: values[24]!,
        evidence: judgement.evidence,
        verdict: judgement.verdict,
        rule: judgement.rule,
        reason: judgement.reason,
        nearest_rule: judgement.nearest_rule,
        remarks: judgement.remarks,
        health: values[26]!,
        start: nsOf(values[OWN]!, values[OWN + 1]!),
        end: nsOf(values[OWN + 2]!, values[OWN + 3]!),
        orig_port: values[OWN + 4]!,
        conn_state: values[OWN + 5]!,
        history: values[OWN + 6]!,
        fragments: values[OWN + 7]!,
        encapsulation: listOf(values[OWN + 8]!),
        path_family: values[OWN + 9]!,
        outcome: values[OWN + 10]!,
        process_id: values[OWN + 11]!,
        conversation: idText('c', values[OWN + 12]!),
      }
    },
  }
}

const CONVERSATION_COLUMNS = [time('t.first'), time('t.last'), 't.flows, t.established, t.handshake_failed, t.refused']
const MORE_CONVERSATION_COLUMNS = ['t.unanswered, t.prohibited, t.one_sided, t.midstream']

export function createConversationReader(db: Database): RowReader<ConversationRow> {
  const tables = readTables(db)
  return {
    statement: statementOf('conversations', [...CONVERSATION_COLUMNS, ...MORE_CONVERSATION_COLUMNS]),
    rowOf(values) {
      const orig = values[6] === null ? UNLISTED : tables.places.get(values[6]!)
      const resp = values[7] === null ? UNLISTED : tables.places.get(values[7]!)
      const judgement = tables.judgements.get(values[JUDGEMENT]!)
      return {
        id: idText('c', values[0]!),
        capture: tables.points.get(values[1]!),
        proto: values[2]!,
        orig_addr: values[3]!,
        resp_addr: values[4]!,
        resp_port: values[5]!,
        orig_name: orig.name,
        resp_name: resp.name,
        orig_roles: orig.roles,
        resp_roles: resp.roles,
        orig_label: values[SHARED.length + 1]!,
        orig_label_kind: values[SHARED.length]!,
        resp_label: values[SHARED.length + 3]!,
        resp_label_kind: values[SHARED.length + 2]!,
        orig_packets: values[8]!,
        resp_packets: values[9]!,
        orig_bytes: values[10]!,
        resp_bytes: values[11]!,
        orig_ip_bytes: values[12]!,
        resp_ip_bytes: values[13]!,
        orig_copies: values[14]!,
        resp_copies: values[15]!,
        direction_basis: values[16]!,
        service: values[17]!,
        proof: values[18]!,
        alert: values[19]!,
        claim: values[20]!,
        orig_certificate: values[21] === null ? NO_NAMES : tables.certificates.get(values[21]!),
        resp_certificate: values[22] === null ? NO_NAMES : tables.certificates.get(values[22]!),
        icmp_error: values[23]!,
        icmp_sender: values[24]!,
        evidence: judgement.evidence,
        verdict: judgement.verdict,
        rule: judgement.rule,
        reason: judgement.reason,
        nearest_rule: judgement.nearest_rule,
        remarks: judgement.remarks,
        health: values[26]!,
        first: nsOf(values[OWN]!, values[OWN + 1]!),
        last: nsOf(values[OWN + 2]!, values[OWN + 3]!),
        flows: values[OWN + 4]!,
        established: values[OWN + 5]!,
        handshake_failed: values[OWN + 6]!,
        refused: values[OWN + 7]!,
        unanswered: values[OWN + 8]!,
        prohibited: values[OWN + 9]!,
        one_sided: values[OWN + 10]!,
        midstream: values[OWN + 11]!,
        pack: judgement.pack,
        differs: judgement.differs,
      }
    },
  }
}

const JUDGEMENT = SHARED.indexOf('judgement')

/** What the rows have numbers of. */
function readTables(db: Database) {
  return {
    points: createRowOf(db, 'SELECT point FROM captures WHERE id = ?', ({ point }) => point as string),
    judgements: createRowOf(
      db,
      'SELECT * FROM judgements WHERE id = ?',
      (fields) => fields as unknown as JudgementFields,
    ),
    places: createRowOf(db, 'SELECT name, roles FROM placements WHERE id = ?', (fields) => fields as unknown as Place),
    certificates: createRowOf(db, 'SELECT names FROM certificates WHERE id = ?', ({ names }) => {
      return JSON.parse(names as string) as readonly string[]
    }),
  }
}

/** Returns the row of a number, which is read once. */
function createRowOf<Row>(db: Database, sql: string, rowOf: (fields: Fields) => Row): { get(number: number): Row } {
  const known = new Map<number, Row>()
  const statement = db.prepare(sql)
  return {
    get(number) {
      let row = known.get(number)
      if (row === undefined) {
        const [fields] = fieldsOf(statement, [number])
        if (fields === undefined) throw new Error(`no row has the number ${number}: ${sql}`)
        row = rowOf(fields)
        known.set(number, row)
      }
      return row
    },
  }
}

const NO_NAMES: readonly string[] = []

interface Place {
  readonly name: string | null
  readonly roles: readonly Role[]
}

/** An address that the inventory does not list. */
const UNLISTED: Place = { name: null, roles: [] }

type JudgementFields = Pick<JudgedRow, 'evidence' | 'verdict' | 'rule' | 'reason' | 'nearest_rule' | 'remarks'> &
  Pick<ConversationRow, 'pack' | 'differs'>

/** Many flows have the same few lists. */
function createListReader(): (text: string) => readonly string[] {
  const known = new Map<string, readonly string[]>()
  return (text) => {
    let list = known.get(text)
    if (list === undefined) {
      list = JSON.parse(text) as string[]
      known.set(text, list)
    }
    return list
  }
}
