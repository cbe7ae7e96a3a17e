import { readdirSync, readFileSync } from 'node:fs'
import { executing, keepInput, oneOf, type Random } from './fuzzing.ts'

/** Files that people write, changed at random. */

export interface TextSeed {
  readonly name: string
  readonly text: string
}

export function textSeeds(folder: string): readonly TextSeed[] {
  const url = new URL(`seeds/${folder}/`, import.meta.url)
  return readdirSync(url)
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, url), 'utf8') }))
}

/** What has a meaning somewhere: in YAML, in CSV, in XML, in Unicode. */
const TELLING = [
  ...'{}[]&*!|>\'"%@`#,:;-?~<=/\\\t\n\r\0 ',
  ...['- ', ': ', '? ', '&a ', '*a', '<<: *a', '!!str ', '---\n', '...\n', '%YAML 1.2\n', '|+9\n', '>-\n', '"\\u0000"'],
  ...[
    '\r\n',
    '\n\n',
    '\n ',
    '\n\t',
    '""',
    '";"',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '&amp;',
    '&#0;',
    '&#x110000;',
  ],
  ...[
    '<!DOCTYPE a [<!ENTITY b "b">]>',
    'xmlns:a="b"',
    '\ufeff',
    '\ufffd',
    '\u2028',
    '\u0085',
    '\u202e',
    '가',
    '😀',
    '\ud800',
  ],
  ...[
    '10.0.0.1',
    '0.0.0.0/0',
    '::/0',
    '::ffff:10.0.0.1',
    '10.0.0.9-10.0.0.1',
    '255.255.255.255',
    '10.0.0.0/33',
    'unknown',
  ],
  ...[
    '0',
    '-1',
    '1',
    '65535',
    '65536',
    '1e9',
    '0x10',
    '99999999999999999999',
    'NaN',
    'null',
    'true',
    '__proto__',
    'constructor',
  ],
] as const

/** Few pieces of it lie so deep or so often in each other that it matters. */
const MOST_REPEATED = 3000
const LONGEST = 200_000

/** A changed text in UTF-8, now and then in UTF-16, or with a byte that is neither. */
export function textMutant(text: string, random: Random, others: readonly TextSeed[]): Uint8Array {
  let result = text
  for (let change = random(5); change >= 0; change -= 1) result = changed(result, random, others).slice(0, LONGEST)
  const form = random(40)
  if (form === 0) return Buffer.from(`\ufeff${result}`, 'utf16le')
  const bytes = Buffer.from(result)
  if (form === 1 && bytes.length > 0) bytes[random(bytes.length)] = random(256)
  return form === 2 ? bytes.subarray(0, random(bytes.length + 1)) : bytes
}

function changed(text: string, random: Random, others: readonly TextSeed[]): string {
  const from = random(text.length + 1)
  const to = Math.min(text.length, from + 1 + random(random(4) === 0 ? 400 : 20))
  const before = text.slice(0, from)
  const after = text.slice(to)
  switch (random(11)) {
    case 0:
      return before + after
    case 1:
      return text.slice(0, to) + text.slice(from)
    case 2:
      return before + oneOf(random, others).text.slice(random(2000))
    case 3:
      return before + text.slice(from, to).repeat(random(random(20) === 0 ? MOST_REPEATED : 8)) + after
    case 4:
      return before + oneOf(random, TELLING).repeat(random(random(20) === 0 ? MOST_REPEATED : 4)) + text.slice(from)
    case 5:
      return swapped(text, random)
    case 6:
      return withWord(text, random, oneOf(random, TELLING))
    case 7:
      return withWord(text, random, oneOf(random, wordsOf(oneOf(random, others).text)))
    case 8:
      return before + String.fromCharCode(random(random(4) === 0 ? 0x10000 : 128)) + after
    default:
      return before + oneOf(random, TELLING) + after
  }
}

/** With two lines in each other's place. */
function swapped(text: string, random: Random): string {
  const lines = text.split('\n')
  const [one, other] = [random(lines.length), random(lines.length)]
  return lines
    .with(one, lines[other] ?? '')
    .with(other, lines[one] ?? '')
    .join('\n')
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\w.:/-]+/g) ?? ['']
}

function withWord(text: string, random: Random, word: string): string {
  const words = [...text.matchAll(/[\w.:/-]+/g)]
  if (words.length === 0) return word
  const { index, 0: former } = oneOf(random, words)
  return text.slice(0, index) + word + text.slice(index + former.length)
}

const MOST_LINES = 25
const LONGEST_LINE = 1000
/** What acts on a terminal or hides in a text instead of showing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/u
/** Of a text of the length that mutants have. On a busy machine everything takes several times as long as alone. */
const MOST_SECONDS = 10

/** Throws where a refusal is no list of whole sentences, ready to be shown. */
export function checkRefusal(message: string): void {
  const lines = message.split('\n')
  if (lines.length > MOST_LINES) throw new Error(`${lines.length} lines are said`)
  for (const line of lines) {
    if (line.length === 0 || line.length > LONGEST_LINE) throw new Error(`a line of ${line.length} characters is said`)
    if (UNSEEN.test(line)) throw new Error(`a character that is not seen is said: ${JSON.stringify(line)}`)
    if (/undefined|\[object|NaN\b/.test(line) && !/'[^']*(?:undefined|\[object|NaN)/.test(line))
      throw new Error(`said: ${line}`)
  }
}

/** Tries one input; it is kept and shown where something is wrong with it. */
export function tried(input: Uint8Array, attempt: () => void): void {
  executing(input)
  const began = performance.now()
  try {
    attempt()
    const seconds = (performance.now() - began) / 1000
    if (seconds > MOST_SECONDS) throw new Error(`it took ${seconds.toFixed(1)} seconds`)
  } catch (error) {
    keepInput(input)
    const shown = JSON.stringify(Buffer.from(input).toString('latin1').slice(0, 4000))
    throw new Error(`${(error as Error).message}; ${input.length} bytes: ${shown}`, { cause: error })
  }
}
