import type { RuleCoverage } from '../judge/coverage.ts'
import { OUTCOMES } from '../judge/outcome.ts'
import type { Reference } from '../rules/reference.ts'
import type { Party, Rule } from '../rules/rule.ts'
import type { Column } from './columns.ts'
import { formatCount, formatTimeUtc } from './format.ts'
import { field } from './judged.ts'
import { type Language, partyName } from './language.ts'

export const RULE: Column<RuleCoverage> = { key: 'rule', title: 'rule', value: ({ inForce }) => inForce.rule.id }
export const PORT: Column<RuleCoverage> = {
  key: 'port',
  title: 'port',
  value: ({ inForce }) => portsText(inForce.rule),
}
export const FLOWS: Column<RuleCoverage> = {
  key: 'flows',
  title: 'flows',
  value: ({ flows }) => formatCount(flows),
  align: 'right',
}
export const OUTCOMES_COLUMN: Column<RuleCoverage> = { key: 'outcomes', title: 'outcomes', value: outcomesText }
export function betweenColumn(language: Language): Column<RuleCoverage> {
  const names = (parties: readonly Party[]) => parties.map((party) => partyName(party, language)).join(', ')
  return {
    key: 'between',
    title: 'between',
    value: ({ inForce: { rule } }) => `${names(rule.originators)} > ${names(rule.responders)}`,
  }
}
export const LIMITED: Column<RuleCoverage> = { key: 'limits', title: 'limits', value: ({ limits }) => limits }
export const FAILURES: Column<RuleCoverage> = {
  key: 'failed',
  title: 'failed',
  value: (rule) => formatCount(failures(rule)),
  tone: (rule) => (failures(rule) > 0 ? 'broken' : undefined),
  align: 'right',
}

/** Flows that failed for sure, or in which something else was spoken. */
export function failures({ outcomes, wrongProtocol }: RuleCoverage): number {
  return outcomes.refused + outcomes.unanswered + outcomes.prohibited + outcomes['handshake-failed'] + wrongProtocol
}

function portsText({ transport, ports }: Rule): string {
  return `${transport} ${ports.map(rangeText).join(', ')}`
}

function rangeText({ first, last }: Rule['ports'][number]): string {
  return first === last ? String(first) : `${first}-${last}`
}

/** How the flows ended, the most frequent first. */
function outcomesText(row: RuleCoverage): string {
  const counts = OUTCOME_COUNTS.map(([name, count]) => [name, count(row)] as const)
  const seen = counts.filter(([, count]) => count > 0).sort(([, left], [, right]) => right - left)
  return seen.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ')
}

/** What the flows of a rule are made of; together they are its flows. */
const OUTCOME_COUNTS: readonly (readonly [name: string, count: (row: RuleCoverage) => number])[] = [
  ...OUTCOMES.map((outcome) => [outcome, (row: RuleCoverage) => row.outcomes[outcome]] as const),
  ['doubtful', ({ doubtful }) => doubtful],
  ['wrong-protocol', ({ wrongProtocol }) => wrongProtocol],
]

/** The columns for programs. */
export const COVERAGE_FIELDS: readonly Column<RuleCoverage>[] = [
  field('rule', ({ inForce }) => inForce.rule.id),
  field('pack', ({ inForce }) => inForce.pack),
  field('status', ({ status }) => status),
  field('limits', ({ limits }) => limits),
  field('flows', ({ flows }) => flows),
  ...OUTCOME_COUNTS.map(([name, count]) => field<RuleCoverage>(name.replace('-', '_'), count)),
  field('conversations', ({ conversations }) => conversations),
  field('broken', ({ broken }) => broken),
  field('flaky', ({ flaky }) => flaky),
  field('first', ({ first }) => utc(first)),
  field('last', ({ last }) => utc(last)),
  field('window_first', ({ windowFirst }) => utc(windowFirst)),
  field('window_last', ({ windowLast }) => utc(windowLast)),
  field('captures', ({ captures }) => captures),
  field('observed_at', ({ observedAt }) => observedAt.map(({ address }) => address)),
  field('originators', ({ inForce }) => inForce.rule.originators),
  field('responders', ({ inForce }) => inForce.rule.responders),
  field('transport', ({ inForce }) => inForce.rule.transport),
  field('ports', ({ inForce }) => inForce.rule.ports.map(rangeText)),
  field('documented_ports', ({ inForce }) => (inForce.documentedPorts ?? inForce.rule.ports).map(rangeText)),
  field('protocol', ({ inForce }) => inForce.rule.protocol),
  field('purpose', ({ inForce }) => inForce.rule.purpose),
  field('references', ({ inForce }) => referencesOf(inForce.references)),
]

function utc(ns: bigint | null): string | null {
  return ns === null ? null : formatTimeUtc(ns)
}

/** Page and row, of every reference. */
export function referencesOf(references: readonly Reference[]): readonly string[] {
  return references.map(({ page, where }) => `${page}: ${where}`)
}
