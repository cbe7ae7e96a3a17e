import stringWidth from 'string-width'

const ELLIPSIS = '…'
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/**
 * Characters that are one or two columns wide whatever stands beside them: printable ASCII, the ellipsis, CJK
 * ideographs and Hangul syllables. Few texts hold others, and string-width takes ten times as long.
 */
const PLAIN = /^[ -~…\u4e00-\u9fff\uac00-\ud7a3]*$/
const FIRST_WIDE = 0x4e00

function plainWidth(text: string, index: number): number {
  return text.charCodeAt(index) < FIRST_WIDE ? 1 : 2
}

/** Columns that a terminal needs for a text: 2 for a Korean syllable or an emoji, 0 for a combining mark. */
export function displayWidth(text: string): number {
  if (!PLAIN.test(text)) return stringWidth(text)
  let width = 0
  for (let index = 0; index < text.length; index++) width += plainWidth(text, index)
  return width
}

/** Cuts a text to at most `width` columns, ending in an ellipsis when something was cut; never cuts a character in half. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  return width < 1 ? '' : headThatFits(text, width - 1).trimEnd() + ELLIPSIS
}

function headThatFits(text: string, width: number): string {
  if (PLAIN.test(text)) return plainHeadThatFits(text, width)
  let used = 0
  for (const { segment, index } of graphemes.segment(text)) {
    used += displayWidth(segment)
    if (used > width) return text.slice(0, index)
  }
  return text
}

function plainHeadThatFits(text: string, width: number): string {
  let used = 0
  for (let index = 0; index < text.length; index++) {
    used += plainWidth(text, index)
    if (used > width) return text.slice(0, index)
  }
  return text
}

/** Likewise what a text begins with: its end stays. */
export function shortenStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  return width < 1 ? '' : ELLIPSIS + tailThatFits(text, width - 1).trimStart()
}

function tailThatFits(text: string, width: number): string {
  let used = 0
  let from = text.length
  for (const { segment, index } of [...graphemes.segment(text)].reverse()) {
    used += displayWidth(segment)
    if (used > width) break
    from = index
  }
  return text.slice(from)
}

/** Fills up with blanks to `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

/**
 * Breaks a text at its blanks into lines of at most `first` columns for the first and `rest` for the others.
 * A word longer than a line is broken between characters. There is always at least one line.
 */
export function wrapText(text: string, first: number, rest: number = first): string[] {
  const lines: string[] = []
  let line = ''
  const limit = () => (lines.length === 0 ? first : rest)
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (displayWidth(longer) <= limit()) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (displayWidth(line) > limit()) {
      const head = headThatFits(line, limit()) || firstCharacter(line)
      if (head === line) break
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line)
  return lines
}

function firstCharacter(text: string): string {
  for (const { segment } of graphemes.segment(text)) return segment
  return ''
}
