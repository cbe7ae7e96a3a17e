import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { run } from '../../src/cli/run.ts'
import type { Shell } from '../../src/cli/shell.ts'
import { captureOutput } from '../report/captured-output.ts'

export interface Surroundings {
  readonly columns?: number
  readonly color?: boolean
  readonly env?: Readonly<Record<string, string>>
  readonly input?: Readable
  readonly isWatched?: boolean
  /** Gets what Ctrl-C calls, once somebody listens. */
  readonly onListening?: (press: () => void) => void
}

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs one command line in this process. */
export async function portolan(args: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  const out = captureOutput(surroundings.columns, surroundings.color)
  const err = captureOutput()
  const shell: Shell = {
    out,
    err,
    isWatched: surroundings.isWatched ?? false,
    env: surroundings.env ?? {},
    input: () => surroundings.input ?? new PassThrough().end(),
    onInterrupt(handler) {
      surroundings.onListening?.(handler)
      return () => {}
    },
  }
  const code = await run(args, shell)
  return { code, out: out.text(), err: err.text() }
}

/** Standard output of a command line that must go well. */
export async function shown(args: readonly string[], surroundings?: Surroundings): Promise<string> {
  const { code, out, err } = await portolan(args, surroundings)
  if (code !== 0) throw new Error(`portolan ${args.join(' ')} ended with ${code}: ${err}`)
  return out
}

/** The rows that a command line gives with --format json. */
export async function rowsOf<Row = Readonly<Record<string, unknown>>>(
  args: readonly string[],
): Promise<readonly Row[]> {
  return JSON.parse(await shown([...args, '--format', 'json'])) as Row[]
}

/** A folder of its own for the tests of a file. */
export function temporaryFolder(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-cli-'))
  return {
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
