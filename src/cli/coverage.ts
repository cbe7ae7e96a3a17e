import { Option } from 'commander'
import { formatAddress, parseAddress } from '../inventory/address.ts'
import { COVERAGE_STATUSES, type RuleCoverage } from '../judge/coverage.ts'
import { writeSentence } from '../report/blocks.ts'
import { writeCoverage } from '../report/coverage.ts'
import { COVERAGE_FIELDS } from '../report/coverage-columns.ts'
import { writeCoverageMarkdown } from '../report/coverage-markdown.ts'
import { FORMATS } from '../report/formats.ts'
import { render } from '../report/render.ts'
import { type Coverage, readCoverage } from '../store/read-coverage.ts'
import { readingDatabase } from './database.ts'
import { parseCaptures } from './filter-options.ts'
import {
  addDatabaseOption,
  addExamples,
  choose,
  chooseAll,
  databasePath,
  gather,
  listed,
  paragraph,
} from './options.ts'
import type { Define } from './program.ts'
import type { Shell } from './shell.ts'
import { UsageError } from './usage-error.ts'

interface CoverageOptions {
  readonly status?: readonly string[]
  readonly rule?: readonly string[]
  readonly page?: readonly string[]
  readonly capture?: readonly string[]
  readonly at?: readonly string[]
  readonly format: string
  readonly database?: string
}

const COVERAGE_FORMATS = [...FORMATS, 'markdown'] as const

const DESCRIPTION =
  paragraph(`Says of every rule that the database was judged by what the captures show of it, what fails first. A rule is
  observable where a capture was taken at a host that it names; the host is the one that is part of nearly all flows, unless
  --at names it. What was not seen says so together with what speaks against the capture.`)

export const defineCoverage: Define = (command, { shell }) => {
  command
    .description(DESCRIPTION)
    .option('--status <status>', listed('only of this status', COVERAGE_STATUSES), gather)
    .option('--rule <id>', 'only this rule', gather)
    .option('--page <page>', 'only rules that rest on this page, such as single-director', gather)
    .option('--capture <point>', 'what this capture point shows', gather)
    .option('--at <address>', 'the captures were taken at this address', gather)
    .addOption(new Option('--format <format>', listed('how to print it', COVERAGE_FORMATS)).default('table'))
  addDatabaseOption(command)
  addExamples(command, [
    ['portolan coverage', 'what the captures show of each documented rule'],
    ['portolan coverage --page single-director --format markdown', 'one page, to paste into a change request'],
    ['portolan coverage --status not-seen --format csv > unused.csv', 'what nobody was seen to use'],
  ])
  command.action((options: CoverageOptions) => printCoverage(options, shell))
}

function printCoverage(options: CoverageOptions, shell: Shell): void {
  const { out } = shell
  const format = choose('--format', options.format, COVERAGE_FORMATS)
  const statuses = chooseAll('--status', options.status, COVERAGE_STATUSES)
  const takenAt = (options.at ?? []).map(parseHost)
  readingDatabase(databasePath(options, shell), (db) => {
    const coverage = readCoverage(db, parseCaptures(db, options.capture), takenAt)
    const rules = coverage === undefined ? [] : chosenRules(coverage, options)
    const shown = rules.filter(({ status }) => statuses.length === 0 || statuses.includes(status))
    if (format !== 'table' && format !== 'markdown') render(out, format, COVERAGE_FIELDS, shown)
    else if (coverage === undefined) {
      writeSentence(out, "The database holds no capture; 'portolan analyze <capture>' adds one.")
    } else if (format === 'markdown') writeCoverageMarkdown(out, coverage, shown)
    else writeCoverage(out, coverage, shown)
  })
}

/** The rules that are asked for; of a rule on the pages asked for, only what those pages say. */
function chosenRules({ rules }: Coverage, options: CoverageOptions): readonly RuleCoverage[] {
  const ids = rules.map(({ inForce }) => inForce.rule.id)
  const wanted = new Set(chooseAll('--rule', options.rule, ids, "'portolan rules' lists the rules"))
  const known = [...new Set(rules.flatMap(({ inForce }) => inForce.references.map(({ page }) => page)))]
  const pages = chooseAll('--page', options.page, known, 'no rule that the database was judged by rests on it')
  const named = rules.filter(({ inForce }) => wanted.size === 0 || wanted.has(inForce.rule.id))
  if (pages.length === 0) return named
  return named.flatMap((each) => {
    const references = each.inForce.references.filter(({ page }) => pages.includes(page))
    return references.length === 0 ? [] : [{ ...each, inForce: { ...each.inForce, references } }]
  })
}

function parseHost(text: string): string {
  const point = parseAddress(text)
  if (point === undefined) throw new UsageError(`--at '${text}' is not an IP address`)
  return formatAddress(point)
}
