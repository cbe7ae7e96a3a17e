import type { Conversation } from './conversation.ts'
import type { Judgement } from './judge.ts'
import type { Outcome } from './outcome.ts'

/** How an expected conversation fares: failures and no success is broken, both is flaky. */
export const HEALTHS = ['working', 'flaky', 'broken', 'unclear'] as const
export type Health = (typeof HEALTHS)[number]

const FAILURES: readonly Outcome[] = ['handshake-failed', 'refused', 'unanswered', 'prohibited']
/** A flow met midstream was opened before the capture began, so it worked. */
const SUCCESSES: readonly Outcome[] = ['established', 'midstream']

/** A conversation with its judgement. */
export interface Judged {
  readonly conversation: Conversation
  readonly judgement: Judgement
}

/**
 * The health of every expected conversation, taken over all conversations of the same ends and port: different proofs
 * and certainties of one thing are one thing here.
 */
export function healthOf(judged: readonly Judged[]): (one: Judged) => Health | null {
  const sums = new Map<string, { failures: number; successes: number }>()
  for (const { conversation, judgement } of judged) {
    if (judgement.verdict !== 'expected') continue
    const key = wireKey(conversation)
    const sum = sums.get(key) ?? { failures: 0, successes: 0 }
    sum.failures += total(conversation, FAILURES)
    sum.successes += total(conversation, SUCCESSES)
    sums.set(key, sum)
  }
  return ({ conversation, judgement }) => {
    const sum = judgement.verdict === 'expected' ? sums.get(wireKey(conversation)) : undefined
    return sum === undefined ? null : health(sum.failures, sum.successes)
  }
}

function health(failures: number, successes: number): Health {
  if (failures > 0) return successes > 0 ? 'flaky' : 'broken'
  return successes > 0 ? 'working' : 'unclear'
}

function wireKey({ transport, origAddress, respAddress, respPort }: Conversation): string {
  return `${transport} ${origAddress} ${respAddress} ${respPort}`
}

function total(conversation: Conversation, outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, outcome) => sum + conversation.outcomes[outcome], 0)
}
