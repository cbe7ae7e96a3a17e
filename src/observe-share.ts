import type { CaptureNotes } from './capture/capture-notes.ts'
import type { CaptureInput } from './capture/capture-set.ts'
import { type CaptureReader, RECORD_ANOMALIES } from './capture/reader.ts'
import { createOrigin, type TimeOrigin } from './capture/time.ts'
import type { FlowLog } from './flow/flow-log.ts'
import { FRAGMENT_ANOMALIES } from './flow/fragments.ts'
import type { Bounds, Share } from './flow/tracker.ts'
import { type Intervals, startIntervals } from './intervals.ts'
import type { Following, Observed, Progress } from './observed.ts'
import { Observer } from './observer.ts'
import type { CaptureFile } from './store/capture-record.ts'
import { DECODED_NAMES, IP_LATER_FRAGMENT, NOT_IP } from './wire/decoded.ts'
import { linkTypeName } from './wire/link-type.ts'

/** Reads the inputs in this thread, one after the other, and tracks the flows of one share into the log. */
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

/** With how often the limits of flows were reached, in all threads. */
export function withLimits(anomalies: ReadonlyMap<string, number>, log: FlowLog): ReadonlyMap<string, number> {
  const reached: readonly [string, number][] = [
    ['evidence-limit-reached', log.limited],
    ['flows-closed-early', log.closedEarly],
    ['attempts-folded', log.attemptsFolded],
    ['attempts-left-out', log.attemptsLeftOut],
  ]
  return new Map([...anomalies, ...reached.filter(([, count]) => count > 0)])
}
