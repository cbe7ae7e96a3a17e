import { Composer, isMap, isScalar, isSeq, type ParsedNode, Parser, type YAMLMap, type YAMLSeq } from 'yaml'
import { UNKNOWN_ADDRESS } from '../entry.ts'
import type { PortSpan } from '../inventory.ts'
import { formatSpan } from '../ports.ts'
import type { NewEntry } from './merge.ts'
import type { TopologyPort } from './moved-ports.ts'

/** What is written into an inventory. */
export interface Additions {
  readonly entries: readonly NewEntry[]
  /** Addresses for entries that have none, by the index of the entry. */
  readonly filled: ReadonlyMap<number, readonly string[]>
  readonly ports: readonly TopologyPort[]
}

/** Text that takes the place of the text between two offsets. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A new inventory below what the file holds already; that alone where there is nothing to write. */
export function newInventory({ entries, ports }: Additions, before: string | undefined): string | undefined {
  if (entries.length === 0) return before
  const lines = ['endpoints:', ...entries.map((entry) => `  - ${entryText(entry, plain)}`)]
  if (ports.length > 0) lines.push('', 'ports:', ...ports.map((port) => `  - ${portText(port, plain)}`))
  const above = before === undefined || before === '' || before.endsWith('\n') ? (before ?? '') : `${before}\n`
  return `${above}${lines.join('\n')}\n`
}

/**
 * Writes additions into the text of an inventory that has been read without fault. Only text is put in: whatever a
 * person wrote, comments and columns among it, stays as it is to the letter.
 */
export function editInventory(text: string, additions: Additions): string {
  const root = rootOf(text)
  const endpoints = root && listAt(root, 'endpoints')
  if (root === undefined || endpoints === undefined) throw new Error('the inventory that was read has no endpoints')
  const style = root.flow ? quote : plain
  const entries = additions.entries.map((entry) => entryText(entry, style))
  const ports = additions.ports.map((port) => portText(port, style))
  const known = listAt(root, 'ports')
  const edits: Edit[] = [...additions.filled].map(([index, addresses]) =>
    fill(endpoints.items[index], addresses, text, style),
  )
  if (entries.length > 0) edits.push(append(endpoints, entries, text))
  if (ports.length > 0) edits.push(known === undefined ? addPorts(root, ports, text) : append(known, ports, text))
  return apply(edits, text)
}

function rootOf(text: string): YAMLMap<ParsedNode, ParsedNode | null> | undefined {
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  const [document] = composer.compose(new Parser().parse(text), true, text.length)
  const root = document?.contents
  return isMap<ParsedNode, ParsedNode | null>(root) ? root : undefined
}

function listAt(root: YAMLMap<ParsedNode, ParsedNode | null>, key: string): YAMLSeq<ParsedNode> | undefined {
  const value = valueAt(root, key)
  return isSeq<ParsedNode>(value) && value.items.length > 0 ? value : undefined
}

function valueAt(map: YAMLMap<ParsedNode, ParsedNode | null>, key: string): ParsedNode | null | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value
}

/** From the last to the first, so that offsets stay what they are; of two at one place the earlier one goes first. */
function apply(edits: readonly Edit[], text: string): string {
  let edited = text
  for (const { start, end, text: put } of [...edits].reverse().sort((a, b) => b.start - a.start)) {
    edited = edited.slice(0, start) + put + edited.slice(end)
  }
  return edited
}

/** Puts addresses in the place of the word that says there is none. */
function fill(entry: ParsedNode | undefined, addresses: readonly string[], text: string, style: Style): Edit {
  const value = isMap<ParsedNode, ParsedNode | null>(entry) ? valueAt(entry, 'address') : undefined
  const word = isSeq<ParsedNode>(value) ? value.items[0] : value
  if (!isScalar(word) || word.range == null) throw new Error('the entry that was read has no address')
  const [start, end] = word.range
  const isInBlock = isSeq(value) && !value.flow
  if (isInBlock) return { start, end, text: addresses.map(style).join(`\n${indentOf(text, start)}- `) }
  return { start, end, text: isSeq(value) ? addresses.map(style).join(', ') : listText(addresses, style) }
}

function append(list: YAMLSeq<ParsedNode>, items: readonly string[], text: string): Edit {
  const [start] = list.range ?? [0]
  const after = contentEnd(text, list.items.at(-1)?.range?.[1] ?? start)
  if (list.flow)
    return { start: after, end: after, text: items.map((item) => `,${breakBefore(text, start)}${item}`).join('') }
  const indent = indentOf(text, start)
  return afterLine(
    text,
    after,
    items.map((item) => `${indent}- ${item}`),
  )
}

/** Items of a list in brackets go on lines of their own where those before them do. */
function breakBefore(text: string, start: number): string {
  const gap = /^\[(\s*\n\s*)/.exec(text.slice(start))
  return gap?.[1] ?? ' '
}

function addPorts(root: YAMLMap<ParsedNode, ParsedNode | null>, ports: readonly string[], text: string): Edit {
  const [start, end] = root.range ?? [0, text.length]
  if (root.flow) {
    const last = root.items.at(-1)
    const after = contentEnd(text, last?.value?.range?.[1] ?? last?.key.range[1] ?? end)
    return { start: after, end: after, text: `, "ports": [${ports.join(', ')}]` }
  }
  const indent = indentOf(text, start)
  const lines = ['', `${indent}ports:`, ...ports.map((port) => `${indent}  - ${port}`)]
  return afterLine(text, contentEnd(text, end), lines)
}

/** A node of several lines ends before the next one begins; its text ends at its last letter. */
function contentEnd(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length
}

/** Lines below the one that holds the offset, whose comment stays on it. */
function afterLine(text: string, offset: number, lines: readonly string[]): Edit {
  const lineEnd = text.indexOf('\n', offset)
  const at = lineEnd < 0 ? text.length : lineEnd
  return { start: at, end: at, text: lines.map((line) => `\n${line}`).join('') }
}

/** The blanks before the first character of the line; a list may begin on the line of its key or its outer list. */
function indentOf(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return ' '.repeat(text.slice(lineStart).search(/[^ ]/))
}

/** How a text is written so that it is read back as the same text. */
type Style = (text: string) => string

const quote: Style = (text) => JSON.stringify(text)

/** Words of letters, digits and a few marks need no quotes, also between brackets. */
const PLAIN = /^[A-Za-z0-9][\w.:/ -]*$/
/** What reads otherwise without quotes: the end of a key, a blank that is lost, the word that stands for nothing. */
const NOT_PLAIN = /: |[: ]$|^null$/i
const plain: Style = (text) => (PLAIN.test(text) && !NOT_PLAIN.test(text) ? text : quote(text))

function entryText({ name, addresses, roles }: NewEntry, style: Style): string {
  const address = addresses.length === 0 ? style(UNKNOWN_ADDRESS) : listText(addresses, style)
  return mapText({ name: style(name), address, role: listText(roles, style) }, style)
}

function portText({ name, role, transport, documented, actual }: TopologyPort, style: Style): string {
  const spans = (list: readonly PortSpan[]): string => listText(list.map(formatSpan), style)
  const fields = { name: style(name), role: style(role), transport: style(transport) }
  return mapText({ ...fields, documented: spans([documented]), actual: spans(actual) }, style)
}

function mapText(fields: Readonly<Record<string, string>>, style: Style): string {
  return `{ ${Object.entries(fields)
    .map(([key, value]) => `${style(key)}: ${value}`)
    .join(', ')} }`
}

function listText(texts: readonly string[], style: Style): string {
  const written = texts.map(style)
  return written.length === 1 ? written.join() : `[${written.join(', ')}]`
}
