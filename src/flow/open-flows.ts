import type { Flood } from './flood.ts'
import { NO_SENDER, senderOf } from './flood-attempt.ts'
import { SHARDS } from './flow-key.ts'
import type { FlowLog } from './flow-log.ts'
import { coldRow, FlowTable, hotRow } from './flow-table.ts'
import { Inspections } from './inspections.ts'
import type { Payloads } from './payload.ts'
import { COLD_WORDS, HOT_WORDS } from './row.ts'

/** Where the copy of each flow stands in its turn, in a table of its own. */
const COPY = 0

/**
 * Appends the flows of the table to a branch of the log as if the capture had ended here, shard by shard in the order
 * of their opening. All of them stay as they are: it is copies that are closed.
 */
export function appendOpenFlows(table: FlowTable, { inspections, presented }: Payloads, flood: Flood, branch: FlowLog) {
  const copies = new FlowTable()
  const ending = new Inspections(copies, branch, presented.branch(branch))
  const folding = flood.branch(branch)
  for (let shard = 0; shard < SHARDS; shard += 1) {
    for (let flow = table.oldestOf(shard); flow >= 0; flow = table.nextOf(flow)) {
      copyFlow(table, flow, copies)
      inspections.closeCopy(ending, COPY)
      const sender = senderOf(copies, COPY)
      if (sender === NO_SENDER || !folding.takes(copies, COPY, sender)) branch.append(copies, COPY)
    }
  }
}

function copyFlow({ hot, cold }: FlowTable, flow: number, copies: FlowTable): void {
  const row = hotRow(flow)
  const coldAt = coldRow(flow) + HOT_WORDS
  copies.hot.set(hot.subarray(row, row + HOT_WORDS), hotRow(COPY))
  copies.cold.set(cold.subarray(coldAt, coldAt + COLD_WORDS), coldRow(COPY) + HOT_WORDS)
}
