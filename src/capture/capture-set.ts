import type { Readable } from 'node:stream'
import { streamSource } from './byte-source.ts'
import { CaptureError } from './capture-error.ts'
import { capturePoint, fileIdentity } from './capture-point.ts'
import { openCapture, openSource } from './open.ts'
import type { CaptureReader } from './reader.ts'
import { createOrigin, type TimeOrigin } from './time.ts'

/** One input of a capture set: a file, or a stream. */
export interface CaptureInput {
  readonly path: string
  /** Undefined for a stream, and for a file without records: those are all alike, and a quiet night makes many. */
  readonly identity: string | undefined
  open(origin: TimeOrigin): Promise<CaptureReader>
}

/** All that one capture point recorded, in time order. */
export interface CaptureSet {
  readonly point: string
  /** The folder that the point's name was made from; undefined where the user named the point. */
  readonly folder: string | undefined
  readonly inputs: readonly CaptureInput[]
}

/**
 * Puts files into sets: one set for a point that the user named, else one for each point that the names tell.
 * Every file is opened once to see that it is a capture and when it begins. Throws CaptureError for the first that is not.
 */
export async function captureSets(paths: readonly string[], point: string | undefined): Promise<readonly CaptureSet[]> {
  const files: OpenedFile[] = []
  for (const path of paths) files.push(await lookInto(path))
  refuseTwice(files)
  if (point !== undefined) return [{ point, folder: undefined, inputs: files.sort(byBeginning) }]
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
  const reader = await openCapture(path, origin)
  try {
    const { isEmpty, beginning } = await startOf(reader, origin)
    const identity = isEmpty ? undefined : await fileIdentity(path)
    return { path, identity, beginning, open: (common) => openCapture(path, common) }
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
