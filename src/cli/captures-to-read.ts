import { type CaptureSet, captureSets, streamSet } from '../capture/capture-set.ts'
import { writeSentence } from '../report/blocks.ts'
import type { Shell } from './shell.ts'
import { UsageError } from './usage-error.ts'

const STANDARD_INPUT = '-'
/** The capture point of standard input, where none is named. */
const STANDARD_INPUT_POINT = 'stdin'

/** Time for the program that feeds us, which met the same Ctrl-C, to hand over what it still holds. */
const GRACE_MS = 500

/** As a shell tells it: 128 and the number of SIGINT. */
const INTERRUPTED = 130

/** The captures of one command line. */
export interface CapturesToRead {
  readonly sets: readonly CaptureSet[]
  /** Answers Ctrl-C while a set is read. */
  readonly interrupt: (set: CaptureSet) => void
}

/** Looks into every file before anything is written. */
export async function findCaptures(
  paths: readonly string[],
  point: string | undefined,
  shell: Shell,
): Promise<CapturesToRead> {
  if (point === '') throw new UsageError('--point names no capture point')
  if (!paths.includes(STANDARD_INPUT)) return filesToRead(await captureSets(paths, point), shell)
  if (paths.length > 1) throw new UsageError("standard input ('-') is a capture point of its own; analyse files apart")
  return streamToRead(point ?? STANDARD_INPUT_POINT, shell)
}

/** Nothing of the set that is being read has been stored: what stood in the database stays. */
function filesToRead(sets: readonly CaptureSet[], { err, exit }: Shell): CapturesToRead {
  return {
    sets,
    interrupt({ point }) {
      writeSentence(err, `Interrupted: nothing of ${point} was stored.`)
      exit(INTERRUPTED)
    },
  }
}

/** The first Ctrl-C ends the stream after a moment of grace, the second at once, the third the program. */
function streamToRead(point: string, shell: Shell): CapturesToRead {
  const { set, interrupt } = streamSet(shell.input(), point)
  let times = 0
  return {
    sets: [set],
    interrupt() {
      times += 1
      if (times === 1) setTimeout(interrupt, GRACE_MS).unref()
      else if (times === 2) interrupt()
      else shell.exit(INTERRUPTED)
    },
  }
}
