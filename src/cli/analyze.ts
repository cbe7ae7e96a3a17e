import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type AnalyzeResult, analyze, boundsOf } from '../analyze.ts'
import type { CaptureSet } from '../capture/capture-set.ts'
import { observeSideBySide } from '../observe.ts'
import type { Progress } from '../observed.ts'
import { writeSentence } from '../report/blocks.ts'
import { formatCounted } from '../report/format.ts'
import type { Format } from '../report/formats.ts'
import { renderJsonDocument } from '../report/json.ts'
import { MOST_SHOWN, summaryDocument, writeSummary } from '../report/summary.ts'
import { KEEPS, type Keep } from '../store/capture-record.ts'
import type { JudgedBy } from '../store/judged-by.ts'
import type { Database } from '../store/open.ts'
import { refuseKnownFiles } from '../store/read-captures.ts'
import { readSummary } from '../store/read-summary.ts'
import type { ToWrite } from '../store/to-write.ts'
import { type CapturesToRead, findCaptures } from './captures-to-read.ts'
import { writingDatabase } from './database.ts'
import { addFailOnOption, FAIL_ON, type FailOn, failOnExitCode, refuseFailOnWithoutInventory } from './fail-on.ts'
import { parseInterval } from './interval.ts'
import { jobsFor, parseJobs } from './jobs.ts'
import { type JudgedByOptions, parseJudgedBy } from './judged-by.ts'
import { addDatabaseOption, addExamples, addFormatOption, choose, databasePath, listed, paragraph } from './options.ts'
import type { Define } from './program.ts'
import { NO_PROGRESS, progressLine, totalBytes } from './progress.ts'
import { addRuleOptions } from './rule-options.ts'
import type { ExitCode } from './run.ts'
import type { Shell } from './shell.ts'

const ANALYZE_FORMATS = ['table', 'json', 'ndjson'] as const satisfies readonly Format[]

interface AnalyzeOptions extends JudgedByOptions {
  readonly point?: string
  readonly database?: string
  readonly jobs?: string
  readonly interval?: string
  readonly keep: string
  readonly format: string
  readonly failOn: string
}

const DESCRIPTION =
  paragraph(`Reads captures, judges every flow, keeps the result in the database and prints the summary. The files of a
  rotated set are one capture point, told by folder and file name; analysing a point again replaces what was kept
  of it. All captures of a database are judged by the same inventory, rules and reading: when those change, what
  was kept is judged again.`)

export const defineAnalyze: Define = (command, { shell, finish }) => {
  command
    .argument(
      '<capture...>',
      "pcap or pcapng files, also compressed with gzip or zstd; folders, or patterns with * and ?; '-' reads standard input",
    )
    .description(DESCRIPTION)
    .option('-i, --inventory <file>', 'who is who (default: inventory.yaml here, else what the database was judged by)')
  addRuleOptions(command, "the database's, else ")
  addDatabaseOption(command)
  addReadingOptions(command)
  addFormatOption(command, ANALYZE_FORMATS)
  addFailOnOption(command)
  addExamples(command, [
    ['portolan analyze director.pcapng -i inventory.yaml', 'judge one capture'],
    ['portolan analyze traces/edge_*.pcapng --keep all', 'a rotated set, every flow kept'],
    ['tcpdump -U -w - tcp | portolan analyze - --point edge01', 'a running capture, until Ctrl-C'],
  ])
  command.action(async (paths: readonly string[], options: AnalyzeOptions) => {
    finish(await analyzeCaptures(paths, options, shell))
  })
}

function addReadingOptions(command: Command): void {
  command
    .option('--point <name>', 'where the captures were taken: all of them are one capture point')
    .option(
      '--keep <what>',
      `${listed('flows to keep one by one', KEEPS)}; of findings at most 1,000 of a conversation`,
      'findings',
    )
    .option(
      '-j, --jobs <n>',
      'threads that share the flows of a capture, or the capture points (default: 1); the result is the same',
    )
    .option(
      '--interval <seconds>',
      "of a stream ('-'): how often all that was seen so far is stored; at first more often (default: 60); 0: at its end only",
    )
}

/** How captures are analysed. */
interface Request {
  readonly judgedBy: JudgedBy
  readonly keep: Keep
  readonly jobs: number
  /** Of a stream, unless it is stored only at its end. */
  readonly intervalMs: number | undefined
}

async function analyzeCaptures(paths: readonly string[], options: AnalyzeOptions, shell: Shell): Promise<ExitCode> {
  const keep = choose('--keep', options.keep, KEEPS)
  const format = choose('--format', options.format, ANALYZE_FORMATS)
  const failOn = choose('--fail-on', options.failOn, FAIL_ON)
  const jobs = parseJobs(options.jobs)
  const judgedByFor = parseJudgedBy(options)
  const path = databasePath(options, shell)
  // A database that is not there is not made.
  if (!existsSync(path)) refuseFailOnWithoutInventory(failOn, judgedByFor(undefined))
  const captures = await findCaptures(paths, options.point, shell)
  const intervalMs = parseInterval(options.interval, captures.interrupt !== undefined)
  return writingDatabase(path, async (target) => {
    const judgedBy = judgedByFor(target.standing())
    refuseFailOnWithoutInventory(failOn, judgedBy)
    if (judgedBy.inventory.entries.length === 0) sayWithoutInventory(shell)
    const results = await analyzeAll(target, captures, { judgedBy, keep, jobs, intervalMs }, shell)
    sayWhatHappened(results, path, shell)
    return printSummary(target.standing(), results, path, format, failOn, shell)
  })
}

/**
 * Ctrl-C ends a stream and keeps what was seen. While files are read it ends the program at once, as it does
 * everywhere: what is not complete is not in the database.
 */
async function analyzeAll(
  target: ToWrite,
  { sets, interrupt }: CapturesToRead,
  { judgedBy, keep, jobs, intervalMs }: Request,
  shell: Shell,
): Promise<readonly AnalyzeResult[]> {
  const standing = target.standing()
  if (standing !== undefined) for (const set of sets) refuseKnownFiles(standing, set)
  if (sets.length > 1 && jobs > 1) return analyzeSideBySide(target, sets, { judgedBy, keep, jobs }, shell)
  const results: AnalyzeResult[] = []
  const { err, isWatched, onInterrupt } = shell
  const stopListening = interrupt === undefined ? () => {} : onInterrupt(interrupt)
  for (const set of sets) {
    const total = totalBytes(set)
    const line = isWatched ? progressLine(err, set.point, total) : NO_PROGRESS
    try {
      const threads = jobsFor(jobs, total)
      const onProgress = (progress: Progress) => line.update(progress)
      const following = intervalMs === undefined ? undefined : { intervalMs, onStored: () => line.stored(Date.now()) }
      results.push(await analyze(target, set, judgedBy, keep, { onProgress, jobs: threads, following }))
    } finally {
      line.clear()
    }
  }
  stopListening()
  return results
}

/** Several capture points: each is read by a thread of its own, and stored in its turn. */
async function analyzeSideBySide(
  target: ToWrite,
  sets: readonly CaptureSet[],
  { judgedBy, keep, jobs }: Omit<Request, 'intervalMs'>,
  { err, isWatched }: Shell,
): Promise<readonly AnalyzeResult[]> {
  const line = isWatched ? progressLine(err, `${sets.length} capture points`, totalOf(sets)) : NO_PROGRESS
  const reading = observeSideBySide(sets, jobs, boundsOf(judgedBy), (progress) => line.update(progress))
  const results: AnalyzeResult[] = []
  try {
    for (const set of sets) {
      results.push(await analyze(target, set, judgedBy, keep, { elsewhere: reading.next() }))
    }
  } finally {
    line.clear()
    await reading.stop()
  }
  return results
}

/** Bytes that will be read of all sets; undefined where that cannot be told of one. */
function totalOf(sets: readonly CaptureSet[]): number | undefined {
  const totals = sets.map(totalBytes)
  return totals.includes(undefined) ? undefined : totals.reduce((sum: number, total) => sum + (total ?? 0), 0)
}

function sayWithoutInventory({ err }: Shell): void {
  const remedy = "'portolan inventory --help' shows how to write inventory.yaml"
  writeSentence(err, `There is no inventory, so that every conversation is out of scope; ${remedy}.`)
}

function sayWhatHappened(results: readonly AnalyzeResult[], path: string, { err }: Shell): void {
  for (const { path: file, damage } of results.flatMap(({ record }) => record.files)) {
    if (damage === undefined) continue
    writeSentence(err, `Warning: ${file} was judged up to byte ${damage.offset}, where ${damage.problem}.`)
  }
  const rejudged = rejudgedIn(results)
  if (rejudged === 0) return
  const captures = formatCounted(rejudged, 'capture', 'captures')
  writeSentence(err, `The inventory, the rules or the reading changed: ${captures} of ${path} judged again.`)
}

function rejudgedIn(results: readonly AnalyzeResult[]): number {
  return results.reduce((sum, result) => sum + result.rejudged, 0)
}

function printSummary(
  db: Database | undefined,
  results: readonly AnalyzeResult[],
  database: string,
  format: Format,
  failOn: FailOn,
  { out }: Shell,
): ExitCode {
  const points = results.map(({ record }) => record.point)
  const summary = db && readSummary(db, points, MOST_SHOWN)
  if (summary === undefined) return 0
  if (format === 'table') writeSummary(out, summary)
  else {
    const document = { analyzed: points, rejudged: rejudgedIn(results), database, summary: summaryDocument(summary) }
    renderJsonDocument(out, document, format === 'ndjson')
  }
  return failOnExitCode(failOn, summary)
}
