import { distance } from 'fastest-levenshtein'

/** A longer text is no misspelling of any word we know, and comparing it would cost time. */
const LONGEST_MISSPELLING = 64

/**
 * The words somebody probably meant by `text`: those that it shortens or lengthens by whole parts
 * (`edge` for `edge-av` and its like, `director-vip` for `director`), else the one that differs in
 * the fewest letters: at most a third of them, or only in their order.
 */
export function nearestWords<Word extends string>(text: string, words: readonly Word[]): readonly Word[] {
  if (text.length > LONGEST_MISSPELLING) return []
  const wanted = text.toLowerCase().replace(/[_\s]+/g, '-')
  const relatives = words.filter((word) => sharesWholeParts(wanted, word))
  return relatives.length > 0 ? relatives : nearestSpelling(wanted, words)
}

function sharesWholeParts(text: string, word: string): boolean {
  return text !== '' && `${text}-`.startsWith(`${word}-`) !== `${word}-`.startsWith(`${text}-`)
}

function nearestSpelling<Word extends string>(text: string, words: readonly Word[]): readonly Word[] {
  let nearest: Word | undefined
  let fewest = Number.POSITIVE_INFINITY
  for (const word of words) {
    const letters = distance(text, word)
    const isNear = letters <= Math.max(text.length, word.length) / 3 || sorted(text) === sorted(word)
    if (letters < fewest && isNear) {
      nearest = word
      fewest = letters
    }
  }
  return nearest === undefined ? [] : [nearest]
}

function sorted(text: string): string {
  return [...text].sort().join('')
}

/** The end of a sentence that offers `words`; empty where there is nothing to offer. */
export function didYouMean(words: readonly string[]): string {
  return words.length === 0 ? '' : `; did you mean ${oneOf(words.map((word) => `'${word}'`))}?`
}

/** As above; where there is nothing to offer, all that would be right. */
export function instead(nearest: readonly string[], known: readonly string[]): string {
  return nearest.length > 0 ? didYouMean(nearest) : `; wanted ${oneOf(known)}`
}

/** `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
