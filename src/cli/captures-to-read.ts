import { type CaptureSet, findCaptureSets, streamSet } from '../capture/capture-set.ts'
import { writeSentence } from '../report/blocks.ts'
import type { Shell } from './shell.ts'
import { UsageError } from './usage-error.ts'

const STANDARD_INPUT = '-'
/** The capture point of standard input, where none is named. */
const STANDARD_INPUT_POINT = 'stdin'

/** Time for the program that feeds us, which met the same Ctrl-C, to hand over what it still holds. */
const GRACE_MS = 500

/** The captures of one command line. */
export interface CapturesToRead {
  readonly sets: readonly CaptureSet[]
  /** Ends a stream, at the next Ctrl-C after a moment of grace, at another at once. Undefined of files. */
  readonly interrupt: (() => void) | undefined
}

/** Looks into every file before anything is written. */
export async function findCaptures(
  paths: readonly string[],
  point: string | undefined,
  shell: Shell,
): Promise<CapturesToRead> {
  if (point === '') throw new UsageError('--point names no capture point')
  if (!paths.includes(STANDARD_INPUT)) {
    const { sets, leftOut } = await findCaptureSets(paths, point)
    for (const sentence of leftOut) writeSentence(shell.err, `Left out: ${sentence}.`)
    return filesToRead(sets)
  }
  if (paths.length > 1) throw new UsageError("standard input ('-') is a capture point of its own; analyse files apart")
  return streamToRead(point ?? STANDARD_INPUT_POINT, shell)
}

function filesToRead(sets: readonly CaptureSet[]): CapturesToRead {
  const folders = new Map<string, string | undefined>()
  for (const { point, folder } of sets) {
    if (folders.has(point)) {
      const both = `${folders.get(point)} and ${folder}`
      throw new UsageError(`${both} both give the capture point ${point}; analyse one of them apart, with --point`)
    }
    folders.set(point, folder)
  }
  return { sets, interrupt: undefined }
}

function streamToRead(point: string, shell: Shell): CapturesToRead {
  const { set, interrupt } = streamSet(shell.input(), point)
  let isEnding = false
  return {
    sets: [set],
    interrupt() {
      if (isEnding) interrupt()
      else setTimeout(interrupt, GRACE_MS).unref()
      isEnding = true
    },
  }
}
