import { describe, expect, test } from 'vitest'
import { betterBasis, DIRECTION_BASES, inferDirection, isCertain } from '../../src/judge/direction.ts'
import { createJudge } from '../../src/judge/judge.ts'
import { DEFAULT_RULE_SET, INVENTORY, JUDGE, OTHER_STRANGER, rule, ruleSet, STRANGER, unoriented } from './samples.ts'

const NOTHING_ALLOWED = () => false
const ALL_ALLOWED = () => true

describe('the direction that the bytes do not prove', () => {
  test('comes from a rule that allows one way only, whatever ports and first packet say', () => {
    const pair = unoriented('director:1 - front-end:2 tcp', 'low')
    expect(inferDirection(pair, (_, originator) => originator === 'low')).toEqual({ originator: 'low', basis: 'rules' })
    expect(inferDirection(pair, (_, originator) => originator === 'high')).toEqual({
      originator: 'high',
      basis: 'rules',
    })
  })

  test.each([
    ['no rule allows either way', NOTHING_ALLOWED],
    ['rules allow both ways', ALL_ALLOWED],
  ])('comes from the lower port where %s, whatever the first packet says', (_, allows) => {
    for (const first of ['low', 'high'] as const) {
      expect(inferDirection(unoriented('a:1000 - b:1001 tcp', first), allows)).toEqual({
        originator: 'high',
        basis: 'port-order',
      })
      expect(inferDirection(unoriented('a:1001 - b:1000 tcp', first), allows)).toEqual({
        originator: 'low',
        basis: 'port-order',
      })
    }
  })

  test.each(['low', 'high'] as const)('comes from the first packet where the ports are equal: %s', (first) => {
    const pair = unoriented('a:5000 - b:5000 udp', first)
    expect(inferDirection(pair, NOTHING_ALLOWED)).toEqual({ originator: first, basis: 'first-packet' })
    expect(inferDirection(pair, ALL_ALLOWED)).toEqual({ originator: first, basis: 'first-packet' })
  })
})

describe('the rules as the judge asks them', () => {
  const direction = (text: string, first: 'low' | 'high' = 'low', judge = JUDGE) =>
    inferDirection(unoriented(text, first), judge.allows)

  test("the Director's 50001 and an Edge's 49600, the Director's packet first: the Director is the responder", () => {
    expect(direction('director:50001 - edge-internal:49600 tcp', 'low')).toEqual({ originator: 'high', basis: 'rules' })
    expect(direction('edge-internal:49600 - director:50001 tcp', 'high')).toEqual({ originator: 'low', basis: 'rules' })
  })

  test('without an inventory the lower port is the responder', () => {
    const judge = createJudge({ entries: [] }, DEFAULT_RULE_SET)
    expect(direction('10.0.0.16:50001 - 10.0.0.20:49600 tcp', 'low', judge)).toEqual({
      originator: 'low',
      basis: 'port-order',
    })
  })

  test('an unlisted address may have opened what anybody may', () => {
    expect(direction(`director:50001 - ${STRANGER}:40000 tcp`)).toEqual({ originator: 'high', basis: 'rules' })
  })

  test('an unlisted address is an external client towards the Internet side', () => {
    expect(direction(`edge-av:50000 - ${OTHER_STRANGER}:40000 udp`)).toEqual({ originator: 'high', basis: 'rules' })
  })

  test('rules of the other transport do not count', () => {
    expect(direction('director:50001 - edge-internal:49600 udp')).toEqual({ originator: 'low', basis: 'port-order' })
  })

  test('rules that allow both ways leave it to the ports', () => {
    expect(direction('director:444 - front-end:444 tcp', 'high')).toEqual({ originator: 'high', basis: 'first-packet' })
    expect(direction('edge-av:3478 - federation-partner:3478 udp')).toEqual({
      originator: 'low',
      basis: 'first-packet',
    })
  })

  test('withdrawn rules do not count', () => {
    const judge = createJudge(INVENTORY, ruleSet([rule('gone', { ports: [{ first: 50000, last: 50000 }] })], ['gone']))
    expect(direction('front-end:40000 - director:50000 tcp', 'low', judge)).toEqual({
      originator: 'high',
      basis: 'port-order',
    })
  })

  test('between two unlisted addresses nobody is asked', () => {
    const judge = createJudge(INVENTORY, ruleSet([rule('all', { originators: ['any'], responders: ['any'] })]))
    expect(direction(`${STRANGER}:1000 - ${OTHER_STRANGER}:2000 tcp`, 'low', judge).basis).toBe('port-order')
    expect(direction(`director:1000 - ${OTHER_STRANGER}:2000 tcp`, 'low', judge)).toEqual({
      originator: 'high',
      basis: 'rules',
    })
  })
})

describe('bases', () => {
  test('the first three are certain', () => {
    expect(DIRECTION_BASES.filter(isCertain)).toEqual(['handshake', 'content', 'listener'])
  })

  test('the better of two is the earlier one', () => {
    expect(betterBasis('rules', 'handshake')).toBe('handshake')
    expect(betterBasis('listener', 'port-order')).toBe('listener')
    expect(betterBasis('first-packet', 'first-packet')).toBe('first-packet')
  })
})
