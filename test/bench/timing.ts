import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import type { Usage } from './report-usage.ts'

/** What one run took, or the medians of several, each figure for itself. */
export interface Timing {
  readonly seconds: number
  /** User and system time of all threads. Null: there was nobody to ask. */
  readonly cpuSeconds: number | null
  readonly peakMegabytes: number | null
  /** How many runs these are the medians of. */
  readonly runs: number
}

export interface Command {
  /** The program and its arguments; process.execPath for Node. */
  readonly argv: readonly string[]
  /** The file it reads from standard input. Its standard output is thrown away. */
  readonly input?: string
  /** Called before each run and not timed. */
  readonly before?: () => void
  /** Once its runs took so many seconds together, it is not run again. */
  readonly patienceSeconds?: number
}

/** Commands by what reports call them. */
export type Commands<Name extends string> = Readonly<Record<Name, Command>>
export type Timings<Name extends string = string> = Readonly<Record<Name, Timing>>

const TIME_PROGRAM = '/usr/bin/time'
const USAGE_REPORTER = fileURLToPath(new URL('./report-usage.js', import.meta.url))
const LONGEST_ERROR = 400

/**
 * Medians of `runs` runs of several commands, in turns, so that what else the machine does meanwhile is spread over all
 * of them. Throws when one cannot be started or ends with another exit code than 0.
 */
export function timeCommands<Name extends string>(commands: Commands<Name>, runs: number): Timings<Name> {
  const names = Object.keys(commands) as Name[]
  const timings = new Map<Name, Timing[]>(names.map((name) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const name of names) {
      const before = timings.get(name) ?? []
      const patience = commands[name].patienceSeconds ?? Number.POSITIVE_INFINITY
      if (totalSeconds(before) <= patience) before.push(runOnce(commands[name]))
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(timings.get(name) ?? [])])) as Record<Name, Timing>
}

function totalSeconds(timings: readonly Timing[]): number {
  return timings.reduce((sum, { seconds }) => sum + seconds, 0)
}

function runOnce({ argv, input, before }: Command): Timing {
  before?.()
  const folder = mkdtempSync(join(tmpdir(), 'timing-'))
  const reportPath = join(folder, 'usage')
  const stdin = openSync(input ?? '/dev/null', 'r')
  const report = openSync(reportPath, 'w')
  try {
    const { words, usage } = measured(argv, reportPath)
    const [program = '', ...rest] = words
    const start = performance.now()
    const child = spawnSync(program, rest, { stdio: [stdin, 'ignore', 'pipe', report], encoding: 'utf8' })
    const seconds = (performance.now() - start) / 1000
    if (child.error) throw child.error
    if (child.status !== 0) {
      const end = child.signal ? `signal ${child.signal}` : `exit code ${child.status}`
      throw new Error(`${argv.join(' ')} ended with ${end}: ${child.stderr.slice(-LONGEST_ERROR).trim()}`)
    }
    return { seconds, cpuSeconds: null, peakMegabytes: null, ...usage(readFileSync(reportPath, 'utf8')), runs: 1 }
  } finally {
    closeSync(stdin)
    closeSync(report)
    rmSync(folder, { recursive: true })
  }
}

/** The words to run a command with, and how to read the report that is then in a file. */
interface Measured {
  readonly words: readonly string[]
  readonly usage: (report: string) => Usage | null
}

function measured(argv: readonly string[], reportPath: string): Measured {
  if (existsSync(TIME_PROGRAM)) {
    const options = ['--format=%U %S %M', `--output=${reportPath}`]
    return { words: [TIME_PROGRAM, ...options, ...argv], usage: timeReport }
  }
  const [program = '', ...rest] = argv
  return program === process.execPath
    ? { words: [program, '--import', USAGE_REPORTER, ...rest], usage: (report) => JSON.parse(report) as Usage }
    : { words: argv, usage: () => null }
}

function timeReport(report: string): Usage {
  const [user = 0, system = 0, kilobytes = 0] = report.trim().split(' ').map(Number)
  return { cpuSeconds: user + system, peakMegabytes: kilobytes / 1024 }
}

function median(timings: readonly Timing[]): Timing {
  return {
    seconds: middle(timings.map((timing) => timing.seconds)) ?? 0,
    cpuSeconds: middle(timings.map((timing) => timing.cpuSeconds)),
    peakMegabytes: middle(timings.map((timing) => timing.peakMegabytes)),
    runs: timings.length,
  }
}

/** The mean of the two in the middle when there is an even number; null when one is missing. */
function middle(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b)
  const [lower, upper] = [known[(known.length - 1) >> 1], known[known.length >> 1]]
  return known.length < values.length || lower === undefined || upper === undefined ? null : (lower + upper) / 2
}
