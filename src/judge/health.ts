import { type Conversation, keyText } from './conversation.ts'
import type { Judgement } from './judge.ts'

/** How an expected conversation fares: failures and no success is broken, both is flaky. */
export const HEALTHS = ['working', 'flaky', 'broken', 'unclear'] as const
export type Health = (typeof HEALTHS)[number]

/** A conversation with its judgement. */
export interface Judged {
  readonly conversation: Conversation
  readonly judgement: Judgement
}

/**
 * The health of every expected conversation, taken over all conversations of the same ends and port: different proofs
 * and certainties of one thing are one thing here. Most captures have few failures, so those are looked at first.
 */
export function healthOf(judged: readonly Judged[]): (one: Judged) => Health | null {
  const failed = judged.filter((one) => one.judgement.answer.verdict === 'expected' && failures(one.conversation) > 0)
  const addresses = new Set(failed.map(({ conversation }) => conversation.origAddress))
  const failing = new Set(failed.map(({ conversation }) => thingOf(conversation)))
  const succeeding = new Set<string>()
  for (const { conversation, judgement } of judged) {
    if (!addresses.has(conversation.origAddress) || judgement.answer.verdict !== 'expected') continue
    if (successes(conversation) > 0) succeeding.add(thingOf(conversation))
  }
  return ({ conversation, judgement }) => {
    if (judgement.answer.verdict !== 'expected') return null
    if (addresses.has(conversation.origAddress)) {
      const thing = thingOf(conversation)
      if (failing.has(thing)) return succeeding.has(thing) ? 'flaky' : 'broken'
      return succeeding.has(thing) ? 'working' : 'unclear'
    }
    return successes(conversation) > 0 ? 'working' : 'unclear'
  }
}

function failures({ outcomes }: Conversation): number {
  return outcomes['handshake-failed'] + outcomes.refused + outcomes.unanswered + outcomes.prohibited
}

/** A flow met midstream was opened before the capture began, so it worked. */
function successes({ outcomes }: Conversation): number {
  return outcomes.established + outcomes.midstream
}

/** What people would call one thing: the ends and the port, however they were proven. */
function thingOf({ transport, origAddress, respAddress, respPort }: Conversation): string {
  return keyText({ transport, origAddress, respAddress, respPort, service: 'none', certain: true })
}
