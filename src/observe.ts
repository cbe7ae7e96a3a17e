import { CaptureError } from './capture/capture-error.ts'
import type { CaptureSet } from './capture/capture-set.ts'
import { FlowLog } from './flow/flow-log.ts'
import { type Bounds, DEFAULT_BOUNDS, WHOLE } from './flow/tracker.ts'
import { observeShare, withLimits } from './observe-share.ts'
import type { Following, Observed, Progress } from './observed.ts'
import { namesOf, type ObservingThread, startObserving } from './observing-thread.ts'

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
  const threads = Array.from({ length: jobs - 1 }, (_, index) =>
    startObserving(set, { part: index + 1, of: jobs }, bounds),
  )
  try {
    const share = jobs === 1 ? WHOLE : { part: 0, of: jobs }
    const observed = await observeShare(set.inputs, log, share, onProgress, bounds, following)
    for (const { log: theirs, observed: also } of await Promise.all(threads.map(({ answer }) => answer))) {
      log.absorb(theirs)
      if (also.records !== observed.records) throw new CaptureError(unequal(set))
    }
    return { ...observed, anomalies: withLimits(observed.anomalies, log) }
  } catch (error) {
    log.close()
    throw error
  } finally {
    await Promise.all(threads.map(({ stop }) => stop()))
  }
}

function unequal(set: CaptureSet): string {
  return `${namesOf(set)} could not be read to the same record by all threads, or changed meanwhile`
}

/** Several sets that are read at the same time. */
export interface SideBySide {
  /** What was read of the next set, in their order. The caller closes its log. */
  next(): Promise<Observed>
  /** To be called at the end, whatever happened. */
  stop(): Promise<void>
}

/** Reads each set in a thread of its own, so many at a time. */
export function observeSideBySide(
  sets: readonly CaptureSet[],
  jobs: number,
  bounds: Bounds,
  onProgress: (progress: Progress) => void,
): SideBySide {
  const threads: ObservingThread[] = []
  const shown: Progress[] = []
  let taken = 0

  function startUpTo(count: number): void {
    for (const [index, set] of sets.slice(0, count).entries()) {
      threads[index] ??= startObserving(set, WHOLE, bounds, (progress) => {
        shown[index] = progress
        onProgress(sumOf(shown))
      })
    }
  }

  startUpTo(jobs)
  return {
    async next() {
      const thread = threads[taken] as ObservingThread
      taken += 1
      const { log: theirs, observed } = await thread.answer
      startUpTo(taken + jobs)
      const log = new FlowLog()
      log.absorb(theirs)
      return { ...observed, log, anomalies: withLimits(observed.anomalies, log) }
    },
    async stop() {
      const untaken = threads.slice(taken).map(({ answer }) => answer.then(closeLog, () => {}))
      await Promise.all(threads.map(({ stop }) => stop()))
      await Promise.all(untaken)
    },
  }
}

/** What was read and is not wanted any more may have a temporary file. */
function closeLog({ log: theirs }: Awaited<ObservingThread['answer']>): void {
  const log = new FlowLog()
  log.absorb(theirs)
  log.close()
}

function sumOf(shown: readonly Progress[]): Progress {
  let bytes = 0
  let records = 0
  for (const progress of shown) {
    bytes += progress?.bytes ?? 0
    records += progress?.records ?? 0
  }
  return { bytes, records }
}
