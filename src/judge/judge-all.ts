import type { Conversation } from './conversation.ts'
import { type Health, healthOf } from './health.ts'
import type { Judge, Judgement } from './judge.ts'
import type { Doubt } from './trust.ts'

/**
 * Conversations by number. at() may make a new object at every call: there can be a million of them, and most are looked
 * at once.
 */
export interface ConversationList {
  readonly count: number
  at(number: number): Conversation
}

/** The conversations of one capture point with what was found. */
export interface Judged {
  readonly conversations: ConversationList
  /** By the conversation's number. */
  readonly judgements: readonly Judgement[]
  readonly healths: readonly (Health | null)[]
  /** The numbers in the order in which conversations are listed: by time, then by what they are. */
  readonly order: Uint32Array
}

/** Judges the conversations of one capture point. A fresh analysis and a later re-judging both end here. */
export function judgeAll(judge: Judge, conversations: ConversationList, doubts: readonly Doubt[]): Judged {
  const judgements: Judgement[] = []
  const firsts = new Float64Array(conversations.count)
  for (let number = 0; number < conversations.count; number += 1) {
    const conversation = conversations.at(number)
    firsts[number] = conversation.firstNs
    judgements.push(judge.judge(conversation, doubts))
  }
  const order = Uint32Array.from(judgements.keys())
  order.sort((a, b) => firsts[a]! - firsts[b]! || byKey(conversations.at(a), conversations.at(b)))
  return { conversations, judgements, healths: healthOf(conversations, judgements), order }
}

export function listOf(conversations: readonly Conversation[]): ConversationList {
  return { count: conversations.length, at: (number) => conversations[number]! }
}

/** Both lists as one, the second behind the first. */
export function joined(first: ConversationList, second: readonly Conversation[]): ConversationList {
  return {
    count: first.count + second.length,
    at: (number) => (number < first.count ? first.at(number) : second[number - first.count]!),
  }
}

export function isFinding({ judgements, healths }: Judged, number: number): boolean {
  return judgements[number]!.answer.verdict === 'unexpected' || healths[number] === 'broken'
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
