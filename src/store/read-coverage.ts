import type { Inventory } from '../inventory/inventory.ts'
import { compileLookup, type Lookup } from '../inventory/lookup.ts'
import type { Role } from '../inventory/roles.ts'
import { type CaptureHosts, captureHosts, type Talk } from '../judge/capture-hosts.ts'
import {
  type CaptureHost,
  type CoveredCapture,
  coverageOf,
  type RuleCoverage,
  type RuleSum,
} from '../judge/coverage.ts'
import { isGroupAddress } from '../judge/group-address.ts'
import { doubtsOf, type Trust } from '../judge/trust.ts'
import { withMovedPorts } from '../rules/moved-ports.ts'
import { type JudgedBy, readJudgedBy } from './judged-by.ts'
import type { Database } from './open.ts'

/** What captures show of the documented rules, and what that rests on. */
export interface Coverage {
  readonly captures: readonly CoveredCapture[]
  readonly trusts: ReadonlyMap<string, Trust>
  readonly judgedBy: JudgedBy
  readonly rules: readonly RuleCoverage[]
}

/**
 * Reads what the named captures show, or all. `takenAt` names the addresses that they were taken at, where the user does.
 * Undefined where the database holds no capture.
 */
export function readCoverage(
  db: Database,
  points: readonly string[],
  takenAt: readonly string[] = [],
): Coverage | undefined {
  const judgedBy = readJudgedBy(db)
  if (judgedBy === undefined) return undefined
  const stored = readStored(db).filter(({ point }) => points.length === 0 || points.includes(point))
  if (stored.length === 0) return undefined
  const hostOf = createHostOf(compileLookup(judgedBy.inventory))
  const siblingsOf = createSiblings(judgedBy.inventory)
  const captures = stored.map((capture) => {
    const { addresses, isUnsure } =
      takenAt.length > 0 ? { addresses: takenAt, isUnsure: false } : readHosts(db, capture, siblingsOf)
    const doubts = capture.trust === undefined ? [] : doubtsOf(capture.trust)
    return { ...capture, hosts: addresses.map(hostOf), isUnsure, doubts }
  })
  const sums = stored.flatMap((capture) => [...readRuleSums(db, capture)])
  return {
    captures,
    trusts: new Map(stored.flatMap(({ point, trust }) => (trust === undefined ? [] : [[point, trust] as const]))),
    judgedBy,
    rules: coverageOf(
      withMovedPorts(judgedBy.rules, judgedBy.inventory.ports),
      captures,
      sums,
      listedRoles(judgedBy.inventory),
    ),
  }
}

interface StoredCapture {
  readonly number: number
  readonly point: string
  readonly first: bigint | null
  readonly last: bigint | null
  /** Undefined for what an earlier version analysed. */
  readonly trust: Trust | undefined
  /** Of the interfaces that were recorded on, where the files name them. */
  readonly interfaceAddresses: readonly string[]
}

function readStored(db: Database): readonly StoredCapture[] {
  const rows = db
    .prepare('SELECT id, point, first, last, trust, interface_addresses FROM captures ORDER BY point')
    .safeIntegers()
    .all() as Record<string, unknown>[]
  return rows.map((row) => ({
    number: Number(row['id']),
    point: row['point'] as string,
    first: row['first'] as bigint | null,
    last: row['last'] as bigint | null,
    trust: row['trust'] === null ? undefined : (JSON.parse(row['trust'] as string) as Trust),
    interfaceAddresses: JSON.parse(row['interface_addresses'] as string) as string[],
  }))
}

function createHostOf(lookup: Lookup): (address: string) => CaptureHost {
  return (address) => {
    const placement = lookup(address)
    return { address, name: placement?.name ?? null, roles: placement?.roles ?? [] }
  }
}

/** An entry whose address is not known yet lists nobody. */
function listedRoles({ entries }: Inventory): ReadonlySet<Role> {
  return new Set(entries.flatMap(({ ranges, roles }) => (ranges.length === 0 ? [] : roles)))
}

/** An entry of the inventory with one IPv4 and one IPv6 address is one host with two addresses. */
function createSiblings({ entries }: Inventory): (address: string) => readonly string[] {
  const siblings = new Map<string, string>()
  for (const { ranges } of entries) {
    const [one, other, ...more] = ranges
    if (one === undefined || other === undefined || more.length > 0 || one.family === other.family) continue
    if (one.first !== one.last || other.first !== other.last) continue
    siblings.set(one.first, other.first).set(other.first, one.first)
  }
  return (address) => {
    const sibling = siblings.get(address)
    return sibling === undefined ? [] : [sibling]
  }
}

/** Broadcast and multicast reach everybody, and so tell nothing of where a capture was taken. */
function readHosts(
  db: Database,
  { number, interfaceAddresses }: StoredCapture,
  siblingsOf: (address: string) => readonly string[],
): CaptureHosts {
  const rows = db
    .prepare(
      `SELECT orig_addr, resp_addr, flows - broadcast FROM conversations
       WHERE capture = ? AND proto IN ('tcp', 'udp') AND flows > broadcast`,
    )
    .raw()
    .all(number) as [string, string, number][]
  const talks: Talk[] = []
  for (const [left, right, flows] of rows) {
    if (!isGroupAddress(left) && !isGroupAddress(right)) talks.push({ left, right, flows })
  }
  return captureHosts(talks, siblingsOf, interfaceAddresses)
}

const RULE_SUMS = `
  SELECT ifnull(j.rule, j.nearest_rule) AS rule, j.rule IS NULL AS contradicted, j.remarks, count(*) AS conversations,
    sum(c.health IS 'broken') AS broken, sum(c.health IS 'flaky') AS flaky, sum(c.flows) AS flows,
    sum(c.established) AS established, sum(c.handshake_failed) AS handshake_failed, sum(c.refused) AS refused,
    sum(c.unanswered) AS unanswered, sum(c.prohibited) AS prohibited, sum(c.one_sided) AS one_sided,
    sum(c.midstream) AS midstream, min(c.first) AS first, max(c.last) AS last
  FROM conversations c JOIN judgements j ON j.id = c.judgement
  WHERE c.capture = ? AND (j.rule IS NOT NULL OR j.reason = 'protocol-mismatch')
  GROUP BY c.judgement`

function* readRuleSums(db: Database, { number, point }: StoredCapture): Generator<RuleSum> {
  for (const row of db.prepare(RULE_SUMS).safeIntegers().iterate(number) as Iterable<Record<string, unknown>>) {
    const count = (column: string) => Number(row[column])
    yield {
      capture: point,
      rule: row['rule'] as string,
      isContradicted: count('contradicted') === 1,
      isDoubtful: (JSON.parse(row['remarks'] as string) as string[]).includes('doubtful-outcome'),
      conversations: count('conversations'),
      broken: count('broken'),
      flaky: count('flaky'),
      flows: count('flows'),
      outcomes: {
        established: count('established'),
        'handshake-failed': count('handshake_failed'),
        refused: count('refused'),
        unanswered: count('unanswered'),
        prohibited: count('prohibited'),
        'one-sided': count('one_sided'),
        midstream: count('midstream'),
      },
      first: row['first'] as bigint,
      last: row['last'] as bigint,
    }
  }
}
