import type { CaptureSet } from './capture/capture-set.ts'
import { flowOf } from './flow/flow.ts'
import type { FlowLog } from './flow/flow-log.ts'
import { assumedConversations } from './judge/assumed-conversations.ts'
import { keyOf, keyText } from './judge/conversation.ts'
import { inferDirection } from './judge/direction.ts'
import { type Folded, foldFlows } from './judge/fold.ts'
import { createJudge, type Judge } from './judge/judge.ts'
import { isFinding, type JudgedWithHealth, judgeAll } from './judge/judge-all.ts'
import { unorientedOf } from './judge/observation.ts'
import { type Keeping, keptFlows, MOST_KEPT_FLOWS } from './kept-flows.ts'
import { type Observed, observe, type Progress } from './observe.ts'
import { rejudgeCapture } from './rejudge.ts'
import type { CaptureRecord, Keep } from './store/capture-record.ts'
import { isSameJudgedBy, type JudgedBy, readJudgedBy, writeJudgedBy } from './store/judged-by.ts'
import type { Database } from './store/open.ts'
import { refuseKnownFiles } from './store/read-captures.ts'
import { readCaptureRefs } from './store/read-observed.ts'
import { type CaptureRef, createRowWriter, type RowWriter, removeOrphans, writeCapture } from './store/write.ts'

export interface AnalyzeResult {
  readonly record: CaptureRecord
  /** Captures that stood in the database and were judged again, because the inventory, rules or reading changed. */
  readonly rejudged: number
}

/**
 * From a capture set to its rows in the database: read, add up, judge, store. Everything stands apart until it is
 * complete, and moves into the database in one transaction.
 */
export async function analyze(
  db: Database,
  set: CaptureSet,
  judgedBy: JudgedBy,
  keep: Keep,
  onProgress: (progress: Progress) => void,
): Promise<AnalyzeResult> {
  refuseKnownFiles(db, set)
  const judge = createJudge(judgedBy.inventory, judgedBy.rules)
  const observed = await observe(set, onProgress)
  try {
    const folded = foldFlows(observed.log)
    const assumed = assumedConversations(folded.observations, judge.allows)
    const judged = judgeAll(judge, [...folded.certain.conversations(), ...assumed])
    const record = recordOf(set, observed, keep)
    const rejudged = db
      .transaction(() => {
        refuseKnownFiles(db, set)
        const capture = writeCapture(db, record)
        const writer = createRowWriter(db, capture)
        const ids = writeConversations(writer, judged)
        for (const seen of folded.observations) writer.observation(seen)
        for (const kept of keptFlows(observed.log, keepingOf(observed.log, folded, judge, ids, keep))) writer.flow(kept)
        const count = rejudgeOthers(db, capture, judgedBy, judge)
        writeJudgedBy(db, judgedBy)
        removeOrphans(db)
        return count
      })
      .immediate()
    return { record, rejudged }
  } finally {
    observed.log.close()
  }
}

function recordOf(set: CaptureSet, observed: Observed, keep: Keep): CaptureRecord {
  const { log, ...facts } = observed
  return { ...facts, flows: log.count, point: set.point, folder: set.folder, keep }
}

/** What the kept flows need to know of a written conversation. */
interface Written {
  readonly id: number
  readonly isFinding: boolean
  readonly flows: number
}

function writeConversations(writer: RowWriter, judged: readonly JudgedWithHealth[]): ReadonlyMap<string, Written> {
  const written = new Map<string, Written>()
  for (const one of judged) {
    const id = writer.conversation(one)
    const { conversation } = one
    written.set(keyText(conversation), { id, isFinding: isFinding(one), flows: conversation.flows })
  }
  return written
}

/** Decides of each flow whether it is kept one by one: all are, or those of findings. */
function keepingOf(
  log: FlowLog,
  folded: Folded,
  judge: Judge,
  written: ReadonlyMap<string, Written>,
  keep: Keep,
): (rows: Int32Array, doubles: Float64Array, row: number) => Keeping | undefined {
  return (rows, doubles, row) => {
    const flow = flowOf(rows, doubles, row, log.hosts)
    const direction = folded.provenDirection(rows, row) ?? inferDirection(unorientedOf(flow), judge.allows)
    const conversation = written.get(keyText(keyOf(flow, direction)))
    if (conversation === undefined || (keep === 'findings' && !conversation.isFinding)) return undefined
    const crowded = keep === 'findings' && conversation.flows > MOST_KEPT_FLOWS
    return { direction, conversation: conversation.id, crowded }
  }
}

/** Everything in a database is judged by the same: what stood there before is judged again when that changed. */
function rejudgeOthers(db: Database, fresh: CaptureRef, judgedBy: JudgedBy, judge: Judge): number {
  const before = readJudgedBy(db)
  if (before === undefined || isSameJudgedBy(before, judgedBy)) return 0
  const others = readCaptureRefs(db).filter(({ number }) => number !== fresh.number)
  for (const capture of others) rejudgeCapture(db, capture, judge)
  return others.length
}
