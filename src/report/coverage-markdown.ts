import { COVERAGE_STATUSES, type RuleCoverage } from '../judge/coverage.ts'
import type { Coverage } from '../store/read-coverage.ts'
import type { Column } from './columns.ts'
import { FLOWS, LIMITED, OUTCOMES_COLUMN, PORT, RULE, referencesOf } from './coverage-columns.ts'
import { coverageFacts, LIMIT_TEXTS, STATUS_TEXTS, usedLimits } from './coverage-text.ts'
import { formatTimeLocal } from './format.ts'
import { markdownText, renderMarkdown } from './markdown.ts'
import type { Output } from './output.ts'

/** Writes what captures show of the rules as Markdown: what it rests on, one table of all rules, and what its words mean. */
export function writeCoverageMarkdown(out: Output, coverage: Coverage, shown: readonly RuleCoverage[]): void {
  out.write('## Documented ports and what the captures show of them\n\n')
  for (const { label, value } of coverageFacts(coverage, shown)) {
    for (const text of typeof value === 'string' ? [value] : value) {
      out.write(`- ${markdownText(`${label}: ${text}`)}\n`)
    }
  }
  out.write('\n')
  const byStatus = COVERAGE_STATUSES.flatMap((status) => shown.filter((rule) => rule.status === status))
  renderMarkdown(out, MARKDOWN_COLUMNS, byStatus)
  const statuses = COVERAGE_STATUSES.filter((status) => shown.some((rule) => rule.status === status))
  const words = [
    ...statuses.map((status) => `${status}: ${STATUS_TEXTS[status]}`),
    ...usedLimits(shown).map((limit) => `${limit}: ${LIMIT_TEXTS[limit]}`),
  ]
  if (words.length > 0) out.write('\n')
  for (const text of words) out.write(`- ${markdownText(text)}\n`)
}

const MARKDOWN_COLUMNS: readonly Column<RuleCoverage>[] = [
  { key: 'originators', title: 'from', value: ({ inForce }) => inForce.rule.originators },
  { key: 'responders', title: 'to', value: ({ inForce }) => inForce.rule.responders },
  PORT,
  { key: 'protocol', title: 'protocol', value: ({ inForce }) => inForce.rule.protocol },
  { key: 'status', title: 'status', value: ({ status }) => status },
  LIMITED,
  FLOWS,
  OUTCOMES_COLUMN,
  { key: 'first', title: 'first', value: ({ first }) => (first === null ? null : formatTimeLocal(first)) },
  { key: 'last', title: 'last', value: ({ last }) => (last === null ? null : formatTimeLocal(last)) },
  RULE,
  { key: 'references', title: 'page and row', value: ({ inForce }) => referencesOf(inForce.references) },
]
