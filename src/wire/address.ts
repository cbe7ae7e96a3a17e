/**
 * The text form of an address given as four signed 32-bit words, as Packet holds it: dotted for IPv4, RFC 5952 for
 * IPv6. For what people see; never called for each packet.
 */
export function addressText(family: number, word0: number, word1: number, word2: number, word3: number): string {
  return family === 4 ? ipv4Text(word3) : ipv6Text([word0, word1, word2, word3])
}

function ipv4Text(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`
}

function ipv6Text(words: readonly number[]): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff])
  const [start, length] = longestZeroRun(groups)
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  if (length < 2) return text(groups)
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`
}

/** The first of the longest runs of zero groups: the one that RFC 5952 section 4.2.3 shortens. */
function longestZeroRun(groups: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0]
  let start = 0
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1
    else if (index + 1 - start > best[1]) best = [start, index + 1 - start]
  }
  return best
}
