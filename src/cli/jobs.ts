import { availableParallelism } from 'node:os'
import { positiveInteger } from './options.ts'

/** A smaller capture is read before another thread has got going. */
const WORTH_SHARING_BYTES = 64 * 1024 * 1024
/** There are no more shards than this for workers to own. */
const MOST_JOBS = 64

/** The number that --jobs asks for; undefined leaves it to what is worth while. */
export function parseJobs(jobs: string | undefined): number | undefined {
  return jobs === undefined ? undefined : Math.min(positiveInteger('--jobs', jobs), MOST_JOBS)
}

/** The threads that read a capture set of `totalBytes`; undefined bytes are a stream, which only one thread can read. */
export function jobsFor(asked: number | undefined, totalBytes: number | undefined): number {
  if (totalBytes === undefined) return 1
  return asked ?? (totalBytes >= WORTH_SHARING_BYTES ? Math.min(availableParallelism(), MOST_JOBS) : 1)
}
