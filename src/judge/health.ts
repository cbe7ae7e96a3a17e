import { type Conversation, type ConversationKey, keyText } from './conversation.ts'
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
export class Healths {
  readonly byNumber: (Health | null)[] = []
  readonly #originators: string[] = []
  readonly #failing = new Set<string>()
  readonly #failingOriginators = new Set<string>()

  /** To be called for the conversations in the order of their numbers. */
  add(conversation: Conversation, { answer }: Judgement): void {
    this.#originators.push(conversation.origAddress)
    if (answer.verdict !== 'expected') {
      this.byNumber.push(null)
      return
    }
    if (failures(conversation, answer) > 0) {
      this.#failing.add(thingOf(conversation))
      this.#failingOriginators.add(conversation.origAddress)
    }
    this.byNumber.push(successes(conversation) > 0 ? 'working' : 'unclear')
  }

  /** To be called when all are added. */
  finish(conversations: ConversationList): void {
    if (this.#failing.size === 0) return
    const concerned = this.byNumber.flatMap((health, number) => {
      if (health === null || !this.#failingOriginators.has(this.#originators[number]!)) return []
      return [{ number, thing: thingOf(conversations.keyAt(number)) }]
    })
    const succeeding = new Set(
      concerned.flatMap(({ number, thing }) => (this.byNumber[number] === 'working' ? [thing] : [])),
    )
    for (const { number, thing } of concerned) {
      if (this.#failing.has(thing)) this.byNumber[number] = succeeding.has(thing) ? 'flaky' : 'broken'
      else if (succeeding.has(thing)) this.byNumber[number] = 'working'
    }
  }
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
function thingOf({ transport, origAddress, respAddress, respPort }: ConversationKey): string {
  return keyText({ transport, origAddress, respAddress, respPort, service: 'none', certain: true })
}
