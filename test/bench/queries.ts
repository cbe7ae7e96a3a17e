import { spawnSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { pointIn } from '../../src/inventory/address.ts'
import { type Database, openToRead } from '../../src/store/open.ts'
import { type AddressSpan, EVERY_ROW, type RowFilter } from '../../src/store/read-filter.ts'
import {
  CONVERSATION_SORTS,
  countConversations,
  countFlows,
  FLOW_SORTS,
  readConversations,
  readFlows,
} from '../../src/store/read-rows.ts'
import { readSummary, SUMMARY_KEYS, summarizeBy } from '../../src/store/read-summary.ts'
import { databaseOf, type Rows } from './many-rows.ts'

/*
 * Times what people ask of a database of a million conversations and 200,000 flows: pages of 100 rows, sorted by every
 * column and filtered by everything that can be filtered by, and summaries, in the process and as whole commands; and
 * exports. Prints a table in Markdown.
 */

const PAGE = 100
/** Milliseconds of query time. */
const PAGE_LIMIT = 200
const SUMMARY_LIMIT = 200
const FILTERED_SUMMARY_LIMIT = 2500
/** Rows of a printed table, unless more are too slow. */
const MOST_SHOWN = 12

/** Filters by what they are called on the command line. */
const FILTERS: Readonly<Record<string, Partial<RowFilter>>> = {
  nothing: {},
  '--findings': { findingsOnly: true },
  '--verdict unexpected': { verdicts: ['unexpected'] },
  '--verdict expected': { verdicts: ['expected'] },
  '--reason wrong-port': { reasons: ['wrong-port'] },
  '--rule director-01': { rules: ['director-01'] },
  '--role client-internal': { roles: ['client-internal'] },
  '--role sql-backend': { roles: ['sql-backend'] },
  '--host dir01.contoso.local': { hostNames: ['dir01.contoso.local'] },
  '--host 10.16.0.7': { hostSpans: [span('10.16.0.7', '10.16.0.7')] },
  '--host 10.17.0.0/16': { hostSpans: [span('10.17.0.0', '10.17.255.255')] },
  '--port 443': { ports: [{ first: 443, last: 443 }] },
  '--port 40000-40100': { ports: [{ first: 40_000, last: 40_100 }] },
  '--outcome refused': { outcomes: ['refused'] },
  '--health broken': { healths: ['broken'] },
  '--since 12:00': { since: 1_769_860_800_000_000_000n },
  '--since 23:59': { since: 1_769_903_940_000_000_000n },
  '--until 00:01': { until: 1_769_817_660_000_000_000n },
  '--capture fe01/monday': { captures: ['fe01/monday'] },
  '--port 443 --role director --outcome refused': {
    ports: [{ first: 443, last: 443 }],
    roles: ['director'],
    outcomes: ['refused'],
  },
}

function span(first: string, last: string): AddressSpan {
  return { first: pointIn(4, first), last: pointIn(4, last) }
}

interface Timed {
  readonly what: string
  readonly ms: number
  readonly limit: number
}

/** The least of several runs, in milliseconds: the one that the rest of the machine disturbed least. */
function timed(what: string, limit: number, runs: number, run: () => unknown): Timed {
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < runs; turn += 1) {
    const start = performance.now()
    run()
    least = Math.min(least, performance.now() - start)
  }
  return { what, ms: least, limit }
}

function pages(db: Database, runs: number): readonly Timed[] {
  const page = (rows: Iterable<unknown>) => [...rows].length
  const orders = [false, true]
  const times: Timed[] = []
  for (const descending of orders) {
    const direction = descending ? ':desc' : ''
    for (const by of CONVERSATION_SORTS) {
      const read = () => page(readConversations(db, EVERY_ROW, { by, descending }, PAGE))
      times.push(timed(`conversations --sort ${by}${direction}`, PAGE_LIMIT, runs, read))
    }
    for (const by of FLOW_SORTS) {
      const read = () => page(readFlows(db, EVERY_ROW, { by, descending }, PAGE))
      times.push(timed(`flows --sort ${by}${direction}`, PAGE_LIMIT, runs, read))
    }
  }
  for (const [name, asked] of Object.entries(FILTERS)) {
    const filter = { ...EVERY_ROW, ...asked }
    for (const by of ['orig_bytes', 'rule', 'orig_name'] as const) {
      const order = { by, descending: true }
      const sort = `--sort ${by}:desc`
      const conversations = () => page(readConversations(db, filter, order, PAGE))
      times.push(timed(`conversations ${name} ${sort}`, PAGE_LIMIT, runs, conversations))
      times.push(timed(`flows ${name} ${sort}`, PAGE_LIMIT, runs, () => page(readFlows(db, filter, order, PAGE))))
    }
    const oldest = () => page(readConversations(db, filter, undefined, PAGE))
    times.push(timed(`conversations ${name}`, PAGE_LIMIT, runs, oldest))
    times.push(timed(`flows ${name}`, PAGE_LIMIT, runs, () => page(readFlows(db, filter, undefined, PAGE))))
    times.push(timed(`count conversations ${name}`, PAGE_LIMIT, runs, () => countConversations(db, filter)))
    times.push(timed(`count flows ${name}`, PAGE_LIMIT, runs, () => countFlows(db, filter)))
  }
  return times
}

function summaries(db: Database, runs: number): readonly Timed[] {
  const captures = ['dir01/tuesday']
  return [
    timed('summary', SUMMARY_LIMIT, runs, () => readSummary(db, [], 10)),
    timed('summary --capture', FILTERED_SUMMARY_LIMIT, runs, () => readSummary(db, captures, 10)),
    ...SUMMARY_KEYS.flatMap((key) => [
      timed(`summary --by ${key}`, SUMMARY_LIMIT, runs, () => summarizeBy(db, key, EVERY_ROW)),
      timed(`summary --by ${key} --capture`, FILTERED_SUMMARY_LIMIT, runs, () =>
        summarizeBy(db, key, { ...EVERY_ROW, captures }),
      ),
      timed(`summary --by ${key}, of a role`, FILTERED_SUMMARY_LIMIT, runs, () =>
        summarizeBy(db, key, { ...EVERY_ROW, roles: ['director'] }),
      ),
    ]),
  ]
}

/** Whole commands, with the start of the process. */
function commands(path: string, runs: number): readonly Timed[] {
  const asked = [
    'conversations --limit 100',
    'conversations --limit 100 --sort orig_bytes:desc --verdict unexpected',
    'flows --limit 100',
    'flows --limit 100 --sort duration:desc --port 443',
    'summary',
    ...SUMMARY_KEYS.map((key) => `summary --by ${key}`),
  ]
  return asked.map((line) => timed(`portolan ${line}`, Number.NaN, runs, () => portolan(path, line)))
}

const HERE = dirname(fileURLToPath(import.meta.url))
const ROOT = join(HERE, '../../../..')

function portolan(path: string, line: string): void {
  const argv = [join(ROOT, 'dist/main.js'), ...line.split(' '), '-d', path]
  const { status, stderr } = spawnSync(process.execPath, argv, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`portolan ${line} ended with exit code ${status}: ${stderr}`)
}

/** Rows a second of whole commands that export everything. */
function exportsOf(path: string, { conversations, flows }: Rows): readonly (readonly [what: string, rate: number])[] {
  return (['conversations', 'flows'] as const).flatMap((command) =>
    ['ndjson', 'json', 'csv'].map((format) => {
      const line = `${command} --format ${format}`
      const { ms } = timed(line, 0, 1, () => portolan(path, line))
      return [`portolan ${line}`, ((command === 'flows' ? flows : conversations) / ms) * 1000] as const
    }),
  )
}

function print(title: string, times: readonly Timed[]): void {
  const sorted = [...times].sort((a, b) => b.ms - a.ms)
  const slow = sorted.filter(({ ms, limit }) => ms > limit)
  console.log(`\n${title}: ${times.length} queries, ${slow.length} above their limit\n`)
  console.log('| query | ms | limit |\n| --- | ---: | ---: |')
  for (const { what, ms, limit } of sorted.slice(0, Math.max(MOST_SHOWN, slow.length))) {
    console.log(`| ${what} | ${ms.toFixed(0)} | ${Number.isNaN(limit) ? '' : limit} |`)
  }
}

const { values } = parseArgs({
  options: {
    conversations: { type: 'string', default: '1000000' },
    flows: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '3' },
    part: { type: 'string', multiple: true, default: ['pages', 'summaries', 'commands', 'exports'] },
  },
})
const rows: Rows = { conversations: Number(values.conversations), flows: Number(values.flows) }
const runs = Number(values.runs)
const folder = join(ROOT, '.bench')
mkdirSync(folder, { recursive: true })
const path = databaseOf(join(folder, `queries-${rows.conversations}-${rows.flows}.db`), rows)
console.log(`${rows.conversations} conversations, ${rows.flows} flows, ${(statSync(path).size / 1e6).toFixed(0)} MB`)

const db = openToRead(path)
if (values.part.includes('pages')) print('Pages of 100 rows', pages(db, runs))
if (values.part.includes('summaries')) print('Summaries', summaries(db, runs))
db.close()
if (values.part.includes('commands')) print('Whole commands', commands(path, runs))
if (values.part.includes('exports')) {
  console.log('\n| export | rows a second |\n| --- | ---: |')
  for (const [what, rate] of exportsOf(path, rows)) console.log(`| ${what} | ${rate.toFixed(0)} |`)
}
