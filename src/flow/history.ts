import { HISTORY, HISTORY_WORDS } from './row.ts'

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
const CODE_MASK = 0x1f
const WORD_BITS = 6 * CODE_BITS

/**
 * Appends a letter behind the last one, whose code is not 0; what no longer has room is not kept. `row` is the flow's
 * row in the cold words.
 */
export function addLetter(rows: Int32Array, row: number, letter: number, side: number): void {
  for (let word = row + HISTORY; word < row + HISTORY + HISTORY_WORDS; word += 1) {
    const codes = rows[word]!
    const bits = bitsOfCodes(codes)
    if (bits === WORD_BITS) continue
    rows[word] = codes | (((letter << 1) | side) << bits)
    return
  }
}

/** Bits that the codes of a word take. */
function bitsOfCodes(codes: number): number {
  return Math.ceil((32 - Math.clz32(codes)) / CODE_BITS) * CODE_BITS
}

/** The history of a row in the log as text. `originator` is the side whose letters stand in upper case. */
export function historyText(rows: Int32Array, row: number, originator: number): string {
  let text = ''
  for (let word = row + HISTORY; word < row + HISTORY + HISTORY_WORDS; word += 1) {
    for (let codes = rows[word]!; codes !== 0; codes >>>= CODE_BITS) {
      const letter = LETTERS[(codes & CODE_MASK) >> 1] as string
      text += (codes & 1) === originator ? letter : letter.toLowerCase()
    }
  }
  return text
}
