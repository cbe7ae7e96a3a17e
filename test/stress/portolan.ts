import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run } from '../../src/cli/run.ts'
import type { Shell } from '../../src/cli/shell.ts'

/** The program, as `npm run build` made it; another one with PORTOLAN_MAIN. */
export const MAIN = resolve(process.env['PORTOLAN_MAIN'] ?? 'dist/main.js')

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
  readonly seconds: number
}

export interface Running {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

export interface Setting {
  /** Where the program keeps what does not fit in memory. */
  readonly temporary?: string
  readonly uid?: number
  /** Words in front of the program's own, such as a shell that sets a limit. */
  readonly under?: readonly string[]
}

/** Starts a process of its own; its standard input stays open until somebody ends it. */
export function start(args: readonly string[], setting: Setting = {}): Running {
  const [program = '', ...words] = [...(setting.under ?? []), process.execPath, MAIN, ...args]
  const env = { ...process.env, NO_COLOR: '1', ...(setting.temporary && { TMPDIR: setting.temporary }) }
  const began = performance.now()
  const child = spawn(program, words, { env, ...(setting.uid && { uid: setting.uid, gid: setting.uid }) })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  child.stdin.on('error', () => {})
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      resolve({ code, signal, out, err, seconds: (performance.now() - began) / 1000 })
    })
  })
  return { process: child, ended }
}

/** Runs a command line to its end, with nothing on standard input. */
export function portolan(args: readonly string[], setting?: Setting): Promise<Ended> {
  const { process: child, ended } = start(args, setting)
  child.stdin?.end()
  return ended
}

function outputTo(write: (text: string) => void): Shell['out'] {
  return { write, columns: undefined, color: false }
}

/** The output of a command line that must go well, in this process: hundreds of them are asked for. */
export async function shown(args: readonly string[]): Promise<string> {
  let text = ''
  let problems = ''
  const shell: Shell = {
    out: outputTo((more) => {
      text += more
    }),
    err: outputTo((more) => {
      problems += more
    }),
    isWatched: false,
    env: {},
    input: () => process.stdin,
    onInterrupt: () => () => {},
  }
  const code = await run(args, shell)
  if (code !== 0) throw new Error(`portolan ${args.join(' ')} ended with ${code}: ${problems}`)
  return text
}

/** Everything that people see of a database, as programs get it. */
export async function exportsOf(database: string): Promise<string> {
  const where = ['-d', database, '--format', 'json']
  const texts: string[] = []
  for (const command of ['captures', 'conversations', 'flows', 'summary', 'coverage']) {
    texts.push(await shown([command, ...where]))
  }
  return texts.join('\n')
}

/** What a program that was killed left in its temporary folder; it is empty again afterwards. */
export function takeLeftovers(folder: string): { readonly folders: number; readonly bytes: number } {
  const left = readdirSync(folder)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
  return { folders: left.length, bytes }
}

/** Throws where a command line did not end with exit code 2 and one sentence. */
export function expectRefusal({ code, signal, out, err }: Ended, sentence: RegExp): void {
  const said = `exit code ${code}, signal ${signal}, standard output ${JSON.stringify(out.slice(0, 200))}, ${JSON.stringify(err.slice(0, 1000))}`
  if (code !== 2 || out !== '') throw new Error(`wanted a refusal; found ${said}`)
  const lines = err.trimEnd().split('\n')
  if (lines.length !== 1 || !sentence.test(lines[0] ?? ''))
    throw new Error(`wanted one sentence like ${sentence}; found ${said}`)
}

export function expectDone({ code, signal, err }: Ended): void {
  if (code !== 0) throw new Error(`exit code ${code}, signal ${signal}: ${err.slice(0, 1000)}`)
}

export function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(what)
}
