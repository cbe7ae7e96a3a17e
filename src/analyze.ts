import type { CaptureSet } from './capture/capture-set.ts'
import { flowOf } from './flow/flow.ts'
import { FLOW_LIMITS, type FlowLimits } from './flow/flow-limits.ts'
import type { FlowLog } from './flow/flow-log.ts'
import type { Names } from './flow/names.ts'
import { HIGH_HOST, LOW_HOST } from './flow/row.ts'
import type { Bounds } from './flow/tracker.ts'
import { WALL_CLOCK, type WallClock } from './intervals.ts'
import { listedSpans } from './inventory/listed-spans.ts'
import { assumedConversations } from './judge/assumed-conversations.ts'
import { keyOf } from './judge/conversation.ts'
import type { ConversationTable } from './judge/conversation-table.ts'
import { type Direction, inferDirection } from './judge/direction.ts'
import { type Folded, foldFlows } from './judge/fold.ts'
import { createJudge, type Judge } from './judge/judge.ts'
import { type ConversationList, isFinding, type Judged, joined, judgeAll } from './judge/judge-all.ts'
import { Labels } from './judge/labels.ts'
import { unorientedOf } from './judge/observation.ts'
import { doubtsOf, type Trust } from './judge/trust.ts'
import { type Keeping, keptFlows, MOST_KEPT_FLOWS } from './kept-flows.ts'
import { observe } from './observe.ts'
import type { Observed, Following as ObservedFollowing, Progress } from './observed.ts'
import { rejudgeCapture } from './rejudge.ts'
import type { CaptureRecord, Keep } from './store/capture-record.ts'
import { isSameJudgedBy, type JudgedBy, readJudgedBy, writeJudgedBy } from './store/judged-by.ts'
import type { Database } from './store/open.ts'
import { refuseKnownFiles } from './store/read-captures.ts'
import { readCaptureRefs } from './store/read-observed.ts'
import { type ToWrite, writeTo } from './store/to-write.ts'
import {
  type CaptureRef,
  createRowWriter,
  inIdOrder,
  type RowWriter,
  removeOrphans,
  wantedIdsOf,
  writeCapture,
  writeLabels,
} from './store/write.ts'
import { addressText } from './wire/address.ts'

export interface AnalyzeResult {
  readonly record: CaptureRecord
  /** Captures that stood in the database and were judged again, because the inventory, rules or reading changed. */
  readonly rejudged: number
}

/** How a stream is stored while it is followed. */
export interface Following {
  readonly intervalMs: number
  /** What was seen so far stands in the database. */
  onStored(): void
  /** The wall clock, where absent. */
  readonly clock?: WallClock
}

/** How a capture set is read. */
export interface Reading {
  readonly onProgress?: (progress: Progress) => void
  /** Threads; 1 where absent. */
  readonly jobs?: number
  readonly limits?: FlowLimits
  readonly following?: Following | undefined
  /** What another thread reads of the set, within boundsOf() what it is judged by. */
  readonly elsewhere?: Promise<Observed>
}

/**
 * From a capture set to its rows in the database: read, add up, judge, store. Everything stands apart until it is
 * complete, and moves into the database in one transaction. With `following`, what was seen so far is stored after each
 * interval as if the capture had ended there; where the database stays locked, after the next one. A database that is not
 * there yet is made with the first rows that it holds.
 */
export async function analyze(
  database: Database | ToWrite,
  set: CaptureSet,
  judgedBy: JudgedBy,
  keep: Keep,
  { onProgress = () => {}, jobs = 1, limits = FLOW_LIMITS, following, elsewhere }: Reading = {},
): Promise<AnalyzeResult> {
  const target = 'standing' in database ? database : writeTo(database)
  const standing = target.standing()
  if (standing !== undefined) refuseKnownFiles(standing, set)
  const judge = createJudge(judgedBy.inventory, judgedBy.rules)
  let rejudged = 0
  const store = (observed: Observed): CaptureRecord => {
    const result = judgeAndStore(target, set, observed, judge, judgedBy, keep, limits)
    rejudged += result.rejudged
    return result.record
  }
  const bounds = boundsOf(judgedBy, limits)
  const observed = await (elsewhere ??
    observe(set, onProgress, jobs, bounds, following && storing(target, following, store)))
  try {
    return { record: store(observed), rejudged }
  } finally {
    observed.log.close()
  }
}

/** What bounds the reading of captures that are judged so. */
export function boundsOf({ inventory }: JudgedBy, limits: FlowLimits = FLOW_LIMITS): Bounds {
  return { limits, listed: listedSpans(inventory) }
}

function storing(
  target: ToWrite,
  { intervalMs, onStored, clock = WALL_CLOCK }: Following,
  store: (soFar: Observed) => void,
): ObservedFollowing {
  return {
    intervalMs,
    clock,
    store(soFar) {
      const isStored = target.unlessLocked(() => store(soFar))
      if (isStored) onStored()
      return isStored
    },
  }
}

function judgeAndStore(
  target: ToWrite,
  set: CaptureSet,
  observed: Observed,
  judge: Judge,
  judgedBy: JudgedBy,
  keep: Keep,
  limits: FlowLimits,
): AnalyzeResult {
  const originNs = observed.firstNs === undefined ? undefined : observed.originNs
  const folded = foldFlows(observed.log, originNs, limits.foldedAttempts)
  const assumed = assumedConversations(folded.observations, judge.allows)
  try {
    const trust = trustOf(observed, folded)
    const judged = judgeAll(judge, joined(folded.certain, assumed, folded.foldedAttempts), doubtsOf(trust))
    const record = recordOf(set, observed, keep, trust)
    const rejudged = target.write((db) => {
      refuseKnownFiles(db, set)
      const capture = writeCapture(db, record)
      const writer = createRowWriter(db, capture)
      const labels = new Labels()
      const written = writeConversations(writer, capture, judged, keep, labels)
      writer.finish()
      writer.observations(folded.observations)
      addAnswers(labels, observed.log, folded.names)
      addNotedNames(labels, observed)
      writeLabels(db, capture, labels.byAddress)
      const keeping = keepingOf(observed.log, folded, assumed, judge, judged, written)
      writer.flows(keptFlows(observed.log, folded.names, keeping))
      const count = rejudgeOthers(db, capture, judgedBy, judge)
      writeJudgedBy(db, judgedBy)
      removeOrphans(db)
      return count
    })
    return { record, rejudged }
  } finally {
    folded.close()
    assumed.close()
  }
}

function recordOf(set: CaptureSet, observed: Observed, keep: Keep, trust: Trust): CaptureRecord {
  const { log, cutRecords, backwardRecords, droppedPackets, interfaces, names, outboundSources, ...facts } = observed
  const addresses = [...interfaces.flatMap((each) => each.addresses), ...outboundSources]
  const interfaceAddresses = [...new Set(addresses.map(({ family, words }) => addressText(family, ...words)))]
  return { ...facts, flows: log.flows, point: set.point, folder: set.folder, keep, trust, interfaceAddresses }
}

function trustOf({ records, cutRecords, backwardRecords, droppedPackets, files }: Observed, folded: Folded): Trust {
  const damagedFiles = files.filter(({ damage }) => damage !== undefined).length
  return { ...folded.flowTrust, records, cutRecords, backwardRecords, droppedPackets, damagedFiles }
}

/** What name servers call addresses. */
function addAnswers(labels: Labels, log: FlowLog, names: Names): void {
  log.forEachAnswer((host, text) => labels.add(log.hosts.text(host), 'dns', names.text(text) as string))
}

/** What the capture files themselves call addresses. */
function addNotedNames(labels: Labels, { names }: Observed): void {
  for (const { address, name } of names) labels.add(addressText(address.family, ...address.words), 'capture', name)
}

/** What the kept flows need to know of their conversation. */
interface Written {
  readonly id: number
  /** It has more flows than are kept: only the earliest are. */
  readonly crowded: boolean
}

/**
 * Writes the conversations and notes what their ends are called; returns those whose flows are kept one by one, by
 * number.
 */
function writeConversations(
  writer: RowWriter,
  capture: CaptureRef,
  judged: Judged,
  keep: Keep,
  labels: Labels,
): ReadonlyMap<number, Written> {
  const written = new Map<number, Written>()
  const wanted = wantedIdsOf(capture, judged)
  for (const number of inIdOrder(capture, judged, wanted)) {
    const conversation = judged.conversations.at(number)
    const id = writer.conversation(conversation, judged.judgements[number]!, judged.healths[number]!, wanted[number])
    if (conversation.certain) labels.addConversation(conversation)
    if (keep === 'findings' && !isFinding(judged, number)) continue
    written.set(number, { id, crowded: keep === 'findings' && conversation.flows > MOST_KEPT_FLOWS })
  }
  return written
}

/** Decides of each flow whether it is kept one by one. */
function keepingOf(
  log: FlowLog,
  folded: Folded,
  assumed: ConversationTable,
  judge: Judge,
  { conversations }: Judged,
  written: ReadonlyMap<number, Written>,
): (rows: Int32Array, doubles: Float64Array, row: number) => Keeping | undefined {
  const keeping = (direction: Direction, number: number): Keeping | undefined => {
    const found = written.get(number)
    return found && { direction, conversation: found.id, crowded: found.crowded }
  }
  const isEnd = endsOf(conversations, written.keys())
  return (rows, doubles, row) => {
    // Few hosts have findings, and what the flows of the others belong to need not be found out.
    if (isEnd[rows[row + LOW_HOST]!] !== 1 || isEnd[rows[row + HIGH_HOST]!] !== 1) return undefined
    const proven = folded.provenDirection(rows, row)
    if (proven !== undefined) return keeping(proven, folded.certain.entryOf(rows, row, proven.originator))
    const flow = flowOf(rows, doubles, row, log.hosts, folded.names)
    const direction = inferDirection(unorientedOf(flow), judge.allows)
    return keeping(direction, folded.certain.count + assumed.numberOf(keyOf(flow, direction)))
  }
}

/** By the number of a host: 1 where it is an end of some of these conversations. */
function endsOf(conversations: ConversationList, numbers: Iterable<number>): Uint8Array {
  let isEnd = new Uint8Array(1024)
  const thing = new Int32Array(3)
  for (const number of numbers) {
    conversations.thingAt(number, thing)
    for (const end of [thing[0]!, thing[1]!]) {
      // A number below 0 is a folded network, to which no flow of the log belongs.
      if (end < 0) continue
      if (end >= isEnd.length) {
        const longer = new Uint8Array(2 * end)
        longer.set(isEnd)
        isEnd = longer
      }
      isEnd[end] = 1
    }
  }
  return isEnd
}

/** Everything in a database is judged by the same: what stood there before is judged again when that changed. */
function rejudgeOthers(db: Database, fresh: CaptureRef, judgedBy: JudgedBy, judge: Judge): number {
  const before = readJudgedBy(db)
  if (before === undefined || isSameJudgedBy(before, judgedBy)) return 0
  const others = readCaptureRefs(db).filter(({ number }) => number !== fresh.number)
  for (const capture of others) rejudgeCapture(db, capture, judge)
  return others.length
}
