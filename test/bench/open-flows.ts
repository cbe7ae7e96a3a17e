import { captureIn } from './captures.ts'
import { atMost, markdownTable, type Report } from './lines.ts'
import { analyzing, type Bench } from './programs.ts'
import { type Command, type Timing, timeCommands } from './timing.ts'

/** Connections open at the same time. */
export const AT_ONCE: readonly number[] = [20_000, 200_000, 400_000]

/** All captures have as many connections, packets and addresses, so that only what is open at once differs. */
const CONNECTIONS_TO_MOST = 1.1
const PACKETS_PER_CONNECTION = 16
const CONNECTIONS_PER_CLIENT = 20

const MOST_BYTES = 200

/** What a flow takes while it is open: how peak memory grows with the number of connections at once. */
export async function openFlows(bench: Bench, numbers: readonly number[] = AT_ONCE): Promise<Report> {
  const connections = Math.round(Math.max(...numbers) * CONNECTIONS_TO_MOST)
  const packets = connections * PACKETS_PER_CONNECTION
  const clients = Math.ceil(connections / CONNECTIONS_PER_CLIENT)
  const commands: Record<string, Command> = {}
  const measured: { readonly path: string; readonly atOnce: number }[] = []
  for (const atOnce of numbers) {
    const made = await captureIn(bench.folder, { kind: 'small', packets, size: { connections, atOnce, clients } })
    commands[made.path] = analyzing(bench, made)
    measured.push(made)
  }
  const timings = timeCommands(commands, bench.runs)
  const points = measured.map(({ path, atOnce }) => ({
    atOnce,
    megabytes: (timings[path] as Timing).peakMegabytes ?? 0,
  }))
  const slope = slopeOf(points)
  const base = mean(points.map(({ megabytes }) => megabytes)) - slope * mean(points.map(({ atOnce }) => atOnce))
  const rows = points.map(({ atOnce, megabytes }, index) => {
    const before = points[index - 1]
    const step = before && ((megabytes - before.megabytes) / (atOnce - before.atOnce)) * 2 ** 20
    return [`${atOnce}`, megabytes.toFixed(0), step?.toFixed(0) ?? '']
  })
  return {
    title: `open flows: ${connections} connections in ${packets} packets; base ${base.toFixed(0)} MB`,
    tables: [markdownTable(['at once', 'peak MB', 'bytes for each more'], rows)],
    lines: [atMost('bytes for each concurrent flow, beyond a fixed base', MOST_BYTES, slope * 2 ** 20, 'bytes')],
  }
}

interface Point {
  readonly atOnce: number
  readonly megabytes: number
}

/** Of the line nearest to all points: tables double, so that single steps say little. */
function slopeOf(points: readonly Point[]): number {
  const x = mean(points.map(({ atOnce }) => atOnce))
  const y = mean(points.map(({ megabytes }) => megabytes))
  const above = points.reduce((sum, { atOnce, megabytes }) => sum + (atOnce - x) * (megabytes - y), 0)
  return above / points.reduce((sum, { atOnce }) => sum + (atOnce - x) ** 2, 0)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
