import { readdir, stat } from 'node:fs/promises'
import { join, parse, resolve, sep } from 'node:path'
import { CaptureError } from './capture-error.ts'

/** What one argument of a command line stands for. */
export interface NamedFiles {
  readonly argument: string
  readonly paths: readonly string[]
  /** Found in a folder or by a pattern: not every one need be a capture. */
  readonly areFound: boolean
}

/**
 * The files behind an argument: itself, all files of a folder (not of those inside it), or all that match a pattern of
 * `*` and `?`, which not every shell resolves. A file whose name holds these characters is itself.
 */
export async function namedFiles(argument: string): Promise<NamedFiles> {
  const stats = await stat(argument).catch(() => undefined)
  if (stats?.isDirectory()) return { argument, paths: await filesOf(argument), areFound: true }
  if (stats !== undefined || !isPattern(argument)) return { argument, paths: [argument], areFound: false }
  const matches = await matching(argument)
  if (matches.length === 0) throw new CaptureError(`nothing matches ${argument}; wanted captures`)
  const paths = await Promise.all(matches.map(filesAt))
  return { argument, paths: paths.flat(), areFound: true }
}

async function filesAt(path: string): Promise<readonly string[]> {
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory()) return filesOf(path)
  return stats?.isFile() ? [path] : []
}

/** The regular files of a folder, in the order of their names; not those whose names hide them. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: Error) => {
    throw new CaptureError(`${folder} could not be opened: ${error.message}`)
  })
  const paths = names.filter((name) => !name.startsWith('.')).map((name) => join(folder, name))
  const stats = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)))
  return paths.filter((_, index) => stats[index]?.isFile()).sort()
}

const isWindows = sep === '\\'

function isPattern(text: string): boolean {
  return /[*?]/.test(text)
}

/** The paths that a pattern matches, one part of the path after the other. */
async function matching(pattern: string): Promise<readonly string[]> {
  const { root } = parse(pattern)
  const parts = pattern.slice(root.length).split(isWindows ? /[\\/]+/ : /\/+/)
  let paths: readonly string[] = [root]
  for (const part of parts.filter((text) => text !== '')) {
    paths = isPattern(part)
      ? (await Promise.all(paths.map((path) => matchingIn(path, part)))).flat()
      : paths.map((path) => join(path, part))
  }
  return paths
}

async function matchingIn(folder: string, pattern: string): Promise<readonly string[]> {
  const names = await readdir(resolve(folder)).catch(() => [])
  const isHiddenWanted = pattern.startsWith('.')
  const wanted = names.filter((name) => matches(name, pattern) && (isHiddenWanted || !name.startsWith('.')))
  return wanted.sort().map((name) => join(folder, name))
}

/**
 * Whether a name matches a pattern in which `*` stands for any characters and `?` for one. After a mismatch only the
 * last star takes one character more, so that no pattern takes longer than the lengths of both multiplied.
 */
export function matches(name: string, pattern: string, ignoresCase = isWindows): boolean {
  if (ignoresCase) return matches(name.toLowerCase(), pattern.toLowerCase(), false)
  let at = 0
  let wanted = 0
  let star = -1
  let starAt = 0
  while (at < name.length) {
    if (pattern[wanted] === '*') {
      star = wanted
      starAt = at
      wanted += 1
    } else if (pattern[wanted] === '?' || pattern[wanted] === name[at]) {
      at += 1
      wanted += 1
    } else if (star >= 0) {
      starAt += 1
      at = starAt
      wanted = star + 1
    } else {
      return false
    }
  }
  return /^\**$/.test(pattern.slice(wanted))
}

const CAPTURE_NAME = /\.(?:pcapng|pcap|ntar|cap|dmp|etl|snoop)\d{0,6}(?:\.(?:gz|zst|lz4|xz|bz2|zip))?$/i

/** Whether a file is a capture by its name, so that its absence among the captures needs a word. */
export function looksLikeCapture(path: string): boolean {
  return CAPTURE_NAME.test(path)
}
