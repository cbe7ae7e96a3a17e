import type { Certificate } from '../evidence/certificate.ts'
import type { VerdictFacts } from '../judge/smallest-change.ts'
import { type IdPrefix, idsThatBeginWith, idText } from './ids.ts'
import type { Database } from './open.ts'
import { type ConversationRow, type FlowRow, readConversationsAmong, readFlowsAmong } from './read-rows.ts'
import { StoreError } from './store-error.ts'

/** Everything stored about a flow or a conversation that somebody asks about by its id. */
export interface Asked {
  /** The conversation, or the one that the flow belongs to: what is judged. */
  readonly conversation: ConversationRow
  /** Undefined where a conversation was asked for. */
  readonly flow: FlowRow | undefined
  readonly facts: VerdictFacts
  /** What the ends presented, of the flow or of the conversation. */
  readonly origCertificate: Certificate | undefined
  readonly respCertificate: Certificate | undefined
  /** The files of the capture point, in their order. */
  readonly files: readonly string[]
  /** Flows of the conversation that were kept one by one, the earliest first: at most MOST_IDS. */
  readonly keptFlows: readonly string[]
  readonly keptFlowCount: number
}

/** More ids than this help nobody who reads one explanation. */
export const MOST_IDS = 5

/** What has the id, or the only one that begins with the text. */
export function readAsked(db: Database, text: string): Asked {
  const { prefix, id } = findId(db, text)
  const stored = storedOf(db, prefix, id)
  const kept = db
    .prepare('SELECT id FROM flows WHERE conversation = ? ORDER BY start, id LIMIT ?')
    .pluck()
    .all(stored.conversation, MOST_IDS) as number[]
  return {
    conversation: readConversationRow(db, stored.conversation),
    flow: prefix === 'f' ? only(readFlowsAmong(db, [id])) : undefined,
    facts: factsOf(stored),
    origCertificate: certificateOf(db, stored.orig_certificate),
    respCertificate: certificateOf(db, stored.resp_certificate),
    files: db
      .prepare('SELECT path FROM capture_files WHERE capture = ? ORDER BY position')
      .pluck()
      .all(stored.capture) as string[],
    keptFlows: kept.map((each) => idText('f', each)),
    keptFlowCount: db
      .prepare('SELECT count(*) FROM flows WHERE conversation = ?')
      .pluck()
      .get(stored.conversation) as number,
  }
}

/** The row of a conversation that is there. */
export function readConversationRow(db: Database, id: number): ConversationRow {
  return only(readConversationsAmong(db, [id]))
}

function only<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error('a row that was found is not there')
  return row
}

const KINDS = {
  c: { table: 'conversations', word: 'conversation', list: "'portolan conversations' lists them" },
  f: {
    table: 'flows',
    word: 'flow',
    list: "'portolan flows' lists those that were kept, 'analyze --keep all' keeps every flow",
  },
} as const satisfies Record<IdPrefix, object>

function findId(db: Database, text: string): { readonly prefix: IdPrefix; readonly id: number } {
  const span = idsThatBeginWith(text)
  if (span === undefined) {
    const wanted = "wanted one such as c137hfyjk6e, from the column id of 'portolan conversations' or 'portolan flows'"
    throw new StoreError(`'${text}' is not the id of a conversation or a flow; ${wanted}`)
  }
  const { prefix, first, last } = span
  const { table, word, list } = KINDS[prefix]
  const found = db
    .prepare(`SELECT id FROM ${table} WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ${MOST_IDS + 1}`)
    .pluck()
    .all(first, last) as number[]
  const [id, ...others] = found
  if (id === undefined) throw new StoreError(`no ${word} has the id '${text}'; ${list}`)
  if (others.length > 0)
    throw new StoreError(
      ambiguous(
        text,
        found.map((each) => idText(prefix, each)),
      ),
    )
  return { prefix, id }
}

function ambiguous(text: string, ids: readonly string[]): string {
  const shown = ids.slice(0, MOST_IDS).join(', ')
  return `'${text}' is the beginning of several ids: ${shown}${ids.length > MOST_IDS ? ' and more' : ''}`
}

/** The columns that no view has, and of a flow the certificates that it showed itself. */
interface Stored {
  readonly conversation: number
  readonly capture: number
  readonly proto: string
  readonly orig_addr: string
  readonly resp_addr: string
  readonly resp_port: number
  readonly service: VerdictFacts['service']
  readonly certain: number
  readonly direction_basis: VerdictFacts['basis']
  readonly flows: number
  readonly accepted: number
  readonly broadcast: number
  readonly orig_certificate: number | null
  readonly resp_certificate: number | null
}

function storedOf(db: Database, prefix: IdPrefix, id: number): Stored {
  const [shown, condition] =
    prefix === 'c'
      ? ['c', 'conversations c WHERE c.id = ?']
      : ['f', 'flows f JOIN conversations c ON c.id = f.conversation WHERE f.id = ?']
  return db
    .prepare(
      `SELECT c.id AS conversation, c.capture, c.proto, c.orig_addr, c.resp_addr, c.resp_port, c.service, c.certain,
         c.direction_basis, c.flows, c.accepted, c.broadcast, ${shown}.orig_certificate, ${shown}.resp_certificate
       FROM ${condition}`,
    )
    .get(id) as Stored
}

function factsOf(stored: Stored): VerdictFacts {
  return {
    transport: stored.proto,
    origAddress: stored.orig_addr,
    respAddress: stored.resp_addr,
    respPort: stored.resp_port,
    service: stored.service,
    certain: stored.certain === 1,
    basis: stored.direction_basis,
    flows: stored.flows,
    accepted: stored.accepted,
    broadcast: stored.broadcast,
  }
}

function certificateOf(db: Database, number: number | null): Certificate | undefined {
  if (number === null) return undefined
  const row = db.prepare('SELECT * FROM certificates WHERE id = ?').get(number) as {
    readonly fingerprint: string
    readonly subject: string
    readonly issuer: string
    readonly names: string
    readonly not_before_ms: number | null
    readonly not_after_ms: number | null
  }
  return {
    names: JSON.parse(row.names) as string[],
    subject: row.subject,
    issuer: row.issuer,
    notBefore: row.not_before_ms ?? undefined,
    notAfter: row.not_after_ms ?? undefined,
    fingerprint: row.fingerprint,
  }
}
