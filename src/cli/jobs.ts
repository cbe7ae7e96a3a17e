import { positiveInteger } from './options.ts'

/** There are no more shards than this for threads to own. */
const MOST_JOBS = 64

/** The number of threads that --jobs asks for; one where it is not given. */
export function parseJobs(jobs: string | undefined): number {
  return jobs === undefined ? 1 : Math.min(positiveInteger('--jobs', jobs), MOST_JOBS)
}

/**
 * The threads that share the flows of a capture set of `totalBytes`. Undefined bytes are a stream, which only one thread
 * can read, or compressed files: each thread would decompress them for itself.
 */
export function jobsFor(asked: number, totalBytes: number | undefined): number {
  return totalBytes === undefined ? 1 : asked
}
