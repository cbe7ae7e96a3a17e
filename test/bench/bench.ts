import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generate, INVENTORY_NAME, type Kind } from './generate.ts'
import type { PartFigures } from './parts.ts'
import { type Command, type Timing, timeCommands } from './timing.ts'

/*
 * `npm run bench`: what a packet costs, part by part, and the whole `portolan analyze` beside other programs on the same
 * generated captures, in turns, as medians. Ratios are what to compare; the machine's speed drifts.
 *
 *   npm run bench -- [--runs 5] [--mixed 3000000] [--small 10000000]
 */

const HERE = dirname(fileURLToPath(import.meta.url))
const ROOT = join(HERE, '../../../..')
const FOLDER = join(ROOT, '.bench')
const MAIN = join(ROOT, 'dist/main.js')
const SEED = 1

interface Figures {
  readonly parts: PartFigures
  readonly timings: Readonly<Record<string, Timing>>
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    mixed: { type: 'string', default: '3000000' },
    small: { type: 'string', default: '10000000' },
  },
})
mkdirSync(FOLDER, { recursive: true })
console.log(`Node.js ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, seed ${SEED}`)
for (const kind of ['mixed', 'small'] as const) {
  const packets = Number(values[kind])
  report(kind, await measure(kind, packets, Number(values.runs)))
}

async function measure(kind: Kind, packets: number, runs: number): Promise<Figures> {
  const path = join(FOLDER, `${kind}-${packets}.pcap`)
  if (!existsSync(`${path}.json`)) await generate({ kind, packets, seed: SEED, format: 'pcap', path })
  const parts = JSON.parse(
    execFileSync(process.execPath, [join(HERE, 'parts.js'), path], { encoding: 'utf8' }),
  ) as PartFigures
  return { parts, timings: timeCommands(commandsFor(path), runs) }
}

function commandsFor(path: string): Readonly<Record<string, Command>> {
  const database = join(FOLDER, 'bench.db')
  const inventory = join(FOLDER, INVENTORY_NAME)
  const commands: Record<string, Command> = {
    'portolan analyze': {
      argv: [process.execPath, MAIN, 'analyze', path, '-i', inventory, '-d', database],
      before: () => rmSync(database, { force: true }),
    },
    'pcap-parser, counting, by path': { argv: [process.execPath, join(HERE, 'second-reader.js'), path] },
    'pcap-parser, counting, 1 MiB': { argv: [process.execPath, join(HERE, 'second-reader.js'), path, `${1 << 20}`] },
  }
  if (isInstalled('tcpdump'))
    commands['tcpdump -w /dev/null tcp'] = { argv: ['tcpdump', '-r', path, '-w', '/dev/null', 'tcp'] }
  return commands
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined
}

function report(kind: Kind, { parts, timings }: Figures): void {
  const whole = timings['portolan analyze'] as Timing
  const wholeNs = (whole.seconds * 1e9) / parts.packets
  const evidence = (parts.evidenceNs - parts.trackNs) / wholeNs
  console.log(`\n${kind}: ${parts.packets} packets; nanoseconds for each packet (best of 3, one process)`)
  console.log(`  reading                          ${ns(parts.readNs)}`)
  console.log(`  + decoding                       ${ns(parts.decodeNs)}`)
  console.log(`  + tracking                       ${ns(parts.trackNs)}`)
  console.log(
    `  + evidence                       ${ns(parts.evidenceNs)}, ${(evidence * 100).toFixed(1)} % of the whole`,
  )
  console.log(`  + start, judging, storing: whole ${ns(wholeNs)}`)
  console.log('\n  whole process (medians, in turns)   seconds     CPU s   peak MB   portolan / other')
  for (const [name, { seconds, cpuSeconds, peakMegabytes }] of Object.entries(timings)) {
    const ratio = seconds === whole.seconds ? '' : (whole.seconds / seconds).toFixed(2)
    const cells = [seconds.toFixed(2), cpuSeconds?.toFixed(2) ?? '-', peakMegabytes?.toFixed(0) ?? '-', ratio]
    console.log(`  ${name.padEnd(32)}${cells.map((cell) => cell.padStart(10)).join('')}`)
  }
}

function ns(value: number): string {
  return value.toFixed(0).padStart(6)
}
