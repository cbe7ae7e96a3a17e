import { type Command, Option } from 'commander'
import { instead, nearestWords } from '../inventory/nearest-word.ts'
import { FORMATS, type Format } from '../report/formats.ts'
import type { Shell } from './shell.ts'
import { UsageError } from './usage-error.ts'

/** Gathers an option that may be given several times. */
export function gather(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

/**
 * One of a closed set, or a sentence with the nearest right word. `option` is as it is typed, such as `--verdict`;
 * `listing` says where the words are listed, for sets too long for a sentence.
 */
export function choose<Word extends string>(
  option: string,
  value: string,
  words: readonly Word[],
  listing?: string,
): Word {
  const word = words.find((known) => known === value)
  if (word === undefined) throw notKnown(option, value, words, listing)
  return word
}

export function chooseAll<Word extends string>(
  option: string,
  values: readonly string[] | undefined,
  words: readonly Word[],
  listing?: string,
): readonly Word[] {
  return (values ?? []).map((value) => choose(option, value, words, listing))
}

/** The sentence about a word that is not known. */
export function notKnown(option: string, value: string, words: readonly string[], listing?: string): UsageError {
  const nearest = nearestWords(value, words)
  const remedy = nearest.length === 0 && listing !== undefined ? `; ${listing}` : instead(nearest, words)
  return new UsageError(`${option} '${value}' is not known${remedy}`)
}

export function positiveInteger(option: string, value: string): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : 0
  if (number === 0) throw new UsageError(`${option} '${value}' is not a whole number above 0`)
  return number
}

export function addDatabaseOption(command: Command): void {
  command.option('-d, --database <file>', 'the database (default: PORTOLAN_DATABASE, else portolan.db here)')
}

export function databasePath({ database }: { readonly database?: string }, { env }: Shell): string {
  if (database === '') throw new UsageError('--database names no file')
  const path = database ?? (env['PORTOLAN_DATABASE'] || 'portolan.db')
  // The driver would leave the blanks out, and open another file.
  if (path.trim() !== path)
    throw new UsageError(`the database '${path}' begins or ends with a blank; wanted another name`)
  return path
}

export function addFormatOption(command: Command, formats: readonly Format[] = FORMATS, but?: string): void {
  const description = listed('how to print it', formats) + (but === undefined ? '' : `; ${but}`)
  command.addOption(new Option('--format <format>', description).default('table'))
}

/** A description with all the words that an option takes. */
export function listed(description: string, words: readonly string[]): string {
  return `${description}: ${words.join(', ')}`
}

/** Help text that follows a command's options. */
export function addExamples(command: Command, examples: readonly (readonly [command: string, does: string])[]): void {
  command.addHelpText('after', `\n${examplesText(examples)}`)
}

export function examplesText(examples: readonly (readonly [command: string, does: string])[]): string {
  return ['Examples:', ...examples.map(([text, does]) => `  ${text}\n      ${does}`)].join('\n')
}

/** A text of several lines of source as one, which commander then wraps at the width of the terminal. */
export function paragraph(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

/** For commands that have commands of their own: what is none of them is refused with the nearest one. */
export function refuseWords(command: Command, group: Command): void {
  const [word] = command.args
  if (word === undefined) return
  const known = group.commands.map((each) => each.name())
  throw new UsageError(
    `'${word}' is not a command of 'portolan ${group.name()}'${instead(nearestWords(word, known), known)}`,
  )
}
