import {
  type CaptureHost,
  COVERAGE_STATUSES,
  type CoverageStatus,
  type CoveredCapture,
  LIMITS,
  type Limit,
  type RuleCoverage,
} from '../judge/coverage.ts'
import { OUTCOMES } from '../judge/outcome.ts'
import { doubtsOf } from '../judge/trust.ts'
import type { Reference } from '../rules/reference.ts'
import type { Rule } from '../rules/rule.ts'
import type { Coverage } from '../store/read-coverage.ts'
import { type Fact, writeFacts, writeHeading, writeSentence } from './blocks.ts'
import type { Column } from './columns.ts'
import { formatCount, formatDuration, formatTimeLocal, formatTimeUtc } from './format.ts'
import { field, hostText, timeText } from './judged.ts'
import { markdownText, renderMarkdown } from './markdown.ts'
import { lineLimit, type Output } from './output.ts'
import { renderTable } from './table.ts'
import type { Tone } from './terminal.ts'
import { trustSentence } from './trust.ts'

/** What a status says, behind its word. */
const STATUS_TEXTS: Readonly<Record<CoverageStatus, string>> = {
  'seen-refused': 'nothing succeeded, and something was refused, prohibited or ended by a TLS alert',
  'seen-unanswered': 'nothing succeeded, and no attempt was answered',
  'seen-wrong-protocol': 'the port was used for something else than the rule names',
  'seen-unclear': 'the captures do not tell how it ended',
  'seen-working': 'something succeeded',
  'not-seen': 'a capture was taken at a host that it names, and shows nothing of it',
  'not-observable': 'no capture was taken at a host that it names',
}

const LIMIT_TEXTS: Readonly<Record<Limit, string>> = {
  withdrawn: 'listed, but it allows nothing, and so nothing is credited to it',
  'from-this-host-only': 'the rule says any, and what other hosts do is not in the captures',
  'place-unsure': 'nothing tells at which of its hosts the capture was taken',
  'role-unlisted': 'the inventory lists nobody for one of its ends, whose traffic is that of unknown hosts',
  'short-window': 'the capture lasted less than an hour',
  'one-sided': 'the capture has only one direction of some flows',
  loss: 'packets are missing from the capture',
  'cut-off': 'a file of the capture ends early',
  midstream: 'most flows began before the capture did',
}

/** Writes what captures show of the rules for people: what it rests on, then a table for each status. */
export function writeCoverage(out: Output, coverage: Coverage, shown: readonly RuleCoverage[]): void {
  writeFacts(out, coverageFacts(coverage, shown))
  for (const { status, limits, rules } of groupsOf(shown)) {
    out.write('\n')
    writeHeading(out, headingText(status, limits))
    renderTable(out, tableColumns(out, status, rules), byPage(rules), '', 'portolan coverage --format csv')
  }
  writeWords(out, shown)
}

/** Rules of one status; those that were seen, or never can be, under what limits them. */
interface Group {
  readonly status: CoverageStatus
  readonly limits: readonly Limit[]
  readonly rules: readonly RuleCoverage[]
}

/** What was not seen has its limits in every line: they are what one looks for there. */
function groupsOf(shown: readonly RuleCoverage[]): readonly Group[] {
  return COVERAGE_STATUSES.flatMap((status) => {
    const groups = new Map<string, Group & { readonly rules: RuleCoverage[] }>()
    for (const rule of shown) {
      if (rule.status !== status) continue
      const limits = status === 'not-seen' ? [] : rule.limits
      const group = groups.get(limits.join()) ?? { status, limits, rules: [] }
      groups.set(limits.join(), group)
      group.rules.push(rule)
    }
    return [...groups.values()].sort((left, right) => left.limits.length - right.limits.length)
  })
}

function headingText(status: CoverageStatus, limits: readonly Limit[]): string {
  const texts = limits.map((limit) => LIMIT_TEXTS[limit])
  // Of a withdrawn rule it does not matter where captures were taken.
  const said = limits.includes('withdrawn') ? texts : [STATUS_TEXTS[status], ...texts]
  return `${[status, ...limits].join(', ')}: ${said.join('; ')}`
}

function coverageFacts({ captures, trusts, judgedBy }: Coverage, shown: readonly RuleCoverage[]): readonly Fact[] {
  const doubted = captures.flatMap(({ point }): readonly string[] => {
    const trust = trusts.get(point)
    if (trust === undefined || doubtsOf(trust).length === 0) return []
    return [captures.length === 1 ? trustSentence(trust) : `${point}: ${trustSentence(trust)}`]
  })
  const who = judgedBy.inventoryFile === undefined ? 'no inventory' : `inventory ${judgedBy.inventoryFile}`
  const { names, reading } = judgedBy.rules
  return [
    { label: captures.length === 1 ? 'capture' : 'captures', value: captures.map(captureText) },
    ...(doubted.length === 0 ? [] : [{ label: 'trust', value: doubted }]),
    { label: 'judged by', value: `${who}; rules ${names.join(', ')}; ${reading} reading` },
    { label: 'rules', value: countsText(shown) },
  ]
}

function captureText(capture: CoveredCapture): string {
  const { point, first, last } = capture
  if (first === null || last === null) return `${point}: no packets`
  const window = `${formatTimeLocal(first)} to ${formatTimeLocal(last)}`
  return `${point}: ${window} (${formatDuration(Number(last - first) / 1e9)}), ${placeText(capture)}`
}

function placeText({ hosts, isUnsure }: CoveredCapture): string {
  if (hosts.length === 0) return 'taken at no host that is part of nearly all flows; --at names one'
  return `taken at ${hostsText(hosts, isUnsure ? ' or ' : ', ')}${isUnsure ? '; --at tells which' : ''}`
}

/** Addresses of one name stand behind it. */
function hostsText(hosts: readonly CaptureHost[], between: string): string {
  const byName = new Map<string, CaptureHost[]>()
  for (const host of hosts) {
    const key = host.name ?? host.address
    byName.set(key, [...(byName.get(key) ?? []), host])
  }
  const texts = [...byName.values()].map((of) => {
    const addresses = of.map(({ address }) => address).join(', ')
    return hostText(of[0]?.name ?? null, addresses)
  })
  return texts.join(between)
}

function countsText(shown: readonly RuleCoverage[]): string {
  const counts = COVERAGE_STATUSES.flatMap((status) => {
    const count = shown.filter((rule) => rule.status === status).length
    return count === 0 ? [] : [`${formatCount(count)} ${status}`]
  })
  return counts.length === 0 ? 'none' : counts.join(', ')
}

/** What the words in the lines mean, and what a narrow table leaves out. */
function writeWords(out: Output, shown: readonly RuleCoverage[]): void {
  const used = usedLimits(shown.filter(({ status }) => status === 'not-seen'))
  if (used.length > 0) out.write('\n')
  for (const limit of used) writeSentence(out, `${limit}: ${LIMIT_TEXTS[limit]}.`, { hang: 2, tone: 'dim' })
  if (lineLimit(out) >= WIDEST || shown.length === 0) return
  out.write('\n')
  writeSentence(out, LEFT_OUT, { tone: 'dim' })
}

function usedLimits(shown: readonly RuleCoverage[]): readonly Limit[] {
  return LIMITS.filter((limit) => shown.some(({ limits }) => limits.includes(limit)))
}

/** A line of a table: a rule, or the page that the rules below it rest on. */
type Line = { readonly page: string } | { readonly page: undefined; readonly rule: RuleCoverage }

/** Rules under the first page that each rests on, in the order in which the pages come. */
function byPage(rules: readonly RuleCoverage[]): readonly Line[] {
  const pages = new Map<string, RuleCoverage[]>()
  for (const rule of rules) {
    const page = rule.inForce.references[0]?.page ?? ''
    pages.set(page, [...(pages.get(page) ?? []), rule])
  }
  return [...pages].flatMap(([page, of]) => [{ page }, ...of.map((rule) => ({ page: undefined, rule }))])
}

// Terminals at least so wide get more columns; the last line of the report says so to the others.
const WIDE = 100
const WIDEST = 150
const LEFT_OUT = 'A wider terminal also shows outcomes, roles and times; --format csv and markdown have everything.'

function tableColumns(out: Output, status: CoverageStatus, rules: readonly RuleCoverage[]): readonly Column<Line>[] {
  const width = lineLimit(out)
  const time = timeText(out)
  const isSeen = rules.some(({ flows }) => flows > 0)
  const isLimited = status === 'not-seen' && rules.some(({ limits }) => limits.length > 0)
  const columns: readonly (Column<RuleCoverage> | false)[] = [
    { ...PORT, shrink: 9 },
    isSeen && FLOWS,
    isSeen && width < WIDE && rules.some((rule) => failures(rule) > 0) && FAILURES,
    isSeen && width >= WIDE && { ...OUTCOMES_COLUMN, shrink: 16 },
    !isSeen && width >= WIDE && { ...BETWEEN, shrink: 16 },
    isLimited && { ...LIMITED, shrink: 12 },
    { key: 'row', title: 'row', value: ({ inForce }) => rowsText(inForce.references, width), shrink: 16 },
    isSeen &&
      width >= WIDEST && { key: 'first', title: 'first', value: ({ first }) => (first === null ? '' : time(first)) },
    isSeen && width >= WIDEST && { key: 'last', title: 'last', value: ({ last }) => (last === null ? '' : time(last)) },
  ]
  return [ruleColumn(status), ...columns.flatMap((column) => (column === false ? [] : [ofRule(column)]))]
}

/** The rule, below its page; of a rule that fails in a colour. */
function ruleColumn(status: CoverageStatus): Column<Line> {
  return {
    key: 'rule',
    title: 'rule',
    value: (line) => (line.page === undefined ? `  ${line.rule.inForce.rule.id}` : line.page),
    tone: (line) => (line.page === undefined ? toneOf(status) : 'dim'),
    shrink: 28,
  }
}

/** A column of rules, empty beside a page. */
function ofRule({ value, tail: _tail, tone: _tone, text: _text, ...column }: Column<RuleCoverage>): Column<Line> {
  return { ...column, value: (line) => (line.page === undefined ? value(line.rule) : '') }
}

function toneOf(status: CoverageStatus): Tone | undefined {
  if (status === 'not-observable') return 'dim'
  return status === 'seen-working' || status === 'not-seen' ? undefined : 'broken'
}

const RULE: Column<RuleCoverage> = { key: 'rule', title: 'rule', value: ({ inForce }) => inForce.rule.id }
const PORT: Column<RuleCoverage> = { key: 'port', title: 'port', value: ({ inForce }) => portsText(inForce.rule) }
const FLOWS: Column<RuleCoverage> = {
  key: 'flows',
  title: 'flows',
  value: ({ flows }) => formatCount(flows),
  align: 'right',
}
const OUTCOMES_COLUMN: Column<RuleCoverage> = { key: 'outcomes', title: 'outcomes', value: outcomesText }
const BETWEEN: Column<RuleCoverage> = {
  key: 'between',
  title: 'between',
  value: ({ inForce: { rule } }) => `${rule.originators.join(', ')} > ${rule.responders.join(', ')}`,
}
const LIMITED: Column<RuleCoverage> = { key: 'limits', title: 'limits', value: ({ limits }) => limits }
const FAILURES: Column<RuleCoverage> = {
  key: 'failed',
  title: 'failed',
  value: (rule) => formatCount(failures(rule)),
  align: 'right',
}

function failures({ outcomes, wrongProtocol }: RuleCoverage): number {
  return outcomes.refused + outcomes.unanswered + outcomes.prohibited + outcomes['handshake-failed'] + wrongProtocol
}

/** The first of the rows; where there is room, the others are counted. */
function rowsText(references: readonly Reference[], width: number): string {
  const more = width >= WIDE && references.length > 1 ? ` +${references.length - 1}` : ''
  return `${references[0]?.where ?? ''}${more}`
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

function referencesOf(references: readonly Reference[]): readonly string[] {
  return references.map(({ page, where }) => `${page}: ${where}`)
}

/** Writes the same as Markdown: what it rests on, one table of all rules, and what its words mean. */
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
