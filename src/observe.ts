import { Worker } from 'node:worker_threads'
import { CaptureError } from './capture/capture-error.ts'
import type { NotedInterface, NotedName } from './capture/capture-notes.ts'
import type { CaptureInput, CaptureSet } from './capture/capture-set.ts'
import type { FileState } from './capture/file-source.ts'
import { type CaptureReader, RECORD_ANOMALIES } from './capture/reader.ts'
import { createOrigin } from './capture/time.ts'
import { ReaderClock } from './flow/clock.ts'
import { FlowLog, type FlowLogState } from './flow/flow-log.ts'
import { FRAGMENT_ANOMALIES, FragmentTable } from './flow/fragments.ts'
import { type Bounds, DEFAULT_BOUNDS, type Share, Tracker, WHOLE } from './flow/tracker.ts'
import type { CaptureFile } from './store/capture-record.ts'
import { decodePacket } from './wire/decode.ts'
import { DECODED_NAMES, IP_LATER_FRAGMENT, NOT_IP, OK, TUNNEL_UNREADABLE } from './wire/decoded.ts'
import { linkTypeName } from './wire/link-type.ts'
import { createPacket } from './wire/packet.ts'

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
): Promise<Observed> {
  const log = new FlowLog()
  const workers = Array.from({ length: jobs - 1 }, (_, index) =>
    startWorker(set, { part: index + 1, of: jobs }, bounds),
  )
  try {
    const share = jobs === 1 ? WHOLE : { part: 0, of: jobs }
    const observed = await observeShare(set.inputs, log, share, onProgress, bounds)
    for (const { log: theirs, records } of await Promise.all(workers.map(({ answer }) => answer))) {
      log.absorb(theirs)
      if (records !== observed.records) throw new CaptureError(`${namesOf(set)} changed while it was being read`)
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
  const worker = new Worker(new URL('./observe-worker.js', import.meta.url), { workerData })
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
): Promise<Observed> {
  const origin = createOrigin()
  const observer = new Observer(log, share, bounds)
  const files: CaptureFile[] = []
  const formats = new Set<string>()
  const anomalies = new Map<string, number>()
  const interfaces: NotedInterface[] = []
  const names: NotedName[] = []
  let dropped: number | undefined
  let bytes = 0
  for (const input of inputs) {
    const reader = await input.open(origin)
    try {
      do {
        observer.takeWindow(reader)
        onProgress({ bytes: bytes + reader.offset, records: observer.records })
      } while (await reader.fill())
    } finally {
      await reader.close()
    }
    bytes += reader.offset
    formats.add(reader.format)
    addCounts(anomalies, reader.anomalies, RECORD_ANOMALIES)
    const { notes } = reader
    if (notes.dropped !== undefined) dropped = (dropped ?? 0) + notes.dropped
    interfaces.push(...notes.interfaces)
    names.push(...notes.names)
    files.push({ path: input.path, identity: input.identity, damage: reader.damage })
  }
  observer.finish()
  addCounts(anomalies, observer.decoded, DECODED_NAMES)
  addCounts(anomalies, observer.fragmentCounts, FRAGMENT_ANOMALIES)
  return {
    log,
    files,
    formats: [...formats].sort(),
    linkTypes: [...new Set([...observer.linkTypes].map(linkTypeName))].sort(),
    records: observer.records,
    packets: observer.packets,
    bytes,
    anomalies,
    cutRecords: observer.cutRecords,
    backwardRecords: observer.backwardRecords,
    droppedPackets: dropped ?? null,
    interfaces,
    names,
    originNs: origin.ns ?? 0n,
    resolutionNs: origin.resolutionNs,
    firstNs: Number.isFinite(observer.firstNs) ? observer.firstNs : undefined,
    lastNs: Number.isFinite(observer.lastNs) ? observer.lastNs : undefined,
  }
}

/** Several queues of one adapter deliver their packets a little out of order; that is no clock that went back. */
const BACKWARD_NS = 1e6

/** The packet path: records in, flows in the log. Shaped by speed (`npm run bench`): nothing here allocates for a packet. */
class Observer {
  records = 0
  firstNs = Number.POSITIVE_INFINITY
  lastNs = Number.NEGATIVE_INFINITY
  cutRecords = 0
  backwardRecords = 0
  readonly decoded = new Float64Array(DECODED_NAMES.length)
  readonly linkTypes = new Set<number>()

  readonly #tracker: Tracker
  readonly #packet = createPacket()
  readonly #fragments = new FragmentTable()
  readonly #clock = new ReaderClock()
  #linkType = -1
  #previousNs = Number.NaN

  constructor(log: FlowLog, share: Share, bounds: Bounds) {
    this.#tracker = new Tracker(log, share, bounds)
  }

  get packets(): number {
    return this.decoded[OK]! + this.decoded[TUNNEL_UNREADABLE]!
  }

  get fragmentCounts(): Iterable<number> {
    return this.#fragments.counts
  }

  takeWindow(reader: CaptureReader): void {
    const packet = this.#packet
    let records = 0
    let cut = 0
    let backward = 0
    let previousNs = this.#previousNs
    while (reader.next()) {
      const { view, linkType, start, end, originalLength, timeNs } = reader
      records += 1
      if (linkType !== this.#linkType) this.#meet(linkType)
      if (originalLength > end - start) cut += 1
      if (timeNs < this.firstNs) this.firstNs = timeNs
      if (timeNs > this.lastNs) this.lastNs = timeNs
      if (previousNs - timeNs > BACKWARD_NS) backward += 1
      previousNs = timeNs
      packet.time[0] = Number.isNaN(timeNs) ? 0 : timeNs
      packet.clock = this.#clock.advance(timeNs)
      const result = decodePacket(view, linkType, start, end, originalLength, packet)
      this.decoded[result]! += 1
      if (result === OK || result === TUNNEL_UNREADABLE) {
        this.#tracker.track(packet, view)
        if (packet.fragment !== 0) this.#beginFragmented()
      } else if (result === IP_LATER_FRAGMENT && this.#fragments.take(packet)) this.#tracker.trackFragment(packet)
    }
    this.records += records
    this.cutRecords += cut
    this.backwardRecords += backward
    this.#previousNs = previousNs
  }

  /** A first fragment: those that came before it can be counted now. */
  #beginFragmented(): void {
    const fragments = this.#fragments
    const packet = this.#packet
    fragments.begin(packet)
    while (fragments.nextWaiting(packet)) this.#tracker.trackFragment(packet)
  }

  finish(): void {
    this.#fragments.finish()
    this.#tracker.finish()
  }

  #meet(linkType: number): void {
    this.#linkType = linkType
    this.linkTypes.add(linkType)
  }
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
