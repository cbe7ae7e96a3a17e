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
  /** The condition that a row has the verdict. */
  readonly verdict: (verdict: Verdict) => Condition
  /** Makes a condition on `reason`, `rule` one on the row. */
  readonly judged: (db: Database, condition: Condition) => Condition
  /** Likewise of a capture's name, which the condition is given the column of. */
  readonly captured: (db: Database, condition: (point: string) => Condition) => Condition
  /** Likewise of an end's name or roles. */
  readonly placed: (
    db: Database,
    side: 'orig' | 'resp',
    column: 'name' | 'roles',
    condition: (column: string) => Condition,
  ) => Condition
}

type Common = Pick<RowKind, 'own' | 'verdict' | 'judged' | 'captured' | 'placed'>

/** What is asked of a view. */
export const OF_VIEW: Common = {
  own: (column) => column,
  verdict: (verdict) => ({ sql: 'verdict = ?', values: [verdict] }),
  judged: (_, condition) => condition,
  captured: (_, condition) => condition('capture'),
  placed: (_, side, column, condition) => condition(`${side}_${column}`),
}

/**
 * What is asked of a table whose rows have the numbers of a judgement, a capture and two places. `own` gives the SQL of one
 * of its columns, where that is not the column itself.
 */
export function ofTable(alias: string, own = (column: string) => `${alias}.${column}`): Common {
  return {
    own,
    verdict: (verdict) => ({ sql: verdictSql(verdict, own), values: [] }),
    judged: (db, condition) => amongst(db, own('judgement'), 'judgements', condition),
    captured: (db, condition) => amongst(db, own('capture'), 'captures', condition('point')),
    placed: (db, side, column, condition) => amongst(db, own(`${side}_place`), 'placements', condition(column)),
  }
}

/** What is expected has a health and nothing else has; the rest is a finding where it is unexpected. */
function verdictSql(verdict: Verdict, own: (column: string) => string): string {
  if (verdict === 'expected') return `${own('health')} IS NOT NULL`
  return `(${own('health')} IS NULL AND ${own('finding')} = ${verdict === 'unexpected' ? 1 : 0})`
}

/** Bits of a whole number of SQLite's that a shift leaves positive. */
const MOST_BITS = 62

/** A condition on the rows of a small table as one on the column that has their numbers. */
function amongst(db: Database, column: string, table: string, { sql, values }: Condition): Condition {
  const numbers = db.prepare(`SELECT id FROM ${table} WHERE ${sql}`).pluck().all(values) as number[]
  return isOneOf(column, numbers)
}

/**
 * The condition that a column has one of the numbers, which are few. Shaped by speed: of a million rows, comparing with one
 * number takes 7 ms, asking a bit 18 ms, a byte 30 ms, and looking a list up 60 ms.
 */
export function isOneOf(column: string, numbers: readonly number[]): Condition {
  if (numbers.length === 0) return { sql: 'FALSE', values: [] }
  if (numbers.length <= MOST_COMPARED) {
    return { sql: `(${numbers.map((number) => `${column} = ${number}`).join(' OR ')})`, values: [] }
  }
  if (numbers.some((number) => number > MOST_BITS)) {
    return { sql: `substr(?, ${column}, 1) = x'01'`, values: [bytesOf(numbers)] }
  }
  const bits = numbers.reduce((sum, number) => sum | (1n << BigInt(number)), 0n)
  return { sql: `(${bits} >> ${column}) & 1`, values: [] }
}

const MOST_COMPARED = 2

/** One byte for each number from 1 on. */
function bytesOf(numbers: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(numbers.reduce((most, number) => Math.max(most, number), 0))
  for (const number of numbers) bytes[number - 1] = 1
  return bytes
}

/** A condition in SQL and the values of its parameters. */
export interface Condition {
  readonly sql: string
  readonly values: readonly (string | number | bigint | Uint8Array)[]
}

/**
 * The filter as a WHERE clause, empty where everything is wanted. What takes least time and leaves fewest rows is asked
 * first. Defines the SQL function that networks need.
 */
export function whereClause(db: Database, filter: RowFilter, kind: RowKind): Condition {
  const { own } = kind
  const judged = (column: string, values: readonly string[]) =>
    values.length === 0 ? NOTHING_ASKED : kind.judged(db, oneOf(column, values))
  const conditions = [
    ...(filter.findingsOnly ? [{ sql: `${own('finding')} = 1`, values: [] }] : []),
    anyOf(filter.outcomes.map(kind.outcome)),
    anyOf(filter.ports.map((span) => portCondition(span, kind))),
    anyOf(filter.verdicts.map(kind.verdict)),
    judged('reason', filter.reasons),
    judged('rule', filter.rules),
    filter.captures.length === 0 ? NOTHING_ASKED : kind.captured(db, (point) => oneOf(point, filter.captures)),
    ...(filter.since === undefined ? [] : [{ sql: `${kind.lastColumn} >= ?`, values: [filter.since] }]),
    ...(filter.until === undefined ? [] : [{ sql: `${kind.firstColumn} < ?`, values: [filter.until] }]),
    oneOf(own('health'), filter.healths),
    anyOf(SIDES.map((side) => roleCondition(db, filter.roles, side, kind))),
    anyOf(hostConditions(db, filter, kind)),
  ].filter(({ sql }) => sql !== '')
  if (conditions.length === 0) return NOTHING_ASKED
  return joined('WHERE ', conditions, ' AND ')
}

export const NOTHING_ASKED: Condition = { sql: '', values: [] }

function joined(before: string, conditions: readonly Condition[], between: string): Condition {
  return {
    sql: before + conditions.map(({ sql }) => sql).join(between),
    values: conditions.flatMap(({ values }) => values),
  }
}

function oneOf(column: string, values: readonly string[]): Condition {
  return values.length === 0 ? NOTHING_ASKED : { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values }
}

export function anyOf(all: readonly Condition[]): Condition {
  const conditions = all.filter(({ sql }) => sql !== '')
  if (conditions.length === 0) return NOTHING_ASKED
  const { sql, values } = joined('', conditions, ' OR ')
  return { sql: `(${sql})`, values }
}

const SIDES = ['orig', 'resp'] as const
type Side = (typeof SIDES)[number]

/** Roles are a JSON array of words that hold no quotes. */
function roleCondition(db: Database, roles: readonly Role[], side: Side, { placed }: RowKind): Condition {
  if (roles.length === 0) return NOTHING_ASKED
  return placed(db, side, 'roles', (column) =>
    anyOf(roles.map((role) => ({ sql: `instr(${column}, ?) > 0`, values: [`"${role}"`] }))),
  )
}

function portCondition({ first, last }: PortSpan, { own }: RowKind): Condition {
  return { sql: `(${own('resp_port')} BETWEEN ? AND ? AND ${own('proto')} IN ('tcp', 'udp'))`, values: [first, last] }
}

function hostConditions(
  db: Database,
  { hostNames, hostSpans }: RowFilter,
  { own, placed }: RowKind,
): readonly Condition[] {
  const named =
    hostNames.length === 0 ? [] : SIDES.map((side) => placed(db, side, 'name', (column) => oneOf(column, hostNames)))
  if (hostSpans.length === 0) return named
  const spanCondition = createSpanCondition(db, hostSpans)
  return [...named, ...SIDES.map((side) => spanCondition(own(`${side}_addr`)))]
}

/**
 * Returns the condition that an address is of one of the spans. Comparing texts takes a fraction of the time of asking the
 * function, which is left to what a text does not tell: odd spans, and networks of folded attempts where there are any.
 */
function createSpanCondition(db: Database, spans: readonly AddressSpan[]): (address: string) => Condition {
  db.function('in_asked_span', { deterministic: true }, (address: unknown) => isWithin(spans, String(address)))
  const hasNetworks = db.prepare(`SELECT EXISTS (SELECT 1 FROM judgements WHERE instr(remarks, '"folded"'))`).pluck()
  const networks = hasNetworks.get() === 1 ? [(address: string) => `(instr(${address}, '/') AND ${ask(address)})`] : []
  const parts = [...spans.map(spanTest), ...networks]
  return (address) => ({ sql: `(${parts.map((part) => part(address)).join(' OR ')})`, values: [] })
}

const ask = (address: string) => `in_asked_span(${address})`

function spanTest(span: AddressSpan): (address: string) => string {
  const { text, isWhole } = beginningOf(span)
  if (text === '') return ask
  if (!/[.:]$/.test(text)) return (address) => `${address} = '${text}'`
  const beyond = text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)
  const begins = (address: string) => `${address} >= '${text}' AND ${address} < '${beyond}'`
  return isWhole ? (address) => `(${begins(address)})` : (address) => `(${begins(address)} AND ${ask(address)})`
}

/** What the texts of all addresses of a span begin with, and whether all that begin so are of it. */
interface Beginning {
  readonly text: string
  readonly isWhole: boolean
}

/** The octets that all addresses of the span have; of IPv6 the first group alone, because zeros may be left out. */
function beginningOf({ first, last }: AddressSpan): Beginning {
  const [left, right] = [formatAddress(first), formatAddress(last)]
  if (left.includes(':')) {
    const [[group = ''], [other = '']] = [left.split(':'), right.split(':')]
    return { text: group === other && group !== '' ? `${group}:` : '', isWhole: false }
  }
  if (left === right) return { text: left, isWhole: true }
  const [octets, others] = [left.split('.'), right.split('.')]
  const same = octets.findIndex((octet, index) => octet !== others[index])
  const isWhole = octets.slice(same).every((octet, index) => octet === '0' && others[same + index] === '255')
  const common = octets.slice(0, same)
  return { text: common.map((octet) => `${octet}.`).join(''), isWhole }
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
