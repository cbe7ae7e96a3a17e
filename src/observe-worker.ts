import { parentPort, workerData } from 'node:worker_threads'
import type { CaptureInput } from './capture/capture-set.ts'
import { openCapture } from './capture/open.ts'
import { FlowLog } from './flow/flow-log.ts'
import { observeShare } from './observe-share.ts'
import type { Progress } from './observed.ts'
import type { ObservingMessage, ObservingTask } from './observing-thread.ts'

/* The thread that startObserving() starts. It ends when it has answered. */

/** Often enough for people who watch. */
const PROGRESS_MS = 100

const { files, share, bounds } = workerData as ObservingTask
const inputs: readonly CaptureInput[] = files.map(({ path, identity, state }) => ({
  path,
  identity,
  open: (origin) => openCapture(path, origin, state),
}))

let saidAt = 0
function say(progress: Progress): void {
  const now = performance.now()
  if (now - saidAt < PROGRESS_MS) return
  saidAt = now
  parentPort?.postMessage({ progress } satisfies ObservingMessage)
}

const log = new FlowLog()
try {
  const { log: _, ...observed } = await observeShare(inputs, log, share, say, bounds)
  const answer = { log: log.state(), observed }
  const buffers = answer.log.blocks.map(({ rows }) => rows.buffer as ArrayBuffer)
  const message: ObservingMessage = { answer }
  parentPort?.postMessage(message, [...buffers, answer.log.hosts.buffer as ArrayBuffer])
} catch (error) {
  log.close()
  throw error
}
