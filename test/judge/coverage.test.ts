import { describe, expect, test } from 'vitest'
import { ROLES, type Role } from '../../src/inventory/roles.ts'
import { noOutcomes } from '../../src/judge/conversation.ts'
import { type CoveredCapture, coverageOf, type RuleCoverage, type RuleSum } from '../../src/judge/coverage.ts'
import type { Outcome } from '../../src/judge/outcome.ts'
import type { RuleSet } from '../../src/rules/pack.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { rule, ruleSet } from './samples.ts'

const HOUR = 3_600_000_000_000n

/** A capture of a whole day at one address with these roles. */
function capture(roles: readonly Role[], fields: Partial<CoveredCapture> = {}): CoveredCapture {
  const hosts = [{ address: '10.0.0.16', name: 'dir01', roles }]
  return { point: 'dir01', hosts, isUnsure: false, first: 0n, last: 24n * HOUR, doubts: [], ...fields }
}

function sum(outcomes: Partial<Record<Outcome, number>>, fields: Partial<RuleSum> = {}): RuleSum {
  return {
    capture: 'dir01',
    rule: 'made',
    isContradicted: false,
    isDoubtful: false,
    conversations: 1,
    broken: 0,
    flaky: 0,
    flows: Object.values(outcomes).reduce((total, count) => total + count, 0),
    outcomes: { ...noOutcomes(), ...outcomes },
    first: 5n,
    last: 9n,
    ...fields,
  }
}

function covered(
  fields: Partial<Rule>,
  captures: readonly CoveredCapture[],
  sums: readonly RuleSum[] = [],
  rules: RuleSet = ruleSet([rule('made', fields)]),
  listed: ReadonlySet<Role> = new Set(ROLES),
): RuleCoverage {
  return coverageOf(rules, captures, sums, listed)[0] as RuleCoverage
}

const DIRECTOR = capture(['director'])
const TO_DIRECTOR: Partial<Rule> = { originators: ['client-internal'], responders: ['director'] }
const TO_EDGE: Partial<Rule> = { originators: ['any'], responders: ['edge-internal'] }

describe('what was seen', () => {
  const statusOf = (...sums: readonly RuleSum[]) => covered(TO_DIRECTOR, [DIRECTOR], sums).status

  test.each([
    [{ established: 1 }, 'seen-working'],
    [{ midstream: 1 }, 'seen-working'],
    [{ established: 1, refused: 9 }, 'seen-working'],
    [{ refused: 1 }, 'seen-refused'],
    [{ prohibited: 1 }, 'seen-refused'],
    [{ 'handshake-failed': 1, unanswered: 3 }, 'seen-refused'],
    [{ unanswered: 2 }, 'seen-unanswered'],
    [{ 'one-sided': 2 }, 'seen-unclear'],
    [{ 'one-sided': 2, unanswered: 1 }, 'seen-unanswered'],
  ] as const)('%o is %s', (outcomes, status) => {
    expect(statusOf(sum(outcomes))).toBe(status)
  })

  test('refused or unanswered in a capture that loses answers is neither', () => {
    expect(statusOf(sum({ refused: 3, unanswered: 1 }, { isDoubtful: true }))).toBe('seen-unclear')
    expect(statusOf(sum({ refused: 3 }, { isDoubtful: true }), sum({ unanswered: 1 }))).toBe('seen-unanswered')
    expect(statusOf(sum({ prohibited: 1 }, { isDoubtful: true }))).toBe('seen-refused')
  })

  test('something else spoken on the port is a status of its own, unless the rule also worked', () => {
    const other = sum({ established: 4 }, { isContradicted: true })
    expect(statusOf(other)).toBe('seen-wrong-protocol')
    expect(statusOf(other, sum({ refused: 1 }))).toBe('seen-wrong-protocol')
    expect(statusOf(other, sum({ established: 1 }))).toBe('seen-working')
  })

  test('is added up, and its parts are together its flows', () => {
    const found = covered(
      TO_DIRECTOR,
      [DIRECTOR],
      [
        sum({ established: 4, 'one-sided': 1 }, { first: 3n, last: 4n, flaky: 1, conversations: 2 }),
        sum({ refused: 2, unanswered: 3 }, { isDoubtful: true, first: 7n, last: 20n }),
        sum({ established: 8 }, { isContradicted: true, broken: 1 }),
      ],
    )
    expect(found).toMatchObject({ flows: 18, conversations: 4, broken: 1, flaky: 1, first: 3n, last: 20n })
    expect(found).toMatchObject({ doubtful: 5, wrongProtocol: 8 })
    expect(found.outcomes).toEqual({ ...noOutcomes(), established: 4, 'one-sided': 1 })
  })

  test('counts for the rule that the judgement names and for no other', () => {
    const rules = ruleSet([rule('made', TO_DIRECTOR), rule('also made', TO_DIRECTOR)])
    const found = coverageOf(rules, [DIRECTOR], [sum({ established: 1 })], new Set(ROLES))
    expect(found.map(({ status }) => status)).toEqual(['seen-working', 'not-seen'])
  })
})

describe('what was not seen', () => {
  const at = (roles: readonly Role[], fields: Partial<Rule>) => covered(fields, [capture(roles)]).status

  test.each([
    ['the responder', ['director'], TO_DIRECTOR, 'not-seen'],
    ['the originator', ['client-internal'], TO_DIRECTOR, 'not-seen'],
    ['one of several roles of the address', ['other', 'director'], TO_DIRECTOR, 'not-seen'],
    ['neither', ['front-end'], TO_DIRECTOR, 'not-observable'],
    ['only whom the rule calls any', ['director'], TO_EDGE, 'not-observable'],
    ['whom any stands beside', ['edge-internal'], TO_EDGE, 'not-seen'],
    ['a usual originator', ['director'], { ...TO_EDGE, usualOriginators: ['director'] }, 'not-observable'],
    ['nobody', [], TO_DIRECTOR, 'not-observable'],
  ] as const)('at %s', (_, roles, fields, status) => {
    expect(at(roles, fields)).toBe(status)
  })

  test('a responder that must share its address is observed only where it does', () => {
    const shared: Partial<Rule> = { ...TO_EDGE, responders: ['edge-access'], sharedWith: ['edge-av'] }
    expect(at(['edge-access'], shared)).toBe('not-observable')
    expect(at(['edge-access', 'edge-av'], shared)).toBe('not-seen')
  })

  test('a withdrawn rule is not observable anywhere', () => {
    const rules = ruleSet([rule('made', TO_DIRECTOR)], ['made'])
    const found = covered({}, [DIRECTOR], [], rules)
    expect([found.status, found.limits, found.captures]).toEqual(['not-observable', ['withdrawn'], []])
  })

  test('names the capture, how long it lasted, and the host that it was taken at', () => {
    const found = covered(TO_DIRECTOR, [DIRECTOR, capture(['sql-backend'], { point: 'sql01', last: 99n * HOUR })])
    expect(found.captures).toEqual(['dir01'])
    expect([found.windowFirst, found.windowLast]).toEqual([0n, 24n * HOUR])
    expect(found.observedAt.map(({ address }) => address)).toEqual(['10.0.0.16'])
  })
})

describe('limits', () => {
  const limitsOf = (...captures: readonly CoveredCapture[]) => covered(TO_DIRECTOR, captures).limits

  test('a whole day that nothing speaks against has none', () => {
    expect(limitsOf(DIRECTOR)).toEqual([])
  })

  test('less than an hour is short', () => {
    expect(limitsOf(capture(['director'], { last: HOUR - 1n }))).toEqual(['short-window'])
    expect(limitsOf(capture(['director'], { last: HOUR }))).toEqual([])
    expect(limitsOf(capture(['director'], { first: null, last: null }))).toEqual(['short-window'])
  })

  test('doubts that hide flows are named, others are not', () => {
    const doubts = ['one-sided', 'loss', 'cut-off', 'midstream', 'snapped', 'clock'] as const
    expect(limitsOf(capture(['director'], { doubts }))).toEqual(['one-sided', 'loss', 'cut-off', 'midstream'])
  })

  test('one capture that nothing speaks against is enough', () => {
    expect(limitsOf(capture(['director'], { doubts: ['loss'], point: 'a' }), DIRECTOR)).toEqual([])
  })

  test('nobody knows at which of its hosts the capture was taken', () => {
    expect(limitsOf(capture(['director'], { isUnsure: true }))).toEqual(['place-unsure'])
  })

  test('hosts that the inventory does not list may have been there', () => {
    const unlisted = (fields: Partial<Rule>, ...roles: readonly Role[]) =>
      covered(fields, [DIRECTOR], [], undefined, new Set(roles)).limits
    expect(unlisted(TO_DIRECTOR, 'director')).toEqual(['role-unlisted'])
    expect(unlisted(TO_DIRECTOR, 'director', 'client-internal')).toEqual([])
    expect(unlisted({ ...TO_DIRECTOR, originators: ['any'] }, 'director')).toEqual([])
    expect(unlisted({ ...TO_DIRECTOR, originators: ['client-external'] }, 'director')).toEqual([])
  })

  test('of any, only what this host does was seen', () => {
    const seen = covered(TO_EDGE, [DIRECTOR], [sum({ established: 1 })])
    expect([seen.status, seen.limits]).toEqual(['seen-working', ['from-this-host-only']])
    const edge = capture(['edge-internal'], { point: 'edge01' })
    expect(covered(TO_EDGE, [DIRECTOR, edge], [sum({ established: 1 })]).limits).toEqual([])
    expect(covered(TO_EDGE, [capture([], { hosts: [] })], [sum({ established: 1 })]).limits).toEqual([])
  })

  test('what is unclear says why', () => {
    const lossy = capture(['director'], { doubts: ['loss', 'clock'] })
    expect(covered(TO_DIRECTOR, [lossy], [sum({ refused: 1 }, { isDoubtful: true })]).limits).toEqual(['loss'])
  })
})
