import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { againstOthers, PATIENCE_SECONDS } from './against-others.ts'
import { captureIn } from './captures.ts'
import type { Kind } from './generate.ts'
import { growth, LENGTHS } from './growth.ts'
import { type Line, linesTable, markdownTable, type Report } from './lines.ts'
import { openFlows } from './open-flows.ts'
import type { PartFigures } from './parts.ts'
import { type Bench, GZIP, hasPcapParser, OTHERS, versionOf } from './programs.ts'
import { startUp } from './start-up.ts'

/*
 * `npm run bench`: the whole `portolan analyze` beside other programs on the same generated captures, in turns, as medians,
 * and the targets it is held against; what a packet costs part by part; how cost and memory grow. Ratios of one run are
 * what to compare; the machine's speed drifts. What it prints is Markdown, for docs/performance.md.
 */

const USAGE = `usage: npm run bench -- [options]
  --part NAME        table, parts, startup, linear or memory; repeatable (default: all)
  --only KIND        mixed or small: which capture table and parts look at
  --runs N           runs for each median (default: 5)
  --mixed N, --small N, --longest N    packets of the captures (default: 3000000, 10000000, 30000000)`

const PARTS = ['startup', 'parts', 'table', 'linear', 'memory'] as const
type Part = (typeof PARTS)[number]

interface Options {
  readonly bench: Bench
  readonly parts: readonly Part[]
  readonly sizes: readonly (readonly [kind: Kind, packets: number])[]
  readonly longest: number
}

const HERE = dirname(fileURLToPath(import.meta.url))
const ROOT = join(HERE, '../../../..')

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      part: { type: 'string', multiple: true, default: [...PARTS] },
      only: { type: 'string' },
      runs: { type: 'string', default: '5' },
      mixed: { type: 'string', default: '3000000' },
      small: { type: 'string', default: '10000000' },
      longest: { type: 'string', default: `${Math.max(...LENGTHS)}` },
    },
  })
  const parts = PARTS.filter((part) => values.part.includes(part))
  const sizes = (['mixed', 'small'] as const).filter((kind) => values.only === undefined || values.only === kind)
  const numbers = [values.runs, values.mixed, values.small, values.longest].map(Number)
  const isOdd = values.part.some((part) => !PARTS.some((known) => known === part)) || sizes.length === 0
  if (isOdd || !numbers.every((number) => Number.isInteger(number) && number > 0)) throw new Error(USAGE)
  return {
    bench: { folder: join(ROOT, '.bench'), main: join(ROOT, 'dist/main.js'), scripts: HERE, runs: Number(values.runs) },
    parts,
    sizes: sizes.map((kind) => [kind, Number(values[kind])]),
    longest: Number(values.longest),
  }
}

/** The parts that were asked for, one after the other. */
async function* reports({ bench, parts, sizes, longest }: Options): AsyncGenerator<Report> {
  if (parts.includes('startup')) yield startUp(bench)
  if (parts.includes('parts')) yield packetParts(bench, sizes)
  if (parts.includes('table')) for (const [kind, packets] of sizes) yield againstOthers(bench, kind, packets)
  const lengths = LENGTHS.filter((packets) => packets <= longest)
  if (parts.includes('linear')) yield growth(bench, lengths.length > 1 ? lengths : [longest / 10, longest])
  if (parts.includes('memory')) yield openFlows(bench)
}

/** What a packet costs of reading, decoding, tracking and looking at payload, each in a process with one thread. */
async function packetParts({ folder }: Bench, sizes: Options['sizes']): Promise<Report> {
  const rows: string[][] = []
  for (const [kind, packets] of sizes) {
    const { path } = await captureIn(folder, { kind, packets })
    const output = execFileSync(process.execPath, [join(HERE, 'parts.js'), path], { encoding: 'utf8' })
    const { readNs, decodeNs, trackNs, evidenceNs } = JSON.parse(output) as PartFigures
    rows.push([kind, ...[readNs, decodeNs, trackNs, evidenceNs].map((ns) => ns.toFixed(0))])
  }
  const heads = ['ns a packet', 'reading', '+ decoding', '+ tracking', '+ evidence']
  return { title: 'parts: best of 3, one thread', tables: [markdownTable(heads, rows)], lines: [] }
}

function printMachine(): void {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  console.log(`${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${processors()}, ${memory}.`)
  const parser = `pcap-parser ${hasPcapParser() ? 'from npm' : 'is not installed and left out'}`
  console.log(`${[...[...OTHERS, GZIP].map(versionOf), parser].join(', ')}.`)
}

function processors(): string {
  return `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}`
}

async function main(): Promise<void> {
  const start = performance.now()
  const options = readOptions()
  mkdirSync(options.bench.folder, { recursive: true })
  printMachine()
  const all: Line[] = []
  for await (const { title, tables, lines } of reports(options)) {
    console.log(`\n${title}`)
    for (const table of tables) console.log(`\n${table}`)
    all.push(...lines)
  }
  if (all.length > 0) console.log(`\n${linesTable(all)}`)
  const met = all.filter(({ isMet }) => isMet).length
  const patience = `of other programs fewer where they took more than ${PATIENCE_SECONDS} s`
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  console.log(`\n${met} of ${all.length} targets met; ${options.bench.runs} runs, ${patience}; ${seconds} s in all.`)
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
})
