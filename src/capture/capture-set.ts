import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { streamSource } from './byte-source.ts'
import { CaptureError } from './capture-error.ts'
import { looksLikeCapture, type NamedFiles, namedFiles } from './capture-files.ts'
import { capturePoint } from './capture-point.ts'
import type { FileState } from './file-source.ts'
import { captureState, openBeginning, openCapture, openSource } from './open.ts'
import type { CaptureReader } from './reader.ts'
import { createOrigin, type TimeOrigin } from './time.ts'
import { isCompressed } from './unpacked.ts'

/** One input of a capture set: a file, or a stream. */
export interface CaptureInput {
  readonly path: string
  /** Undefined for a stream, and for a file without records: those are all alike, and a quiet night makes many. */
  readonly identity: string | undefined
  /** The file as it was looked into: what opens it again, in whatever thread, reads the same. Absent of a stream. */
  readonly state?: FileState
  /** Bytes that will be read; absent of a stream and of a compressed file. */
  readonly length?: number
  open(origin: TimeOrigin): Promise<CaptureReader>
}

/** All that one capture point recorded, in time order. */
export interface CaptureSet {
  readonly point: string
  /** The folder that the point's name was made from; undefined where the user named the point. */
  readonly folder: string | undefined
  readonly inputs: readonly CaptureInput[]
}

/** What the arguments of a command line stand for. */
export interface FoundSets {
  readonly sets: readonly CaptureSet[]
  /** A sentence for every file that was left out of a folder or pattern, though by its name it is a capture. */
  readonly leftOut: readonly string[]
}

/**
 * Puts the captures that the arguments name into sets: files, folders, and patterns of `*` and `?`. Of a folder and of
 * what a pattern matches the captures are taken, and what is no capture is left out. Throws CaptureError where that
 * leaves nothing, and for a file named by itself that is no capture.
 */
export async function findCaptureSets(args: readonly string[], point: string | undefined): Promise<FoundSets> {
  const leftOut: string[] = []
  const named: OpenedFile[] = []
  const found: OpenedFile[] = []
  for (const argument of args) {
    const files = await namedFiles(argument)
    if (files.areFound) found.push(...(await capturesAmong(files, leftOut)))
    else named.push(await lookInto(argument))
  }
  refuseTwice(named)
  return { sets: setsOf([...named, ...leaveOutTwins(found, named, leftOut)], point), leftOut }
}

/**
 * Puts files into sets: one set for a point that the user named, else one for each point that the names tell. Every
 * file is opened once to see that it is a capture and when it begins. Throws CaptureError for the first that is not.
 */
export async function captureSets(paths: readonly string[], point: string | undefined): Promise<readonly CaptureSet[]> {
  const files: OpenedFile[] = []
  for (const path of paths) files.push(await lookInto(path))
  refuseTwice(files)
  return setsOf(files, point)
}

function setsOf(files: readonly OpenedFile[], point: string | undefined): readonly CaptureSet[] {
  if (point !== undefined) return [{ point, folder: undefined, inputs: files.toSorted(byBeginning) }]
  const sets = new Map<string, { point: string; folder: string; inputs: OpenedFile[] }>()
  for (const file of files) {
    const { name, folder } = capturePoint(file.path)
    const key = `${folder}\n${name}`
    const set = sets.get(key) ?? { point: name, folder, inputs: [] }
    set.inputs.push(file)
    sets.set(key, set)
  }
  return [...sets.values()].map((set) => ({ ...set, inputs: set.inputs.sort(byBeginning) }))
}

/** The captures of a folder or pattern. `leftOut` gets a sentence for each file that looked like one. */
async function capturesAmong({ argument, paths }: NamedFiles, leftOut: string[]): Promise<readonly OpenedFile[]> {
  const captures: OpenedFile[] = []
  const refusals: string[] = []
  for (const path of paths) {
    try {
      captures.push(await lookInto(path))
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error
      if (looksLikeCapture(path)) refusals.push(error.message)
    }
  }
  if (captures.length === 0) {
    const [first] = refusals
    throw new CaptureError(`${argument} holds no capture${first === undefined ? '' : `: ${first}`}`)
  }
  leftOut.push(...refusals)
  return captures
}

/** What was found beside the files named by themselves; a file that was reached twice is taken once. */
function leaveOutTwins(
  found: readonly OpenedFile[],
  named: readonly OpenedFile[],
  leftOut: string[],
): readonly OpenedFile[] {
  const paths = new Set(named.map(({ path }) => resolve(path)))
  const known = new Map(named.map(({ identity, path }) => [identity, path]))
  return found.filter(({ identity, path }) => {
    if (paths.has(resolve(path))) return false
    paths.add(resolve(path))
    if (identity === undefined) return true
    const other = known.get(identity)
    if (other !== undefined) leftOut.push(`${path} is the same capture as ${other}; it is read once`)
    else known.set(identity, path)
    return other === undefined
  })
}

/** A stream as a capture set of its own. `interrupt()` ends it early: what was read until then counts. */
export function streamSet(stream: Readable, point: string): { readonly set: CaptureSet; interrupt(): void } {
  const source = streamSource(stream)
  const input: CaptureInput = {
    path: '-',
    identity: undefined,
    open: (origin) => openSource(source, 'standard input', origin),
  }
  return { set: { point, folder: undefined, inputs: [input] }, interrupt: () => source.interrupt() }
}

interface OpenedFile extends CaptureInput {
  /** Nanoseconds since 1970 of the first record that has a time; undefined where there is none. */
  readonly beginning: bigint | undefined
}

async function lookInto(path: string): Promise<OpenedFile> {
  const origin = createOrigin()
  const state = await captureState(path)
  const reader = await openBeginning(path, origin, state)
  try {
    const { isEmpty, beginning } = await startOf(reader, origin)
    return {
      path,
      identity: isEmpty ? undefined : state.identity,
      state,
      ...(isCompressed(state.magic) ? {} : { length: state.size }),
      beginning,
      open: (common) => openCapture(path, common, state),
    }
  } finally {
    await reader.close()
  }
}

interface Start {
  readonly isEmpty: boolean
  readonly beginning: bigint | undefined
}

async function startOf(reader: CaptureReader, origin: TimeOrigin): Promise<Start> {
  let isEmpty = true
  do {
    while (reader.next()) {
      isEmpty = false
      if (origin.ns !== undefined) return { isEmpty, beginning: origin.ns + BigInt(reader.timeNs) }
    }
  } while (await reader.fill())
  return { isEmpty, beginning: undefined }
}

function refuseTwice(files: readonly OpenedFile[]): void {
  const known = new Map<string, string>()
  for (const { path, identity } of files) {
    if (identity === undefined) continue
    const other = known.get(identity)
    if (other !== undefined) throw new CaptureError(`${path} is the same capture as ${other}; name it once`)
    known.set(identity, path)
  }
}

/** Files without a time come last; those, and equal beginnings, stand in the order of their names. */
function byBeginning(left: OpenedFile, right: OpenedFile): number {
  if (left.beginning !== right.beginning) {
    if (left.beginning === undefined) return 1
    if (right.beginning === undefined) return -1
    return left.beginning < right.beginning ? -1 : 1
  }
  return left.path < right.path ? -1 : 1
}
