import { Worker } from 'node:worker_threads'
import { CaptureError } from './capture/capture-error.ts'
import type { CaptureSet } from './capture/capture-set.ts'
import type { FileState } from './capture/file-source.ts'
import type { FlowLogState } from './flow/flow-log.ts'
import type { Bounds, Share } from './flow/tracker.ts'
import type { Observed, Progress } from './observed.ts'

/** A file as it was looked into, so that all threads read the same of it. */
export interface FileToRead {
  readonly path: string
  readonly identity: string | undefined
  readonly state: FileState | undefined
}

/** What an observing thread is told. */
export interface ObservingTask {
  readonly files: readonly FileToRead[]
  readonly share: Share
  readonly bounds: Bounds
}

/** What it says: how far it is, now and then, and at its end what it saw. */
export type ObservingMessage = { readonly progress: Progress } | { readonly answer: ObservingAnswer }
export interface ObservingAnswer {
  readonly log: FlowLogState
  readonly observed: Omit<Observed, 'log'>
}

export interface ObservingThread {
  readonly answer: Promise<ObservingAnswer>
  stop(): Promise<unknown>
}

/** Reads a set in a thread of its own, which tracks the flows of one share. */
export function startObserving(
  set: CaptureSet,
  share: Share,
  bounds: Bounds,
  onProgress: (progress: Progress) => void = () => {},
): ObservingThread {
  const files = set.inputs.map(({ path, identity, state }) => ({ path, identity, state }))
  const workerData: ObservingTask = { files, share, bounds }
  // Its temporary file stays open: the log that takes it over closes it.
  const options = { workerData, trackUnmanagedFds: false }
  const worker = new Worker(new URL('./observe-worker.js', import.meta.url), options)
  const answer = new Promise<ObservingAnswer>((resolve, reject) => {
    worker.on('message', (message: ObservingMessage) => {
      if ('progress' in message) onProgress(message.progress)
      else resolve(message.answer)
    })
    const fail = (problem: string) => reject(new CaptureError(`a thread that read ${namesOf(set)} ${problem}`))
    worker.once('error', ({ message }) => fail(`failed: ${message}`))
    worker.once('exit', () => fail('ended before it was done'))
  })
  // Whoever awaits the answer sees its failure; nobody does when the reading elsewhere fails first.
  answer.catch(() => {})
  return { answer, stop: () => worker.terminate() }
}

/** How messages call a set. */
export function namesOf({ inputs }: CaptureSet): string {
  return inputs.map(({ path }) => path).join(', ')
}
