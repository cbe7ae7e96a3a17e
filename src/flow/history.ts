import { HISTORY, HISTORY_LENGTH, HISTORY_WORDS } from './row.ts'

/**
 * Zeek's history letters, one code each. A letter stands in upper case for the originator, in lower case for the
 * responder. Not used: C (bad checksum: offloading makes them meaningless on a Windows host).
 */
const LETTERS = ' SHADFRIQTWG'
/** SYN without ACK. */
export const LETTER_S = 1
/** SYN with ACK. */
export const LETTER_H = 2
/** Pure ACK. */
export const LETTER_A = 3
/** Payload. */
export const LETTER_D = 4
export const LETTER_F = 5
export const LETTER_R = 6
/** FIN and RST together. */
export const LETTER_I = 7
/** SYN with FIN or RST. */
export const LETTER_Q = 8
/** Payload at or below the highest sequence number seen: retransmitted, or out of order. */
export const LETTER_T = 9
/** Zero window. */
export const LETTER_W = 10
/** Content gap: the peer acknowledged bytes that the capture does not have. */
export const LETTER_G = 11

const CODE_BITS = 5
const CODES_IN_WORD = 6
/** Letters beyond this are not kept. */
const MOST_LETTERS = CODES_IN_WORD * HISTORY_WORDS

/** Appends a letter; `row` is the flow's row in the cold words, or in the log. */
export function addLetter(rows: Int32Array, row: number, letter: number, side: number): void {
  const length = rows[row + HISTORY_LENGTH]!
  if (length >= MOST_LETTERS) return
  const word = row + HISTORY + ((length / CODES_IN_WORD) | 0)
  rows[word] = rows[word]! | (((letter << 1) | side) << ((length % CODES_IN_WORD) * CODE_BITS))
  rows[row + HISTORY_LENGTH] = length + 1
}

/** The history as text. `originator` is the side whose letters stand in upper case. */
export function historyText(rows: Int32Array, row: number, originator: number): string {
  let text = ''
  for (let index = 0; index < rows[row + HISTORY_LENGTH]!; index += 1) {
    const word = rows[row + HISTORY + ((index / CODES_IN_WORD) | 0)]!
    const code = (word >>> ((index % CODES_IN_WORD) * CODE_BITS)) & 0x1f
    const letter = LETTERS[code >> 1] as string
    text += (code & 1) === originator ? letter : letter.toLowerCase()
  }
  return text
}
