import { type Fault, parseRange } from './address-range.ts'
import type { AddressRange, InventoryEntry } from './inventory.ts'
import { didYouMean, nearestWords } from './nearest-word.ts'
import { type Problems, quoted } from './problems.ts'
import { ROLES, type Role } from './roles.ts'
import type { Source } from './source.ts'

/** A piece of text and the offset in the file at which it stands. */
export interface Word {
  readonly text: string
  readonly offset: number
}

/** The words of one key, trimmed: none where the list is empty. */
export interface Words {
  readonly offset: number
  readonly words: readonly Word[]
}

/** An entry as either format hands it over. What is undefined was missing or not readable, and has been reported. */
export interface EntryWords {
  readonly offset: number
  readonly name: Word | undefined
  readonly address: Words | undefined
  readonly role: Words | undefined
}

/** The keys of an entry, and the columns of a table. */
export const ENTRY_KEYS = ['name', 'address', 'role'] as const
export type EntryKey = (typeof ENTRY_KEYS)[number]

/** Stands for the address of an endpoint whose address is not known yet. */
export const UNKNOWN_ADDRESS = 'unknown'

/** Words that people use for roles which are called something else here, and that resemble the wrong one or none. */
const OTHER_WORDS: ReadonlyMap<string, readonly Role[]> = new Map([
  ['edge-external', ['edge-access', 'edge-webconf', 'edge-av']],
  ['active-directory', ['domain-controller']],
  ['dc', ['domain-controller']],
  ['ntp', ['time-server']],
])

/**
 * Reads the words of an entry, and reports each that is wrong. The entry comes back when its name and addresses are
 * right, whatever its roles: so much is needed to compare its addresses with those of others.
 */
export function readEntry(entry: EntryWords, source: Source, problems: Problems): InventoryEntry | undefined {
  const name = readName(entry.name, problems)
  const isUnknown = isUnknownAddress(entry.address)
  const ranges = isUnknown ? [] : readWords('address', entry.address, problems, readAddress)
  const roles = readWords('role', entry.role, problems, readRole)
  const areRight = isUnknown || (ranges.length > 0 && ranges.length === entry.address?.words.length)
  if (name === undefined || !areRight) return undefined
  return { name, roles: [...new Set(roles)], ranges, file: source.file, line: source.line(entry.offset) }
}

function isUnknownAddress(address: Words | undefined): boolean {
  return address?.words.length === 1 && address.words[0]?.text === UNKNOWN_ADDRESS
}

function readName(word: Word | undefined, problems: Problems): string | undefined {
  if (word === undefined) return undefined
  if (word.text === '') return refuseEmpty('name', word.offset, problems)
  if (!/\p{Cc}/u.test(word.text)) return word.text
  problems.add(word.offset, (place) => `name at ${place} holds a line break or another control character`)
  return undefined
}

/** Returns the values of the words that are right. */
function readWords<Value>(
  key: EntryKey,
  words: Words | undefined,
  problems: Problems,
  read: (word: Word, problems: Problems) => Value | undefined,
): readonly Value[] {
  if (words === undefined) return []
  if (words.words.length === 0) refuseEmpty(key, words.offset, problems)
  return words.words
    .map((word) => (word.text === '' ? refuseEmpty(key, word.offset, problems) : read(word, problems)))
    .filter((value) => value !== undefined)
}

function refuseEmpty(key: EntryKey, offset: number, problems: Problems): undefined {
  problems.add(offset, (place) => `${key} at ${place} is empty`)
}

function readAddress(word: Word, problems: Problems): AddressRange | undefined {
  if (word.text === UNKNOWN_ADDRESS) {
    problems.add(word.offset, (place) => `'${UNKNOWN_ADDRESS}' at ${place} stands beside an address; leave it out`)
    return undefined
  }
  const read = parseRange(word.text)
  if (!('fault' in read)) return read
  problems.add(word.offset, (place) => addressSentence(word, place, read))
  return undefined
}

function addressSentence(word: Word, place: string, { fault, suggestions }: Fault): string {
  const list = asList(word.text, (part) => !('fault' in parseRange(part)))
  return `address ${quoted(word.text)} at ${place} ${fault}${list ?? didYouMean(suggestions)}`
}

function readRole(word: Word, problems: Problems): Role | undefined {
  if (isRole(word.text)) return word.text
  problems.add(word.offset, (place) => roleSentence(word, place, problems))
  return undefined
}

function roleSentence(word: Word, place: string, problems: Problems): string {
  const subject = `role ${quoted(word.text)} at ${place}`
  if (word.text === 'any') {
    return `${subject} is not a role of an endpoint; leave the entry out, for 'any' means every address, listed or not`
  }
  const list = asList(word.text, isRole)
  if (list !== undefined) return `${subject} is not known${list}`
  const nearest = OTHER_WORDS.get(word.text.toLowerCase()) ?? nearestWords(word.text, ROLES)
  if (nearest.length === 0) problems.explain(`The roles are ${ROLES.join(', ')}.`)
  return `${subject} is not known${didYouMean(nearest)}`
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text)
}

/** Of a longer list, its beginning shows how it is written. */
const MOST_LISTED = 10

/** The end of a sentence about a text that holds several words where one is wanted, all of them right. */
function asList(text: string, isRight: (part: string) => boolean): string | undefined {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  if (parts.length < 2 || !parts.every(isRight)) return undefined
  const shown = parts.length > MOST_LISTED ? [...parts.slice(0, MOST_LISTED), '…'] : parts
  return `; did you mean the list [${shown.join(', ')}]?`
}
