import { CommanderError } from 'commander'
import { escapeText } from '../report/terminal.ts'
import { createProgram } from './program.ts'
import type { Shell } from './shell.ts'
import { OutputClosed } from './write-whole.ts'

/** 0: done. 1: done, and --fail-on found something. 2: nothing could be done. */
export type ExitCode = 0 | 1 | 2

/** Errors whose message is for the user; by name, because the stages they come from are loaded only when needed. */
const FOR_THE_USER: ReadonlySet<string> = new Set([
  'UsageError',
  'CaptureError',
  'InventoryError',
  'RulesError',
  'StoreError',
  'SpillError',
])

/** Runs one command line. */
export async function run(args: readonly string[], shell: Shell): Promise<ExitCode> {
  try {
    let exitCode: ExitCode = 0
    const finish = (code: ExitCode) => {
      exitCode = code
    }
    const program = await createProgram(args, shell, finish)
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' })
    return exitCode
  } catch (error) {
    return exitCodeOf(error, shell)
  }
}

function exitCodeOf(error: unknown, shell: Shell): ExitCode {
  if (error instanceof OutputClosed) return 0
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  try {
    shell.err.write(`${shown(messageOf(error))}\n`)
  } catch {
    // Nobody reads standard error: there is nobody to tell.
  }
  return 2
}

/** A message may name a file, or quote what stands in one: nothing of that acts on a terminal. */
function shown(message: string): string {
  return message.split('\n').map(escapeText).join('\n')
}

function messageOf(error: unknown): string {
  if (error instanceof CommanderError) return sentenceOf(error)
  if (!(error instanceof Error)) return `not an error, and thrown: ${String(error)}`
  if (FOR_THE_USER.has(error.name)) return error.message
  return `portolan failed; this is a bug of the program:\n${error.stack ?? error.message}`
}

/** commander's message as one sentence: "unknown option '--verdct' (Did you mean --verdict?)". */
function sentenceOf({ message }: CommanderError): string {
  return message.replace(/^error: /, '').replaceAll('\n', ' ')
}
