import type { Database } from 'better-sqlite3'
import type { Role } from '../inventory/roles.ts'
import { idText } from './ids.ts'
import { idsInOrder, type Listed } from './ids-in-order.ts'
import { type Fields, fieldsOf } from './read-fields.ts'
import type { ConversationRow, FlowRow, JudgedRow } from './read-rows.ts'

/*
 * Rows of a whole list. Shaped by speed (`test/bench/queries.ts`, exports): conversations at 66,000 a second of CPU time,
 * flows at 58,000. The views join eight tables and sort whole rows, which takes two to three times as long. Here the ids
 * are put in order alone, rows are read by their ids, and what the small tables say of them is looked up here.
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
  'id, capture, orig_addr, resp_addr, resp_port, orig_place, resp_place, orig_packets, resp_packets, orig_bytes',
  'resp_bytes, orig_ip_bytes, resp_ip_bytes, orig_copies, resp_copies, proof, alert, claim, orig_certificate',
  'resp_certificate, icmp_error, icmp_sender, judgement',
].flatMap((line) => line.split(', '))
const LABELS = ['ol.kind', 'ol.name', 'rl.kind', 'rl.name']
/** Where the columns stand that one of the tables has alone; the first of them holds the words. */
const OWN = SHARED.length + LABELS.length

function statementOf(table: string, own: readonly string[]): string {
  const columns = [...SHARED.map((name) => `t.${name}`), ...LABELS, ...own]
  return `SELECT ${columns.join(', ')}
    FROM json_each(?) asked CROSS JOIN ${table} t ON t.id = asked.value
    LEFT JOIN labels ol ON ol.capture = t.capture AND ol.address = t.orig_addr
    LEFT JOIN labels rl ON rl.capture = t.capture AND rl.address = t.resp_addr`
}

type SharedWords = Pick<JudgedRow, 'proto' | 'direction_basis' | 'service' | 'health'>
type FlowWords = SharedWords & Pick<FlowRow, 'conn_state' | 'outcome' | 'encapsulation'>

const SHARED_WORDS = ['t.proto', 't.direction_basis', 't.service', `ifnull(t.health, '')`]

/** Words of closed lists as one text, because each text that is taken out of the database has its cost. */
const wordsSql = (columns: readonly string[]) => `concat_ws('|', ${columns.join(', ')})`

function sharedWords([proto, direction_basis, service, health]: readonly string[]): SharedWords {
  return { proto, direction_basis, service, health: health === '' ? null : health } as SharedWords
}

function flowWords(parts: readonly string[]): FlowWords {
  const [conn_state, outcome, encapsulation = '[]'] = parts.slice(SHARED_WORDS.length)
  return { ...sharedWords(parts), conn_state, outcome, encapsulation: JSON.parse(encapsulation) } as FlowWords
}

/** Many rows have the same few words. */
function createWordsReader<Words>(read: (parts: readonly string[]) => Words): (text: string) => Words {
  const known = new Map<string, Words>()
  return (text) => {
    let found = known.get(text)
    if (found === undefined) {
      found = read(text.split('|'))
      known.set(text, found)
    }
    return found
  }
}

const FLOW_COLUMNS = [wordsSql([...SHARED_WORDS, 't.conn_state', 't.outcome', 't.encapsulation']), time('t.start')]
const MORE_FLOW_COLUMNS = [
  time('t."end"'),
  't.orig_port, t.history, t.fragments, t.path_family, t.process_id',
  't.conversation',
]

export function createFlowReader(db: Database): RowReader<FlowRow> {
  const tables = readTables(db)
  const wordsOf = createWordsReader(flowWords)
  return {
    statement: statementOf('flows', [...FLOW_COLUMNS, ...MORE_FLOW_COLUMNS]),
    rowOf(values) {
      const orig = values[5] === null ? UNLISTED : tables.places.get(values[5]!)
      const resp = values[6] === null ? UNLISTED : tables.places.get(values[6]!)
      const words = wordsOf(values[OWN]!)
      const judgement = tables.judgements.get(values[JUDGEMENT]!)
      return {
        id: idText('f', values[0]!),
        capture: tables.points.get(values[1]!),
        proto: words.proto,
        orig_addr: values[2]!,
        resp_addr: values[3]!,
        resp_port: values[4]!,
        orig_name: orig.name,
        resp_name: resp.name,
        orig_roles: orig.roles,
        resp_roles: resp.roles,
        orig_label: values[SHARED.length + 1]!,
        orig_label_kind: values[SHARED.length]!,
        resp_label: values[SHARED.length + 3]!,
        resp_label_kind: values[SHARED.length + 2]!,
        orig_packets: values[7]!,
        resp_packets: values[8]!,
        orig_bytes: values[9]!,
        resp_bytes: values[10]!,
        orig_ip_bytes: values[11]!,
        resp_ip_bytes: values[12]!,
        orig_copies: values[13]!,
        resp_copies: values[14]!,
        direction_basis: words.direction_basis,
        service: words.service,
        proof: values[15]!,
        alert: values[16]!,
        claim: values[17]!,
        orig_certificate: values[18] === null ? NO_NAMES : tables.certificates.get(values[18]!),
        resp_certificate: values[19] === null ? NO_NAMES : tables.certificates.get(values[19]!),
        icmp_error: values[20]!,
        icmp_sender: values[21]!,
        evidence: judgement.evidence,
        verdict: judgement.verdict,
        rule: judgement.rule,
        reason: judgement.reason,
        nearest_rule: judgement.nearest_rule,
        remarks: judgement.remarks,
        health: words.health,
        start: nsOf(values[OWN + 1]!, values[OWN + 2]!),
        end: nsOf(values[OWN + 3]!, values[OWN + 4]!),
        orig_port: values[OWN + 5]!,
        conn_state: words.conn_state,
        history: values[OWN + 6]!,
        fragments: values[OWN + 7]!,
        encapsulation: words.encapsulation,
        path_family: values[OWN + 8]!,
        outcome: words.outcome,
        process_id: values[OWN + 9]!,
        conversation: idText('c', values[OWN + 10]!),
      }
    },
  }
}

const CONVERSATION_COLUMNS = [
  wordsSql(SHARED_WORDS),
  time('t.first'),
  time('t.last'),
  't.flows, t.established, t.handshake_failed, t.refused',
]
const MORE_CONVERSATION_COLUMNS = ['t.unanswered, t.prohibited, t.one_sided, t.midstream']

export function createConversationReader(db: Database): RowReader<ConversationRow> {
  const tables = readTables(db)
  const wordsOf = createWordsReader(sharedWords)
  return {
    statement: statementOf('conversations', [...CONVERSATION_COLUMNS, ...MORE_CONVERSATION_COLUMNS]),
    rowOf(values) {
      const orig = values[5] === null ? UNLISTED : tables.places.get(values[5]!)
      const resp = values[6] === null ? UNLISTED : tables.places.get(values[6]!)
      const words = wordsOf(values[OWN]!)
      const judgement = tables.judgements.get(values[JUDGEMENT]!)
      return {
        id: idText('c', values[0]!),
        capture: tables.points.get(values[1]!),
        proto: words.proto,
        orig_addr: values[2]!,
        resp_addr: values[3]!,
        resp_port: values[4]!,
        orig_name: orig.name,
        resp_name: resp.name,
        orig_roles: orig.roles,
        resp_roles: resp.roles,
        orig_label: values[SHARED.length + 1]!,
        orig_label_kind: values[SHARED.length]!,
        resp_label: values[SHARED.length + 3]!,
        resp_label_kind: values[SHARED.length + 2]!,
        orig_packets: values[7]!,
        resp_packets: values[8]!,
        orig_bytes: values[9]!,
        resp_bytes: values[10]!,
        orig_ip_bytes: values[11]!,
        resp_ip_bytes: values[12]!,
        orig_copies: values[13]!,
        resp_copies: values[14]!,
        direction_basis: words.direction_basis,
        service: words.service,
        proof: values[15]!,
        alert: values[16]!,
        claim: values[17]!,
        orig_certificate: values[18] === null ? NO_NAMES : tables.certificates.get(values[18]!),
        resp_certificate: values[19] === null ? NO_NAMES : tables.certificates.get(values[19]!),
        icmp_error: values[20]!,
        icmp_sender: values[21]!,
        evidence: judgement.evidence,
        verdict: judgement.verdict,
        rule: judgement.rule,
        reason: judgement.reason,
        nearest_rule: judgement.nearest_rule,
        remarks: judgement.remarks,
        health: words.health,
        first: nsOf(values[OWN + 1]!, values[OWN + 2]!),
        last: nsOf(values[OWN + 3]!, values[OWN + 4]!),
        flows: values[OWN + 5]!,
        established: values[OWN + 6]!,
        handshake_failed: values[OWN + 7]!,
        refused: values[OWN + 8]!,
        unanswered: values[OWN + 9]!,
        prohibited: values[OWN + 10]!,
        one_sided: values[OWN + 11]!,
        midstream: values[OWN + 12]!,
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
