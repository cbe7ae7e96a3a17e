import { describe, expect, test } from 'vitest'
import type { Service } from '../../src/evidence/service.ts'
import { createJudge } from '../../src/judge/judge.ts'
import { bestRule } from '../../src/judge/match.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { DEFAULT_RULE_SET, INVENTORY, JUDGE, judged, opened, rule, ruleSet } from './samples.ts'

const ASKED = {
  origRoles: ['front-end'],
  respRoles: ['director'],
  transport: 'tcp',
  port: 1000,
  service: 'none',
} as const

function best(...rules: readonly Rule[]): string | undefined {
  return bestRule(ruleSet(rules), ASKED)?.best.rule.id
}

const WIDE = [{ first: 1, last: 65535 }]

describe('the best of the rules that allow', () => {
  test('names both roles, before one and none', () => {
    const none = rule('none', { originators: ['any'], responders: ['any'] })
    const one = rule('one', { originators: ['any'] })
    const other = rule('other', { responders: ['any'] })
    const both = rule('both', { ports: WIDE })
    expect(best(none, one, other, both)).toBe('both')
    expect(best(none, one, other)).toBe('one')
    expect(best(none, other, one)).toBe('other')
    expect(best(none)).toBe('none')
  })

  test('counts those that usually come as named', () => {
    const any = rule('any', { originators: ['any'] })
    const usual = rule('usual', { originators: ['any'], usualOriginators: ['front-end'] })
    const named = rule('named')
    expect(best(any, usual)).toBe('usual')
    expect(best(usual, named)).toBe('usual')
    expect(best(named, usual)).toBe('named')
    const usualResponder = rule('usual-responder', { responders: ['any'], usualResponders: ['director'] })
    expect(best(rule('everywhere', { responders: ['any'] }), usualResponder)).toBe('usual-responder')
  })

  test('does not count other usual ones', () => {
    const unusual = rule('unusual', { originators: ['any'], usualOriginators: ['sba'] })
    expect(best(unusual, rule('named'))).toBe('named')
  })

  test('has the narrower range, where both name as many roles', () => {
    expect(best(rule('wide', { ports: WIDE }), rule('narrow', { ports: [{ first: 999, last: 1000 }] }))).toBe('narrow')
    const several = [
      { first: 1, last: 900 },
      { first: 1000, last: 1000 },
    ]
    expect(best(rule('two', { ports: [{ first: 1000, last: 1001 }] }), rule('several', { ports: several }))).toBe(
      'several',
    )
  })

  test('is the first in the order of the packs, where all is equal', () => {
    expect(best(rule('first'), rule('second'))).toBe('first')
    expect(best(rule('second'), rule('first'))).toBe('second')
  })

  test('is no withdrawn one', () => {
    expect(
      bestRule(ruleSet([rule('gone'), rule('any', { originators: ['any'] })], ['gone']), ASKED)?.best.rule.id,
    ).toBe('any')
    expect(bestRule(ruleSet([rule('gone')], ['gone']), ASKED)).toBeUndefined()
  })

  test('fits the bytes better, before roles, ranges and order count', () => {
    const mutual = rule('mutual', { protocol: 'sip-mtls' })
    const media = rule('media', { protocol: 'srtp', originators: ['any'], responders: ['any'], ports: WIDE })
    const http = rule('http', { protocol: 'http', originators: ['any'], ports: WIDE })
    const all = ruleSet([mutual, media, http])
    const found = (service: Service) => {
      const { best: one, evidence } = bestRule(all, { ...ASKED, service }) ?? {}
      return [one?.rule.id, evidence]
    }
    expect(found('mtls')).toEqual(['mutual', 'confirmed'])
    expect(found('tls13')).toEqual(['mutual', 'consistent'])
    expect(found('rtp')).toEqual(['media', 'confirmed'])
    expect(found('http')).toEqual(['http', 'confirmed'])
    // Unknown bytes contradict all but media.
    expect(found('unidentified')).toEqual(['media', 'unknown'])
    // Without proof, and where all are contradicted, the names and ranges count again.
    expect(found('none')).toEqual(['mutual', 'unknown'])
    expect(found('ssh')).toEqual(['mutual', 'contradicted'])
  })

  test('takes in both ends of its range, and nothing beyond', () => {
    const judge = createJudge(INVENTORY, ruleSet([rule('range', { ports: [{ first: 1000, last: 1002 }] })]))
    const verdicts = [999, 1000, 1002, 1003].map((port) => judged(`front-end > director tcp ${port}`, judge).verdict)
    expect(verdicts).toEqual(['unexpected', 'expected', 'expected', 'unexpected'])
  })

  test('among the built-in rules: a logging port of the A/V Edge is media, one of the Director is logging', () => {
    const media = opened('federation-partner > edge-av tcp 50001', { service: 'rtp' })
    expect(JUDGE.judge(media, []).answer.rule).toBe('edge-av-media-tcp')
    expect(judged('admin-station > director tcp 50001').rule).toBe('director-cls-50001')
    expect(DEFAULT_RULE_SET.rules.some(({ withdrawn }) => withdrawn)).toBe(true)
  })
})
