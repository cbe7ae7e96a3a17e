import { Sums } from '../flow/sums.ts'
import type { Conversation } from './conversation.ts'
import type { Answer, Judgement } from './judge.ts'
import type { ConversationList } from './judge-all.ts'

/** How an expected conversation fares: failures and no success is broken, both is flaky. */
export const HEALTHS = ['working', 'flaky', 'broken', 'unclear'] as const
export type Health = (typeof HEALTHS)[number]

// What is known of a thing, in its only sum.
const FAILS = 1
const SUCCEEDS = 2

/** What an expected conversation says of its health by itself. */
export interface HealthSign {
  readonly fails: boolean
  readonly succeeds: boolean
}

/** Undefined for a conversation that is not expected. */
export function healthSignOf(conversation: Conversation, { answer }: Judgement): HealthSign | undefined {
  if (answer.verdict !== 'expected') return undefined
  return { fails: failures(conversation, answer) > 0, succeeds: successes(conversation) > 0 }
}

/**
 * The health of every expected conversation, by number; null for the others. It is taken over all conversations of the
 * same ends and port: different proofs and certainties of one thing are one thing here. Most captures have few things
 * that fail or are unclear, so those are looked for first.
 */
export class Healths {
  readonly byNumber: (Health | null)[] = []
  readonly #conversations: ConversationList
  /**
   * What people would call one thing: the ends and the port, however they were proven. Those that only work are not
   * here.
   */
  readonly #things = new Sums(3, 1)

  constructor(conversations: ConversationList) {
    this.#conversations = conversations
  }

  /** To be called in the order of the conversations' numbers. */
  add(sign: HealthSign | undefined): void {
    if (sign === undefined) {
      this.byNumber.push(null)
      return
    }
    const { fails, succeeds } = sign
    if (fails || !succeeds) {
      this.#conversations.thingAt(this.byNumber.length, this.#things.asked)
      this.#note(this.#things.findOrAdd(), fails ? FAILS : 0)
    }
    this.byNumber.push(succeeds ? 'working' : 'unclear')
  }

  /** To be called when all are added. */
  finish(): void {
    if (this.#things.count === 0) return
    const concerned: number[] = []
    for (let number = 0; number < this.byNumber.length; number += 1) {
      const thing = this.byNumber[number] === null ? -1 : this.#thingOf(number)
      if (thing < 0) continue
      concerned.push(number)
      if (this.byNumber[number] === 'working') this.#note(thing, SUCCEEDS)
    }
    for (const number of concerned) {
      const known = this.#things.values[this.#thingOf(number)]!
      if (known & FAILS) this.byNumber[number] = known & SUCCEEDS ? 'flaky' : 'broken'
      else if (known & SUCCEEDS) this.byNumber[number] = 'working'
    }
  }

  /** -1 for what only works. */
  #thingOf(number: number): number {
    this.#conversations.thingAt(number, this.#things.asked)
    return this.#things.find()
  }

  #note(thing: number, what: number): void {
    this.#things.values[thing] = this.#things.values[thing]! | what
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
