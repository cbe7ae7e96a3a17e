import { InventoryError } from './inventory-error.ts'
import type { Source } from './source.ts'

/** More lines than this help nobody; the rest is counted. */
const MOST_SHOWN = 20

/** Of a file that is wrong all through, only so many problems are kept for sorting. */
const MOST_KEPT = 200

const LONGEST_QUOTE = 60

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
  const cut = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text
  return `'${cut.replace(/\p{Cc}/gu, (control) => `\\u{${control.charCodeAt(0).toString(16)}}`)}'`
}
