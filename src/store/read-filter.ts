import type { Database } from 'better-sqlite3'
import { type Point, parseAddress, pointIn } from '../inventory/address.ts'
import { parseRange } from '../inventory/address-range.ts'
import type { Role } from '../inventory/roles.ts'
import type { Health } from '../judge/health.ts'
import type { Verdict } from '../judge/judge.ts'
import type { Outcome } from '../judge/outcome.ts'
import type { Reason } from '../judge/reason.ts'

/** A run of addresses, both ends included. */
export interface AddressSpan {
  readonly first: Point
  readonly last: Point
}

/** A run of ports, both ends included. */
export interface PortSpan {
  readonly first: number
  readonly last: number
}

/** Which rows are wanted: those that meet every part of it. Of a list, one is enough; an empty list asks nothing. */
export interface RowFilter {
  readonly verdicts: readonly Verdict[]
  readonly reasons: readonly Reason[]
  /** Ids of rules that allow. */
  readonly rules: readonly string[]
  /** Of either end. */
  readonly roles: readonly Role[]
  /** Either end has one of the names or one of the addresses. */
  readonly hostNames: readonly string[]
  readonly hostSpans: readonly AddressSpan[]
  /** The responder's. */
  readonly ports: readonly PortSpan[]
  /** Of a conversation, one flow with the outcome is enough. */
  readonly outcomes: readonly Outcome[]
  /** How an expected conversation fares. */
  readonly healths: readonly Health[]
  /** Nanoseconds since 1970: something of the row happened at or after `since`, and before `until`. */
  readonly since: bigint | undefined
  readonly until: bigint | undefined
  /** Capture points. */
  readonly captures: readonly string[]
  readonly findingsOnly: boolean
}

export const EVERY_ROW: RowFilter = {
  verdicts: [],
  reasons: [],
  rules: [],
  roles: [],
  hostNames: [],
  hostSpans: [],
  ports: [],
  outcomes: [],
  healths: [],
  since: undefined,
  until: undefined,
  captures: [],
  findingsOnly: false,
}

/** Whether nothing but captures is asked for. */
export function asksOnlyCaptures(filter: RowFilter): boolean {
  const { captures: _, since, until, findingsOnly, ...lists } = filter
  if (since !== undefined || until !== undefined || findingsOnly) return false
  return Object.values(lists).every((list) => list.length === 0)
}

/** Where the two views differ in how they are asked. */
export interface RowKind {
  readonly firstColumn: string
  readonly lastColumn: string
  /** The condition that a row has the outcome of its one parameter, or needs none. */
  readonly outcome: (outcome: Outcome) => Condition
}

/** A condition in SQL and the values of its parameters. */
export interface Condition {
  readonly sql: string
  readonly values: readonly (string | number | bigint)[]
}

/** The filter as a WHERE clause, empty where everything is wanted. Defines the SQL function that networks need. */
export function whereClause(db: Database, filter: RowFilter, kind: RowKind): Condition {
  const conditions = [
    oneOf('verdict', filter.verdicts),
    oneOf('reason', filter.reasons),
    oneOf('rule', filter.rules),
    oneOf('capture', filter.captures),
    anyOf(filter.roles.map(roleCondition)),
    anyOf(hostConditions(db, filter)),
    anyOf(filter.ports.map(portCondition)),
    anyOf(filter.outcomes.map(kind.outcome)),
    oneOf('health', filter.healths),
    ...(filter.since === undefined ? [] : [{ sql: `${kind.lastColumn} >= ?`, values: [filter.since] }]),
    ...(filter.until === undefined ? [] : [{ sql: `${kind.firstColumn} < ?`, values: [filter.until] }]),
    ...(filter.findingsOnly ? [FINDING] : []),
  ].filter(({ sql }) => sql !== '')
  if (conditions.length === 0) return NOTHING_ASKED
  return joined('WHERE ', conditions, ' AND ')
}

const NOTHING_ASKED: Condition = { sql: '', values: [] }
const FINDING: Condition = { sql: 'finding = 1', values: [] }

function joined(before: string, conditions: readonly Condition[], between: string): Condition {
  return {
    sql: before + conditions.map(({ sql }) => sql).join(between),
    values: conditions.flatMap(({ values }) => values),
  }
}

function oneOf(column: string, values: readonly string[]): Condition {
  return values.length === 0 ? NOTHING_ASKED : { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values }
}

function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return NOTHING_ASKED
  const { sql, values } = joined('', conditions, ' OR ')
  return { sql: `(${sql})`, values }
}

/** Roles are a JSON array of words that hold no quotes. */
function roleCondition(role: Role): Condition {
  return { sql: 'instr(orig_roles, ?) > 0 OR instr(resp_roles, ?) > 0', values: [`"${role}"`, `"${role}"`] }
}

function portCondition({ first, last }: PortSpan): Condition {
  return { sql: "(proto IN ('tcp', 'udp') AND resp_port BETWEEN ? AND ?)", values: [first, last] }
}

function hostConditions(db: Database, { hostNames, hostSpans }: RowFilter): readonly Condition[] {
  const conditions: Condition[] = []
  if (hostNames.length > 0) conditions.push(oneOf('orig_name', hostNames), oneOf('resp_name', hostNames))
  if (hostSpans.length > 0) {
    db.function('in_asked_span', { deterministic: true }, (address: unknown) => isWithin(hostSpans, String(address)))
    conditions.push({ sql: 'in_asked_span(orig_addr) OR in_asked_span(resp_addr)', values: [] })
  }
  return conditions
}

/** As a number, because SQL has no other truth. Of the network of folded attempts, one address is enough. */
function isWithin(spans: readonly AddressSpan[], address: string): number {
  const asked = spanOf(address)
  return asked !== undefined && spans.some(({ first, last }) => asked.last >= first && asked.first <= last) ? 1 : 0
}

function spanOf(address: string): AddressSpan | undefined {
  const point = parseAddress(address)
  if (point !== undefined) return { first: point, last: point }
  const range = parseRange(address)
  if ('fault' in range) return undefined
  return { first: pointIn(range.family, range.first), last: pointIn(range.family, range.last) }
}
