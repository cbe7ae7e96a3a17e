import type { Column } from './columns.ts'
import { renderCsv } from './csv.ts'
import type { Format } from './formats.ts'
import { renderJson, renderNdjson } from './json.ts'
import type { Output } from './output.ts'
import { renderTable } from './table.ts'

/** Writes rows in the format asked for, as they come; returns their number. `empty` is what a table without rows says. */
export function render<Row>(
  out: Output,
  format: Format,
  columns: readonly Column<Row>[],
  rows: Iterable<Row>,
  empty: string = 'Nothing to show.',
): number {
  switch (format) {
    case 'table':
      return renderTable(out, columns, rows, empty)
    case 'json':
      return renderJson(out, columns, rows)
    case 'ndjson':
      return renderNdjson(out, columns, rows)
    case 'csv':
      return renderCsv(out, columns, rows)
  }
}
