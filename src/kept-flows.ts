import { type Flow, flowOf, historyOf } from './flow/flow.ts'
import type { FlowLog } from './flow/flow-log.ts'
import type { Names } from './flow/names.ts'
import type { Direction } from './judge/direction.ts'
import type { KeptFlow } from './store/write.ts'

/** Flows of one conversation that are kept one by one under `findings`; the rest are counted in the conversation. */
export const MOST_KEPT_FLOWS = 1000

/** What is to be done with a flow: its direction, and its conversation's id where it is to be kept. */
export interface Keeping {
  readonly direction: Direction
  readonly conversation: number
  /** Its conversation has more flows than are kept: only the earliest of them are. */
  readonly crowded: boolean
}

/** The flows of the log that are kept one by one. `decide` is asked about every row. */
export function keptFlows(
  log: FlowLog,
  names: Names,
  decide: (rows: Int32Array, doubles: Float64Array, row: number) => Keeping | undefined,
): readonly KeptFlow[] {
  const kept: KeptFlow[] = []
  const crowds = new Map<number, KeptFlow[]>()
  log.forEach((rows, doubles, row) => {
    const keeping = decide(rows, doubles, row)
    if (keeping === undefined) return
    const { direction, conversation, crowded } = keeping
    const flow = flowOf(rows, doubles, row, log.hosts, names)
    const one = { flow, direction, conversation, history: historyOf(rows, row, direction.originator) }
    if (crowded) crowd(crowds, one)
    else kept.push(one)
  })
  for (const crowd of crowds.values()) kept.push(...earliest(crowd))
  return kept.sort(byStartAndEnds)
}

function crowd(crowds: Map<number, KeptFlow[]>, one: KeptFlow): void {
  const many = crowds.get(one.conversation) ?? []
  many.push(one)
  crowds.set(one.conversation, many.length >= 2 * MOST_KEPT_FLOWS ? earliest(many) : many)
}

function earliest(many: KeptFlow[]): KeptFlow[] {
  return many.sort(byStartAndEnds).slice(0, MOST_KEPT_FLOWS)
}

/** A total order, but for flows that are alike in everything. */
function byStartAndEnds(left: KeptFlow, right: KeptFlow): number {
  const { flow: a } = left
  const { flow: b } = right
  return (
    a.startNs - b.startNs ||
    compare(endsOf(a), endsOf(b)) ||
    a.lastNs - b.lastNs ||
    a.low.packets - b.low.packets ||
    a.high.packets - b.high.packets ||
    compare(left.history, right.history)
  )
}

function endsOf({ transport, low, high }: Flow): string {
  return `${transport} ${low.address} ${low.port} ${high.address} ${high.port}`
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
