import type { Cell, Column } from './columns.ts'
import { type Output, writeInChunks } from './output.ts'
import { escapeText } from './terminal.ts'

/** Writes rows as a Markdown table, as GitHub, GitLab and Azure DevOps read it; returns their number. */
export function renderMarkdown<Row>(out: Output, columns: readonly Column<Row>[], rows: Iterable<Row>): number {
  let count = 0
  function* pieces(): Generator<string> {
    yield tableLine(columns.map(({ title }) => markdownText(title)))
    yield tableLine(columns.map(({ align }) => (align === 'right' ? '--:' : '---')))
    for (const row of rows) {
      count++
      yield tableLine(columns.map((column) => markdownText(cellText(column, row))))
    }
  }
  writeInChunks(out, pieces())
  return count
}

/** Characters that would be taken for markup: in text from traffic or files they must not become a link or HTML. */
const MARKUP = /[\\`*_[\]<>|~#&]/g

/** Text as it stands in Markdown, on one line. */
export function markdownText(text: string): string {
  return escapeText(text).replace(MARKUP, (character) => ENTITIES[character] ?? `\\${character}`)
}

/** Readers of Markdown differ in which of these a backslash takes back. */
const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '|': '&#124;' }

function cellText<Row>({ text, value }: Column<Row>, row: Row): string {
  return text === undefined ? plainText(value(row)) : text(row)
}

function plainText(value: Cell): string {
  if (value === null) return ''
  return typeof value === 'object' ? value.join(', ') : String(value)
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}
