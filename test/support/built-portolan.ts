import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { builtModules } from './built-modules.ts'

/*
 * The program as it was compiled, because threads do not run TypeScript; in one process for many command lines, because
 * starting takes longer than a small capture.
 */

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export interface Answer {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface BuiltPortolan {
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Answer>
  readonly stop: () => Promise<void>
}

/** Starts the process in a folder. */
export async function startPortolan(folder: string): Promise<BuiltPortolan> {
  const preload = pathToFileURL(script('short-reads.mjs')).href
  const child = fork(script('built-portolan.mjs'), [builtModules()], { cwd: folder, execArgv: ['--import', preload] })
  await messageOf(child)
  return {
    run: async (args, env = {}) => {
      child.send({ args, env })
      return (await messageOf(child)) as Answer
    },
    stop: () =>
      new Promise((done) => {
        child.once('exit', () => done())
        child.kill()
      }),
  }
}

function messageOf(child: ChildProcess): Promise<unknown> {
  return new Promise((take, reject) => {
    const ended = (code: number | null) => reject(new Error(`the process ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      take(message)
    })
  })
}

/** How a capture is analysed. */
export interface Analysis {
  /** A capture, or what else `analyze` takes for captures. */
  readonly capture: string
  readonly inventory: string
  readonly jobs: number
  readonly point?: string
  /** The most bytes that one read of the capture gives. */
  readonly readAtMost?: number | undefined
}

/** What is exported for programs, and what people see: only tables show what the traffic calls an address. */
const EXPORTS: readonly (readonly string[])[] = [
  ...['flows', 'conversations', 'summary', 'coverage'].map((name) => [name, '--format', 'json']),
  ['summary', '--by', 'host', '--format', 'json'],
  ['summary', '--by', 'port', '--format', 'json'],
  ['flows', '--limit', 'all'],
]

/** What the analysis says, and what is then exported; of a capture that is refused, the sentence. */
export async function exportsOf(
  portolan: BuiltPortolan,
  folder: string,
  { capture, inventory, jobs, point, readAtMost = Number.POSITIVE_INFINITY }: Analysis,
): Promise<Readonly<Record<string, string>>> {
  const database = ['-d', 'exports.db']
  const pointOption = point === undefined ? [] : ['--point', point]
  const note = join(folder, 'short-reads')
  rmSync(join(folder, 'exports.db'), { force: true })
  rmSync(note, { force: true })
  const { code, out, err } = await portolan.run(
    ['analyze', capture, ...pointOption, '-i', inventory, '--keep', 'all', '-j', `${jobs}`, ...database],
    { READ_SHORT_OF: capture, READ_AT_MOST: `${readAtMost}`, READ_SHORT_NOTE: note },
  )
  const isShortened = statSync(resolve(folder, capture)).size > readAtMost
  if (isShortened && !existsSync(note)) throw new Error('no read of the capture was made shorter')
  if (code !== 0) return { refused: `${code} ${err}` }
  const exported: Record<string, string> = { analyzed: out + err }
  for (const words of EXPORTS) {
    const answer = await portolan.run([...words, ...database])
    exported[words.join(' ').replace(' --format json', '')] = answer.out + answer.err
  }
  return exported
}

/** Where two exports differ: of each the first line that does, as one says it and the other. */
export function differences(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].flatMap((name) => {
    if (one[name] === other[name]) return []
    const [left, right] = [one[name]?.split('\n') ?? [], other[name]?.split('\n') ?? []]
    const at = left.findIndex((line, index) => line !== right[index])
    const line = at < 0 ? left.length : at
    return `${name}, line ${line + 1}: ${left[line]} | ${right[line]}`
  })
}
