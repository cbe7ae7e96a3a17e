import { assumedConversations } from './judge/assumed-conversations.ts'
import { keyOf, keyText } from './judge/conversation.ts'
import { inferDirection } from './judge/direction.ts'
import type { Judge } from './judge/judge.ts'
import { judgeAll, listOf } from './judge/judge-all.ts'
import { unorientedOf } from './judge/observation.ts'
import type { Database } from './store/open.ts'
import {
  readCertainConversations,
  readConversationIds,
  readInferredFlows,
  readObservations,
} from './store/read-observed.ts'
import { type CaptureRef, createRowWriter } from './store/write.ts'

/**
 * Judges a stored capture again, from what was observed and without its files: conversations come out as a fresh
 * analysis would give them, and so do the flows that were kept. Runs in the transaction of the caller.
 */
export function rejudgeCapture(db: Database, capture: CaptureRef, judge: Judge): void {
  const certain = [...readCertainConversations(db, capture)]
  const assumed = assumedConversations(readObservations(db, capture), judge.allows)
  const judged = judgeAll(judge, listOf([...certain, ...assumed]))
  const inferred = readInferredFlows(db, capture)
  const former = readConversationIds(db, capture)

  db.prepare('DELETE FROM conversations WHERE capture = ?').run(capture.number)
  const writer = createRowWriter(db, capture)
  const ids = new Map<string, number>()
  for (const number of judged.order) {
    const conversation = judged.conversations.at(number)
    const id = writer.conversation(conversation, judged.judgements[number]!, judged.healths[number]!)
    ids.set(keyText(conversation), id)
  }

  // A row whose id met another capture's has that one's number no longer, once the other is gone.
  const move = db.prepare('UPDATE flows SET conversation = ? WHERE conversation = ? AND capture = ?')
  for (const [key, id] of former) {
    const now = ids.get(key)
    if (now !== undefined && now !== id) move.run(now, id, capture.number)
  }

  const remove = db.prepare('DELETE FROM flows WHERE id = ?')
  for (const { id, flow, history } of inferred) {
    const direction = inferDirection(unorientedOf(flow), judge.allows)
    const conversation = ids.get(keyText(keyOf(flow, direction))) as number
    remove.run(id)
    const turned = direction.originator === 'low' ? history : swapCase(history)
    writer.flow({ flow, direction, history: turned, conversation, id })
  }
}

/** The same history with the other end as originator. */
function swapCase(history: string): string {
  return history.replace(/[A-Za-z]/g, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  )
}
