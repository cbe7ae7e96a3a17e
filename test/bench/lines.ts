/** One target: what is measured, what is wanted, and what came out. */
export interface Line {
  readonly what: string
  readonly target: string
  readonly measured: string
  readonly isMet: boolean
}

/** What a part of the benchmark prints: figures for people, and the targets they are held against. */
export interface Report {
  readonly title: string
  readonly tables: readonly string[]
  readonly lines: readonly Line[]
}

/** A target that is a number not to be exceeded, in `unit`. */
export function atMost(what: string, limit: number, measured: number, unit = ''): Line {
  const digits = unit === '' ? (limit < 0.1 ? 3 : 2) : measured < 10 ? 1 : 0
  const text = (value: number, places: number) => `${value.toFixed(places)}${unit === '' ? '' : ` ${unit}`}`
  return {
    what,
    target: `at most ${limit}${unit === '' ? '' : ` ${unit}`}`,
    measured: text(measured, digits),
    isMet: measured <= limit,
  }
}

export function linesTable(lines: readonly Line[]): string {
  return markdownTable(
    ['', 'target', 'measured', 'met'],
    lines.map(({ what, target, measured, isMet }) => [what, target, measured, isMet ? 'yes' : 'no']),
  )
}

/** A table in Markdown that is legible as text too. The first column is text, the others are figures. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) => Math.max(3, head.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (column === 0 ? (cells[column] ?? '').padEnd(width) : (cells[column] ?? '').padStart(width))).join(' | ')} |`
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(heads), line(rule), ...rows.map(line)].join('\n')
}
