import { styleText } from 'node:util'

/**
 * Characters that act on a terminal or hide in a text instead of showing: controls (C0, DEL, C1), format characters
 * (bidirectional overrides and isolates, zero-width characters, tags), line and paragraph separators, lone surrogates,
 * noncharacters, and whatever else Unicode says may be left undrawn (fillers, variation selectors).
 * Variation selectors stay where they choose the picture of an emoji or complete a keycap. The zero-width joiner goes
 * even between emoji: terminals disagree on the width of what it joins.
 */
const UNSEEN =
  /(?!(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]|(?<=[0-9#*])\uFE0F\u20E3)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gu

const PRINTABLE_ASCII = /^[ -~]*$/

/** Replaces every character that acts or hides by what `visible` makes of it. */
export function replaceUnseen(text: string, visible: (character: string) => string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replace(UNSEEN, visible)
}

/** Text from traffic or files made safe to show: what would act on the terminal becomes visible, as in \x1b or \u202e. */
export function escapeText(text: string): string {
  return replaceUnseen(text, visibleEscape)
}

function visibleEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`
}

/** What a colour says. */
export type Tone = 'finding' | 'broken' | 'expected' | 'dim' | 'heading'

/** Finding and broken differ in weight too, for eyes and terminals that do not tell red from yellow. */
const STYLES = {
  finding: ['bold', 'red'],
  broken: ['yellow'],
  expected: [],
  dim: ['dim'],
  heading: ['bold'],
} as const satisfies Record<Tone, readonly string[]>

/** Colours a text that is already escaped. `color` is decided once, by the command line, and never asked again here. */
export function paint(text: string, tone: Tone | undefined, color: boolean): string {
  if (!color || tone === undefined || text === '' || STYLES[tone].length === 0) return text
  return styleText([...STYLES[tone]], text, { validateStream: false })
}
