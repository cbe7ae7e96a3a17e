import { lineLimit, type Output } from './output.ts'
import { escapeText, paint, type Tone } from './terminal.ts'
import { displayWidth, padEnd, wrapText } from './width.ts'

/** A labelled value; each text of a list begins a line of its own. */
export interface Fact {
  readonly label: string
  readonly value: string | readonly string[]
  readonly tone?: Tone | undefined
}

export interface Indent {
  /** Blanks before the first line; 0 when absent. */
  readonly indent?: number
  /** Blanks before the lines that follow; as the first when absent. */
  readonly hang?: number
  readonly tone?: Tone | undefined
}

/** Below this width a value goes under its label instead of beside it. */
const NARROWEST_VALUE = 16
const GAP = 2

/** Writes the line that names what follows. */
export function writeHeading(out: Output, text: string): void {
  writeSentence(out, text, { tone: 'heading' })
}

/** Writes text wrapped at the output's width, with a hanging indent. */
export function writeSentence(out: Output, text: string, { indent = 0, hang = indent, tone }: Indent = {}): void {
  const first = indentWithin(out, indent)
  const rest = indentWithin(out, hang)
  const width = lineLimit(out)
  const lines = wrapText(escapeText(text), width - first, width - rest)
  writeLines(
    out,
    lines.map((line, index) => ' '.repeat(index === 0 ? first : rest) + paint(line, tone, out.color)),
  )
}

/** Writes labelled values below one another, the values beginning in one column. */
export function writeFacts(out: Output, facts: readonly Fact[], indent = 0): void {
  const margin = indentWithin(out, indent)
  const labels = facts.map(({ label }) => escapeText(label))
  const besideAt = margin + Math.max(0, ...labels.map(displayWidth)) + GAP
  const beside = lineLimit(out) - besideAt >= NARROWEST_VALUE
  const valueAt = beside ? besideAt : indentWithin(out, indent + GAP)
  facts.forEach((fact, index) => {
    const label = labels[index] ?? ''
    const labelLines = wrapText(label, lineLimit(out) - margin).map((line) => ' '.repeat(margin) + line)
    const valueLines = wrapValue(out, fact, valueAt)
    writeLines(out, beside ? sideBySide(labelLines, valueLines, valueAt) : [...labelLines, ...valueLines])
  })
}

function wrapValue(out: Output, { value, tone }: Fact, valueAt: number): string[] {
  return (typeof value === 'string' ? [value] : value)
    .flatMap((text) => wrapText(escapeText(text), lineLimit(out) - valueAt))
    .map((line) => ' '.repeat(valueAt) + paint(line, tone, out.color))
}

/** Puts the label, one line here, into the indent of the first line of its value. */
function sideBySide([label = '']: readonly string[], valueLines: readonly string[], valueAt: number): string[] {
  const [first = '', ...others] = valueLines
  return [padEnd(label, valueAt) + first.slice(valueAt), ...others]
}

/** An indent never takes more than half of the output. */
function indentWithin(out: Output, indent: number): number {
  return Math.min(indent, Math.floor(lineLimit(out) / 2))
}

function writeLines(out: Output, lines: readonly string[]): void {
  out.write(lines.map((line) => `${line.trimEnd()}\n`).join(''))
}
