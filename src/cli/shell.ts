import type { Readable } from 'node:stream'
import { isatty } from 'node:tty'
import type { Output } from '../report/output.ts'
import { writeWhole } from './write-whole.ts'

/** What a command sees of the process that it runs in. */
export interface Shell {
  readonly out: Output
  readonly err: Output
  /** Somebody watches standard error: progress is worth showing. */
  readonly isWatched: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  input(): Readable
  /** Calls the handler for every Ctrl-C until the returned function is called. */
  onInterrupt(handler: () => void): () => void
}

export function processShell(): Shell {
  return {
    out: outputOf(1),
    err: outputOf(2),
    isWatched: wantsProgress(process.env, isatty(2)),
    env: process.env,
    input: () => process.stdin,
    onInterrupt(handler) {
      process.on('SIGINT', handler)
      return () => process.off('SIGINT', handler)
    },
  }
}

function outputOf(fd: 1 | 2): Output {
  const terminal = isatty(fd) ? (fd === 1 ? process.stdout : process.stderr) : undefined
  return {
    write: (text) => writeWhole(fd, text),
    columns: columnsOf(process.env, terminal?.columns),
    color: wantsColor(process.env, terminal !== undefined),
  }
}

type Env = Readonly<Record<string, string | undefined>>

/** PORTOLAN_WIDTH sets the width also of a pipe or file; COLUMNS only helps a terminal that does not know its own. */
export function columnsOf(env: Env, terminalColumns: number | undefined): number | undefined {
  const asked = positive(env['PORTOLAN_WIDTH'])
  if (asked !== undefined || terminalColumns === undefined) return asked
  return terminalColumns > 0 ? terminalColumns : (positive(env['COLUMNS']) ?? terminalColumns)
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined
}

/** FORCE_COLOR, then NO_COLOR (no-color.org), then whether somebody watches on a terminal that has colours. */
export function wantsColor(env: Env, isTerminal: boolean): boolean {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if ((env['NO_COLOR'] ?? '') !== '') return false
  return isTerminal && env['TERM'] !== 'dumb'
}

/** A line that is written anew needs a terminal that can take one back. */
export function wantsProgress(env: Env, isTerminal: boolean): boolean {
  return isTerminal && env['TERM'] !== 'dumb'
}
