import type { Conversation } from './conversation.ts'
import { type Health, healthOf, type Judged } from './health.ts'
import type { Judge, Judgement } from './judge.ts'

export interface JudgedWithHealth {
  readonly conversation: Conversation
  readonly judgement: Judgement
  readonly health: Health | null
}

/**
 * Judges the conversations of one capture point. A fresh analysis and a later re-judging both end here, and give the
 * same order: by time, then by what the conversation is.
 */
export function judgeAll(judge: Judge, conversations: Iterable<Conversation>): readonly JudgedWithHealth[] {
  const judged: Judged[] = []
  for (const conversation of conversations) judged.push({ conversation, judgement: judge.judge(conversation) })
  const health = healthOf(judged)
  judged.sort(byTimeAndKey)
  return judged.map((one) => ({ conversation: one.conversation, judgement: one.judgement, health: health(one) }))
}

export function isFinding({ judgement, health }: Pick<JudgedWithHealth, 'judgement' | 'health'>): boolean {
  return judgement.answer.verdict === 'unexpected' || health === 'broken'
}

function byTimeAndKey(left: Judged, right: Judged): number {
  const a = left.conversation
  const b = right.conversation
  return a.firstNs - b.firstNs || byKey(a, b)
}

function byKey(a: Conversation, b: Conversation): number {
  return (
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
