import type { Database } from 'better-sqlite3'
import type { Role } from '../inventory/roles.ts'
import type { Verdict } from '../judge/judge.ts'
import { type ForemostKind, MOST_FOREMOST, readForemost } from './foremost.ts'
import { readHostSums } from './host-sums.ts'
import { readJudgedBy } from './judged-by.ts'
import { type CaptureRow, readCaptures } from './read-captures.ts'
import { valueReader } from './read-fields.ts'
import { asksOnlyCaptures, EVERY_ROW, type RowFilter } from './read-filter.ts'
import {
  type ConversationRow,
  conversationsWhere,
  conversationTableWhere,
  readConversations,
  readConversationsAmong,
} from './read-rows.ts'
import { areToldBySums } from './read-sums.ts'
import { sumUpHosts } from './sum-up-hosts.ts'

/** What conversations can be added up by. */
export const SUMMARY_KEYS = ['verdict', 'reason', 'rule', 'roles', 'host', 'port', 'capture'] as const
export type SummaryKey = (typeof SUMMARY_KEYS)[number]

/** Conversations added up. Times are nanoseconds since 1970. */
export interface Sums {
  readonly flows: number
  readonly conversations: number
  readonly findings: number
  readonly broken: number
  readonly flaky: number
  /** Payload of both directions. */
  readonly bytes: number
  readonly first: bigint
  readonly last: bigint
}

/** What the conversations of one line have in common; fields that the key does not ask for are absent. */
export interface SummaryRow extends Sums {
  readonly verdict?: string
  readonly pack?: string
  readonly reason?: string
  readonly rule?: string
  readonly orig_roles?: readonly Role[]
  readonly resp_roles?: readonly Role[]
  readonly host?: string
  readonly name?: string | null
  readonly roles?: readonly Role[]
  readonly proto?: string
  /** 0 where the transport has no ports. */
  readonly port?: number
  readonly capture?: string
}

/** What the database, or some of its captures, come to. */
export interface Summary {
  readonly captures: readonly CaptureRow[]
  /** Captures that the database holds besides. */
  readonly otherCaptures: number
  /** The file of the inventory; null where there is none. */
  readonly inventory: string | null
  readonly rules: readonly string[]
  readonly reading: string
  readonly verdicts: readonly SummaryRow[]
  /** Expected conversations by the pack whose rule allows them, and by rule. */
  readonly byPack: readonly SummaryRow[]
  readonly byRule: readonly SummaryRow[]
  readonly byReason: readonly SummaryRow[]
  /** The first of the unexpected conversations, those with most flows first, and how many there are. */
  readonly unexpected: readonly ConversationRow[]
  readonly unexpectedCount: number
  /** Likewise the expected ones that fail and never succeed. */
  readonly broken: readonly ConversationRow[]
  readonly brokenCount: number
  /** Likewise those that fail and succeed. */
  readonly flaky: readonly ConversationRow[]
  readonly flakyCount: number
}

/** Sums up the named captures, or all. Undefined where the database holds no capture. */
export function readSummary(db: Database, points: readonly string[], most: number): Summary | undefined {
  const judgedBy = readJudgedBy(db)
  const all = readCaptures(db)
  if (judgedBy === undefined || all.length === 0) return undefined
  const captures = points.length === 0 ? all : all.filter(({ point }) => points.includes(point))
  const filter: RowFilter = { ...EVERY_ROW, captures: points }
  const answers = by(db, { columns: ['verdict', 'pack', 'rule', 'reason'] }, filter)
  const verdicts = together(answers, ['verdict'])
  const byFlows = { by: 'flows', descending: true } as const
  const first = (kind: ForemostKind, asked: Partial<RowFilter>) =>
    most <= MOST_FOREMOST
      ? readConversationsAmong(db, readForemost(db, kind, points), byFlows, most)
      : [...readConversations(db, { ...filter, ...asked }, byFlows, most)]
  const expected = sumsOf(verdicts, 'expected')
  return {
    captures,
    otherCaptures: all.length - captures.length,
    inventory: judgedBy.inventoryFile ?? null,
    rules: judgedBy.rules.names,
    reading: judgedBy.rules.reading,
    verdicts,
    byPack: together(answers, ['pack']),
    byRule: together(answers, ['pack', 'rule']),
    byReason: together(answers, ['reason']),
    unexpected: first('unexpected', { findingsOnly: true, verdicts: ['unexpected'] }),
    unexpectedCount: sumsOf(verdicts, 'unexpected')?.conversations ?? 0,
    broken: first('broken', { findingsOnly: true, verdicts: ['expected'] }),
    brokenCount: expected?.broken ?? 0,
    flaky: first('flaky', { healths: ['flaky'] }),
    flakyCount: expected?.flaky ?? 0,
  }
}

export function sumsOf(verdicts: readonly SummaryRow[], verdict: Verdict): SummaryRow | undefined {
  return verdicts.find((row) => row.verdict === verdict)
}

/** The columns that make up a key, and which conversations have one. */
interface Grouping {
  readonly columns: readonly string[]
  readonly having?: string
}

const GROUPINGS: Readonly<Record<Exclude<SummaryKey, 'host'>, Grouping>> = {
  verdict: { columns: ['verdict'] },
  reason: { columns: ['reason'], having: 'reason IS NOT NULL' },
  rule: { columns: ['pack', 'rule'], having: 'rule IS NOT NULL' },
  roles: { columns: ['orig_roles', 'resp_roles'] },
  port: { columns: ['proto', 'resp_port AS port'] },
  capture: { columns: ['capture'] },
}

const NS_PER_SECOND = 1_000_000_000n

/** A time in seconds and nanoseconds, which doubles hold: all numbers as big integers take twice as long. */
const time = (sql: string, name: string) =>
  `${sql} / ${NS_PER_SECOND} AS ${name}_seconds, ${sql} % ${NS_PER_SECOND} AS ${name}_rest`

/** In the order in which readSums() takes them. */
const SUMS = `sum(flows) AS flows, sum(conversations) AS conversations, sum(finding * conversations) AS findings,
  sum((health IS 'broken') * conversations) AS broken, sum((health IS 'flaky') * conversations) AS flaky,
  sum(bytes) AS bytes, ${time('min(first)', 'first')}, ${time('max(last)', 'last')}`
const SUM_NAMES =
  'flows, conversations, findings, broken, flaky, bytes, first_seconds, first_rest, last_seconds, last_rest'

/** Rows of a statement that gives the columns of a key and then the SUMS. */
function readSums(db: Database, sql: string, values: readonly unknown[], names: readonly string[]): SummaryRow[] {
  const keys = names.map((name, at) => ({ name, at, read: valueReader(name) }))
  const rows = db
    .prepare(sql)
    .raw()
    .all(...values) as readonly (readonly unknown[])[]
  const from = names.length
  return rows.map((row) => {
    const sum = (at: number) => row[from + at] as number
    const fields: Record<string, unknown> = {
      flows: sum(0),
      conversations: sum(1),
      findings: sum(2),
      broken: sum(3),
      flaky: sum(4),
      bytes: sum(5),
      first: nsOf(sum(6), sum(7)),
      last: nsOf(sum(8), sum(9)),
    }
    for (const { name, at, read } of keys) fields[name] = read(row[at])
    return fields as unknown as SummaryRow
  })
}

function nsOf(seconds: number, nanoseconds: number): bigint {
  return BigInt(seconds) * NS_PER_SECOND + BigInt(nanoseconds)
}

/** What the sums that the database keeps are made by. */
const KEPT_COLUMNS: ReadonlySet<string> = new Set([
  'verdict',
  'pack',
  'rule',
  'reason',
  'orig_roles',
  'resp_roles',
  'proto',
  'resp_port AS port',
  'capture',
])

/** One row for each value of the key: findings first, then what is flaky, then by flows. */
export function summarizeBy(db: Database, key: SummaryKey, filter: RowFilter): readonly SummaryRow[] {
  return key === 'host' ? byHost(db, filter) : by(db, GROUPINGS[key], filter)
}

function by(db: Database, { columns, having }: Grouping, filter: RowFilter): readonly SummaryRow[] {
  const { sql: asked, values } = conversationsWhere(db, filter)
  const where = [asked.replace(/^WHERE /, ''), having ?? ''].filter((part) => part !== '').join(' AND ')
  const names = columns.map((column) => column.replace(/^.* AS /, ''))
  // The sums have no names of hosts.
  const isTold = areToldBySums(filter) && filter.hostNames.length === 0
  const isKept = isTold && columns.every((column) => KEPT_COLUMNS.has(column))
  const sql = `SELECT ${columns.join(', ')}, ${SUMS} FROM ${isKept ? 'sum_rows' : 'judged_rows'} ${where && `WHERE ${where}`}
    GROUP BY ${names.join(', ')} ORDER BY findings DESC, flaky DESC, flows DESC, ${names.join(', ')}`
  return readSums(db, sql, values, names)
}

/**
 * Rows of finer keys as rows of these, in the same order as by() gives them; rows that have none are left out. The database
 * is gone through once for all of them.
 */
function together(
  rows: readonly SummaryRow[],
  keys: readonly ('verdict' | 'pack' | 'rule' | 'reason')[],
): SummaryRow[] {
  const sums = new Map<string, SummaryRow>()
  for (const row of rows) {
    const fields = Object.fromEntries(keys.map((key) => [key, row[key]]))
    if (Object.values(fields).includes(null as unknown as string)) continue
    const name = JSON.stringify(fields)
    const known = sums.get(name)
    sums.set(name, known === undefined ? { ...fields, ...sumsOnly(row) } : { ...fields, ...added(known, row) })
  }
  const named = [...sums].sort(([a, left], [b, right]) => {
    return right.findings - left.findings || right.flaky - left.flaky || right.flows - left.flows || (a < b ? -1 : 1)
  })
  return named.map(([, row]) => row)
}

function sumsOnly({ flows, conversations, findings, broken, flaky, bytes, first, last }: Sums): Sums {
  return { flows, conversations, findings, broken, flaky, bytes, first, last }
}

function added(left: Sums, right: Sums): Sums {
  return {
    flows: left.flows + right.flows,
    conversations: left.conversations + right.conversations,
    findings: left.findings + right.findings,
    broken: left.broken + right.broken,
    flaky: left.flaky + right.flaky,
    bytes: left.bytes + right.bytes,
    first: left.first < right.first ? left.first : right.first,
    last: left.last > right.last ? left.last : right.last,
  }
}

/** A conversation counts for both of its ends. */
function byHost(db: Database, filter: RowFilter): readonly SummaryRow[] {
  const hosts = asksOnlyCaptures(filter) ? readHostSums(db, filter.captures) : undefined
  if (hosts !== undefined) return sumUpHosts(db, hosts)
  const { sql, values } = conversationTableWhere(db, filter)
  const end = (side: 'orig' | 'resp') =>
    `SELECT ${side}_addr AS host, ${side}_place AS place, flows, 1 AS conversations, finding, health,
       orig_bytes + resp_bytes AS bytes, first, last FROM conversations c ${sql}`
  const sums = `SELECT host, place, ${SUMS} FROM (${end('orig')} UNION ALL ${end('resp')}) GROUP BY host`
  // A host has a place for each capture; all of them have the same name and roles.
  const named = `SELECT host, p.name, p.roles, ${SUM_NAMES} FROM (${sums}) LEFT JOIN placements p ON p.id = place
    ORDER BY findings DESC, flaky DESC, flows DESC, host`
  return readSums(db, named, [...values, ...values], ['host', 'name', 'roles'])
}
