import { Worker } from 'node:worker_threads'
import { CaptureError } from './capture/capture-error.ts'
import type { CaptureNotes, NotedInterface, NotedName } from './capture/capture-notes.ts'
import type { CaptureInput, CaptureSet } from './capture/capture-set.ts'
import type { FileState } from './capture/file-source.ts'
import { type CaptureReader, RECORD_ANOMALIES } from './capture/reader.ts'
import { createOrigin, type TimeOrigin } from './capture/time.ts'
import { FlowLog, type FlowLogState } from './flow/flow-log.ts'
import { FRAGMENT_ANOMALIES } from './flow/fragments.ts'
import type { SourceAddress } from './flow/outbound-sources.ts'
import { type Bounds, DEFAULT_BOUNDS, type Share, WHOLE } from './flow/tracker.ts'
import { type Intervals, startIntervals, type WallClock } from './intervals.ts'
import { Observer } from './observer.ts'
import type { CaptureFile } from './store/capture-record.ts'
import { DECODED_NAMES, IP_LATER_FRAGMENT, NOT_IP } from './wire/decoded.ts'
import { linkTypeName } from './wire/link-type.ts'

/** What was read from a capture set, packet by packet. */
export interface Observed {
  readonly log: FlowLog
  readonly files: readonly CaptureFile[]
  readonly formats: readonly string[]
  readonly linkTypes: readonly string[]
  readonly records: number
  readonly packets: number
  readonly bytes: number
  readonly anomalies: ReadonlyMap<string, number>
  /** Records of which a short snap length kept only the beginning. */
  readonly cutRecords: number
  /** Records taken more than a millisecond before the one in front of them. */
  readonly backwardRecords: number
  /** Packets that the capturing system lost; null where no file says. */
  readonly droppedPackets: number | null
  /** What the files say of their interfaces, and the names that they give to addresses. */
  readonly interfaces: readonly NotedInterface[]
  readonly names: readonly NotedName[]
  /** What the capturing host sends from, where the files say which way frames went. */
  readonly outboundSources: readonly SourceAddress[]
  /** Nanoseconds since 1970. */
  readonly originNs: bigint
  /** Times are whole multiples of it: 1 or 1000. */
  readonly resolutionNs: number
  /** Nanoseconds since the origin; undefined where no record had a time. */
  readonly firstNs: number | undefined
  readonly lastNs: number | undefined
}

export interface Progress {
  /** Bytes read of the set, and records. */
  readonly bytes: number
  readonly records: number
}

/** Whoever follows a stream wants what was read so far, again and again. */
export interface Following {
  readonly intervalMs: number
  readonly clock: WallClock
  /** Takes what would have been observed had the stream ended here, and says whether it stored that. Its log is closed then. */
  store(soFar: Observed): boolean
}

/** A file as it was looked into, so that all threads read the same of it. */
export interface FileToRead {
  readonly path: string
  readonly state: FileState | undefined
}

/** What a worker of observe() is told, and what it answers. */
export interface WorkerTask {
  readonly files: readonly FileToRead[]
  readonly share: Share
  readonly bounds: Bounds
}
export interface WorkerAnswer {
  readonly log: FlowLogState
  readonly records: number
}

/**
 * Reads all files of a set as one stream with one flow state. The caller closes the log.
 *
 * With several jobs every thread reads the whole set and tracks the flows of its own shards; reading and decoding
 * twice takes less time than handing packets from thread to thread would. Nothing but the time depends on the number.
 */
export async function observe(
  set: CaptureSet,
  onProgress: (progress: Progress) => void,
  jobs = 1,
  bounds = DEFAULT_BOUNDS,
  following?: Following,
): Promise<Observed> {
  const log = new FlowLog()
  const workers = Array.from({ length: jobs - 1 }, (_, index) =>
    startWorker(set, { part: index + 1, of: jobs }, bounds),
  )
  try {
    const share = jobs === 1 ? WHOLE : { part: 0, of: jobs }
    const observed = await observeShare(set.inputs, log, share, onProgress, bounds, following)
    for (const { log: theirs, records } of await Promise.all(workers.map(({ answer }) => answer))) {
      log.absorb(theirs)
      if (records !== observed.records) {
        throw new CaptureError(
          `${namesOf(set)} could not be read to the same record by all threads, or changed meanwhile`,
        )
      }
    }
    return { ...observed, anomalies: withLimits(observed.anomalies, log) }
  } catch (error) {
    log.close()
    throw error
  } finally {
    await Promise.all(workers.map(({ stop }) => stop()))
  }
}

/** With how often the limits of flows were reached, in all threads. */
function withLimits(anomalies: ReadonlyMap<string, number>, log: FlowLog): ReadonlyMap<string, number> {
  const reached: readonly [string, number][] = [
    ['evidence-limit-reached', log.limited],
    ['flows-closed-early', log.closedEarly],
    ['attempts-folded', log.attemptsFolded],
    ['attempts-left-out', log.attemptsLeftOut],
  ]
  return new Map([...anomalies, ...reached.filter(([, count]) => count > 0)])
}

interface RunningWorker {
  readonly answer: Promise<WorkerAnswer>
  stop(): Promise<unknown>
}

function startWorker(set: CaptureSet, share: Share, bounds: Bounds): RunningWorker {
  const workerData: WorkerTask = { files: set.inputs.map(({ path, state }) => ({ path, state })), share, bounds }
  // Its temporary file stays open: the log that takes it over closes it.
  const options = { workerData, trackUnmanagedFds: false }
  const worker = new Worker(new URL('./observe-worker.js', import.meta.url), options)
  const answer = new Promise<WorkerAnswer>((resolve, reject) => {
    worker.once('message', resolve)
    const fail = (problem: string) => reject(new CaptureError(`a thread that read ${namesOf(set)} ${problem}`))
    worker.once('error', ({ message }) => fail(`failed: ${message}`))
    worker.once('exit', () => fail('ended before it was done'))
  })
  // Whoever awaits the answer sees its failure; nobody does when the reading here fails first.
  answer.catch(() => {})
  return { answer, stop: () => worker.terminate() }
}

function namesOf({ inputs }: CaptureSet): string {
  return inputs.map(({ path }) => path).join(', ')
}

/** Reads the inputs in this thread, and tracks the flows of one share into the log. */
export async function observeShare(
  inputs: readonly CaptureInput[],
  log: FlowLog,
  share: Share,
  onProgress: (progress: Progress) => void,
  bounds: Bounds,
  following?: Following,
): Promise<Observed> {
  const origin = createOrigin()
  const observer = new Observer(log, share, bounds)
  const files: ReadFile[] = []
  let bytes = 0
  for (const input of inputs) {
    const reader = await input.open(origin)
    const soFar = (branch: FlowLog) => observedIn(branch, observer, [...files, readFile(input, reader)], origin)
    const intervals = following && follow(following, log, observer, soFar)
    try {
      do {
        observer.takeWindow(reader)
        onProgress({ bytes: bytes + reader.offset, records: observer.records })
        intervals?.look()
      } while (await (intervals ? intervals.during(reader.fill()) : reader.fill()))
    } finally {
      intervals?.stop()
      await reader.close()
    }
    bytes += reader.offset
    files.push(readFile(input, reader))
  }
  observer.finish()
  return observedIn(log, observer, files, origin)
}

/** Hands out what was read so far, wherever that is more than the last time. */
function follow(
  { intervalMs, clock, store }: Following,
  log: FlowLog,
  observer: Observer,
  observed: (branch: FlowLog) => Observed,
): Intervals {
  let storedRecords = 0
  return startIntervals(intervalMs, clock, () => {
    if (observer.records === storedRecords) return false
    const branch = log.branch()
    try {
      observer.finishIn(branch)
      const soFar = observed(branch)
      if (!store({ ...soFar, anomalies: withLimits(soFar.anomalies, branch) })) return false
      storedRecords = observer.records
      return true
    } finally {
      branch.close()
    }
  })
}

/** What the reader of a file says of it, at its end or before. */
interface ReadFile extends CaptureFile {
  readonly format: string
  readonly bytes: number
  readonly anomalies: Uint32Array
  readonly notes: CaptureNotes
}

function readFile({ path, identity }: CaptureInput, reader: CaptureReader): ReadFile {
  const { format, offset: bytes, anomalies, notes, damage } = reader
  return { path, identity, damage, format, bytes, anomalies, notes }
}

function observedIn(log: FlowLog, observer: Observer, files: readonly ReadFile[], origin: TimeOrigin): Observed {
  const anomalies = new Map<string, number>()
  for (const file of files) addCounts(anomalies, file.anomalies, RECORD_ANOMALIES)
  addCounts(anomalies, observer.decoded, DECODED_NAMES)
  addCounts(anomalies, observer.fragmentCounts, FRAGMENT_ANOMALIES)
  return {
    log,
    files: files.map(({ path, identity, damage }) => ({ path, identity, damage })),
    formats: [...new Set(files.map(({ format }) => format))].sort(),
    linkTypes: [...new Set([...observer.linkTypes].map(linkTypeName))].sort(),
    records: observer.records,
    packets: observer.packets,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    anomalies,
    cutRecords: observer.cutRecords,
    backwardRecords: observer.backwardRecords,
    droppedPackets: droppedIn(files),
    interfaces: files.flatMap(({ notes }) => notes.interfaces),
    names: files.flatMap(({ notes }) => notes.names),
    outboundSources: observer.outboundSources.addresses,
    originNs: origin.ns ?? 0n,
    resolutionNs: origin.resolutionNs,
    firstNs: Number.isFinite(observer.firstNs) ? observer.firstNs : undefined,
    lastNs: Number.isFinite(observer.lastNs) ? observer.lastNs : undefined,
  }
}

function droppedIn(files: readonly ReadFile[]): number | null {
  const counts = files.map(({ notes }) => notes.dropped).filter((dropped) => dropped !== undefined)
  return counts.length === 0 ? null : counts.reduce((sum, dropped) => sum + dropped, 0)
}

/** Adds counts by number to counts by name. Sound packets, fragments and frames of other protocols are no anomaly. */
function addCounts(sums: Map<string, number>, counts: Iterable<number>, names: readonly string[]): void {
  let index = 0
  for (const count of counts) {
    const name = names[index] as string
    const isSound = names === DECODED_NAMES && (index <= NOT_IP || index === IP_LATER_FRAGMENT)
    if (count > 0 && !isSound) sums.set(name, (sums.get(name) ?? 0) + count)
    index += 1
  }
}
