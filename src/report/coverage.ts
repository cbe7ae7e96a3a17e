import { COVERAGE_STATUSES, type CoverageStatus, type Limit, type RuleCoverage } from '../judge/coverage.ts'
import type { Reference } from '../rules/reference.ts'
import type { Coverage } from '../store/read-coverage.ts'
import { writeFacts, writeHeading, writeSentence } from './blocks.ts'
import type { Column } from './columns.ts'
import { betweenColumn, FAILURES, FLOWS, failures, LIMITED, OUTCOMES_COLUMN, PORT } from './coverage-columns.ts'
import { coverageFacts, LIMIT_TEXTS, STATUS_TEXTS, usedLimits } from './coverage-text.ts'
import { formatCount, formatCounted } from './format.ts'
import { timeText } from './judged.ts'
import { lineLimit, type Output } from './output.ts'
import { renderTable } from './table.ts'
import type { Tone } from './terminal.ts'

/**
 * Writes what captures show of the rules for people: what it rests on, then a table for each status. What is not
 * observable, mostly rules of other servers, is counted where something else is asked for as well.
 */
export function writeCoverage(out: Output, coverage: Coverage, shown: readonly RuleCoverage[]): void {
  writeFacts(out, coverageFacts(coverage, shown))
  const observable = shown.filter(({ status }) => status !== 'not-observable')
  for (const { status, limits, rules } of groupsOf(observable.length === 0 ? shown : observable)) {
    out.write('\n')
    writeHeading(out, headingText(status, limits))
    renderTable(out, tableColumns(out, status, rules), byPage(rules), '', 'portolan coverage --format csv')
  }
  if (observable.length > 0 && observable.length < shown.length) writeNotObservable(out, shown)
  writeWords(out, shown)
}

function writeNotObservable(out: Output, shown: readonly RuleCoverage[]): void {
  const rules = shown.filter(({ status }) => status === 'not-observable')
  const withdrawn = rules.filter(({ limits }) => limits.includes('withdrawn')).length
  const ofThem = withdrawn === 0 ? '' : ` (${formatCount(withdrawn)} withdrawn)`
  out.write('\n')
  writeHeading(out, headingText('not-observable', []))
  const counted = formatCounted(rules.length, 'rule', 'rules')
  writeSentence(out, `${counted}${ofThem}: portolan coverage --status not-observable`, { tone: 'dim' })
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

/** What the words in the lines mean, and what a narrow table leaves out. */
function writeWords(out: Output, shown: readonly RuleCoverage[]): void {
  const used = usedLimits(shown.filter(({ status }) => status === 'not-seen'))
  if (used.length > 0) out.write('\n')
  for (const limit of used) writeSentence(out, `${limit}: ${LIMIT_TEXTS[limit]}.`, { hang: 2, tone: 'dim' })
  if (lineLimit(out) >= WIDEST || shown.length === 0) return
  out.write('\n')
  writeSentence(out, LEFT_OUT, { tone: 'dim' })
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
    !isSeen && width >= WIDE && { ...betweenColumn(out.language ?? 'en'), shrink: 16 },
    isLimited && { ...LIMITED, ...(width < WIDE ? { value: limitText } : {}), shrink: 12 },
    { key: 'row', title: 'row', value: ({ inForce }) => rowsText(inForce.references, width), shrink: 12, drop: 1 },
    isSeen &&
      width >= WIDEST && { key: 'first', title: 'first', value: ({ first }) => (first === null ? '' : time(first)) },
    isSeen && width >= WIDEST && { key: 'last', title: 'last', value: ({ last }) => (last === null ? '' : time(last)) },
  ]
  return [ruleColumn(status), ...columns.flatMap((column) => (column === false ? [] : [ofRule(column)]))]
}

/** The rule, never cut, below its page; of a rule that fails in a colour. */
function ruleColumn(status: CoverageStatus): Column<Line> {
  return {
    key: 'rule',
    title: 'rule',
    value: lineText,
    tail: { of: (line) => (line.page === undefined ? lineText(line) : ''), upTo: Number.POSITIVE_INFINITY },
    tone: (line) => (line.page === undefined ? toneOf(status) : 'dim'),
    shrink: 26,
  }
}

function lineText(line: Line): string {
  return line.page === undefined ? `  ${line.rule.inForce.rule.id}` : line.page
}

/** A column of rules, empty beside a page. */
function ofRule({ value, tone, tail: _, text: __, note: ___, ...column }: Column<RuleCoverage>): Column<Line> {
  return {
    ...column,
    value: (line) => (line.page === undefined ? value(line.rule) : ''),
    tone: (line) => (line.page === undefined ? tone?.(line.rule) : undefined),
  }
}

function toneOf(status: CoverageStatus): Tone | undefined {
  if (status === 'not-observable') return 'dim'
  return status === 'seen-working' || status === 'not-seen' ? undefined : 'broken'
}

/** The first of the rows; where there is room, the others are counted. */
function rowsText(references: readonly Reference[], width: number): string {
  const more = width >= WIDE && references.length > 1 ? ` +${references.length - 1}` : ''
  return `${references[0]?.where ?? ''}${more}`
}

/** The first limit; the others are counted. */
function limitText({ limits: [first, ...others] }: RuleCoverage): string {
  return others.length === 0 ? (first ?? '') : `${first} +${others.length}`
}
