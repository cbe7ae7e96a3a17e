import type { CaptureSet } from './capture/capture-set.ts'
import { type Flow, flowOf, historyOf } from './flow/flow.ts'
import type { FlowLog } from './flow/flow-log.ts'
import { ConversationTable, keyOf, keyText } from './judge/conversation.ts'
import { byListener, type Direction, inferDirection, type Listeners, listenerKey } from './judge/direction.ts'
import { createJudge, type Judge } from './judge/judge.ts'
import { type JudgedWithHealth, judgeAll } from './judge/judge-all.ts'
import { ObservationTable, unorientedOf } from './judge/observation.ts'
import { type Observed, observe, type Progress } from './observe.ts'
import { rejudgeCapture } from './rejudge.ts'
import type { CaptureRecord, Keep, KeptFlow } from './store/capture-record.ts'
import { isSameJudgedBy, type JudgedBy, readJudgedBy, writeJudgedBy } from './store/judged-by.ts'
import type { Database } from './store/open.ts'
import { refuseKnownFiles } from './store/read-captures.ts'
import { readCaptureRefs } from './store/read-observed.ts'
import { type CaptureRef, createRowWriter, removeOrphans, writeCapture } from './store/write.ts'

/** Flows of one conversation that are kept one by one under `findings`; the rest are counted in the conversation. */
export const MOST_KEPT_FLOWS = 1000

export interface AnalyzeResult {
  readonly record: CaptureRecord
  /** Captures that stood in the database and were judged again, because the inventory, rules or reading changed. */
  readonly rejudged: number
}

/**
 * From a capture set to its rows in the database: read, judge, store. Everything that is judged stands apart until it is
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
  const observed = await observe(set, onProgress)
  try {
    const judge = createJudge(judgedBy.inventory, judgedBy.rules)
    const { table, observations, listeners } = foldFlows(observed.log)
    const judged = judgeAll(judge, table, observations.observations())
    const record = recordOf(set, observed, keep)
    const rejudged = db
      .transaction(() => {
        refuseKnownFiles(db, set)
        const capture = writeCapture(db, record)
        const writer = createRowWriter(db, capture)
        for (const conversation of judged) writer.conversation(conversation)
        for (const seen of observations.observations()) writer.observation(seen)
        for (const kept of keptFlows(observed.log, judged, listeners, judge, keep)) writer.flow(kept)
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

interface Folded {
  readonly table: ConversationTable
  readonly observations: ObservationTable
  readonly listeners: Listeners
}

/** Adds the flows up: who listens is known only when all handshakes have been seen, so the others wait for that. */
function foldFlows(log: FlowLog): Folded {
  const table = new ConversationTable()
  const observations = new ObservationTable()
  const listeners = new Set<string>()
  log.forEach((rows, doubles, row) => {
    const flow = flowOf(rows, doubles, row)
    const direction = byHandshake(flow)
    if (direction === undefined) return
    table.addFlow(flow, direction)
    const resp = direction.originator === 'low' ? flow.high : flow.low
    if (flow.accepted) listeners.add(listenerKey(flow.transport, resp.address, resp.port))
  })
  log.forEach((rows, doubles, row) => {
    const flow = flowOf(rows, doubles, row)
    if (byHandshake(flow) !== undefined) return
    const direction = byListener(unorientedOf(flow), listeners)
    if (direction === undefined) observations.addFlow(flow)
    else table.addFlow(flow, direction)
  })
  return { table, observations, listeners }
}

function byHandshake(flow: Flow): Direction | undefined {
  return flow.opener === undefined ? undefined : { originator: flow.opener, basis: 'handshake' }
}

/** The flows that are kept one by one: all of them, or those of findings, the earliest of a conversation first. */
function* keptFlows(
  log: FlowLog,
  judged: readonly JudgedWithHealth[],
  listeners: Listeners,
  judge: Judge,
  keep: Keep,
): Generator<KeptFlow> {
  const findings = new Map(judged.filter(isFinding).map(({ conversation }) => [keyText(conversation), conversation.flows]))
  const crowded = new Map<string, KeptFlow[]>()
  const kept: KeptFlow[] = []
  log.forEach((rows, doubles, row) => {
    const flow = flowOf(rows, doubles, row)
    const pair = unorientedOf(flow)
    const direction = byHandshake(flow) ?? byListener(pair, listeners) ?? inferDirection(pair, judge.allows)
    const key = keyText(keyOf(flow, direction))
    const flows = findings.get(key)
    if (keep === 'findings' && flows === undefined) return
    const one: KeptFlow = { flow, direction, history: historyOf(rows, row, direction.originator) }
    if (keep === 'all' || (flows ?? 0) <= MOST_KEPT_FLOWS) kept.push(one)
    else crowd(crowded, key, one)
  })
  yield* kept
  for (const many of crowded.values()) yield* earliest(many)
}

function isFinding({ judgement, health }: JudgedWithHealth): boolean {
  return judgement.verdict === 'unexpected' || health === 'broken'
}

function crowd(crowded: Map<string, KeptFlow[]>, key: string, one: KeptFlow): void {
  const many = crowded.get(key) ?? []
  many.push(one)
  crowded.set(key, many.length >= 2 * MOST_KEPT_FLOWS ? earliest(many) : many)
}

function earliest(many: KeptFlow[]): KeptFlow[] {
  return many.sort(byStartAndEnds).slice(0, MOST_KEPT_FLOWS)
}

function byStartAndEnds({ flow: a }: KeptFlow, { flow: b }: KeptFlow): number {
  return a.startNs - b.startNs || a.low.port - b.low.port || a.high.port - b.high.port || a.ordinal - b.ordinal
}

/** Everything in a database is judged by the same: what stood there before is judged again when that changed. */
function rejudgeOthers(db: Database, fresh: CaptureRef, judgedBy: JudgedBy, judge: Judge): number {
  const before = readJudgedBy(db)
  if (before === undefined || isSameJudgedBy(before, judgedBy)) return 0
  const others = readCaptureRefs(db).filter(({ number }) => number !== fresh.number)
  for (const capture of others) rejudgeCapture(db, capture, judge)
  return others.length
}
