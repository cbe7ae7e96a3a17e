/*
 * Preloaded into every thread of a process: those that are not the first one fail as FAILING_THREAD says. `throws` and
 * `exits` do so at once, `throws-later` and `exits-later` among the packets, when they have looked at bytes or waited
 * FAILING_AFTER times, and `out-of-memory` gives them less memory than they need.
 */
import { syncBuiltinESMExports } from 'node:module'
import threads from 'node:worker_threads'

const how = process.env.FAILING_THREAD
const after = Number(process.env.FAILING_AFTER ?? 0)

function fail() {
  if (how?.startsWith('exits')) process.exit(7)
  throw new Error('something broke')
}

let calls = 0
function countingDown(called) {
  return function (...args) {
    calls += 1
    if (calls > after) fail()
    return called.apply(this, args)
  }
}

if (threads.isMainThread && how === 'out-of-memory') {
  const { Worker } = threads
  threads.Worker = class extends Worker {
    constructor(url, options) {
      super(url, { ...options, resourceLimits: { maxOldGenerationSizeMb: 1, maxYoungGenerationSizeMb: 1 } })
    }
  }
  syncBuiltinESMExports()
}
if (!threads.isMainThread && how?.endsWith('-later')) {
  for (const name of ['getUint8', 'getUint16', 'getUint32', 'getInt32']) {
    DataView.prototype[name] = countingDown(DataView.prototype[name])
  }
  Atomics.wait = countingDown(Atomics.wait)
}
if (!threads.isMainThread && (how === 'throws' || how === 'exits')) fail()
