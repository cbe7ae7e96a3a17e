import { type Conversation, ConversationTable } from './conversation.ts'
import { inferDirection } from './direction.ts'
import { type Health, healthOf, type Judged } from './health.ts'
import type { Judge, Judgement } from './judge.ts'
import type { Observation } from './observation.ts'

export interface JudgedWithHealth {
  readonly conversation: Conversation
  readonly judgement: Judgement
  readonly health: Health | null
}

/**
 * Judges everything that was observed at one capture point. `table` holds the conversations of certain direction;
 * observations are given a direction and added. A fresh analysis and a later re-judging both end here.
 */
export function judgeAll(
  judge: Judge,
  table: ConversationTable,
  observations: Iterable<Observation>,
): readonly JudgedWithHealth[] {
  for (const seen of observations) table.addObservation(seen, inferDirection(seen, judge.allows))
  const judged: Judged[] = []
  for (const conversation of table.conversations()) judged.push({ conversation, judgement: judge.judge(conversation) })
  const health = healthOf(judged)
  return judged.map((one) => ({ ...one, health: health(one) })).sort(byTimeAndKey)
}

/** The order of everything that is listed: by time, then by what it is. */
function byTimeAndKey(left: Judged, right: Judged): number {
  const a = left.conversation
  const b = right.conversation
  return (
    a.firstNs - b.firstNs ||
    compare(a.origAddress, b.origAddress) ||
    compare(a.respAddress, b.respAddress) ||
    a.respPort - b.respPort ||
    compare(a.transport, b.transport) ||
    compare(a.service, b.service) ||
    Number(b.certain) - Number(a.certain)
  )
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
