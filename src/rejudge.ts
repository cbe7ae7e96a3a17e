import { ConversationTable } from './judge/conversation.ts'
import { inferDirection } from './judge/direction.ts'
import type { Judge } from './judge/judge.ts'
import { judgeAll } from './judge/judge-all.ts'
import { unorientedOf } from './judge/observation.ts'
import type { Database } from './store/open.ts'
import { readCertainConversations, readInferredFlows, readObservations } from './store/read-observed.ts'
import { type CaptureRef, createRowWriter } from './store/write.ts'

/**
 * Judges a stored capture again, from what was observed and without its files: conversations come out as a fresh
 * analysis would give them, and so do the flows that were kept. Runs in the transaction of the caller.
 */
export function rejudgeCapture(db: Database, capture: CaptureRef, judge: Judge): void {
  const table = new ConversationTable()
  for (const conversation of readCertainConversations(db, capture)) table.addConversation(conversation)
  const judged = judgeAll(judge, table, readObservations(db, capture))
  const inferred = readInferredFlows(db, capture)

  db.prepare('DELETE FROM conversations WHERE capture = ?').run(capture.number)
  const writer = createRowWriter(db, capture)
  for (const conversation of judged) writer.conversation(conversation)

  const remove = db.prepare('DELETE FROM flows WHERE id = ?')
  for (const { id, flow, history } of inferred) {
    const direction = inferDirection(unorientedOf(flow), judge.allows)
    remove.run(id)
    writer.flow({ flow, direction, history: direction.originator === 'low' ? history : swapCase(history) }, id)
  }
}

/** The same history with the other end as originator. */
function swapCase(history: string): string {
  return history.replace(/[A-Za-z]/g, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  )
}
