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

/**
 * The health of every expected conversation, by number; null for the others. It is taken over all conversations of the
 * same ends and port: different proofs and certainties of one thing are one thing here. Most captures have few failures,
 * so those are looked for first.
 */
export class Healths {
  readonly byNumber: (Health | null)[] = []
  readonly #conversations: ConversationList
  /** What people would call one thing: the ends and the port, however they were proven. */
  readonly #things = new Sums(3, 1)
  readonly #failingOriginators = new Sums(1, 0)

  constructor(conversations: ConversationList) {
    this.#conversations = conversations
  }

  /** To be called for the conversations in the order of their numbers. */
  add(conversation: Conversation, { answer }: Judgement): void {
    if (answer.verdict !== 'expected') {
      this.byNumber.push(null)
      return
    }
    if (failures(conversation, answer) > 0) {
      this.#conversations.thingAt(this.byNumber.length, this.#things.asked)
      this.#note(this.#things.findOrAdd(), FAILS)
      this.#failingOriginators.asked[0] = this.#things.asked[0]!
      this.#failingOriginators.findOrAdd()
    }
    this.byNumber.push(successes(conversation) > 0 ? 'working' : 'unclear')
  }

  /** To be called when all are added. */
  finish(): void {
    if (this.#things.count === 0) return
    const things = this.#things
    this.#forConcerned((number) => {
      if (this.byNumber[number] === 'unclear') things.findOrAdd()
    })
    this.#forConcerned((number) => {
      const thing = things.find()
      if (thing >= 0 && this.byNumber[number] === 'working') this.#note(thing, SUCCEEDS)
    })
    this.#forConcerned((number) => {
      const thing = things.find()
      if (thing < 0) return
      const known = things.values[thing]!
      if (known & FAILS) this.byNumber[number] = known & SUCCEEDS ? 'flaky' : 'broken'
      else if (known & SUCCEEDS) this.byNumber[number] = 'working'
    })
  }

  /** Calls `visit` for the expected conversations of originators with failures; the thing of each is asked for. */
  #forConcerned(visit: (number: number) => void): void {
    for (let number = 0; number < this.byNumber.length; number += 1) {
      if (this.byNumber[number] === null) continue
      this.#conversations.thingAt(number, this.#things.asked)
      this.#failingOriginators.asked[0] = this.#things.asked[0]!
      if (this.#failingOriginators.find() >= 0) visit(number)
    }
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
