import { writeSentence } from '../report/blocks.ts'
import { FORMATS, type Format } from '../report/formats.ts'
import { renderJsonDocument } from '../report/json.ts'
import { MOST_SHOWN, summaryDocument, writeSummary } from '../report/summary.ts'
import { writeSummaryBy } from '../report/summary-by.ts'
import { readJudgedBy } from '../store/judged-by.ts'
import { EVERY_ROW } from '../store/read-filter.ts'
import { readSummary, SUMMARY_KEYS, type SummaryKey, summarizeBy } from '../store/read-summary.ts'
import { readingDatabase } from './database.ts'
import { addFailOnOption, FAIL_ON, type FailOn, failOnExitCode, refuseFailOnWithoutInventory } from './fail-on.ts'
import { parseCaptures } from './filter-options.ts'
import {
  addDatabaseOption,
  addExamples,
  addFormatOption,
  choose,
  databasePath,
  gather,
  listed,
  paragraph,
} from './options.ts'
import type { Context, Define } from './program.ts'
import type { ExitCode } from './run.ts'
import { UsageError } from './usage-error.ts'

interface SummaryOptions {
  readonly by?: string
  readonly capture?: readonly string[]
  readonly failOn: string
  readonly format: string
  readonly database?: string
}

const DESCRIPTION =
  paragraph(`Prints what the captures in the database come to: verdicts, then unexpected and broken conversations, then what
  was expected, by rule. --by prints one table instead, with findings first.`)

export const defineSummary: Define = (command, { shell, finish }) => {
  command
    .description(DESCRIPTION)
    .option('--by <what>', listed('add conversations up by', SUMMARY_KEYS))
    .option('--capture <point>', 'only of this capture point; may be given several times', gather)
  addFailOnOption(command)
  addFormatOption(command, FORMATS, 'csv with --by only')
  addDatabaseOption(command)
  addExamples(command, [
    ['portolan summary', 'what there is to look at'],
    ['portolan summary --by host', 'who is part of findings'],
    ['portolan summary --by rule --format csv > rules.csv', 'which rules are used, for a spreadsheet'],
  ])
  command.action((options: SummaryOptions) => {
    finish(summarize(options, shell))
  })
}

function summarize(options: SummaryOptions, shell: Context['shell']): ExitCode {
  const by = options.by === undefined ? undefined : choose('--by', options.by, SUMMARY_KEYS)
  const failOn = choose('--fail-on', options.failOn, FAIL_ON)
  const format = choose('--format', options.format, FORMATS)
  if (by === undefined) refuseCsv(format)
  return readingDatabase(databasePath(options, shell), (db) => {
    refuseFailOnWithoutInventory(failOn, readJudgedBy(db))
    return printSummary(db, { by, failOn, format, captures: parseCaptures(db, options.capture) }, shell)
  })
}

/** A whole summary is no list of rows. */
export function refuseCsv(format: Format): void {
  if (format !== 'csv') return
  throw new UsageError(
    `a whole summary is no CSV; wanted --format table, json or ndjson, or 'summary --by' with one key`,
  )
}

interface Asked {
  readonly by: SummaryKey | undefined
  readonly failOn: FailOn
  readonly format: Format
  readonly captures: readonly string[]
}

function printSummary(
  db: Parameters<typeof readSummary>[0],
  { by, failOn, format, captures }: Asked,
  { out }: Context['shell'],
): ExitCode {
  if (by !== undefined) writeSummaryBy(out, format, by, summarizeBy(db, by, { ...EVERY_ROW, captures }))
  const summary = readSummary(db, captures, MOST_SHOWN)
  if (by === undefined && format === 'table') {
    if (summary === undefined)
      writeSentence(out, "The database holds no capture; 'portolan analyze <capture>' adds one.")
    else writeSummary(out, summary)
  } else if (by === undefined) {
    renderJsonDocument(out, summary === undefined ? { captures: [] } : summaryDocument(summary), format === 'ndjson')
  }
  return summary === undefined ? 0 : failOnExitCode(failOn, summary)
}
