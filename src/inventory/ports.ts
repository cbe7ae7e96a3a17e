import { isSeq, type ParsedNode } from 'yaml'
import type { Word } from './entry.ts'
import type { MovedPort, PortSpan } from './inventory.ts'
import { didYouMean, nearestWords, oneOf } from './nearest-word.ts'
import { type Problems, quoted } from './problems.ts'
import { ROLES, type Role } from './roles.ts'
import type { Source } from './source.ts'
import { type Field, fieldsOf, isBlank, refuseKind, wordOf, wordsOf } from './yaml-node.ts'

export const PORT_KEYS = ['name', 'role', 'transport', 'documented', 'actual'] as const
type PortKey = (typeof PORT_KEYS)[number]

const TRANSPORTS = ['tcp', 'udp'] as const

const PORT_EXAMPLE =
  'a line such as { name: web conferencing, role: edge-webconf, transport: tcp, documented: 443, actual: 444 }'

export const MAX_PORT = 65_535

/** A range that was rounded ends one port later or earlier: 49152-57500 is printed where 8,348 ports are counted. */
const ROUNDING = 1

/**
 * Where the endpoints of a role have what the documentation puts at `documented`: the ports that take its place, or
 * `documented` itself where nothing was moved.
 */
export function actualPorts(
  moved: readonly MovedPort[] | undefined,
  role: Role,
  transport: MovedPort['transport'],
  documented: PortSpan,
): readonly PortSpan[] {
  const line = moved?.find((each) => isAbout(each, role, transport) && isSameRange(each.documented, documented))
  return line?.actual ?? [documented]
}

function isAbout(line: MovedPort, role: Role, transport: MovedPort['transport']): boolean {
  return line.role === role && line.transport === transport
}

function isSameRange(left: PortSpan, right: PortSpan): boolean {
  if (left.first !== right.first) return false
  const isRange = left.last > left.first && right.last > right.first
  return left.last === right.last || (isRange && Math.abs(left.last - right.last) <= ROUNDING)
}

/** The ports as a person writes them: `444`, or `50000-59999`. */
export function formatSpan({ first, last }: PortSpan): string {
  return first === last ? `${first}` : `${first}-${last}`
}

/** In ascending order, with a gap between any two. */
export function mergeSpans(spans: readonly PortSpan[]): readonly PortSpan[] {
  const merged: { first: number; last: number }[] = []
  for (const { first, last } of [...spans].sort((a, b) => a.first - b.first)) {
    const before = merged.at(-1)
    if (before === undefined || first > before.last + 1) merged.push({ first, last })
    else before.last = Math.max(before.last, last)
  }
  return merged
}

export function isSameSpans(left: readonly PortSpan[], right: readonly PortSpan[]): boolean {
  return left.map(formatSpan).join() === right.map(formatSpan).join()
}

/** Reads the list under the key `ports`. */
export function readPorts({ value, offset }: Field, source: Source, problems: Problems): readonly MovedPort[] {
  if (value === null || isBlank(value)) {
    problems.add(offset, (place) => `'ports' at ${place} is empty; wanted a list, or leave the key out`)
    return []
  }
  if (!isSeq(value)) {
    refuseKind(value, 'a list of ports', problems)
    return []
  }
  const lines = value.items.map((node) => readPort(node, source, problems)).filter((port) => port !== undefined)
  refuseTwice(lines, source, problems)
  return lines
}

function readPort(node: ParsedNode, source: Source, problems: Problems): MovedPort | undefined {
  const fields = fieldsOf(node, PORT_KEYS, PORT_EXAMPLE, problems)
  if (fields === undefined) return undefined
  const [offset] = node.range
  if (fields.missing.length > 0) {
    problems.add(
      offset,
      (place) =>
        `the port at ${place} has no ${oneOf(fields.missing)}; wanted ${oneOf(PORT_KEYS).replace(' or ', ' and ')}`,
    )
  }
  const word = (key: PortKey, wanted: string): Word | undefined => {
    const field = fields.get(key)
    return field && wordOf(field, wanted, problems)
  }
  const actual = fields.get('actual')
  const name = word('name', 'a name')
  const role = chooseWord('role', word('role', 'a role'), ROLES, problems)
  const transport = chooseWord('transport', word('transport', 'tcp or udp'), TRANSPORTS, problems)
  const documented = readSpan(word('documented', 'a port or a range'), problems)
  const spans = actual && wordsOf(actual, 'a port, a range or a list of these', problems)?.words
  const read = spans?.map((span) => readSpan(span, problems)).filter((span) => span !== undefined)
  if (actual !== undefined && spans?.length === 0) {
    problems.add(actual.offset, (place) => `actual at ${place} is empty`)
  }
  if (
    name === undefined ||
    role === undefined ||
    transport === undefined ||
    documented === undefined ||
    !read?.length
  ) {
    return undefined
  }
  const line = source.line(offset)
  return { name: name.text, role, transport, documented, actual: mergeSpans(read), file: source.file, line }
}

function chooseWord<Known extends string>(
  key: PortKey,
  word: Word | undefined,
  known: readonly Known[],
  problems: Problems,
): Known | undefined {
  if (word === undefined) return undefined
  const right = known.find((each) => each === word.text)
  if (right !== undefined) return right
  const nearest = nearestWords(word.text, known)
  problems.add(word.offset, (place) => `${key} ${quoted(word.text)} at ${place} is not known${didYouMean(nearest)}`)
  return undefined
}

function readSpan(word: Word | undefined, problems: Problems): PortSpan | undefined {
  if (word === undefined) return undefined
  const span = parseSpan(word.text)
  if (typeof span !== 'string') return span
  problems.add(word.offset, (place) => `port ${quoted(word.text)} at ${place} ${span}`)
  return undefined
}

/** The ports of a text, or the end of a sentence that says why it has none. */
function parseSpan(text: string): PortSpan | string {
  const numbers = /^(\d{1,9})(?:\s*-\s*(\d{1,9}))?$/.exec(text)
  if (numbers === null) return 'is not a number such as 443 or a range such as 50000-59999'
  const first = Number(numbers[1])
  const last = Number(numbers[2] ?? numbers[1])
  if (first === 0 || last > MAX_PORT || first > MAX_PORT) return `is not between 1 and ${MAX_PORT}`
  return last < first ? `runs backwards${didYouMean([`${last}-${first}`])}` : { first, last }
}

/** Two lines about the same documented port could not both be right. */
function refuseTwice(lines: readonly MovedPort[], source: Source, problems: Problems): void {
  const known = new Map<string, MovedPort>()
  for (const line of lines) {
    const key = movedKey(line)
    const before = known.get(key)
    known.set(key, before ?? line)
    if (before === undefined) continue
    problems.add(
      source.start(line.line),
      () =>
        `${key} stands at ${source.file}:${before.line} and at ${source.file}:${line.line}; give one line all its ports`,
    )
  }
}

/** What a line of the list is about: `edge-access tcp 443`. */
export function movedKey({
  role,
  transport,
  documented,
}: Pick<MovedPort, 'role' | 'transport' | 'documented'>): string {
  return `${role} ${transport} ${formatSpan(documented)}`
}
