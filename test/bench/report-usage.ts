import { readFileSync, writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

// Preloaded with --import into a measured Node process: when that ends, it writes what it used, all threads together,
// as one JSON line to the first descriptor behind the standard ones.

export interface Usage {
  readonly cpuSeconds: number
  readonly peakMegabytes: number
}

const USAGE_FD = 3

if (isMainThread && process.execArgv.some((argument) => argument.endsWith('report-usage.js'))) {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage()
    const usage: Usage = { cpuSeconds: (user + system) / 1e6, peakMegabytes: peakKilobytes() / 1024 }
    writeSync(USAGE_FD, `${JSON.stringify(usage)}\n`)
  })
}

/** Linux counts the parent's memory at the fork into a process's maximum; VmHWM is of this program alone. */
function peakKilobytes(): number {
  try {
    const own = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
    if (own) return Number(own[1])
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS
}
