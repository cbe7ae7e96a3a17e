import { captureIn } from './captures.ts'
import { atMost, type Report } from './lines.ts'
import { analyzing, type Bench } from './programs.ts'
import { timeCommands } from './timing.ts'

/** These runs are short: more of them make a better median. */
const RUNS_TO_ONE = 3
const MOST_FOR_HELP_MS = 120
const MOST_FOR_SHORT_MS = 300

/** What it takes to start, and to analyse next to nothing. */
export async function startUp(bench: Bench): Promise<Report> {
  const short = await captureIn(bench.folder, { kind: 'mixed', packets: 100 })
  const { node, help, analysis } = timeCommands(
    {
      node: { argv: [process.execPath, '-e', '0'] },
      help: { argv: [process.execPath, bench.main, '--help'] },
      analysis: analyzing(bench, short),
    },
    bench.runs * RUNS_TO_ONE,
  )
  const ms = (seconds: number) => (seconds * 1000).toFixed(0)
  return {
    title: `start-up: node -e 0 takes ${ms(node.seconds)} ms, portolan --help ${ms(help.seconds)} ms`,
    tables: [],
    lines: [
      atMost('portolan --help, beyond node -e 0', MOST_FOR_HELP_MS, (help.seconds - node.seconds) * 1000, 'ms'),
      atMost('a 100-packet capture analysed', MOST_FOR_SHORT_MS, analysis.seconds * 1000, 'ms'),
    ],
  }
}
