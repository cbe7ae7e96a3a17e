import { assumedConversations } from './judge/assumed-conversations.ts'
import { type Conversation, keyOf, keyText } from './judge/conversation.ts'
import { inferDirection } from './judge/direction.ts'
import type { Judge } from './judge/judge.ts'
import { joined, judgeAll, listOf } from './judge/judge-all.ts'
import { unorientedOf } from './judge/observation.ts'
import type { Database } from './store/open.ts'
import { readCertainConversations, readDoubts, readInferredFlows, readObservations } from './store/read-observed.ts'
import { type CaptureRef, createRowWriter, inIdOrder, wantedId } from './store/write.ts'

/**
 * Judges a stored capture again, from what was observed and without its files: conversations come out as a fresh
 * analysis would give them, and so do the flows that were kept. Runs in the transaction of the caller.
 */
export function rejudgeCapture(db: Database, capture: CaptureRef, judge: Judge): void {
  const certain: Conversation[] = []
  // Ids that are not the ones the conversations ask for, because another capture's row had those: they may change now.
  const formerIds = new Map<string, number>()
  for (const { id, conversation } of readCertainConversations(db, capture)) {
    certain.push(conversation)
    if (id !== wantedId(capture, conversation)) formerIds.set(keyText(conversation), id)
  }
  const assumed = assumedConversations(readObservations(db, capture), judge.allows)
  const judged = judgeAll(judge, joined(listOf(certain), [...assumed]), readDoubts(db, capture))
  const inferred = readInferredFlows(db, capture)

  db.prepare('DELETE FROM conversations WHERE capture = ?').run(capture.number)
  db.prepare('DELETE FROM sums WHERE capture = ?').run(capture.number)
  const writer = createRowWriter(db, capture)
  const moveFlows = db.prepare('UPDATE flows SET conversation = ? WHERE conversation = ? AND capture = ?')
  const assumedIds = new Map<string, number>()
  for (const number of inIdOrder(capture, judged)) {
    const conversation = judged.conversations.at(number)
    const id = writer.conversation(conversation, judged.judgements[number]!, judged.healths[number]!)
    if (!conversation.certain) {
      assumedIds.set(keyText(conversation), id)
      continue
    }
    const wanted = wantedId(capture, conversation)
    const former = formerIds.size > 0 ? (formerIds.get(keyText(conversation)) ?? wanted) : wanted
    if (id !== former) moveFlows.run(id, former, capture.number)
  }

  writer.finish()

  const remove = db.prepare('DELETE FROM flows WHERE id = ?')
  for (const { id, flow, history } of inferred) {
    const direction = inferDirection(unorientedOf(flow), judge.allows)
    const conversation = assumedIds.get(keyText(keyOf(flow, direction))) as number
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
