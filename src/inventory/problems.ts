import { InventoryError } from './inventory-error.ts'
import type { Source } from './source.ts'

/** More lines than this help nobody; the rest is counted. */
const MOST_SHOWN = 20

/** Of a file that is wrong all through, only so many problems are kept for sorting. */
const MOST_KEPT = 200

const LONGEST_QUOTE = 60

/** What a library says of a file, or a list from one, with whatever text of it is inside. */
export const LONGEST_PHRASE = 200

/** What acts on a terminal or hides: controls, bidirectional overrides, zero-width characters, half characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gu

/** Everything that is wrong with one file, gathered so that it can be mended in one go. */
export interface Problems {
  /** `sentence` gets the place of `offset` as `file:line:column`. */
  readonly add: (offset: number, sentence: (place: string) => string) => void
  /** Whether there is a problem so far. */
  readonly found: () => boolean
  /** Said once, after the problems. */
  readonly explain: (sentence: string) => void
  /** Throws what was gathered, in the order of the file. */
  readonly throwIfAny: () => void
}

export function collectProblems(source: Source): Problems {
  const kept: { readonly offset: number; readonly sentence: string }[] = []
  const explanations = new Set<string>()
  let count = 0
  return {
    add(offset, sentence) {
      count++
      if (kept.length < MOST_KEPT) kept.push({ offset, sentence: sentence(source.place(offset)) })
    },
    found: () => count > 0,
    explain: (sentence) => explanations.add(sentence),
    throwIfAny() {
      if (count === 0) return
      const sentences = kept.sort((a, b) => a.offset - b.offset).map((problem) => problem.sentence)
      throw new InventoryError(listing(sentences, count, [...explanations]))
    },
  }
}

/** One sentence a line, `and N more` where there are more than are shown. */
export function listing(sentences: readonly string[], count: number, explanations: readonly string[]): string {
  const shown = sentences.slice(0, MOST_SHOWN)
  const rest = count > shown.length ? [`and ${count - shown.length} more`] : []
  return [...shown, ...rest, ...explanations].join('\n')
}

/** Text from the file between quotes, cut to a readable length and on one line. */
export function quoted(text: string): string {
  return `'${cut(text)}'`
}

/** Text from the file, or that has some of it inside, cut to a readable length and on one line. */
export function cut(text: string, longest = LONGEST_QUOTE): string {
  return shortened(text, longest).replace(UNSEEN, (unseen) => `\\u{${unseen.codePointAt(0)?.toString(16)}}`)
}

function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text
  // A character outside the basic plane is two units of the string, of which none is left alone.
  return `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`
}
