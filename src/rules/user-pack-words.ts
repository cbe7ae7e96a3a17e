import { readEntry, UNKNOWN_ADDRESS, type Word } from '../inventory/entry.ts'
import { instead, nearestWords } from '../inventory/nearest-word.ts'
import { MAX_PORT } from '../inventory/ports.ts'
import { type Problems, quoted } from '../inventory/problems.ts'
import { ROLES, type Role } from '../inventory/roles.ts'
import type { Source } from '../inventory/source.ts'
import { type Fields, wordOf, wordsOf } from '../inventory/yaml-node.ts'
import type { Party, PortRange } from './rule.ts'

// Reads single fields of a user's pack: whatever is wrong with one is reported, and the field is then undefined.

/** A mapping of the file, and what is needed to say what is wrong with it. */
export interface Mapping<Key extends string> {
  readonly get: Fields<Key>['get']
  readonly source: Source
  readonly problems: Problems
}

/** Reads a text of one line; `wanted` is said where the field holds a list or mapping. */
export function readText<Key extends string>(
  { get, problems }: Mapping<Key>,
  key: Key,
  wanted = 'a text',
): Word | undefined {
  const field = get(key)
  return field && oneLine(key, wordOf(field, wanted, problems), problems)
}

function oneLine(key: string, word: Word | undefined, problems: Problems): Word | undefined {
  if (word === undefined) return undefined
  if (word.text === '') return refuseEmpty(key, word.offset, problems)
  if (!/\p{Cc}/u.test(word.text)) return word
  problems.add(word.offset, (place) => `${key} at ${place} holds a line break or another control character`)
  return undefined
}

export function refuseEmpty(key: string, offset: number, problems: Problems): undefined {
  problems.add(offset, (place) => `${key} at ${place} is empty`)
}

/** Reads one word of a closed set. Where no word is near and they are too many for a sentence, `listing` has them. */
export function readWord<Key extends string, Known extends string>(
  mapping: Mapping<Key>,
  key: Key,
  known: readonly Known[],
  wanted: string,
  listing?: string,
): Known | undefined {
  const word = readText(mapping, key, wanted)
  if (word === undefined) return undefined
  const right = known.find((each) => each === word.text)
  if (right !== undefined) return right
  const nearest = nearestWords(word.text, known)
  if (nearest.length === 0 && listing !== undefined) mapping.problems.explain(listing)
  const remedy = nearest.length === 0 && listing !== undefined ? '' : instead(nearest, known)
  mapping.problems.add(word.offset, (place) => `${key} ${quoted(word.text)} at ${place} is not known${remedy}`)
  return undefined
}

/** Reads one text or a list of them, none of them empty. */
export function readTexts<Key extends string>(
  { get, problems }: Mapping<Key>,
  key: Key,
  wanted: string,
): readonly Word[] | undefined {
  const field = get(key)
  const words = field && wordsOf(field, wanted, problems)
  if (words === undefined) return undefined
  if (words.words.length === 0) return refuseEmpty(key, words.offset, problems)
  return all(words.words.map((word) => oneLine(key, word, problems)))
}

/** All of them, or undefined where one is. */
function all<Value>(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  const right = values.filter((value) => value !== undefined)
  return right.length === values.length ? right : undefined
}

/** Reads roles, each once. */
export function readRoles<Key extends string>(mapping: Mapping<Key>, key: Key): readonly Role[] | undefined {
  return rolesOf(readTexts(mapping, key, 'a role or a list of roles'), mapping)
}

/** Reads roles, or 'any' in their place. */
export function readParties<Key extends string>(mapping: Mapping<Key>, key: Key): readonly Party[] | undefined {
  const words = readTexts(mapping, key, "a role, a list of roles or 'any'")
  const any = words?.find(({ text }) => text === 'any')
  if (words === undefined || any === undefined) return rolesOf(words, mapping)
  if (words.length === 1) return ['any']
  mapping.problems.add(any.offset, (place) => `'any' at ${place} is everybody; leave out what stands beside it`)
  return undefined
}

function rolesOf<Key extends string>(
  words: readonly Word[] | undefined,
  mapping: Mapping<Key>,
): readonly Role[] | undefined {
  const roles = words && all(words.map((word) => readRole(word, mapping)))
  return roles && [...new Set(roles)]
}

function readRole<Key extends string>(word: Word, mapping: Mapping<Key>): Role | undefined {
  const role = ROLES.find((each) => each === word.text)
  if (role !== undefined) return role
  if (word.text === 'any') mapping.problems.add(word.offset, (place) => `'any' at ${place} is not a role; wanted roles`)
  else refuseRole(word, mapping)
  return undefined
}

/** The inventory's own reader refuses what is no role: it knows the words that people use for roles. */
function refuseRole<Key extends string>(word: Word, { source, problems }: Mapping<Key>): void {
  const { offset } = word
  const address = { offset, words: [{ text: UNKNOWN_ADDRESS, offset }] }
  readEntry({ offset, name: { text: 'rule', offset }, address, role: { offset, words: [word] } }, source, problems)
}

/** Reads ports and ranges of ports, of which no two overlap. */
export function readPorts<Key extends string>(mapping: Mapping<Key>, key: Key): readonly PortRange[] | undefined {
  const words = readTexts(mapping, key, 'a port, a range or a list of these')
  const ranges = words && all(words.map((word) => readRange(word, mapping.problems)))
  if (words === undefined || ranges === undefined) return undefined
  ranges.forEach((range, index) => {
    const other = ranges.slice(0, index).find((each) => each.first <= range.last && range.first <= each.last)
    const word = words[index]
    if (other === undefined || word === undefined) return
    const before = words[ranges.indexOf(other)]?.text ?? ''
    mapping.problems.add(
      word.offset,
      (place) => `port ${quoted(word.text)} at ${place} overlaps ${quoted(before)} before it`,
    )
  })
  return ranges
}

function readRange(word: Word, problems: Problems): PortRange | undefined {
  const range = parseRange(word.text)
  if (typeof range !== 'string') return range
  problems.add(word.offset, (place) => `port ${quoted(word.text)} at ${place} ${range}`)
  return undefined
}

/** The ports of a text, or the end of a sentence that says why it has none. */
function parseRange(text: string): PortRange | string {
  const numbers = /^(\d{1,9})(?:\s*-\s*(\d{1,9}))?$/.exec(text)
  if (numbers === null) return 'is not a number such as 443 or a range such as 50000-59999'
  const first = Number(numbers[1])
  const last = Number(numbers[2] ?? numbers[1])
  if (first === 0 || last === 0 || first > MAX_PORT || last > MAX_PORT) return `is not between 1 and ${MAX_PORT}`
  return last < first ? `runs backwards; did you mean '${last}-${first}'?` : { first, last }
}

/** Reads a whole number above 0. */
export function readCount<Key extends string>(mapping: Mapping<Key>, key: Key): number | undefined {
  const word = readText(mapping, key, 'a number')
  if (word === undefined) return undefined
  const number = /^\d{1,9}$/.test(word.text) ? Number(word.text) : 0
  if (number > 0) return number
  mapping.problems.add(word.offset, (place) => `${key} ${quoted(word.text)} at ${place} is not a whole number above 0`)
  return undefined
}
