import type { Conversation, ConversationKey } from './conversation.ts'
import { type Health, Healths } from './health.ts'
import type { Judge, Judgement } from './judge.ts'
import type { Doubt } from './trust.ts'

/**
 * Conversations by number. at() may make a new object at every call: there can be a million of them, and most are looked
 * at once.
 */
export interface ConversationList {
  readonly count: number
  at(number: number): Conversation
  /** Only what its flows have in common, which takes less time. */
  keyAt(number: number): ConversationKey
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
  const healths = new Healths()
  for (let number = 0; number < conversations.count; number += 1) {
    const conversation = conversations.at(number)
    firsts[number] = conversation.firstNs
    const judgement = judge.judge(conversation, doubts)
    judgements.push(judgement)
    healths.add(conversation, judgement)
  }
  healths.finish(conversations)
  const order = Uint32Array.from(judgements.keys())
  order.sort((a, b) => firsts[a]! - firsts[b]! || byKey(conversations.keyAt(a), conversations.keyAt(b)))
  return { conversations, judgements, healths: healths.byNumber, order }
}

export function listOf(conversations: readonly Conversation[]): ConversationList {
  const at = (number: number) => conversations[number]!
  return { count: conversations.length, at, keyAt: at }
}

/** Both lists as one, the second behind the first. */
export function joined(first: ConversationList, second: readonly Conversation[]): ConversationList {
  return {
    count: first.count + second.length,
    at: (number) => (number < first.count ? first.at(number) : second[number - first.count]!),
    keyAt: (number) => (number < first.count ? first.keyAt(number) : second[number - first.count]!),
  }
}

export function isFinding({ judgements, healths }: Judged, number: number): boolean {
  return judgements[number]!.answer.verdict === 'unexpected' || healths[number] === 'broken'
}

function byKey(a: ConversationKey, b: ConversationKey): number {
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
