import { conversationColumns } from '../report/conversations.ts'
import { CONVERSATION_SORTS, countConversations, readConversations } from '../store/read-rows.ts'
import { addListOptions, listRows } from './list-rows.ts'
import { addExamples, paragraph } from './options.ts'
import type { Define } from './program.ts'

const DESCRIPTION =
  paragraph(`Lists conversations, oldest first: all flows of a capture between the same two hosts to the same port are one.
  In a table an unexpected conversation shows its reason in the place of the verdict and the nearest rule between
  parentheses, and an expected one that fails is broken (nothing succeeded) or flaky (some did).`)

export const defineConversations: Define = (command, { shell }) => {
  command.description(DESCRIPTION)
  addListOptions(command, CONVERSATION_SORTS)
  addExamples(command, [
    ['portolan conversations --verdict unexpected --sort flows:desc', 'what no rule allows, the most frequent first'],
    ['portolan conversations --role edge-internal --port 5061', 'SIP from and to the inside of the Edge'],
    ['portolan conversations --findings --format csv > findings.csv', 'for a spreadsheet'],
  ])
  command.action((options) => {
    listRows(
      {
        sorts: CONVERSATION_SORTS,
        columns: conversationColumns,
        read: readConversations,
        count: countConversations,
        empty: 'No conversation meets this.',
        remark: () => undefined,
      },
      options,
      shell,
    )
  })
}
