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
import { markdownTable } from './lines.ts'
import { databaseOf, type Rows } from './many-rows.ts'
import { type Command, type Commands, timeCommands } from './timing.ts'

/*
 * Times what people ask of a database of a million conversations and 200,000 flows: pages of 100 rows, sorted by every
 * column and filtered by everything that can be filtered by, and summaries, in the process and as whole commands; and
 * exports. Prints tables in Markdown.
 *
 * A query opens the database each time, as a command does; the file itself is in the system's cache. Limits are for the
 * wall-clock time. CPU time is that of the process, user and system of all its threads: where other programs compute too,
 * it tells more. Both are medians, each for itself. Whole commands also start Node and load the program.
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
  readonly cpuMs: number
  readonly limit: number
}

type Ask = (db: Database) => unknown

/** Times queries of the database in the file. */
function createTimed(path: string, runs: number) {
  return (what: string, limit: number, ask: Ask): Timed => {
    const times = Array.from({ length: runs }, () => {
      const [start, cpu] = [performance.now(), process.cpuUsage()]
      const db = openToRead(path)
      ask(db)
      db.close()
      const [ms, { user, system }] = [performance.now() - start, process.cpuUsage(cpu)]
      return { ms, cpuMs: (user + system) / 1000 }
    })
    return { what, ms: median(times.map(({ ms }) => ms)), cpuMs: median(times.map(({ cpuMs }) => cpuMs)), limit }
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

type Time = ReturnType<typeof createTimed>

function pages(time: Time): readonly Timed[] {
  const page = (rows: Iterable<unknown>) => [...rows].length
  const times: Timed[] = []
  for (const descending of [false, true]) {
    const direction = descending ? ':desc' : ''
    for (const by of CONVERSATION_SORTS) {
      const read: Ask = (db) => page(readConversations(db, EVERY_ROW, { by, descending }, PAGE))
      times.push(time(`conversations --sort ${by}${direction}`, PAGE_LIMIT, read))
    }
    for (const by of FLOW_SORTS) {
      const read: Ask = (db) => page(readFlows(db, EVERY_ROW, { by, descending }, PAGE))
      times.push(time(`flows --sort ${by}${direction}`, PAGE_LIMIT, read))
    }
  }
  for (const [name, asked] of Object.entries(FILTERS)) {
    const filter = { ...EVERY_ROW, ...asked }
    for (const by of ['orig_bytes', 'rule', 'orig_name'] as const) {
      const order = { by, descending: true }
      const line = `${name} --sort ${by}:desc`
      times.push(time(`conversations ${line}`, PAGE_LIMIT, (db) => page(readConversations(db, filter, order, PAGE))))
      times.push(time(`flows ${line}`, PAGE_LIMIT, (db) => page(readFlows(db, filter, order, PAGE))))
    }
    times.push(time(`conversations ${name}`, PAGE_LIMIT, (db) => page(readConversations(db, filter, undefined, PAGE))))
    times.push(time(`flows ${name}`, PAGE_LIMIT, (db) => page(readFlows(db, filter, undefined, PAGE))))
    times.push(time(`count conversations ${name}`, PAGE_LIMIT, (db) => countConversations(db, filter)))
    times.push(time(`count flows ${name}`, PAGE_LIMIT, (db) => countFlows(db, filter)))
  }
  return times
}

function summaries(time: Time): readonly Timed[] {
  const captures = ['dir01/tuesday']
  return [
    time('summary', SUMMARY_LIMIT, (db) => readSummary(db, [], 10)),
    time('summary --capture', FILTERED_SUMMARY_LIMIT, (db) => readSummary(db, captures, 10)),
    ...SUMMARY_KEYS.flatMap((key) => [
      time(`summary --by ${key}`, SUMMARY_LIMIT, (db) => summarizeBy(db, key, EVERY_ROW)),
      time(`summary --by ${key} --capture`, FILTERED_SUMMARY_LIMIT, (db) =>
        summarizeBy(db, key, { ...EVERY_ROW, captures }),
      ),
      time(`summary --by ${key}, of a role`, FILTERED_SUMMARY_LIMIT, (db) =>
        summarizeBy(db, key, { ...EVERY_ROW, roles: ['director'] }),
      ),
    ]),
  ]
}

/** Asked as whole commands. */
const COMMANDS = [
  'conversations --limit 100',
  'conversations --limit 100 --sort orig_bytes:desc --verdict unexpected',
  'flows --limit 100',
  'flows --limit 100 --sort duration:desc --port 443',
  'summary',
  ...SUMMARY_KEYS.map((key) => `summary --by ${key}`),
]

const HERE = dirname(fileURLToPath(import.meta.url))
const ROOT = join(HERE, '../../../..')

function portolan(path: string, line: string): Command {
  return { argv: [process.execPath, join(ROOT, 'dist/main.js'), ...line.split(' '), '-d', path] }
}

function printCommands(path: string, runs: number): void {
  const asked = COMMANDS.map((line) => [`portolan ${line}`, portolan(path, line)] as const)
  const commands: Commands<string> = {
    'node -e 0': { argv: [process.execPath, '-e', '0'] },
    ...Object.fromEntries(asked),
  }
  const rows = Object.entries(timeCommands(commands, runs)).map(([name, { seconds, cpuSeconds }]) => {
    return [name, (seconds * 1000).toFixed(0), cpuSeconds === null ? '' : (cpuSeconds * 1000).toFixed(0)]
  })
  console.log(`\nWhole commands\n\n${markdownTable(['command', 'ms', 'CPU ms'], rows)}`)
}

/** Rows a second of whole commands that export everything, by the clock and by the CPU time. */
function printExports(path: string, { conversations, flows }: Rows): void {
  const rows = (['conversations', 'flows'] as const).flatMap((list) =>
    ['ndjson', 'json', 'csv'].map((format) => {
      const line = `${list} --format ${format}`
      const { seconds, cpuSeconds } = timeCommands({ it: portolan(path, line) }, 1).it
      const count = list === 'flows' ? flows : conversations
      return [
        `portolan ${line}`,
        (count / seconds).toFixed(0),
        cpuSeconds === null ? '' : (count / cpuSeconds).toFixed(0),
      ]
    }),
  )
  console.log(`\n${markdownTable(['export', 'rows a second', 'rows a CPU second'], rows)}`)
}

function print(title: string, times: readonly Timed[]): void {
  const sorted = [...times].sort((a, b) => b.cpuMs - a.cpuMs)
  const above = (of: (timed: Timed) => number) => times.filter((timed) => of(timed) > timed.limit).length
  const [slow, slowCpu] = [above(({ ms }) => ms), above(({ cpuMs }) => cpuMs)]
  console.log(`\n${title}: ${times.length} queries, ${slow} above their limit, ${slowCpu} by their CPU time\n`)
  const shown = sorted.filter(({ ms, limit }, place) => place < MOST_SHOWN || ms > limit)
  const rows = shown.map(({ what, ms, cpuMs, limit }) => [what, ms.toFixed(0), cpuMs.toFixed(0), String(limit)])
  console.log(markdownTable(['query', 'ms', 'CPU ms', 'limit'], rows))
}

const { values } = parseArgs({
  options: {
    conversations: { type: 'string', default: '1000000' },
    flows: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '5' },
    part: { type: 'string', multiple: true, default: ['pages', 'summaries', 'commands', 'exports'] },
  },
})
const rows: Rows = { conversations: Number(values.conversations), flows: Number(values.flows) }
const runs = Number(values.runs)
const folder = join(ROOT, '.bench')
mkdirSync(folder, { recursive: true })
const path = databaseOf(join(folder, `queries-${rows.conversations}-${rows.flows}.db`), rows)
console.log(`${rows.conversations} conversations, ${rows.flows} flows, ${(statSync(path).size / 1e6).toFixed(0)} MB`)

const time = createTimed(path, runs)
if (values.part.includes('pages')) print('Pages of 100 rows', pages(time))
if (values.part.includes('summaries')) print('Summaries', summaries(time))
if (values.part.includes('commands')) printCommands(path, runs)
if (values.part.includes('exports')) printExports(path, rows)
