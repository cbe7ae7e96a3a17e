import { describe, expect, test } from 'vitest'
import type { Conversation } from '../../src/judge/conversation.ts'
import type { Health } from '../../src/judge/health.ts'
import { isFinding, judgeAll, listOf } from '../../src/judge/judge-all.ts'
import type { Outcome } from '../../src/judge/outcome.ts'
import type { Doubt } from '../../src/judge/trust.ts'
import { conversation, found, JUDGE, opened } from './samples.ts'

function healths(...conversations: readonly Conversation[]): readonly (Health | null)[] {
  const judged = found(JUDGE, conversations)
  return conversations.map((seen) => judged.find((one) => one.conversation === seen)?.health ?? null)
}

describe('the health of one expected conversation', () => {
  test.each<[Health, Partial<Record<Outcome, number>>]>([
    ['working', { established: 1 }],
    ['working', { midstream: 1 }],
    ['working', { established: 3, 'one-sided': 1 }],
    ['broken', { refused: 1 }],
    ['broken', { unanswered: 2 }],
    ['broken', { prohibited: 1 }],
    ['broken', { 'handshake-failed': 1 }],
    ['broken', { refused: 1, 'one-sided': 4 }],
    ['flaky', { refused: 1, established: 1 }],
    ['flaky', { unanswered: 9, established: 1 }],
    ['flaky', { 'handshake-failed': 1, midstream: 1 }],
    ['unclear', { 'one-sided': 1 }],
  ])('%s: %j', (health, outcomes) => {
    expect(healths(conversation({ outcomes }))).toEqual([health])
  })

  test.each([
    ['unexpected', opened('front-end > director tcp 1', { outcomes: { refused: 1 } })],
    ['out of scope', opened('director > 239.1.1.1 udp 1', { outcomes: { unanswered: 1 } })],
  ])('%s ones have none', (_, seen) => {
    expect(healths(seen)).toEqual([null])
  })
})

describe('a capture that may have missed answers', () => {
  const doubted: readonly Doubt[][] = [['one-sided'], ['loss'], ['loss', 'clock']]
  const healthWith = (doubts: readonly Doubt[], outcomes: Partial<Record<Outcome, number>>) =>
    judgeAll(JUDGE, listOf([conversation({ outcomes })]), doubts).healths[0]

  test.each<[Partial<Record<Outcome, number>>, Health, Health]>([
    [{ refused: 1 }, 'broken', 'unclear'],
    [{ unanswered: 3 }, 'broken', 'unclear'],
    [{ unanswered: 3, established: 1 }, 'flaky', 'working'],
    [{ 'handshake-failed': 1 }, 'broken', 'broken'],
    [{ prohibited: 1 }, 'broken', 'broken'],
    [{ prohibited: 1, unanswered: 1, midstream: 1 }, 'flaky', 'flaky'],
  ])('%j: %s, but with doubts %s', (outcomes, sure, doubtful) => {
    for (const doubts of [[], ['cut-off', 'midstream', 'snapped', 'clock']] as const) {
      expect(healthWith(doubts, outcomes)).toBe(sure)
    }
    for (const doubts of doubted) expect(healthWith(doubts, outcomes)).toBe(doubtful)
  })

  test('gives no finding that only looks broken', () => {
    const judged = judgeAll(JUDGE, listOf([conversation({ outcomes: { refused: 1 } })]), ['loss'])
    expect(isFinding(judged, 0)).toBe(false)
    expect(judged.judgements[0]?.answer.remarks).toEqual(['doubtful-outcome'])
  })
})

describe('the health of one thing that was seen in several ways', () => {
  const refused = conversation({ outcomes: { refused: 1 } })
  const mutual = conversation({ service: 'mtls' as Conversation['service'], outcomes: { established: 2 } })
  const assumed = conversation({ certain: false, basis: 'rules', outcomes: { midstream: 1 } })
  const nothing = conversation({ certain: false, basis: 'rules', outcomes: { 'one-sided': 1 } })

  test('a success of one proof makes the failures of another flaky', () => {
    expect(healths(refused, mutual)).toEqual(['flaky', 'flaky'])
  })

  test('a success whose direction is assumed counts as well', () => {
    expect(healths(refused, assumed)).toEqual(['flaky', 'flaky'])
  })

  test('failures without a success make all of it broken', () => {
    expect(healths(refused, nothing)).toEqual(['broken', 'broken'])
  })

  test('successes alone make all of it working, whatever else fails', () => {
    const other = conversation({ respPort: 444, outcomes: { refused: 1 } })
    expect(healths(mutual, nothing)).toEqual(['working', 'working'])
    expect(healths(nothing, mutual)).toEqual(['working', 'working'])
    expect(healths(mutual, nothing, other)).toEqual(['working', 'working', 'broken'])
  })

  test('what only another thing shows stays unclear', () => {
    expect(healths(nothing, conversation({ respPort: 444 }))).toEqual(['unclear', 'working'])
  })

  test.each([
    ['port', { respPort: 444 }],
    ['originator', { origAddress: '10.0.0.40' }],
    ['transport', { transport: 'udp' }],
  ])('another %s is another thing', (_, fields) => {
    expect(healths(refused, conversation(fields))[0]).toBe('broken')
  })

  test('another responder is another thing', () => {
    const stopped = opened('director > front-end tcp 444', { outcomes: { refused: 1 } })
    const working = opened('director > front-end+cms-master tcp 444')
    expect(healths(stopped, working)).toEqual(['broken', 'working'])
  })
})

describe('findings', () => {
  test('are what is unexpected, or expected and broken', () => {
    const judged = found(JUDGE, [
      opened('front-end > director tcp 1', { firstNs: 1 }),
      conversation({ firstNs: 2, outcomes: { refused: 1 } }),
      opened('front-end > director tcp 444', { firstNs: 3, outcomes: { refused: 1, established: 1 } }),
      opened('director > front-end tcp 444', { firstNs: 4 }),
      opened('director > front-end tcp 80', { firstNs: 5, outcomes: { 'one-sided': 1 } }),
      opened('director > 239.1.1.1 udp 1', { firstNs: 6 }),
    ])
    expect(judged.map((one) => one.isFinding)).toEqual([true, true, false, false, false, false])
  })

  test('come in the order of time, then of their ends, ports and transports, certain ones first', () => {
    const inOrder = [
      opened('front-end > director tcp 5061', { firstNs: 1 }),
      opened('director > edge-internal tcp 50002', { firstNs: 2 }),
      opened('director > front-end tcp 80', { firstNs: 2 }),
      opened('director > front-end tcp 443', { firstNs: 2 }),
      opened('director > front-end tcp 443', { firstNs: 2, certain: false, basis: 'rules' }),
      opened('director > front-end udp 443', { firstNs: 2 }),
    ]
    expect(found(JUDGE, inOrder.toReversed()).map(({ conversation }) => conversation)).toEqual(inOrder)
  })
})
