import type { Flood } from './flood.ts'
import { NO_SENDER, senderOf } from './flood-attempt.ts'
import { SHARDS } from './flow-key.ts'
import type { FlowLog } from './flow-log.ts'
import { coldRow, FlowTable, hotRow } from './flow-table.ts'
import { Inspections } from './inspections.ts'
import type { Payloads } from './payload.ts'
import { COLD_WORDS, HOT_WORDS, RARE, RARE_WORDS, WORDS_BEFORE_RARE } from './row.ts'

/** Where the copy of each flow stands in its turn, in a table of its own. */
const COPY = 0

/**
 * Appends the flows of the table to a branch of the log as if the capture had ended here, shard by shard in the order
 * of their opening. All of them stay as they are: it is copies that are closed.
 */
export function appendOpenFlows(table: FlowTable, { inspections, presented }: Payloads, flood: Flood, branch: FlowLog) {
  const copies = new FlowTable()
  const rare = copies.rare.take()
  const ending = new Inspections(copies, branch, presented.branch(branch))
  const folding = flood.branch(branch)
  for (let shard = 0; shard < SHARDS; shard += 1) {
    for (let flow = table.oldestOf(shard); flow >= 0; flow = table.nextOf(flow)) {
      copyFlow(table, flow, copies, rare)
      inspections.closeCopy(flow, ending, COPY)
      const sender = senderOf(copies, COPY)
      if (sender === NO_SENDER || !folding.takes(copies, COPY, sender)) branch.append(copies, COPY)
    }
  }
}

/** The copy has the rare words of number `rare`, also where the flow has none. */
function copyFlow(table: FlowTable, flow: number, copies: FlowTable, rare: number): void {
  copyWords(table.hot, hotRow(flow), copies.hot, hotRow(COPY), HOT_WORDS)
  copyWords(table.cold, coldRow(flow) + HOT_WORDS, copies.cold, coldRow(COPY) + HOT_WORDS, COLD_WORDS)
  copies.cold[coldRow(COPY) + RARE] = rare
  const from = table.rareRow(flow) + WORDS_BEFORE_RARE
  copyWords(table.rare.words, from, copies.rare.words, copies.rareRow(COPY) + WORDS_BEFORE_RARE, RARE_WORDS)
}

function copyWords(words: Int32Array, from: number, into: Int32Array, at: number, count: number): void {
  into.set(words.subarray(from, from + count), at)
}
