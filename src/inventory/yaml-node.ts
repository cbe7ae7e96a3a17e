import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import type { Word, Words } from './entry.ts'
import { instead, nearestWords, oneOf } from './nearest-word.ts'
import { cut, type Problems, quoted } from './problems.ts'

/** The value of a key, and where it stands: at its key where there is no value. */
export interface Field {
  readonly offset: number
  readonly value: ParsedNode | null
}

export interface Fields<Key extends string> {
  readonly get: (key: Key) => Field | undefined
  /** The keys that stand in the mapping neither rightly spelt nor misspelt. */
  readonly missing: readonly Key[]
}

/**
 * The known keys of a mapping. A key that is unknown or stands twice is reported, as is a node that is no mapping.
 * The value of a misspelt key is read on as that of the key probably meant, so that mistakes in it are found too.
 */
export function fieldsOf<Key extends string>(
  node: ParsedNode,
  known: readonly Key[],
  wanted: string,
  problems: Problems,
): Fields<Key> | undefined {
  if (!isMap(node)) {
    refuseKind(node, wanted, problems)
    return undefined
  }
  const fields = new Map<Key, Field>()
  const misspelt = new Map<Key, Field>()
  for (const { key, value } of node.items) {
    const name = known.find((word) => word === textOf(key))
    const field = { offset: value?.range[0] ?? key.range[0], value }
    if (name === undefined) {
      for (const word of refuseKey(key, known, problems)) misspelt.set(word, field)
    } else if (fields.has(name)) {
      problems.add(key.range[0], (place) => `key '${name}' at ${place} stands twice in one mapping`)
    } else {
      fields.set(name, field)
    }
  }
  const missing = known.filter((key) => !fields.has(key) && !misspelt.has(key))
  return { get: (key) => fields.get(key) ?? misspelt.get(key), missing }
}

/** Returns the keys that were probably meant. */
function refuseKey<Key extends string>(node: ParsedNode, known: readonly Key[], problems: Problems): readonly Key[] {
  const text = textOf(node)
  if (text === undefined) {
    refuseKind(node, `the key ${oneOf(known)}`, problems)
    return []
  }
  const nearest = nearestWords(text, known)
  problems.add(node.range[0], (place) => `key ${quoted(text)} at ${place} is not known${instead(nearest, known)}`)
  return nearest
}

/** The one text a field holds; a list or mapping in its place is reported. */
export function wordOf({ value, offset }: Field, wanted: string, problems: Problems): Word | undefined {
  if (value === null) return { text: '', offset }
  const text = textOf(value)
  if (text === undefined) refuseKind(value, wanted, problems)
  return text === undefined ? undefined : { text, offset }
}

/** The texts a field holds: one, or a list of them. Undefined where one of them is no text. */
export function wordsOf({ value, offset }: Field, wanted: string, problems: Problems): Words | undefined {
  const fields = isSeq(value)
    ? value.items.map((item) => ({ value: item, offset: item.range[0] }))
    : [{ value, offset }]
  const words = fields.map((field) => wordOf(field, wanted, problems)).filter((word) => word !== undefined)
  return words.length < fields.length ? undefined : { offset, words }
}

export function isBlank(node: ParsedNode): boolean {
  return textOf(node) === ''
}

/** The text of a scalar as it was written, empty for a plain null. What a tag made of a text is none. */
function textOf(node: ParsedNode): string | undefined {
  if (!isScalar(node)) return undefined
  const text = node.value ?? ''
  if (typeof text !== 'string') return undefined
  return node.type === 'PLAIN' && /^(?:~|null)$/i.test(text) ? '' : text.trim()
}

export function refuseKind(node: ParsedNode, wanted: string, problems: Problems): void {
  problems.add(node.range[0], (place) => `${place} begins ${kindOf(node)}; wanted ${wanted}`)
}

function kindOf(node: ParsedNode): string {
  if (isMap(node)) return 'a mapping'
  if (isSeq(node)) return 'a list'
  if (isAlias(node)) return `an alias, ${cut(`*${node.source}`)}, which an inventory does not follow`
  const text = textOf(node)
  return text === undefined ? 'a text with a tag' : `plain text, ${quoted(text)}`
}
