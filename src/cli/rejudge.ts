import { type Change, changesOf, movesOf } from '../judge/changes.ts'
import { createJudge, type Judge } from '../judge/judge.ts'
import { rejudgeCapture } from '../rejudge.ts'
import { type ChangeRow, changeColumns, type Rejudged, writeLimit, writeRejudged } from '../report/changes.ts'
import { FORMATS, type Format } from '../report/formats.ts'
import { renderJsonDocument } from '../report/json.ts'
import { render } from '../report/render.ts'
import { MOST_SHOWN, summaryDocument, writeSummary } from '../report/summary.ts'
import { idText } from '../store/ids.ts'
import { type JudgedBy, readJudgedBy, writeJudgedBy } from '../store/judged-by.ts'
import type { Database } from '../store/open.ts'
import { readConversationRow } from '../store/read-explained.ts'
import { readFindings, type StoredFinding } from '../store/read-findings.ts'
import { readCaptureRefs, readObservations } from '../store/read-observed.ts'
import { readSummary } from '../store/read-summary.ts'
import { type CaptureRef, removeOrphans } from '../store/write.ts'
import { readingDatabase, writingDatabase } from './database.ts'
import { addFailOnOption, FAIL_ON, type FailOn, failOnExitCode, refuseFailOnWithoutInventory } from './fail-on.ts'
import { type JudgedByOptions, parseJudgedBy } from './judged-by.ts'
import { addDatabaseOption, addExamples, addFormatOption, choose, databasePath, paragraph } from './options.ts'
import type { Define } from './program.ts'
import { addRuleOptions } from './rule-options.ts'
import type { ExitCode } from './run.ts'
import type { Shell } from './shell.ts'
import { UsageError } from './usage-error.ts'

interface RejudgeOptions extends JudgedByOptions {
  readonly diff?: boolean
  readonly dryRun?: boolean
  readonly database?: string
  readonly format: string
  readonly failOn: string
}

const DESCRIPTION =
  paragraph(`Judges what the database holds again, with another inventory, other rules or another reading, and without the
  captures: it comes out as if they had been analysed with these. Ends with the summary, or with --diff lists the
  conversations that are judged otherwise, each with what it was before. --dry-run shows the same and changes
  nothing.`)

export const defineRejudge: Define = (command, { shell, finish }) => {
  command
    .description(DESCRIPTION)
    .option('-i, --inventory <file>', 'who is who (default: inventory.yaml here, else what the database was judged by)')
  addRuleOptions(command, "the database's, else ")
  command.option('--diff', 'list what is judged otherwise').option('--dry-run', 'leave the database as it is')
  addDatabaseOption(command)
  addFormatOption(command, FORMATS, 'csv with --diff only')
  addFailOnOption(command)
  addExamples(command, [
    ['portolan rejudge -i new.yaml --diff --dry-run', 'what another inventory would change'],
    ['portolan rejudge --reading published', 'take the tables as they are printed, and nothing else'],
    ['portolan rejudge -i new.yaml --diff --format csv > changes.csv', 'for a spreadsheet'],
  ])
  command.action(async (options: RejudgeOptions) => {
    finish(await rejudge(options, shell))
  })
}

const NO_CAPTURE = "the database holds no capture; 'portolan analyze <capture>' adds one"

interface Request {
  readonly judgedBy: JudgedBy
  readonly isDiff: boolean
  readonly isDryRun: boolean
  readonly format: Format
  readonly failOn: FailOn
}

function rejudge(options: RejudgeOptions, shell: Shell): Promise<ExitCode> {
  const isDiff = options.diff === true
  const isDryRun = options.dryRun === true
  const format = choose('--format', options.format, FORMATS)
  const failOn = choose('--fail-on', options.failOn, FAIL_ON)
  if (format === 'csv' && !isDiff) {
    throw new UsageError('a whole summary is no CSV; wanted --format table, json or ndjson, or --diff')
  }
  const judgedByFor = parseJudgedBy(options)
  const path = databasePath(options, shell)
  return writingDatabase(path, async (target) => {
    const standing = target.standing()
    if (standing === undefined) {
      // A database that is not there is not made; the sentence is that of whoever reads.
      readingDatabase(path, () => {})
      throw new UsageError(NO_CAPTURE)
    }
    const work = (db: Database): ExitCode => {
      const judgedBy = judgedByFor(db)
      refuseFailOnWithoutInventory(failOn, judgedBy)
      return rejudgeAll(db, { judgedBy, isDiff, isDryRun, format, failOn }, shell)
    }
    return isDryRun ? takenBack(standing, work) : target.write(work)
  })
}

/** A dry run does everything, shows it and takes it back: what it shows is what would be. */
function takenBack<Result>(db: Database, work: (db: Database) => Result): Result {
  db.exec('BEGIN IMMEDIATE')
  try {
    return work(db)
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK')
  }
}

type StoredChange = Change<StoredFinding>

function rejudgeAll(db: Database, request: Request, shell: Shell): ExitCode {
  const before = readJudgedBy(db)
  const captures = readCaptureRefs(db)
  if (before === undefined || captures.length === 0) {
    throw new UsageError(NO_CAPTURE)
  }
  const { judgedBy, isDryRun } = request
  const former = createJudge(before.inventory, before.rules)
  const present = createJudge(judgedBy.inventory, judgedBy.rules)
  const changes = captures.flatMap((capture) => rejudgeOne(db, capture, former, present))
  writeJudgedBy(db, judgedBy)
  removeOrphans(db)
  const inOrder = changes.sort((a, b) => compare(a.present.first, b.present.first))
  const rejudged: Rejudged = {
    captures: captures.length,
    conversations: db.prepare('SELECT count(*) FROM conversations').pluck().get() as number,
    changed: new Set(changes.map(({ present }) => present.id)).size,
    turned: new Set(changes.flatMap(({ present, turned }) => (turned ? [present.id] : []))).size,
    isDryRun,
  }
  return print(db, inOrder, rejudged, request, shell)
}

function rejudgeOne(db: Database, capture: CaptureRef, former: Judge, present: Judge): readonly StoredChange[] {
  const before = new Map<string, StoredFinding>()
  for (const found of readFindings(db, capture)) before.set(found.key, found)
  const isKnown = (key: string) => before.has(key)
  const moves = movesOf(readObservations(db, capture), former.allows, present.allows, isKnown)
  rejudgeCapture(db, capture, present)
  return [...changesOf(before, readFindings(db, capture), moves)]
}

function compare(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0
}

/** Rows of a table that are shown; programs get them all. */
const TABLE_LIMIT = 100

function print(
  db: Database,
  changes: readonly StoredChange[],
  rejudged: Rejudged,
  { isDiff, format, failOn }: Request,
  { out, err }: Shell,
): ExitCode {
  writeRejudged(err, rejudged)
  const summary = readSummary(db, [], MOST_SHOWN)
  if (summary === undefined) throw new Error('the captures that were judged again are gone')
  if (isDiff) {
    const shown = format === 'table' ? changes.slice(0, TABLE_LIMIT) : changes
    render(out, format, changeColumns(format, out), rowsOf(db, shown), 'Nothing is judged otherwise.')
    if (shown.length < changes.length) writeLimit(out, shown.length, changes.length)
  } else if (format === 'table') writeSummary(out, summary)
  else {
    const { isDryRun, ...counts } = rejudged
    renderJsonDocument(out, { ...counts, dry_run: isDryRun, summary: summaryDocument(summary) }, format === 'ndjson')
  }
  return failOnExitCode(failOn, summary)
}

function* rowsOf(db: Database, changes: readonly StoredChange[]): Generator<ChangeRow> {
  for (const { former, present, turned, flows } of changes) {
    yield { former, formerId: idText('c', former.id), present: readConversationRow(db, present.id), turned, flows }
  }
}
