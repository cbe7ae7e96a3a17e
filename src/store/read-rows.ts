import type { Database } from 'better-sqlite3'
import type { Service } from '../evidence/service.ts'
import type { ConnState } from '../flow/conn-state.ts'
import type { IcmpError } from '../flow/flow.ts'
import type { Role } from '../inventory/roles.ts'
import type { DirectionBasis } from '../judge/direction.ts'
import type { Evidence } from '../judge/evidence.ts'
import type { Health } from '../judge/health.ts'
import type { Verdict } from '../judge/judge.ts'
import type { LabelKind } from '../judge/labels.ts'
import type { Outcome } from '../judge/outcome.ts'
import type { Difference, Reason } from '../judge/reason.ts'
import type { Remark } from '../judge/remark.ts'
import type { Listed } from './ids-in-order.ts'
import { type Condition, OF_VIEW, ofTable, type RowFilter, type RowKind, whereClause } from './read-filter.ts'
import { LONGEST_PAGE, type PagedTable, pageIds, passingThrough } from './read-page.ts'
import { areToldBySums, countBySums } from './read-sums.ts'
import { createConversationReader, createFlowReader, type RowReader, wholeRows } from './read-whole.ts'

/*
 * Flows and conversations as people see them. A row's fields have the names that its columns have in SQL, JSON and CSV.
 * Times are nanoseconds since 1970.
 */

/** What a flow and a conversation have in common. */
export interface JudgedRow {
  readonly id: string
  readonly capture: string
  readonly proto: string
  readonly orig_addr: string
  readonly resp_addr: string
  /** 0 where the transport has no ports. */
  readonly resp_port: number
  /** Names and roles as the inventory has them: null and empty for an address that it does not list. */
  readonly orig_name: string | null
  readonly resp_name: string | null
  readonly orig_roles: readonly Role[]
  readonly resp_roles: readonly Role[]
  /** What the traffic calls the two ends, and where it says so. */
  readonly orig_label: string | null
  readonly orig_label_kind: LabelKind | null
  readonly resp_label: string | null
  readonly resp_label_kind: LabelKind | null
  readonly orig_packets: number
  readonly resp_packets: number
  readonly orig_bytes: number
  readonly resp_bytes: number
  readonly orig_ip_bytes: number
  readonly resp_ip_bytes: number
  readonly orig_copies: number
  readonly resp_copies: number
  readonly direction_basis: DirectionBasis
  readonly service: Service
  /** Bits of evidence/proof.ts. */
  readonly proof: number
  /** Description of the TLS alert that ended a handshake. */
  readonly alert: number | null
  /** The name that the originator asked for. */
  readonly claim: string | null
  /** The names in the certificates that the ends presented. */
  readonly orig_certificate: readonly string[]
  readonly resp_certificate: readonly string[]
  readonly icmp_error: IcmpError | null
  readonly icmp_sender: string | null
  readonly evidence: Evidence
  readonly verdict: Verdict
  readonly rule: string | null
  readonly reason: Reason | null
  readonly nearest_rule: string | null
  readonly remarks: readonly Remark[]
  /** Of an expected conversation. */
  readonly health: Health | null
}

export interface FlowRow extends JudgedRow {
  readonly orig_port: number
  readonly start: bigint
  readonly end: bigint
  readonly conn_state: ConnState
  readonly history: string
  readonly fragments: number
  readonly encapsulation: readonly string[]
  /** Number of the path family of its HTTP request, evidence/http.ts. */
  readonly path_family: number
  readonly outcome: Outcome
  /** The process that Windows was running as the first packet passed; null where the capture does not say. */
  readonly process_id: number | null
  /** The conversation's id. */
  readonly conversation: string
}

export interface ConversationRow extends JudgedRow {
  readonly first: bigint
  readonly last: bigint
  readonly flows: number
  readonly established: number
  readonly handshake_failed: number
  readonly refused: number
  readonly unanswered: number
  readonly prohibited: number
  readonly one_sided: number
  readonly midstream: number
  readonly pack: string | null
  readonly differs: readonly Difference[]
}

/** Columns that both kinds of row can be sorted by. */
const COMMON_SORTS = [
  'capture',
  'proto',
  'orig_addr',
  'resp_addr',
  'resp_port',
  'orig_name',
  'resp_name',
  'orig_packets',
  'resp_packets',
  'orig_bytes',
  'resp_bytes',
  'orig_ip_bytes',
  'resp_ip_bytes',
  'service',
  'verdict',
  'rule',
  'reason',
  'nearest_rule',
] as const

export const FLOW_SORTS = ['start', 'end', 'duration', 'orig_port', 'conn_state', 'outcome', ...COMMON_SORTS] as const
export type FlowSort = (typeof FLOW_SORTS)[number]

export const CONVERSATION_SORTS = [
  'first',
  'last',
  'flows',
  'established',
  'handshake_failed',
  'refused',
  'unanswered',
  'prohibited',
  'one_sided',
  'midstream',
  'health',
  ...COMMON_SORTS,
] as const
export type ConversationSort = (typeof CONVERSATION_SORTS)[number]

export interface Order<Sort extends string> {
  readonly by: Sort
  readonly descending: boolean
}

const FLOW_VIEW: RowKind = {
  ...OF_VIEW,
  firstColumn: 'start',
  lastColumn: '"end"',
  outcome: (outcome) => ({ sql: 'outcome = ?', values: [outcome] }),
}

const CONVERSATION_VIEW: RowKind = {
  ...OF_VIEW,
  firstColumn: 'first',
  lastColumn: 'last',
  outcome: (outcome) => ({ sql: `${outcome.replace('-', '_')} > 0`, values: [] }),
}

const CONVERSATION_TABLE: RowKind = {
  ...ofTable('c'),
  firstColumn: 'c.first',
  lastColumn: 'c.last',
  outcome: (outcome) => ({ sql: `c.${outcome.replace('-', '_')} > 0`, values: [] }),
}

const FLOW_TABLE: RowKind = {
  ...ofTable('f'),
  firstColumn: 'f.start',
  lastColumn: 'f."end"',
  outcome: (outcome) => ({ sql: 'f.outcome = ?', values: [outcome] }),
}

// Oldest first; what began at the same time, by what it is.
const FLOWS: PagedTable = {
  view: 'flow_rows',
  order: 'start, orig_addr, orig_port, resp_addr, resp_port, proto, capture, id',
  from: 'flows f',
  id: 'f.id',
  time: 'f.start',
  kind: FLOW_TABLE,
  hasSums: false,
  viewKind: FLOW_VIEW,
}

const CONVERSATIONS: PagedTable = {
  view: 'conversation_rows',
  order: 'first, orig_addr, resp_addr, resp_port, proto, service, capture, id',
  from: 'conversations c',
  id: 'c.id',
  time: 'c.first',
  kind: CONVERSATION_TABLE,
  hasSums: true,
  viewKind: CONVERSATION_VIEW,
}

/** The flows that the filter lets through, at most `limit`, as they come from the database. */
export function readFlows(db: Database, filter: RowFilter, order?: Order<FlowSort>, limit?: number): Iterable<FlowRow> {
  return select(db, FLOWS, filter, order, limit, createFlowReader)
}

/** Likewise the conversations. */
export function readConversations(
  db: Database,
  filter: RowFilter,
  order?: Order<ConversationSort>,
  limit?: number,
): Iterable<ConversationRow> {
  return select(db, CONVERSATIONS, filter, order, limit, createConversationReader)
}

/** The conversations of these ids, at most `limit`. */
export function readConversationsAmong(
  db: Database,
  ids: readonly number[],
  order?: Order<ConversationSort>,
  limit = ids.length,
): readonly ConversationRow[] {
  return [...wholeRows(db, listedOf(CONVERSATIONS, amongIds(ids), order, limit), createConversationReader)]
}

/** Likewise the flows. */
export function readFlowsAmong(db: Database, ids: readonly number[]): readonly FlowRow[] {
  return [...wholeRows(db, listedOf(FLOWS, amongIds(ids), undefined, ids.length), createFlowReader)]
}

export function countFlows(db: Database, filter: RowFilter): number {
  return count(db, FLOWS, filter)
}

export function countConversations(db: Database, filter: RowFilter): number {
  return count(db, CONVERSATIONS, filter)
}

/** A conversation's condition, for queries that add conversations up. */
export function conversationsWhere(db: Database, filter: RowFilter): Condition {
  return whereClause(db, filter, CONVERSATION_VIEW)
}

/** Likewise of the table of conversations, whose alias is `c`. */
export function conversationTableWhere(db: Database, filter: RowFilter): Condition {
  return whereClause(db, filter, CONVERSATION_TABLE)
}

function sortSql({ by, descending }: Order<FlowSort | ConversationSort>): string {
  return `${sortExpression(by)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`
}

function sortExpression(by: FlowSort | ConversationSort): string {
  if (by === 'duration') return '"end" - start'
  // Where a transport has no ports, 0 stands for none.
  return by === 'orig_port' || by === 'resp_port' ? `CASE WHEN proto IN ('tcp', 'udp') THEN ${by} END` : `"${by}"`
}

function select<Row>(
  db: Database,
  table: PagedTable,
  filter: RowFilter,
  sort: Order<FlowSort | ConversationSort> | undefined,
  limit: number | undefined,
  createReader: (db: Database) => RowReader<Row>,
): Iterable<Row> {
  const condition = pageCondition(db, table, filter, sort, limit) ?? whereClause(db, filter, table.viewKind)
  const listed = listedOf(table, condition, sort, limit)
  if (sort !== undefined || limit !== undefined) return wholeRows(db, listed, createReader)
  const byTime = { ...table, condition: whereClause(db, filter, table.kind) }
  return wholeRows(db, { ...listed, byTime }, createReader)
}

function listedOf(
  { view, order }: PagedTable,
  condition: Condition,
  sort: Order<FlowSort | ConversationSort> | undefined,
  limit = -1,
): Listed {
  const orderBy = sort === undefined ? order : `${sortSql(sort)}, ${order}`
  return { view, condition, orderBy, byTime: undefined, limit }
}

/** The condition that a row is of the page; undefined where none can be told. */
function pageCondition(
  db: Database,
  table: PagedTable,
  filter: RowFilter,
  sort: Order<FlowSort | ConversationSort> | undefined,
  limit: number | undefined,
): Condition | undefined {
  if (limit === undefined || limit > LONGEST_PAGE) return undefined
  const ids = pageIds(db, table, filter, sort, limit)
  return ids && amongIds(ids)
}

function amongIds(ids: readonly number[]): Condition {
  return { sql: 'WHERE id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(ids)] }
}

function count(db: Database, { from, kind, hasSums }: PagedTable, filter: RowFilter): number {
  if (hasSums && areToldBySums(filter)) return countBySums(db, filter)
  const { sql, values } = whereClause(db, filter, kind)
  const statement = db.prepare(`SELECT count(*) FROM ${from} ${sql}`).pluck()
  return passingThrough(db, () => statement.get(...values)) as number
}
