import type { Database } from 'better-sqlite3'
import { formatAddress, type Point, parseAddress, pointIn } from '../inventory/address.ts'
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

/** How rows are asked: of a view, which has everything in columns of its own, or of the tables that it is made of. */
export interface RowKind {
  readonly firstColumn: string
  readonly lastColumn: string
  /** The condition that a row has the outcome. */
  readonly outcome: (outcome: Outcome) => Condition
  /** The name of one of the row's own columns. */
  readonly own: (column: string) => string
  /** Makes a condition on `verdict`, `reason`, `rule` one on the row. */
  readonly judged: (condition: string) => string
  /** Likewise of `finding` and `health`. */
  readonly fares: (condition: string) => string
  /** Likewise of a capture's name, which the condition is given the column of. */
  readonly captured: (condition: (point: string) => string) => string
  /** Likewise of an end's name or roles. */
  readonly placed: (side: 'orig' | 'resp', column: 'name' | 'roles', condition: (column: string) => string) => string
}

/** What is asked of a view. */
export const OF_VIEW: Pick<RowKind, 'own' | 'judged' | 'fares' | 'captured' | 'placed'> = {
  own: (column) => column,
  judged: (condition) => condition,
  fares: (condition) => condition,
  captured: (condition) => condition('capture'),
  placed: (side, column, condition) => condition(`${side}_${column}`),
}

/** A condition in SQL and the values of its parameters. */
export interface Condition {
  readonly sql: string
  readonly values: readonly (string | number | bigint)[]
}

/** The filter as a WHERE clause, empty where everything is wanted. Defines the SQL function that networks need. */
export function whereClause(db: Database, filter: RowFilter, kind: RowKind): Condition {
  const conditions = [
    oneOf(filter.verdicts, (list) => kind.judged(`verdict ${list}`)),
    oneOf(filter.reasons, (list) => kind.judged(`reason ${list}`)),
    oneOf(filter.rules, (list) => kind.judged(`rule ${list}`)),
    oneOf(filter.captures, (list) => kind.captured((point) => `${point} ${list}`)),
    anyOf(filter.roles.map((role) => roleCondition(role, kind))),
    anyOf(hostConditions(db, filter, kind)),
    anyOf(filter.ports.map((span) => portCondition(span, kind))),
    anyOf(filter.outcomes.map(kind.outcome)),
    oneOf(filter.healths, (list) => kind.fares(`health ${list}`)),
    ...(filter.since === undefined ? [] : [{ sql: `${kind.lastColumn} >= ?`, values: [filter.since] }]),
    ...(filter.until === undefined ? [] : [{ sql: `${kind.firstColumn} < ?`, values: [filter.until] }]),
    ...(filter.findingsOnly ? [{ sql: kind.fares('finding = 1'), values: [] }] : []),
  ].filter(({ sql }) => sql !== '')
  if (conditions.length === 0) return NOTHING_ASKED
  return joined('WHERE ', conditions, ' AND ')
}

const NOTHING_ASKED: Condition = { sql: '', values: [] }

function joined(before: string, conditions: readonly Condition[], between: string): Condition {
  return {
    sql: before + conditions.map(({ sql }) => sql).join(between),
    values: conditions.flatMap(({ values }) => values),
  }
}

/** The condition is given the list as SQL has it. */
function oneOf(values: readonly string[], condition: (list: string) => string): Condition {
  return values.length === 0 ? NOTHING_ASKED : { sql: condition(`IN (${values.map(() => '?').join(', ')})`), values }
}

function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return NOTHING_ASKED
  const { sql, values } = joined('', conditions, ' OR ')
  return { sql: `(${sql})`, values }
}

/** Roles are a JSON array of words that hold no quotes. */
function roleCondition(role: Role, { placed }: RowKind): Condition {
  const [orig, resp] = SIDES.map((side) => placed(side, 'roles', (roles) => `instr(${roles}, ?) > 0`))
  return { sql: `${orig} OR ${resp}`, values: [`"${role}"`, `"${role}"`] }
}

const SIDES = ['orig', 'resp'] as const

function portCondition({ first, last }: PortSpan, { own }: RowKind): Condition {
  return { sql: `(${own('proto')} IN ('tcp', 'udp') AND ${own('resp_port')} BETWEEN ? AND ?)`, values: [first, last] }
}

function hostConditions(
  db: Database,
  { hostNames, hostSpans }: RowFilter,
  { own, placed }: RowKind,
): readonly Condition[] {
  const conditions = SIDES.map((side) =>
    oneOf(hostNames, (list) => placed(side, 'name', (name) => `${name} ${list}`)),
  ).filter(({ sql }) => sql !== '')
  if (hostSpans.length > 0) {
    db.function('in_asked_span', { deterministic: true }, (address: unknown) => isWithin(hostSpans, String(address)))
    const likely = likelyCondition(hostSpans)
    for (const side of SIDES) {
      const address = own(`${side}_addr`)
      conditions.push({ sql: `(${likely(address)} AND in_asked_span(${address}))`, values: [] })
    }
  }
  return conditions
}

/**
 * What the text of every address of the spans begins with, or its being a network: a comparison of text takes a
 * fraction of the time of asking the function.
 */
function likelyCondition(spans: readonly AddressSpan[]): (address: string) => string {
  const beginnings = spans.map(beginningOf)
  return (address) => {
    const parts = beginnings.map((text) => `substr(${address}, 1, ${text.length}) = '${text}'`)
    return `(${[...parts, `instr(${address}, '/') > 0`].join(' OR ')})`
  }
}

/** The octets that all addresses of the span have; of IPv6 the first group alone, because zeros may be left out. */
function beginningOf({ first, last }: AddressSpan): string {
  const [left, right] = [formatAddress(first), formatAddress(last)]
  const [separator, most] = left.includes(':') ? [':', 1] : ['.', 4]
  const groups = left.split(separator).slice(0, most)
  const others = right.split(separator)
  const same = groups.findIndex((group, index) => group !== others[index] || group === '')
  if (same < 0) return groups.length === 4 ? left : `${groups.join(separator)}${separator}`
  return groups
    .slice(0, same)
    .map((group) => `${group}${separator}`)
    .join('')
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
