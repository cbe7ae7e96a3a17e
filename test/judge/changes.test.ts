import { describe, expect, it } from 'vitest'
import { type Change, changesOf, type Found, movesOf } from '../../src/judge/changes.ts'
import { keyText } from '../../src/judge/conversation.ts'
import type { Allows } from '../../src/judge/direction.ts'
import { ADDRESSES, conversation, observation } from './samples.ts'

const NEVER: Allows = () => false
const FROM_LOW: Allows = (_, originator) => originator === 'low'
const FROM_HIGH: Allows = (_, originator) => originator === 'high'

const EXPECTED = { verdict: 'expected', reason: null, rule: 'one', nearestRule: null, health: 'working' } as const
const UNEXPECTED = { verdict: 'unexpected', reason: 'no-rule', rule: null, nearestRule: 'one', health: null } as const

function found(key: string, fields: Partial<Found> = {}): Found {
  return { key, certain: true, flows: 2, ...EXPECTED, ...fields }
}

function changes(before: readonly Found[], after: readonly Found[], moves: ReturnType<typeof movesOf> = []) {
  const known = new Map(before.map((each) => [each.key, each]))
  return [...changesOf(known, after, moves)].map(({ former, present, turned, flows }: Change<Found>) => {
    return `${former.key} > ${present.key}${turned ? ' turned' : ''} ${flows}`
  })
}

describe('a conversation of certain direction', () => {
  it.each([
    ['verdict', { verdict: 'out-of-scope' }],
    ['reason', { reason: 'exposed' }],
    ['rule', { rule: 'two' }],
    ['health', { health: 'broken' }],
  ] as const)('has changed where its %s has', (_, fields) => {
    expect(changes([found('a')], [found('a', fields)])).toEqual(['a > a 2'])
  })

  it('has not where only the nearest rule is another', () => {
    expect(changes([found('a', UNEXPECTED)], [found('a', { ...UNEXPECTED, nearestRule: 'two' })])).toEqual([])
  })

  it('comes in the order of those that are there now', () => {
    const now = [found('b', UNEXPECTED), found('c'), found('a', UNEXPECTED)]
    expect(changes([found('a'), found('b'), found('c')], now)).toEqual(['b > b 2', 'a > a 2'])
  })
})

describe('flows of assumed direction', () => {
  const seen = observation('director:50001 - edge-internal:49600 tcp')
  const keyFrom = (orig: 'director' | 'edge-internal', respPort: number) =>
    keyText(
      conversation({
        certain: false,
        origAddress: ADDRESSES[orig],
        respAddress: ADDRESSES[orig === 'director' ? 'edge-internal' : 'director'],
        respPort,
      }),
    )
  const toDirector = keyFrom('edge-internal', 50001)
  const toEdge = keyFrom('director', 49600)
  const assumed = (key: string, fields: Partial<Found> = {}) => found(key, { certain: false, flows: 3, ...fields })

  it('stay where the rules give them the same direction', () => {
    const moves = movesOf([seen], FROM_HIGH, FROM_HIGH, () => true)
    expect(moves).toEqual([{ formerKey: toDirector, presentKey: toDirector, turned: false, flows: 3 }])
    expect(changes([assumed(toDirector)], [assumed(toDirector)], moves)).toEqual([])
    expect(changes([assumed(toDirector)], [assumed(toDirector, UNEXPECTED)], moves)).toEqual([
      `${toDirector} > ${toDirector} 3`,
    ])
  })

  it('turn round with the rules, which is a change whatever the verdict', () => {
    const moves = movesOf([seen], FROM_HIGH, NEVER, () => true)
    expect(moves).toEqual([{ formerKey: toDirector, presentKey: toEdge, turned: true, flows: 3 }])
    expect(changes([assumed(toDirector)], [assumed(toEdge)], moves)).toEqual([`${toDirector} > ${toEdge} turned 3`])
  })

  it('can come from several conversations into one', () => {
    const other = observation('director:50001 - edge-internal:40000 tcp')
    const both = [seen, other]
    const moves = movesOf(
      both,
      (pair) => pair.highPort === 40_000,
      FROM_HIGH,
      () => true,
    )
    expect(new Set(moves.map(({ presentKey }) => presentKey))).toEqual(new Set([toDirector]))
    const former = moves.map(({ formerKey }) => assumed(formerKey))
    expect(changes(former, [assumed(toDirector)], moves)).toHaveLength(2)
  })

  it('that come together are told in the order of their former keys, however they were observed', () => {
    const former = [40_000, 7, 49_600, 123].map((port) => observation(`director:50001 - edge-internal:${port} tcp`))
    const told = (observations: typeof former) => {
      const moves = movesOf(observations, FROM_LOW, FROM_HIGH, () => true)
      const before = moves.map(({ formerKey }) => assumed(formerKey))
      return changes(before, [assumed(toDirector, UNEXPECTED)], moves)
    }
    expect(told(former)).toHaveLength(4)
    expect(told(former)).toEqual(told(former.toReversed()))
    expect(told(former)).toEqual(told(former).toSorted())
  })

  it('are found where an earlier version had them the other way round', () => {
    const moves = movesOf([seen], FROM_LOW, FROM_HIGH, (key) => key === toDirector)
    expect(moves).toEqual([{ formerKey: toDirector, presentKey: toDirector, turned: false, flows: 3 }])
  })

  it('are added up', () => {
    const moves = movesOf([seen, { ...seen, first: 'high' }], FROM_HIGH, NEVER, () => true)
    expect(moves).toMatchObject([{ flows: 6 }])
  })
})
