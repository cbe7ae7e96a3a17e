import { parentPort, workerData } from 'node:worker_threads'
import type { CaptureInput } from './capture/capture-set.ts'
import { openCapture } from './capture/open.ts'
import { FlowLog } from './flow/flow-log.ts'
import { observeShare, type WorkerAnswer, type WorkerTask } from './observe.ts'

/* The thread that observe() starts for each further share. It ends when it has answered. */

const { files, share, bounds } = workerData as WorkerTask
const inputs: readonly CaptureInput[] = files.map(({ path, state }) => ({
  path,
  identity: undefined,
  open: (origin) => openCapture(path, origin, state),
}))
const log = new FlowLog()
try {
  const { records } = await observeShare(inputs, log, share, () => {}, bounds)
  const answer: WorkerAnswer = { log: log.state(), records }
  const buffers = answer.log.blocks.map(({ rows }) => rows.buffer as ArrayBuffer)
  parentPort?.postMessage(answer, [...buffers, answer.log.hosts.buffer as ArrayBuffer])
} catch (error) {
  log.close()
  throw error
}
