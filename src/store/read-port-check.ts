import type { Role } from '../inventory/roles.ts'
import type { Outcome } from '../judge/outcome.ts'
import {
  type Asked,
  attemptsOf,
  checkPorts,
  PORT_STANDINGS,
  type PortCheck,
  type PortEnd,
  type PortEnds,
} from '../judge/port-check.ts'
import type { RuleInForce } from '../rules/pack.ts'
import { readJudgedBy } from './judged-by.ts'
import type { Database } from './open.ts'
import type { RowFilter } from './read-filter.ts'
import { conversationsWhere } from './read-rows.ts'

/** A line with the rule that documents the port. */
export interface PortRow extends PortCheck {
  readonly inForce: RuleInForce
}

/**
 * What captures say of the documented ports: what a person should look at first, host by host; then what works, one line for
 * the roles of both ends.
 */
export function readPortCheck(db: Database, filter: RowFilter): readonly PortRow[] {
  const rules = readJudgedBy(db)?.rules.rules ?? []
  const order = new Map(rules.map((inForce, index) => [inForce.rule.id, { inForce, index }]))
  const checks = [...checkPorts(readAsked(db, filter)), ...readWorking(db, filter)]
  return checks
    .flatMap((check) => {
      const found = order.get(check.rule)
      return found === undefined ? [] : [{ ...check, ...found }]
    })
    .sort((a, b) => rank(a) - rank(b) || a.index - b.index || byEnds(a, b))
    .map(({ index: _, ...row }) => row)
}

function rank({ standing }: PortCheck): number {
  return PORT_STANDINGS.indexOf(standing)
}

function byEnds(left: PortCheck, right: PortCheck): number {
  const text = ({ capture, orig, resp, port, first }: PortCheck) =>
    JSON.stringify([
      capture,
      resp.name,
      resp.address,
      resp.roles,
      orig.name,
      orig.address,
      orig.roles,
      port,
      String(first),
    ])
  return text(left) < text(right) ? -1 : 1
}

/** Conversations that a rule allows, or would if something else were spoken, with all columns that a filter asks about. */
const ASKED = `
  SELECT c.id, p.point AS capture, ifnull(j.rule, j.nearest_rule) AS rule, j.rule IS NULL AS contradicted,
    j.remarks, c.health, c.proto, c.orig_addr, o.name AS orig_name, o.roles AS orig_roles, c.resp_addr,
    r.name AS resp_name, r.roles AS resp_roles, c.resp_port, c.established, c.handshake_failed, c.refused, c.unanswered,
    c.prohibited, c.one_sided, c.midstream, c.accepted, c.alert, c.icmp_error, c.icmp_sender, c.first, c.last
  FROM conversations c
  JOIN captures p ON p.id = c.capture
  JOIN judgements j ON j.id = c.judgement
  LEFT JOIN placements o ON o.id = c.orig_place
  LEFT JOIN placements r ON r.id = c.resp_place`

type Row = Readonly<Record<string, unknown>>

/** What does not simply work, conversation by conversation. */
function* readAsked(db: Database, filter: RowFilter): Generator<Asked> {
  const { sql, values } = conversationsWhere(db, filter)
  const statement = db.prepare(
    `SELECT * FROM (${ASKED} WHERE c.health <> 'working' OR j.reason = 'protocol-mismatch') ${sql} ORDER BY id`,
  )
  for (const row of statement.safeIntegers().iterate(...values) as Iterable<Row>) {
    yield {
      capture: row['capture'] as string,
      rule: row['rule'] as string,
      isContradicted: Number(row['contradicted']) === 1,
      isDoubtful: (JSON.parse(row['remarks'] as string) as string[]).includes('doubtful-outcome'),
      transport: row['proto'] as string,
      orig: endOf(row, 'orig'),
      resp: endOf(row, 'resp'),
      port: Number(row['resp_port']),
      outcomes: outcomesOf(row),
      accepted: Number(row['accepted']),
      alert: row['alert'] === null ? null : Number(row['alert']),
      icmpError: row['icmp_error'] as Asked['icmpError'],
      icmpSender: row['icmp_sender'] as string | null,
      first: row['first'] as bigint,
      last: row['last'] as bigint,
    }
  }
}

function endOf(row: Row, side: 'orig' | 'resp'): PortEnd {
  return {
    address: row[`${side}_addr`] as string,
    name: row[`${side}_name`] as string | null,
    roles: rolesOf(row[`${side}_roles`]),
  }
}

function rolesOf(roles: unknown): readonly Role[] {
  return roles === null ? [] : (JSON.parse(roles as string) as Role[])
}

function outcomesOf(row: Row): Readonly<Record<Outcome, number>> {
  const count = (column: string) => Number(row[column])
  return {
    established: count('established'),
    'handshake-failed': count('handshake_failed'),
    refused: count('refused'),
    unanswered: count('unanswered'),
    prohibited: count('prohibited'),
    'one-sided': count('one_sided'),
    midstream: count('midstream'),
  }
}

/** What of several rows is the same in all of them, else null. */
const only = (column: string) => `CASE WHEN min(${column}) = max(${column}) THEN min(${column}) END AS ${column}`
const sum = (column: string) => `sum(${column}) AS ${column}`

const WORKING_COLUMNS = [
  'capture',
  'rule',
  'proto',
  'orig_roles',
  'resp_roles',
  ...['orig_addr', 'orig_name', 'resp_addr', 'resp_name', 'resp_port'].map(only),
  'count(DISTINCT orig_addr) AS orig_hosts',
  'count(DISTINCT resp_addr) AS resp_hosts',
  ...['established', 'handshake_failed', 'refused', 'unanswered', 'prohibited', 'one_sided', 'midstream'].map(sum),
  sum('accepted'),
  'min(first) AS first',
  'max(last) AS last',
].join(', ')

/** What works: it can be most of a million conversations, so the database adds it up. */
function readWorking(db: Database, filter: RowFilter): readonly PortCheck[] {
  const { sql, values } = conversationsWhere(db, filter)
  const rows = db
    .prepare(
      `SELECT ${WORKING_COLUMNS} FROM (${ASKED} WHERE c.health = 'working') ${sql}
       GROUP BY capture, rule, proto, orig_roles, resp_roles`,
    )
    .safeIntegers()
    .all(...values) as Row[]
  return rows.map((row) => ({
    // Had something failed for sure, it would be flaky: what looks so is doubtful.
    ...attemptsOf({ outcomes: outcomesOf(row), accepted: Number(row['accepted']), isDoubtful: true }),
    capture: row['capture'] as string,
    rule: row['rule'] as string,
    transport: row['proto'] as string,
    port: row['resp_port'] === null ? null : Number(row['resp_port']),
    orig: endsOf(row, 'orig'),
    resp: endsOf(row, 'resp'),
    standing: 'working',
    answer: 'LISTENING',
    alert: null,
    icmpError: null,
    icmpSender: null,
    first: row['first'] as bigint,
    last: row['last'] as bigint,
  }))
}

function endsOf(row: Row, side: 'orig' | 'resp'): PortEnds {
  return {
    address: row[`${side}_addr`] as string | null,
    hosts: Number(row[`${side}_hosts`]),
    name: row[`${side}_name`] as string | null,
    roles: rolesOf(row[`${side}_roles`]),
  }
}
