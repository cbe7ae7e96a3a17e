import { type Conversation, keyText } from './conversation.ts'
import type { Answer, Judgement } from './judge.ts'
import type { ConversationList } from './judge-all.ts'

/** How an expected conversation fares: failures and no success is broken, both is flaky. */
export const HEALTHS = ['working', 'flaky', 'broken', 'unclear'] as const
export type Health = (typeof HEALTHS)[number]

/**
 * The health of every expected conversation, by number; null for the others. It is taken over all conversations of the
 * same ends and port: different proofs and certainties of one thing are one thing here. Most captures have few failures,
 * so those are looked for first.
 */
export function healthOf(conversations: ConversationList, judgements: readonly Judgement[]): (Health | null)[] {
  const failing = new Set<string>()
  const failingOriginators = new Set<string>()
  const healths = judgements.map(({ answer }, number): Health | null => {
    if (answer.verdict !== 'expected') return null
    const conversation = conversations.at(number)
    if (failures(conversation, answer) > 0) {
      failing.add(thingOf(conversation))
      failingOriginators.add(conversation.origAddress)
    }
    return successes(conversation) > 0 ? 'working' : 'unclear'
  })
  if (failing.size === 0) return healths

  const concerned = healths.flatMap((health, number) => {
    if (health === null) return []
    const conversation = conversations.at(number)
    if (!failingOriginators.has(conversation.origAddress)) return []
    return [{ number, thing: thingOf(conversation) }]
  })
  const succeeding = new Set(concerned.flatMap(({ number, thing }) => (healths[number] === 'working' ? [thing] : [])))
  for (const { number, thing } of concerned) {
    if (failing.has(thing)) healths[number] = succeeding.has(thing) ? 'flaky' : 'broken'
    else if (succeeding.has(thing)) healths[number] = 'working'
  }
  return healths
}

/** What only looks like a failure, because the capture may have missed the answer, is none. */
function failures({ outcomes }: Conversation, { remarks }: Answer): number {
  const told = outcomes['handshake-failed'] + outcomes.prohibited
  return remarks.includes('doubtful-outcome') ? told : told + outcomes.refused + outcomes.unanswered
}

/** A flow met midstream was opened before the capture began, so it worked. */
function successes({ outcomes }: Conversation): number {
  return outcomes.established + outcomes.midstream
}

/** What people would call one thing: the ends and the port, however they were proven. */
function thingOf({ transport, origAddress, respAddress, respPort }: Conversation): string {
  return keyText({ transport, origAddress, respAddress, respPort, service: 'none', certain: true })
}
