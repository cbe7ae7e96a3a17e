/**
 * Runs of addresses that the inventory lists, in ascending order and apart from each other: for each the four words of
 * its first and of its last address, as a Packet holds them (an IPv4 address is ::ffff:a.b.c.d).
 */
export type ListedSpans = Uint32Array
export const SPAN_WORDS = 8
export const NOBODY_LISTED: ListedSpans = new Uint32Array(0)

export function isListed(spans: ListedSpans, words: Int32Array, at: number): boolean {
  let low = 0
  let high = spans.length / SPAN_WORDS
  // Below `low` all spans begin at or before the address.
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(spans, middle * SPAN_WORDS, words, at) <= 0) low = middle + 1
    else high = middle
  }
  return low > 0 && compare(spans, (low - 1) * SPAN_WORDS + 4, words, at) >= 0
}

/** How the address of the spans stands to the other one. */
function compare(spans: ListedSpans, spanAt: number, words: Int32Array, at: number): number {
  for (let word = 0; word < 4; word += 1) {
    const difference = spans[spanAt + word]! - (words[at + word]! >>> 0)
    if (difference !== 0) return difference
  }
  return 0
}
