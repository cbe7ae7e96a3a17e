import { flowOf, historyOf, transportName } from './flow/flow.ts'
import type { FlowLog } from './flow/flow-log.ts'
import type { Names } from './flow/names.ts'
import { HIGH_HOST, LAST_F64, LOW_HOST, PACKETS, PORTS, PROTOCOL, ROW_WORDS, START_F64 } from './flow/row.ts'
import type { Direction } from './judge/direction.ts'
import { KeptPlaces, type PlacesInOrder } from './kept-places.ts'
import type { KeptFlow } from './store/write.ts'

/** Flows of one conversation that are kept one by one under `findings`; the rest are counted in the conversation. */
export const MOST_KEPT_FLOWS = 1000

/** Rows that are in memory at once, unless more of them begin at the same time: 3 MB. */
const ROWS_AT_ONCE = 16_384

/** What is to be done with a flow: its direction, and its conversation's id where it is to be kept. */
export interface Keeping {
  readonly direction: Direction
  readonly conversation: number
  /** Its conversation has more flows than are kept: only the earliest of them are. */
  readonly crowded: boolean
}

export type Decide = (rows: Int32Array, doubles: Float64Array, row: number) => Keeping | undefined

/**
 * The flows of the log that are kept one by one, in the order of their beginning. `decide` is asked about every row,
 * and once more about those that are kept: what there is of all of them at once is where they stand. Nothing may be
 * appended to the log meanwhile.
 */
export function* keptFlows(log: FlowLog, names: Names, decide: Decide): Generator<KeptFlow> {
  const kept = new KeptPlaces(MOST_KEPT_FLOWS)
  log.forEach((rows, doubles, row, place) => {
    const keeping = decide(rows, doubles, row)
    if (keeping === undefined) return
    kept.add(place, doubles[(row + START_F64) >> 1]!, keeping.crowded ? keeping.conversation : undefined)
  })
  const ofCrowds = new Map<number, number>()
  let rows = new Int32Array(0)
  for (const part of kept.inOrder(ROWS_AT_ONCE)) {
    if (rows.length < part.places.length * ROW_WORDS) rows = new Int32Array(part.places.length * ROW_WORDS)
    for (const one of flowsAt(log, names, decide, part, rows)) {
      if (!one.crowded || !isBeyond(ofCrowds, one.conversation)) yield one
    }
  }
}

/** Whether as many flows of this conversation as are kept came before. */
function isBeyond(counts: Map<number, number>, conversation: number): boolean {
  const count = counts.get(conversation) ?? 0
  counts.set(conversation, count + 1)
  return count >= MOST_KEPT_FLOWS
}

interface DecidedFlow extends KeptFlow {
  readonly crowded: boolean
}

/** The flows at these places, which are in the order of their starts. There is room for their rows in `rows`. */
function* flowsAt(
  log: FlowLog,
  names: Names,
  decide: Decide,
  { places, starts }: PlacesInOrder,
  rows: Int32Array<ArrayBuffer>,
): Generator<DecidedFlow> {
  const doubles = new Float64Array(rows.buffer)
  // The log is read in its own order.
  for (const at of Uint32Array.from(places.keys()).sort((left, right) => places[left]! - places[right]!)) {
    log.copyRow(places[at]!, rows, at * ROW_WORDS)
  }
  const flowAt = (at: number): DecidedFlow => {
    const row = at * ROW_WORDS
    const { direction, conversation, crowded } = decide(rows, doubles, row) as Keeping
    return {
      flow: flowOf(rows, doubles, row, log.hosts, names),
      direction,
      history: historyOf(rows, row, direction.originator),
      conversation,
      crowded,
    }
  }
  const compareEqual = comparing(log, rows, doubles, flowAt)
  for (let first = 0; first < places.length; ) {
    let end = first + 1
    while (end < places.length && starts[end] === starts[first]) end += 1
    if (end === first + 1) yield flowAt(first)
    else for (const at of range(first, end).sort(compareEqual)) yield flowAt(at)
    first = end
  }
}

function range(first: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - first }, (_, index) => first + index)
}

/** Compares flows that begin at the same time. It is a total order, but for flows that are alike in everything. */
function comparing(
  { hosts }: FlowLog,
  rows: Int32Array,
  doubles: Float64Array,
  flowAt: (at: number) => KeptFlow,
): (left: number, right: number) => number {
  const byHost = (left: number, right: number) => (left === right ? 0 : byText(hosts.text(left), hosts.text(right)))
  return (left, right) => {
    const [a, b] = [left * ROW_WORDS, right * ROW_WORDS]
    const [aPorts, bPorts] = [rows[a + PORTS]!, rows[b + PORTS]!]
    return (
      byText(transportName(rows[a + PROTOCOL]! & 0xff), transportName(rows[b + PROTOCOL]! & 0xff)) ||
      byHost(rows[a + LOW_HOST]!, rows[b + LOW_HOST]!) ||
      byDigits(aPorts >>> 16, bPorts >>> 16) ||
      byHost(rows[a + HIGH_HOST]!, rows[b + HIGH_HOST]!) ||
      byDigits(aPorts & 0xffff, bPorts & 0xffff) ||
      doubles[(a + LAST_F64) >> 1]! - doubles[(b + LAST_F64) >> 1]! ||
      (rows[a + PACKETS]! >>> 0) - (rows[b + PACKETS]! >>> 0) ||
      (rows[a + PACKETS + 1]! >>> 0) - (rows[b + PACKETS + 1]! >>> 0) ||
      byText(flowAt(left).history, flowAt(right).history)
    )
  }
}

/** As text: 443 comes before 80. */
function byDigits(left: number, right: number): number {
  return left === right ? 0 : byText(String(left), String(right))
}

function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
