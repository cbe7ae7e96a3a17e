import { spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/*
 * `npm run fuzz`: all targets of test/fuzz in turns, each time in a new process and with other random numbers, until the time
 * is over. A finding is kept as a file, with the command that finds it again.
 *
 *   npm run fuzz -- [--minutes 30 | --seconds 60] [--target readers] [--jobs 1]
 *   npm run fuzz -- --target readers --seed 123 --runs 40       once, with these random numbers
 *
 * Exit code 0: nothing was found. 1: something was. 2: it could not be run.
 */

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')
const TARGETS = join(ROOT, 'test/fuzz')
const FINDINGS = join(ROOT, '.bench/fuzz/findings')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')
const SUFFIX = '.fuzz.test.ts'

/** Mutants of each seed in the first turn of a target; later ones follow the time that it took. */
const FIRST_RUNS = 20
/** A turn is meant to take so long: short enough that all have several, long enough that starting is little of it. */
const TURN_SECONDS = 20
/** The decompressor of zstd does not give back what damaged streams took: a process has had enough after so many. */
const MOST_RUNS: Readonly<Record<string, number>> = { readers: 250 }
/** Of a turn, so many times what it was meant to take are a hang. */
const PATIENCE = 10
const LEAST_PATIENCE_SECONDS = 120

interface Target {
  readonly name: string
  readonly path: string
  /** What came of it so far. */
  turns: number
  executions: number
  seconds: number
  findings: number
  /** Mutants of each seed in its next turn. */
  runs: number
}

interface Turn {
  readonly seed: number
  readonly runs: number
}

function targets(only: string | undefined): readonly Target[] {
  const names = readdirSync(TARGETS)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
  if (only !== undefined && !names.includes(only)) throw new Error(`--target '${only}' is none of ${names.join(', ')}`)
  return names
    .filter((name) => only === undefined || name === only)
    .map((name) => {
      const path = join(TARGETS, `${name}${SUFFIX}`)
      return { name, path, turns: 0, executions: 0, seconds: 0, findings: 0, runs: FIRST_RUNS }
    })
}

interface Ended {
  /** Null where it was killed: it took too long. */
  readonly code: number | null
  readonly seconds: number
  readonly output: string
}

/** One process with one target. What it tells stands in `report` afterwards. */
function runTarget({ path }: Target, { seed, runs }: Turn, report: string, patience: number, trace?: string) {
  // Threads, because they end with their process where that has to be killed.
  const words = [VITEST, 'run', relative(ROOT, path), '--pool=threads', '--testTimeout=0', '--reporter=json']
  const env = {
    ...process.env,
    PORTOLAN_FUZZ_SEED: String(seed),
    PORTOLAN_FUZZ_RUNS: String(runs),
    PORTOLAN_FUZZ_REPORT: report,
    ...(trace !== undefined && { PORTOLAN_FUZZ_TRACE: trace }),
  }
  const began = performance.now()
  const child = spawn(process.execPath, [...words, `--outputFile=${join(report, 'result.json')}`], { cwd: ROOT, env })
  const timer = setTimeout(() => child.kill('SIGKILL'), patience * 1000)
  let output = ''
  const take = (text: string) => {
    output = (output + text).slice(-4000)
  }
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  return new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, seconds: (performance.now() - began) / 1000, output })
    })
  })
}

/** What vitest says of a run, as far as it is used. */
interface Result {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly failureMessages: readonly string[] }[]
  }[]
}

function problemsIn(report: string, { output }: Ended): readonly string[] {
  const path = join(report, 'result.json')
  if (!existsSync(path)) return [output]
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as Result
  const failed = testResults.flatMap(({ message, assertionResults }) => [
    ...(message === '' ? [] : [message]),
    ...assertionResults.flatMap(({ fullName, failureMessages }) =>
      failureMessages.map((each) => `${fullName}\n${each}`),
    ),
  ])
  return failed.length > 0 ? failed : [output]
}

function executionsIn(report: string): number {
  const path = join(report, 'executions')
  if (!existsSync(path)) return 0
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map(Number)
    .reduce((sum, each) => sum + each, 0)
}

const OWN_FILES = new Set(['result.json', 'executions'])

/** Runs one turn of the target, and keeps what it finds. */
async function take(target: Target, turn: Turn): Promise<void> {
  const report = mkdtempSync(join(tmpdir(), 'portolan-fuzz-'))
  const patience = Math.max(LEAST_PATIENCE_SECONDS, TURN_SECONDS * PATIENCE)
  try {
    const ended = await runTarget(target, turn, report, patience)
    target.turns += 1
    target.seconds += ended.seconds
    target.executions += executionsIn(report)
    if (ended.code === 0) return
    target.findings += 1
    if (ended.code !== null) keep(target, turn, report, problemsIn(report, ended))
    else {
      // The same again, slowly: the input that it never comes back from is the last one of the trace.
      await runTarget(target, turn, report, patience * 2, join(report, 'last-input'))
      keep(target, turn, report, [`it did not end within ${patience} seconds`])
    }
  } finally {
    rmSync(report, { recursive: true, force: true })
  }
}

function keep({ name }: Target, { seed, runs }: Turn, report: string, problems: readonly string[]): void {
  mkdirSync(FINDINGS, { recursive: true })
  const stem = `${name}-${seed}`
  const inputs = readdirSync(report).filter((file) => !OWN_FILES.has(file))
  for (const input of inputs) copyFileSync(join(report, input), join(FINDINGS, `${stem}-${input}`))
  const command = `npm run fuzz -- --target ${name} --seed ${seed} --runs ${runs}`
  const kept = inputs.map((input) => `${stem}-${input}`)
  const text = [command, '', ...problems, '', ...kept.map((input) => `input: ${input}`), ''].join('\n')
  writeFileSync(join(FINDINGS, `${stem}.txt`), text)
  console.log(`found by ${command}`)
  console.log(`  ${problems[0]?.split('\n').slice(0, 3).join(' ').slice(0, 400)}`)
  console.log(`  ${join(relative(ROOT, FINDINGS), `${stem}.txt`)}`)
}

/** Takes turns until the time is over: whoever had the least of it is next. */
async function work(all: readonly Target[], endsAt: number, nextSeed: () => number): Promise<void> {
  const busy = new Set<Target>()
  const worker = async () => {
    while (performance.now() < endsAt) {
      const [target] = all.filter((each) => !busy.has(each)).sort((a, b) => a.seconds - b.seconds)
      if (target === undefined) return
      busy.add(target)
      const before = target.seconds
      const { runs } = target
      await take(target, { seed: nextSeed(), runs })
      busy.delete(target)
      const secondsLeft = (endsAt - performance.now()) / 1000
      const wanted = Math.min(TURN_SECONDS, secondsLeft / all.length)
      const factor = Math.min(4, Math.max(0.25, wanted / (target.seconds - before)))
      target.runs = Math.min(MOST_RUNS[target.name] ?? Number.POSITIVE_INFINITY, Math.max(1, Math.round(runs * factor)))
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, all.length) }, worker))
}

function print(all: readonly Target[]): void {
  console.log('\ntarget            executions   turns   seconds  findings')
  for (const { name, executions, turns, seconds, findings } of all) {
    const count = executions === 0 ? 'not told' : executions.toLocaleString('en')
    const figures = [
      count.padStart(12),
      String(turns).padStart(8),
      seconds.toFixed(0).padStart(10),
      String(findings).padStart(10),
    ]
    console.log(name.padEnd(16) + figures.join(''))
  }
}

function positive(option: string, text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new Error(`${option} '${text}' is not a number above 0`)
  return number
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    target: { type: 'string' },
    seed: { type: 'string' },
    runs: { type: 'string' },
    jobs: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
  },
})
const jobs = positive('--jobs', values.jobs)

try {
  const all = targets(values.target)
  const firstSeed = values.seed === undefined ? Date.now() % 1e9 : positive('--seed', values.seed)
  if (values.runs !== undefined) {
    const turn = { seed: firstSeed, runs: positive('--runs', values.runs) }
    for (const target of all) await take(target, turn)
  } else {
    const seconds =
      values.minutes === undefined ? positive('--seconds', values.seconds) : positive('--minutes', values.minutes) * 60
    let seed = firstSeed
    await work(all, performance.now() + seconds * 1000, () => seed++)
  }
  print(all)
  process.exitCode = all.some(({ findings }) => findings > 0) ? 1 : 0
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}
