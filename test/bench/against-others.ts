import { captureIn, type Made } from './captures.ts'
import type { Kind } from './generate.ts'
import { atMost, type Line, markdownTable, type Report } from './lines.ts'
import { analyzing, type Bench, found, GZIP, OTHERS, pcapParsers } from './programs.ts'
import { type Command, type Commands, type Timing, type Timings, timeCommands } from './timing.ts'

const WHOLE = 'portolan analyze'
const ONE_JOB = 'portolan analyze --jobs 1'
const TWO_JOBS = 'portolan analyze --jobs 2'
const PCAPNG = 'portolan analyze, pcapng'
const GZIPPED = 'portolan analyze, gzip'
const GUNZIP = 'gzip -dc'

/** Other programs are not run again once they took this long: their median does not have to be exact. */
export const PATIENCE_SECONDS = 40

const MOST_MEGABYTES = 256
const MOST_CPU_NS = 250
// Ratios that Portolan's time may have at most.
const PCAP_PARSER_LIMIT = 0.2
const PCAPNG_LIMIT = 1.2
const GZIP_LIMIT = 1.2
const TWO_JOBS_LIMIT = 0.65

interface Twins {
  readonly pcap: Made
  readonly pcapng: Made
  readonly gzip: Made
}

/** The whole program beside all others on the same capture, in turns. */
export async function againstOthers(bench: Bench, kind: Kind, packets: number): Promise<Report> {
  const twins = {
    pcap: await captureIn(bench.folder, { kind, packets }),
    pcapng: await captureIn(bench.folder, { kind, packets, format: 'pcapng' }),
    gzip: await captureIn(bench.folder, { kind, packets, format: 'pcap.gz' }),
  }
  const short = await captureIn(bench.folder, { kind, packets: 100 })
  await captureIn(bench.folder, { kind, packets: 100, format: 'pcap.gz' })
  const { running, refusals } = thoseThatRun(othersOn(bench), short.path)
  const others = Object.entries(running).map(([name, on]) => [name, on(twins.pcap.path)])
  const commands: Commands<string> = { ...ownCommands(bench, twins), ...Object.fromEntries(others) }
  const timings: Timings = timeCommands(commands, bench.runs)
  return {
    title: `${kind}: ${packets} packets, ${twins.pcap.connections} connections, ${twins.pcap.atOnce} at once`,
    tables: [processesTable(timings), ...refusals],
    lines: linesOf(kind, timings, packets),
  }
}

function ownCommands(bench: Bench, { pcap, pcapng, gzip }: Twins): Commands<string> {
  return {
    [WHOLE]: analyzing(bench, pcap),
    [ONE_JOB]: analyzing(bench, pcap, ['--jobs', '1']),
    [TWO_JOBS]: analyzing(bench, pcap, ['--jobs', '2']),
    [PCAPNG]: analyzing(bench, pcapng),
    [GZIPPED]: analyzing(bench, gzip),
  }
}

/** What runs on a capture, by its name. */
type OnCapture = Readonly<Record<string, (path: string) => Command>>

function othersOn(bench: Bench): OnCapture {
  const others: Record<string, (path: string) => Command> = {}
  for (const { name, program, arguments: argumentsFor } of OTHERS) {
    const file = found(program)
    if (file === undefined) continue
    others[name] = (path) => ({ argv: [file, ...argumentsFor(path, bench.folder)], patienceSeconds: PATIENCE_SECONDS })
  }
  for (const [name, argv] of Object.entries(pcapParsers(bench))) {
    others[name] = (path) => ({ argv: argv(path), patienceSeconds: PATIENCE_SECONDS })
  }
  const gunzip = found(GZIP.program)
  if (gunzip !== undefined) {
    others[GUNZIP] = (path) => ({ argv: [gunzip, '-dc', `${path}.gz`], patienceSeconds: PATIENCE_SECONDS })
  }
  return others
}

/** Those that do not fail on a short capture, and a sentence for each that does: some systems let them read only some folders. */
export function thoseThatRun(
  others: OnCapture,
  short: string,
): { readonly running: OnCapture; readonly refusals: readonly string[] } {
  const refusals = new Map<string, string>()
  for (const [name, on] of Object.entries(others)) {
    try {
      timeCommands({ [name]: on(short) }, 1)
    } catch (error) {
      refusals.set(name, `${name} is left out: ${error instanceof Error ? error.message : error}`)
    }
  }
  const running = Object.fromEntries(Object.entries(others).filter(([name]) => !refusals.has(name)))
  return { running, refusals: [...refusals.values()] }
}

function linesOf(kind: Kind, timings: Timings, packets: number): readonly Line[] {
  const ratio = (what: string, limit: number | undefined, ours: string, theirs: string): readonly Line[] => {
    const [one, other] = [timings[ours], timings[theirs]]
    if (one === undefined || other === undefined || limit === undefined) return []
    return [atMost(`${kind}: ${what}`, limit, one.seconds / other.seconds)]
  }
  const parsers = Object.keys(timings).filter((name) => name.startsWith('pcap-parser'))
  return [
    ...OTHERS.flatMap(({ name, limit }) => ratio(name, limit[kind], WHOLE, name)),
    ...parsers.flatMap((name) => ratio(`${name}, counting`, PCAP_PARSER_LIMIT, WHOLE, name)),
    ...ratio('as pcapng, of the pcap time', PCAPNG_LIMIT, PCAPNG, WHOLE),
    ...ratio('gzipped, of gzip -dc', GZIP_LIMIT, GZIPPED, GUNZIP),
    ...ratio('--jobs 2, of --jobs 1', TWO_JOBS_LIMIT, TWO_JOBS, ONE_JOB),
    ...(kind === 'small' ? cpuLine(timings, packets) : []),
    ...[WHOLE, TWO_JOBS].flatMap((name) => memoryLine(kind, name, timings[name])),
  ]
}

/** Where the machine can say it. */
function cpuLine(timings: Timings, packets: number): readonly Line[] {
  const seconds = timings[WHOLE]?.cpuSeconds
  if (typeof seconds !== 'number') return []
  return [atMost('small: CPU time of all threads for each packet', MOST_CPU_NS, (seconds * 1e9) / packets, 'ns')]
}

function memoryLine(kind: Kind, name: string, timing: Timing | undefined): readonly Line[] {
  const megabytes = timing?.peakMegabytes
  if (typeof megabytes !== 'number') return []
  return [atMost(`${kind}: peak resident memory, ${name}`, MOST_MEGABYTES, megabytes, 'MB')]
}

/** Ratios are of Portolan's time with the default number of jobs. */
function processesTable(timings: Timings): string {
  const whole = timings[WHOLE] as Timing
  const rows = Object.entries(timings).map(([name, { seconds, cpuSeconds, peakMegabytes, runs }]) => [
    name,
    `${runs}`,
    seconds.toFixed(2),
    cpuSeconds?.toFixed(2) ?? '-',
    peakMegabytes?.toFixed(0) ?? '-',
    name === WHOLE ? '' : (whole.seconds / seconds).toFixed(seconds > 30 * whole.seconds ? 3 : 2),
  ])
  return markdownTable(['whole process, medians', 'runs', 'seconds', 'CPU s', 'peak MB', 'portolan / it'], rows)
}
