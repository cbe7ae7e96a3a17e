import { captureIn, type Made } from './captures.ts'
import { atMost, type Line, markdownTable, type Report } from './lines.ts'
import { analyzing, type Bench } from './programs.ts'
import { type Command, type Timing, type Timings, timeCommands } from './timing.ts'

/** The lengths of captures that are held against each other, in packets. */
export const LENGTHS: readonly number[] = [1_000_000, 3_000_000, 10_000_000, 30_000_000]

/** A capture so short that nothing but starting costs. */
const SHORTEST = 100
/** Of the kind small, as many connections for each packet in all lengths. */
const PACKETS_PER_CONNECTION = 100 / 3
const AT_ONCE = 20_000
/** Of the connections of the shortest capture, where that has few. */
const MOST_AT_ONCE_SHARE = 0.7
const MOST_UNEVEN = 0.15
/** Two runs of the same differ by so much. */
const SAME_MEMORY = 1.05

/**
 * Longer and longer captures of the same: connections open and close at the same rate, as many at once, between the same
 * addresses, of which the shortest has seen nearly all.
 */
export async function growth(bench: Bench, lengths: readonly number[] = LENGTHS): Promise<Report> {
  const [shortest = SHORTEST] = lengths
  const fewest = Math.round(shortest / PACKETS_PER_CONNECTION)
  const same = {
    atOnce: Math.min(AT_ONCE, Math.ceil(fewest * MOST_AT_ONCE_SHARE)),
    clients: Math.max(1, Math.round(fewest / 5)),
  }
  const short = await captureIn(bench.folder, { kind: 'small', packets: SHORTEST })
  const captures: Made[] = []
  for (const packets of lengths) {
    const size = { connections: Math.round(packets / PACKETS_PER_CONNECTION), ...same }
    captures.push(await captureIn(bench.folder, { kind: 'small', packets, size }))
  }
  const commands = [short, ...captures].map((made): [string, Command] => [made.path, analyzing(bench, made)])
  const timings: Timings = timeCommands(Object.fromEntries(commands), bench.runs)
  const start = timings[short.path]?.seconds ?? 0
  const grown = captures.map((made): Grown => {
    const timing = timings[made.path] as Timing
    return { made, timing, costNs: ((timing.seconds - start) * 1e9) / made.packets }
  })
  return {
    title: `growth: ${captures[0]?.atOnce} connections at once; start-up is ${(start * 1000).toFixed(0)} ms`,
    tables: [growthTable(grown)],
    lines: [linearLine(grown), ...memoryLine(grown)],
  }
}

interface Grown {
  readonly made: Made
  readonly timing: Timing
  /** For each packet, beyond start-up. */
  readonly costNs: number
}

function growthTable(grown: readonly Grown[]): string {
  const rows = grown.map(({ made, timing: { seconds, cpuSeconds, peakMegabytes }, costNs }) => [
    `${made.packets}`,
    `${made.connections}`,
    `${made.conversations}`,
    seconds.toFixed(2),
    ((seconds * 1e9) / made.packets).toFixed(0),
    costNs.toFixed(0),
    cpuSeconds === null ? '-' : ((cpuSeconds * 1e9) / made.packets).toFixed(0),
    peakMegabytes?.toFixed(0) ?? '-',
  ])
  const heads = [
    'packets',
    'connections',
    'conversations',
    'seconds',
    'ns a packet',
    'beyond start-up',
    'CPU ns',
    'peak MB',
  ]
  return markdownTable(heads, rows)
}

function linearLine(grown: readonly Grown[]): Line {
  const costs = grown.map(({ costNs }) => costNs)
  const uneven = Math.max(...costs) / Math.min(...costs) - 1
  const packets = grown.map(({ made }) => made.packets)
  const what = `ns a packet beyond start-up, ${Math.min(...packets)} to ${Math.max(...packets)} packets`
  const measured = `${(uneven * 100).toFixed(0)} %`
  return { what, target: `within ${MOST_UNEVEN * 100} %`, measured, isMet: uneven <= MOST_UNEVEN }
}

/** The longest capture against one a tenth as long, or the shortest there is. */
function memoryLine(grown: readonly Grown[]): readonly Line[] {
  const longest = grown.at(-1)
  const tenth = grown.find(({ made }) => made.packets * 10 === longest?.made.packets) ?? grown[0]
  const [most, least] = [longest?.timing.peakMegabytes, tenth?.timing.peakMegabytes]
  if (typeof most !== 'number' || typeof least !== 'number') return []
  const what = `peak memory, ${longest?.made.packets} packets against ${tenth?.made.packets}`
  return [atMost(what, SAME_MEMORY, most / least)]
}
