import { REASONS } from '../judge/reason.ts'
import type { ConversationRow } from '../store/read-rows.ts'
import { type Summary, type SummaryRow, sumsOf } from '../store/read-summary.ts'
import { type Fact, writeFacts, writeHeading, writeSentence } from './blocks.ts'
import { CAPTURE_FIELDS } from './captures.ts'
import type { Column } from './columns.ts'
import { CONVERSATION_FIELDS, failingColumns, unexpectedColumns } from './conversations.ts'
import { formatBytes, formatCount, formatCounted, formatDuration, formatTimeLocal } from './format.ts'
import { jsonFields } from './json.ts'
import type { Output } from './output.ts'
import { RULE_COLUMNS, SUM_FIELDS, summaryFields } from './summary-by.ts'
import { renderTable, shownKeys } from './table.ts'
import type { Tone } from './terminal.ts'
import { trustSentence } from './trust.ts'

/** Findings of a kind, and rules of a pack, that a summary shows; the rest is counted. */
export const MOST_SHOWN = 20

/** Writes what captures come to: what was read, the verdicts, then findings, then what was expected. */
export function writeSummary(out: Output, summary: Summary): void {
  writeFacts(out, [...captureFacts(summary), ...judgedByFacts(summary)])
  writeVerdicts(out, summary)
  const { unexpected, unexpectedCount, broken, brokenCount, flaky, flakyCount } = summary
  const failing = failingColumns(out)
  writeFindings(out, 'Broken: expected, and no flow succeeded', failing, broken, brokenCount, '--health broken')
  writeFindings(out, 'Flaky: expected, and some flows failed', failing, flaky, flakyCount, '--health flaky')
  const columns = unexpectedColumns(out)
  const byReason = inOrderOfReasons(unexpected)
  const hasRule = shownKeys(out, columns, byReason).includes('rule')
  const heading = hasRule ? 'Unexpected, with the nearest rule' : 'Unexpected'
  writeFindings(out, heading, columns, byReason, unexpectedCount, '--verdict unexpected')
  for (const { pack } of summary.byPack) writeRules(out, pack ?? '', summary.byRule)
}

function captureFacts({ captures, otherCaptures }: Summary): readonly Fact[] {
  const times = captures.flatMap(({ first, last }) => (first === null || last === null ? [] : [{ first, last }]))
  const total = (field: 'packets' | 'flows' | 'conversations') =>
    captures.reduce((sum, capture) => sum + capture[field], 0)
  const seen = [
    formatCounted(total('packets'), 'packet', 'packets'),
    formatCounted(total('flows'), 'flow', 'flows'),
    formatCounted(total('conversations'), 'conversation', 'conversations'),
    ...(captures.length > 1 ? ['each counted in every capture that saw it'] : []),
  ]
  const points = captures.map(({ point }) => point).join(', ')
  const others = otherCaptures === 0 ? '' : ` (and ${formatCount(otherCaptures)} more in the database)`
  return [
    { label: captures.length === 1 ? 'capture' : 'captures', value: points + others },
    { label: 'time', value: timeSpan(times) },
    { label: 'seen', value: seen.join(', ') },
    ...anomalyFacts(captures),
    ...markFacts(captures),
    ...trustFacts(captures),
  ]
}

function timeSpan(times: readonly { readonly first: bigint; readonly last: bigint }[]): string {
  const [one, ...others] = times
  if (one === undefined) return 'no packets'
  const first = others.reduce((least, time) => (time.first < least ? time.first : least), one.first)
  const last = others.reduce((most, time) => (time.last > most ? time.last : most), one.last)
  return `${formatTimeLocal(first)} to ${formatTimeLocal(last)} (${formatDuration(Number(last - first) / 1e9)})`
}

function anomalyFacts(captures: Summary['captures']): readonly Fact[] {
  const sums = new Map<string, number>()
  for (const { name, count } of captures.flatMap(({ anomalies }) => anomalies)) {
    sums.set(name, (sums.get(name) ?? 0) + count)
  }
  if (sums.size === 0) return []
  const listed = [...sums].sort(([, left], [, right]) => right - left)
  return [{ label: 'anomalies', value: listed.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ') }]
}

function markFacts(captures: Summary['captures']): readonly Fact[] {
  const marks = captures.flatMap((capture) => capture.marks)
  return marks.length === 0 ? [] : [{ label: 'damaged', value: marks, tone: 'broken' }]
}

function trustFacts(captures: Summary['captures']): readonly Fact[] {
  const sentences = captures.flatMap(({ point, trust }) => {
    if (trust === null) return []
    const sentence = trustSentence(trust)
    return [captures.length === 1 ? sentence : `${point}: ${sentence}`]
  })
  return sentences.length === 0 ? [] : [{ label: 'trust', value: sentences }]
}

function judgedByFacts({ inventory, rules, reading }: Summary): readonly Fact[] {
  const who = inventory === null ? 'no inventory' : `inventory ${inventory}`
  return [{ label: 'judged by', value: `${who}; rules ${rules.join(', ')}; ${reading} reading` }]
}

/** One line of the verdicts: a verdict, or indented what it is made of. */
interface VerdictLine {
  readonly text: string
  readonly tone?: Tone | undefined
  readonly sums: SummaryRow | undefined
}

const VERDICT_COLUMNS: readonly Column<VerdictLine>[] = [
  { key: 'verdict', title: 'verdict', value: ({ text }) => text, tone: ({ tone }) => tone },
  number('conversations', (sums) => formatCount(sums?.conversations ?? 0)),
  number('flows', (sums) => formatCount(sums?.flows ?? 0)),
  number('broken', (sums) => formatCount(sums?.broken ?? 0)),
  number('flaky', (sums) => formatCount(sums?.flaky ?? 0)),
  number('bytes', (sums) => formatBytes(sums?.bytes ?? 0)),
]

function number(key: string, value: (sums: SummaryRow | undefined) => string): Column<VerdictLine> {
  return { key, title: key, value: ({ sums }) => value(sums), align: 'right' }
}

function writeVerdicts(out: Output, { verdicts, byPack, byReason }: Summary): void {
  const unexpected = sumsOf(verdicts, 'unexpected')
  out.write('\n')
  renderTable(
    out,
    VERDICT_COLUMNS,
    [
      { text: 'unexpected', sums: unexpected, tone: unexpected === undefined ? undefined : 'finding' },
      ...byReason.map((sums) => ({ text: `  ${sums.reason}`, sums })),
      { text: 'expected', sums: sumsOf(verdicts, 'expected') },
      ...byPack.map((sums) => ({ text: `  ${sums.pack}`, sums })),
      { text: 'out-of-scope', sums: sumsOf(verdicts, 'out-of-scope'), tone: 'dim' },
    ],
    '',
    'portolan summary --by verdict --format csv',
  )
}

/** Those of a reason together, in the order in which reasons are asked, and then of time. */
function inOrderOfReasons(rows: readonly ConversationRow[]): readonly ConversationRow[] {
  const rank = ({ reason }: ConversationRow) => (reason === null ? REASONS.length : REASONS.indexOf(reason))
  return [...rows].sort((left, right) => rank(left) - rank(right) || Number(left.first - right.first))
}

function writeFindings(
  out: Output,
  heading: string,
  columns: readonly Column<ConversationRow>[],
  rows: readonly ConversationRow[],
  count: number,
  filter: string,
): void {
  if (rows.length === 0) return
  out.write('\n')
  writeHeading(out, heading)
  renderTable(out, columns, rows, '', `portolan conversations ${filter} --format csv`)
  writeMore(out, count - rows.length, `portolan conversations ${filter}`)
}

function writeRules(out: Output, pack: string, byRule: readonly SummaryRow[]): void {
  const rows = byRule.filter((row) => row.pack === pack)
  const shown = rows.slice(0, MOST_SHOWN)
  out.write('\n')
  writeHeading(out, `Expected by ${pack}`)
  renderTable(out, RULE_COLUMNS, shown, '', 'portolan summary --by rule --format csv')
  writeMore(out, rows.length - shown.length, 'portolan summary --by rule')
}

function writeMore(out: Output, more: number, command: string): void {
  if (more > 0) writeSentence(out, `and ${formatCount(more)} more: ${command}`, { tone: 'dim' })
}

/** A summary as one JSON document. */
export function summaryDocument(summary: Summary): object {
  const { captures, verdicts, byPack, byReason, byRule, unexpected, unexpectedCount } = summary
  const { broken, brokenCount, flaky, flakyCount } = summary
  return {
    captures: captures.map((row) => jsonFields(CAPTURE_FIELDS, row)),
    judged_by: { inventory: summary.inventory, rules: summary.rules, reading: summary.reading },
    verdicts: verdicts.map((row) => jsonFields(summaryFields('verdict'), row)),
    packs: byPack.map((row) => ({ pack: row.pack, ...jsonFields(SUM_FIELDS, row) })),
    reasons: byReason.map((row) => jsonFields(summaryFields('reason'), row)),
    rules: byRule.map((row) => jsonFields(summaryFields('rule'), row)),
    unexpected: {
      conversations: unexpectedCount,
      first: unexpected.map((row) => jsonFields(CONVERSATION_FIELDS, row)),
    },
    broken: { conversations: brokenCount, first: broken.map((row) => jsonFields(CONVERSATION_FIELDS, row)) },
    flaky: { conversations: flakyCount, first: flaky.map((row) => jsonFields(CONVERSATION_FIELDS, row)) },
  }
}
