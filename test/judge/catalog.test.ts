import { describe, expect, test } from 'vitest'
import { INTERNET_FACING, ROLES, type Role } from '../../src/inventory/roles.ts'
import { createJudge, type Judge } from '../../src/judge/judge.ts'
import type { Difference, Reason } from '../../src/judge/reason.ts'
import { PACKS, type RuleInForce, type RuleSet, selectRules } from '../../src/rules/pack.ts'
import type { Party, Rule } from '../../src/rules/rule.ts'
import { conversation, inventoryOfRoles, ruleSet } from './samples.ts'

// Every built-in rule is asked about what it allows, and about the same with one field changed: first alone, where the
// answer follows from the rule, then among all the others, where it follows from the definitions of verdict, reason and
// nearest rule. Those definitions are written down here a second time, as plainly as they can be.

/** A party's roles, all at one address; an empty list is an address that nobody listed. */
type Place = readonly Role[]

interface Ask {
  readonly orig: Place
  readonly resp: Place
  readonly transport: string
  readonly port: number
}

const STRANGER: Place = []
/** Whoever stands for `any`, and for a role that no rule names. */
const NOBODY: Place = ['other']

const RULES = PACKS.flatMap((pack) => pack.rules)
const SHARED: readonly Place[] = RULES.flatMap((rule) =>
  rule.responders.flatMap((party) => (rule.sharedWith && party !== 'any' ? [placeOf(party, rule)] : [])),
)
const PLACES: readonly Place[] = [...ROLES.map((role) => [role]), ...SHARED]

function addressOf(place: Place): string {
  const number = PLACES.findIndex((each) => each.join() === place.join())
  return place.length === 0 ? '172.16.0.1' : `10.0.${number}.1`
}

const INVENTORY = inventoryOfRoles(Object.fromEntries(PLACES.map((place) => [addressOf(place), place])))

function placeOf(party: Party, { sharedWith = [] }: Pick<Rule, 'sharedWith'> = {}): Place {
  return party === 'any' ? NOBODY : [party, ...sharedWith.slice(0, 1)]
}

/** What the rule allows: all its parties, at both ends of each of its ranges. */
function matches(rule: Rule): readonly Ask[] {
  const ports = [...new Set(rule.ports.flatMap(({ first, last }) => [first, last]))]
  return rule.originators.flatMap((from) =>
    rule.responders.flatMap((to) =>
      ports.map((port) => ({ orig: placeOf(from), resp: placeOf(to, rule), transport: rule.transport, port })),
    ),
  )
}

interface Miss {
  readonly changed: Difference
  readonly ask: Ask
}

/** The same with one field changed. */
function misses(rule: Rule): readonly Miss[] {
  return matches(rule)
    .flatMap((ask): readonly Miss[] => [
      { changed: 'originator', ask: { ...ask, orig: NOBODY } },
      { changed: 'originator', ask: { ...ask, orig: STRANGER } },
      { changed: 'responder', ask: { ...ask, resp: NOBODY } },
      { changed: 'responder', ask: { ...ask, resp: STRANGER } },
      { changed: 'responder', ask: { ...ask, resp: ask.resp.slice(0, 1) } },
      { changed: 'transport', ask: { ...ask, transport: ask.transport === 'tcp' ? 'udp' : 'tcp' } },
      { changed: 'port', ask: { ...ask, port: ask.port - 1 } },
      { changed: 'port', ask: { ...ask, port: ask.port + 1 } },
      { changed: 'direction', ask: { ...ask, orig: ask.resp, resp: ask.orig } },
    ])
    .filter(({ ask }) => ask.port >= 1 && ask.port <= 65535)
    .filter(({ ask }) => ask.orig !== STRANGER || ask.resp !== STRANGER)
    .filter(({ ask }) => !isAllowed(rule, ask))
    .filter(({ changed, ask }) => differences(rule, ask).join() === changed)
}

// The definitions.

/** Towards an Internet-facing role an unlisted address counts as an external client. */
function rolesOf(place: Place, other: Place): Place {
  return place === STRANGER && other.some((role) => INTERNET_FACING.has(role)) ? ['client-external'] : place
}

function roles({ orig, resp }: Ask): readonly [Place, Place] {
  return [rolesOf(orig, resp), rolesOf(resp, orig)]
}

function names(parties: readonly Party[], place: Place): boolean {
  return place.some((role) => parties.includes(role))
}

function admits(parties: readonly Party[], place: Place): boolean {
  return parties.includes('any') || names(parties, place)
}

function sharesAddress({ sharedWith }: Rule, resp: Place): boolean {
  return sharedWith === undefined || names(sharedWith, resp)
}

function coversPort(rule: Rule, port: number): boolean {
  return rule.ports.some(({ first, last }) => first <= port && port <= last)
}

function differences(rule: Rule, ask: Ask): readonly Difference[] {
  const [orig, resp] = roles(ask)
  const differs: Difference[] = []
  const [from, to] = [admits(rule.originators, orig), admits(rule.responders, resp)]
  if (!(from && to) && names(rule.originators, resp) && names(rule.responders, orig)) differs.push('direction')
  else {
    if (!from) differs.push('originator')
    if (!to || !sharesAddress(rule, resp)) differs.push('responder')
  }
  if (rule.transport !== ask.transport) differs.push('transport')
  if (!coversPort(rule, ask.port)) differs.push('port')
  return differs
}

function isAllowed(rule: Rule, ask: Ask): boolean {
  return differences(rule, ask).length === 0
}

/** The reasons in their order, each with what some rule must be like. */
function reasonOf(rules: readonly Rule[], ask: Ask): Reason {
  const [orig, resp] = roles(ask)
  if (orig === STRANGER) return 'unknown-source'
  if (resp === STRANGER) return 'unknown-destination'
  const onPort = rules.filter((rule) => rule.transport === ask.transport && coversPort(rule, ask.port))
  if (onPort.some((rule) => names(rule.originators, resp) && names(rule.responders, orig))) return 'wrong-direction'
  if (onPort.some((rule) => names(rule.responders, resp) && sharesAddress(rule, resp))) return 'wrong-source'
  if (onPort.some((rule) => names(rule.originators, orig))) return 'wrong-destination'
  if (rules.some((rule) => names(rule.originators, orig) && names(rule.responders, resp))) return 'wrong-port'
  return 'no-rule'
}

/** Named sides, the usual ones among them; the size of the range; the place in the packs: the first that differs decides. */
function isBetter(rules: readonly Rule[], left: Rule, right: Rule, ask: Ask): boolean {
  const [orig, resp] = roles(ask)
  const rank = (rule: Rule) => {
    const originators = [...rule.originators, ...(rule.usualOriginators ?? [])]
    const responders = [...rule.responders, ...(rule.usualResponders ?? [])]
    const range = rule.ports.find(({ first, last }) => first <= ask.port && ask.port <= last)
    const size = (range?.last ?? 0) - (range?.first ?? 0)
    return [-Number(names(originators, orig)) - Number(names(responders, resp)), size, rules.indexOf(rule)]
  }
  const [mine, other] = [rank(left), rank(right)]
  const decisive = mine.findIndex((value, index) => value !== other[index])
  return decisive >= 0 && (mine[decisive] ?? 0) < (other[decisive] ?? 0)
}

function bestOf(rules: readonly Rule[], ask: Ask): Rule | undefined {
  const allowing = rules.filter((rule) => isAllowed(rule, ask))
  return allowing.find((rule) => !allowing.some((other) => isBetter(rules, other, rule, ask)))
}

// Nobody answers, so that nothing is exposed, and no bytes speak for or against a rule.
function answer(judge: Judge, { orig, resp, transport, port }: Ask) {
  const ends = { origAddress: addressOf(orig), respAddress: addressOf(resp) }
  return judge.judge(conversation({ ...ends, transport, respPort: port, outcomes: { unanswered: 1 } }), []).answer
}

describe('a rule by itself', () => {
  const alone = (rule: Rule) => createJudge(INVENTORY, ruleSet([rule]))

  test.each(RULES.map((rule) => [rule.id, rule] as const))('%s allows what it says', (id, rule) => {
    const judge = alone(rule)
    expect(matches(rule)).not.toHaveLength(0)
    for (const ask of matches(rule)) expect(answer(judge, ask)).toMatchObject({ verdict: 'expected', rule: id })
  })

  test.each(RULES.map((rule) => [rule.id, rule] as const))('%s allows nothing else, and says why', (id, rule) => {
    const judge = alone(rule)
    const fields = new Set(misses(rule).map(({ changed }) => changed))
    expect([...fields]).toEqual(expect.arrayContaining(['transport', 'port']))
    for (const { changed, ask } of misses(rule)) {
      expect(answer(judge, ask), JSON.stringify(ask)).toMatchObject({
        verdict: 'unexpected',
        rule: null,
        reason: reasonOf([rule], ask),
        nearestRule: id,
        differs: [changed],
      })
    }
  })

  test.each(RULES.filter((rule) => !rule.originators.includes('any')).map((rule) => [rule.id, rule] as const))(
    '%s is missed by another originator',
    (_, rule) => {
      expect(misses(rule).map(({ changed }) => changed)).toContain('originator')
    },
  )

  test.each(RULES.filter((rule) => !rule.responders.includes('any')).map((rule) => [rule.id, rule] as const))(
    '%s is missed by another responder',
    (_, rule) => {
      expect(misses(rule).map(({ changed }) => changed)).toContain('responder')
    },
  )
})

const SETS: readonly (readonly [string, RuleSet])[] = [
  ['all of Lync Server 2013', selectRules(['lync-2013', 'windows-baseline'], 'full')],
  ['Lync Server 2013 as published', selectRules(['lync-2013', 'windows-baseline'], 'published')],
  ['Skype for Business Server 2015', selectRules(['lync-2013', 'sfb-2015', 'windows-baseline'], 'full')],
  ['the single Director', selectRules(['lync-2013/single-director'], 'full')],
  ['the hardware load balanced Edge', selectRules(['lync-2013/scaled-edge-hlb'], 'full')],
]

/** The field that a reason is about; of a wrong port also the transport, and of no rule any one. */
const FIELDS: Readonly<Partial<Record<Reason, readonly Difference[]>>> = {
  'wrong-direction': ['direction'],
  'wrong-source': ['originator'],
  'wrong-destination': ['responder'],
  'wrong-port': ['transport', 'port'],
}

describe.each(SETS)('among %s', (_, { reading, names: selected }) => {
  const set = selectRules(selected, reading)
  const rules = set.rules.filter((each) => !each.withdrawn).map((each) => each.rule)
  const judge = createJudge(INVENTORY, set)
  const inForce: readonly (readonly [string, RuleInForce])[] = set.rules.map((each) => [each.rule.id, each])
  const allowing = inForce.filter(([, { withdrawn }]) => !withdrawn)

  test.each(inForce)('%s allows what it says, unless it is withdrawn', (_id, { rule, withdrawn }) => {
    for (const ask of matches(rule)) {
      const credited = bestOf(rules, ask)?.id ?? null
      expect(answer(judge, ask).rule, JSON.stringify(ask)).toBe(credited)
      if (!withdrawn) expect(credited).not.toBeNull()
    }
  })

  test.each(allowing)('one field off %s, the reason, the nearest rule and its field are right', (_id, { rule }) => {
    for (const { ask } of misses(rule)) {
      const found = answer(judge, ask)
      const credited = bestOf(rules, ask)
      expect(found.rule, JSON.stringify(ask)).toBe(credited?.id ?? null)
      if (credited !== undefined) continue
      const nearest = rules.find(({ id }) => id === found.nearestRule)
      expect(found.reason, JSON.stringify(ask)).toBe(reasonOf(rules, ask))
      expect(nearest && differences(nearest, ask), JSON.stringify(ask)).toEqual(found.differs)
      expect(found.differs, `${JSON.stringify(ask)} ${found.nearestRule}`).toHaveLength(1)
      const about = FIELDS[found.reason ?? 'no-rule']
      if (about !== undefined) expect(about).toEqual(expect.arrayContaining([...found.differs]))
    }
  })
  test('most of what is one field off is unexpected', () => {
    const asked = rules.flatMap((rule) => misses(rule).map(({ ask }) => bestOf(rules, ask)))
    expect(asked.filter((credited) => credited === undefined).length).toBeGreaterThan(asked.length / 2)
  })
})
