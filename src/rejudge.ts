import { HostTable } from './flow/host-table.ts'
import { MOST_SUMS } from './flow/parted-sums.ts'
import { assumedConversations } from './judge/assumed-conversations.ts'
import { type ConversationKey, keyOf, keyText } from './judge/conversation.ts'
import { ConversationTable } from './judge/conversation-table.ts'
import { inferDirection } from './judge/direction.ts'
import { Ends } from './judge/ends.ts'
import { collected } from './judge/glossary.ts'
import type { Judge } from './judge/judge.ts'
import { type Judged, joined, judgeAll } from './judge/judge-all.ts'
import { unorientedOf } from './judge/observation.ts'
import { ObservationTable } from './judge/observation-table.ts'
import type { Database } from './store/open.ts'
import { readCertainConversations, readDoubts, readInferredFlows, readObservations } from './store/read-observed.ts'
import { type CaptureRef, createRowWriter, inIdOrder, type RowWriter, wantedId } from './store/write.ts'

/**
 * Judges a stored capture again, from what was observed and without its files: conversations come out as a fresh
 * analysis would give them, and so do the flows that were kept. Runs in the transaction of the caller. `mostInMemory`
 * conversations and as many observations are in memory at once.
 */
export function rejudgeCapture(db: Database, capture: CaptureRef, judge: Judge, mostInMemory = MOST_SUMS): void {
  const ends = new Ends(new HostTable())
  const { certain, formerIds } = readCertain(db, capture, ends, mostInMemory)
  const assumed = readAssumed(db, capture, ends, judge, mostInMemory)
  try {
    const judged = judgeAll(judge, joined(certain, assumed), readDoubts(db, capture))
    db.prepare('DELETE FROM conversations WHERE capture = ?').run(capture.number)
    db.prepare('DELETE FROM sums WHERE capture = ?').run(capture.number)
    const writer = createRowWriter(db, capture)
    const ids = writeConversations(db, capture, writer, judged, formerIds)
    writer.finish()
    writeInferredFlows(db, capture, writer, judge, (key) => ids[certain.count + assumed.numberOf(key)]!)
  } finally {
    certain.close()
    assumed.close()
  }
}

interface Stored {
  readonly certain: ConversationTable
  /**
   * Ids that are not the ones the conversations ask for, because another capture's row had those: they may change now.
   * By the conversation's key as text.
   */
  readonly formerIds: ReadonlyMap<string, number>
}

function readCertain(db: Database, capture: CaptureRef, ends: Ends, mostInMemory: number): Stored {
  const certain = new ConversationTable(ends, collected(), true, mostInMemory)
  const formerIds = new Map<string, number>()
  for (const { id, conversation } of readCertainConversations(db, capture)) {
    certain.append(conversation)
    if (id !== wantedId(capture, conversation)) formerIds.set(keyText(conversation), id)
  }
  return { certain, formerIds }
}

function readAssumed(db: Database, capture: CaptureRef, ends: Ends, judge: Judge, mostInMemory: number) {
  const observations = new ObservationTable(ends, collected(), mostInMemory)
  for (const seen of readObservations(db, capture)) observations.append(seen)
  const assumed = assumedConversations(observations, judge.allows, mostInMemory)
  observations.close()
  return assumed
}

/** Returns the ids by the conversation's number. */
function writeConversations(
  db: Database,
  capture: CaptureRef,
  writer: RowWriter,
  judged: Judged,
  formerIds: ReadonlyMap<string, number>,
): Float64Array {
  const moveFlows = db.prepare('UPDATE flows SET conversation = ? WHERE conversation = ? AND capture = ?')
  const ids = new Float64Array(judged.conversations.count)
  for (const number of inIdOrder(capture, judged)) {
    const conversation = judged.conversations.at(number)
    const id = writer.conversation(conversation, judged.judgements[number]!, judged.healths[number]!)
    ids[number] = id
    if (!conversation.certain) continue
    const wanted = wantedId(capture, conversation)
    const former = formerIds.size > 0 ? (formerIds.get(keyText(conversation)) ?? wanted) : wanted
    if (id !== former) moveFlows.run(id, former, capture.number)
  }
  return ids
}

/**
 * Writes the kept flows of unproven direction again, where they are turned round or belong to another conversation now.
 */
function writeInferredFlows(
  db: Database,
  capture: CaptureRef,
  writer: RowWriter,
  judge: Judge,
  idOf: (key: ConversationKey) => number,
): void {
  const remove = db.prepare('DELETE FROM flows WHERE id = ?')
  for (const { id, flow, history, basis, conversation: former } of readInferredFlows(db, capture)) {
    const direction = inferDirection(unorientedOf(flow), judge.allows)
    const conversation = idOf(keyOf(flow, direction))
    const isTurned = direction.originator !== 'low'
    if (!isTurned && direction.basis === basis && conversation === former) continue
    remove.run(id)
    writer.flow({ flow, direction, history: isTurned ? swapCase(history) : history, conversation, id })
  }
}

/** The same history with the other end as originator. */
function swapCase(history: string): string {
  return history.replace(/[A-Za-z]/g, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  )
}
