import { positiveInteger } from './options.ts'

/** There are no more shards than this for threads to own. */
const MOST_JOBS = 64

/** The number of threads that --jobs asks for; one where it is not given. */
export function parseJobs(jobs: string | undefined): number {
  return jobs === undefined ? 1 : Math.min(positiveInteger('--jobs', jobs), MOST_JOBS)
}

/**
 * The threads that read a capture set of `totalBytes`; undefined bytes are a stream, which only one thread can read.
 */
export function jobsFor(asked: number, totalBytes: number | undefined): number {
  return totalBytes === undefined ? 1 : asked
}
