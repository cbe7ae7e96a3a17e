import { type Command, Option } from 'commander'
import { writeSentence } from '../report/blocks.ts'
import type { Column } from '../report/columns.ts'
import { formatCount } from '../report/format.ts'
import { FORMATS, type Format } from '../report/formats.ts'
import type { Output } from '../report/output.ts'
import { render } from '../report/render.ts'
import type { Database } from '../store/open.ts'
import type { RowFilter } from '../store/read-filter.ts'
import type { Order } from '../store/read-rows.ts'
import { readingDatabase } from './database.ts'
import { addFilterOptions, type FilterOptions, parseFilter } from './filter-options.ts'
import { addDatabaseOption, addFormatOption, choose, databasePath, listed, positiveInteger } from './options.ts'
import type { Shell } from './shell.ts'

/** Rows of a table that are shown without being asked for all. */
const TABLE_LIMIT = 100

/** A list of the database's rows: flows, or conversations. */
export interface Listing<Row, Sort extends string> {
  readonly sorts: readonly Sort[]
  readonly columns: (format: Format, out: Output) => readonly Column<Row>[]
  readonly read: (db: Database, filter: RowFilter, order?: Order<Sort>, limit?: number) => Iterable<Row>
  readonly count: (db: Database, filter: RowFilter) => number
  readonly empty: string
  /** What to say below a table, where there is something to say. */
  readonly remark: (db: Database) => string | undefined
}

interface ListOptions extends FilterOptions {
  readonly sort?: string
  readonly limit?: string
  readonly format: string
  readonly database?: string
}

export function addListOptions(command: Command, sorts: readonly string[]): void {
  addFilterOptions(command)
  command
    .addOption(new Option('--sort <column[:desc]>', `${listed('sort by', sorts)} (default: oldest first)`))
    .option('--limit <n|all>', `at most so many rows (default: ${TABLE_LIMIT} in a table, else all)`)
  addFormatOption(command)
  addDatabaseOption(command)
}

/** Prints the rows that the options ask for. */
export function listRows<Row, Sort extends string>(
  listing: Listing<Row, Sort>,
  options: ListOptions,
  shell: Shell,
): void {
  const { out } = shell
  const format = choose('--format', options.format, FORMATS)
  const filterFor = parseFilter(options)
  const order = options.sort === undefined ? undefined : parseSort(options.sort, listing.sorts)
  const limit = parseLimit(options.limit, format)
  readingDatabase(databasePath(options, shell), (db) => {
    const filter = filterFor(db)
    const rows = listing.read(db, filter, order, limit)
    const shown = render(out, format, listing.columns(format, out), rows, listing.empty)
    if (format !== 'table') return
    const total = shown === limit ? listing.count(db, filter) : shown
    const notes = [shown < total ? limitNote(shown, total) : undefined, listing.remark(db)]
    writeNotes(
      out,
      notes.filter((note) => note !== undefined),
    )
  })
}

function limitNote(shown: number, total: number): string {
  return `${formatCount(shown)} of ${formatCount(total)} shown; --limit all shows everything.`
}

function writeNotes(out: Output, notes: readonly string[]): void {
  if (notes.length > 0) out.write('\n')
  for (const note of notes) writeSentence(out, note, { tone: 'dim' })
}

function parseSort<Sort extends string>(text: string, sorts: readonly Sort[]): Order<Sort> {
  const [column = '', direction = 'asc'] = text.split(/:(.*)/)
  const order = choose('--sort direction', direction, ['asc', 'desc'])
  return { by: choose('--sort', column, sorts), descending: order === 'desc' }
}

function parseLimit(text: string | undefined, format: Format): number | undefined {
  if (text === undefined) return format === 'table' ? TABLE_LIMIT : undefined
  return text === 'all' ? undefined : positiveInteger('--limit', text)
}
