import { UNDECIDED } from './identified.ts'

/*
 * Comparing a stream with text. All of these give the length of what was found, DIFFERS, or UNDECIDED where the bytes
 * end before the text does and fit as far as they go.
 */

export const DIFFERS = 0

export const CR = 0x0d
export const LF = 0x0a
export const SPACE = 0x20
export const SLASH = 0x2f
export const COLON = 0x3a
/** In a wanted text it stands for any digit. */
const DIGIT = 0x23
const ZERO = 0x30
const NINE = 0x39
const UPPER_A = 0x41
const UPPER_Z = 0x5a
const UNDERSCORE = 0x5f
const HYPHEN = 0x2d
const CASE_BIT = 0x20

const SHORTEST_METHOD = 3
const LONGEST_METHOD = 16

/** For constants only: it allocates. */
export function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

export function startsWith(view: DataView, at: number, end: number, wanted: Uint8Array): number {
  const known = end - at < wanted.length ? end - at : wanted.length
  for (let index = 0; index < known; index += 1) {
    const octet = view.getUint8(at + index)
    const other = wanted[index]!
    if (octet !== other && !(other === DIGIT && isDigit(octet))) return DIFFERS
  }
  return known === wanted.length ? known : UNDECIDED
}

/** As startsWith(), with capital letters in the stream taken as small ones. `wanted` has small ones only. */
export function startsWithFolded(view: DataView, at: number, end: number, wanted: Uint8Array): number {
  const known = end - at < wanted.length ? end - at : wanted.length
  for (let index = 0; index < known; index += 1) {
    if (lowerCase(view.getUint8(at + index)) !== wanted[index]) return DIFFERS
  }
  return known === wanted.length ? known : UNDECIDED
}

/** As startsWithFolded() with the first of `words` that is there; UNDECIDED while one of them still can be. */
export function startsWithOneOf(view: DataView, at: number, end: number, words: readonly Uint8Array[]): number {
  let answer = DIFFERS
  for (let index = 0; index < words.length; index += 1) {
    const length = startsWithFolded(view, at, end, words[index]!)
    if (length > DIFFERS) return length
    if (length === UNDECIDED) answer = UNDECIDED
  }
  return answer
}

/** The method of a request line with the space behind it: capital letters, as those of HTTP and SIP all are. */
export function methodLength(view: DataView, at: number, end: number): number {
  const most = end - at > LONGEST_METHOD + 1 ? at + LONGEST_METHOD + 1 : end
  for (let index = at; index < most; index += 1) {
    const octet = view.getUint8(index)
    if (octet === SPACE) return index - at >= SHORTEST_METHOD ? index - at + 1 : DIFFERS
    if (!isMethodLetter(octet)) return DIFFERS
  }
  return end - at > LONGEST_METHOD ? DIFFERS : UNDECIDED
}

export function lowerCase(octet: number): number {
  return octet >= UPPER_A && octet <= UPPER_Z ? octet | CASE_BIT : octet
}

export function isDigit(octet: number): boolean {
  return octet >= ZERO && octet <= NINE
}

/** The first place of `octet` from `at` on; `end` where there is none. */
export function find(view: DataView, at: number, end: number, octet: number): number {
  let index = at
  while (index < end && view.getUint8(index) !== octet) index += 1
  return index
}

function isMethodLetter(octet: number): boolean {
  return (octet >= UPPER_A && octet <= UPPER_Z) || octet === UNDERSCORE || octet === HYPHEN
}
