import { flowColumns } from '../report/flows.ts'
import { readCaptures } from '../store/read-captures.ts'
import { countFlows, FLOW_SORTS, readFlows } from '../store/read-rows.ts'
import { addListOptions, listRows } from './list-rows.ts'
import { addExamples, paragraph } from './options.ts'
import type { Define } from './program.ts'

const DESCRIPTION =
  paragraph(`Lists the flows that were kept one by one, oldest first. Unless 'analyze --keep all' was asked for, those are
  the flows of findings; 'portolan conversations' lists everything. In a table an unexpected flow shows its reason
  in the place of the verdict, and the nearest rule between parentheses.`)

export const defineFlows: Define = (command, { shell }) => {
  command.description(DESCRIPTION)
  addListOptions(command, FLOW_SORTS)
  addExamples(command, [
    ['portolan flows --reason wrong-port --host dir01.contoso.local', 'what was tried at a port that no rule names'],
    ['portolan flows --outcome refused --since 2026-11-22T09:00', 'what was refused since nine in the morning'],
    ['portolan flows --format ndjson --sort orig_bytes:desc', 'for programs, the largest senders first'],
  ])
  command.action((options) => {
    listRows(
      {
        sorts: FLOW_SORTS,
        columns: flowColumns,
        read: readFlows,
        count: countFlows,
        empty: 'No flow was kept that meets this.',
        remark: (db) =>
          readCaptures(db).some(({ keep }) => keep === 'findings')
            ? "Only flows of findings were kept; 'analyze --keep all' keeps every flow, 'conversations' lists everything."
            : undefined,
      },
      options,
      shell,
    )
  })
}
