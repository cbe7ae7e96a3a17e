import { describe, expect, test } from 'vitest'
import { compileLookup } from '../../src/inventory/lookup.ts'
import { ROLES, type Role } from '../../src/inventory/roles.ts'
import type { Question } from '../../src/judge/match.ts'
import { bestRule } from '../../src/judge/match.ts'
import { createPlaceEnds, type Party } from '../../src/judge/party.ts'
import { type Difference, differences, explain } from '../../src/judge/reason.ts'
import type { Rule, Party as RuleParty } from '../../src/rules/rule.ts'
import { DEFAULT_RULE_SET, inventoryOfRoles, judged, rule } from './samples.ts'

describe('fields in which a conversation differs from a rule', () => {
  const made = rule('made')
  const asked: Question = { origRoles: ['front-end'], respRoles: ['director'], transport: 'tcp', port: 1000 }

  test.each<[readonly Difference[], Partial<Question>]>([
    [[], {}],
    [['originator'], { origRoles: ['other'] }],
    [['originator'], { origRoles: [] }],
    [['responder'], { respRoles: ['other'] }],
    [['originator', 'responder'], { origRoles: ['other'], respRoles: [] }],
    [['transport'], { transport: 'udp' }],
    [['port'], { port: 1001 }],
    [['direction'], { origRoles: ['director'], respRoles: ['front-end'] }],
    [
      ['direction', 'transport', 'port'],
      { origRoles: ['director'], respRoles: ['front-end'], transport: 'udp', port: 1 },
    ],
    [[], { origRoles: ['director', 'front-end'], respRoles: ['director', 'front-end'] }],
  ])('%j', (wanted, fields) => {
    expect(differences(made, { ...asked, ...fields })).toEqual(wanted)
  })

  test('any is never turned round', () => {
    const any = rule('any', { originators: ['any'] })
    expect(differences(any, { ...asked, origRoles: ['director'], respRoles: ['front-end'] })).toEqual(['responder'])
  })
})

describe('the nearest rule', () => {
  test.each([
    ['director > reverse-proxy-internal tcp 4443', 'director-rp-4443', ['direction']],
    ['client-internal > director tcp 4443', 'director-rp-4443', ['originator']],
    ['director > sql-backend tcp 444', 'director-to-front-end-444', ['responder']],
    ['client-internal > director udp 5061', 'director-client-5061', ['transport']],
    ['reverse-proxy-internal > director tcp 8081', 'director-rp-8080', ['port']],
    ['reverse-proxy-internal > director tcp 4444', 'director-rp-4443', ['port']],
    ['director > edge-internal tcp 5063', 'edge-internal-next-hop-5061', ['port']],
    ['10.9.9.9 > director tcp 3389', 'windows-admin-rdp-3389', ['originator']],
    ['director > 10.9.9.9 tcp 88', 'windows-kerberos-tcp-88', ['responder']],
  ])('%s is nearest to %s, but for %j', (text, nearestRule, differs) => {
    expect(judged(text)).toMatchObject({ nearestRule, differs })
  })
})

describe('one field of an allowed conversation changed', () => {
  const address = (role: Role) => `10.0.${ROLES.indexOf(role)}.1`
  const placeEnds = createPlaceEnds(
    compileLookup(inventoryOfRoles(Object.fromEntries(ROLES.map((role) => [address(role), [role]])))),
  )

  // Nobody's role, and a port that no rule names: a change to them is a change in one field from every rule.
  const NOBODY: Role = 'other'
  const NO_PORT = 7
  const inForce = DEFAULT_RULE_SET.rules.filter(({ withdrawn }) => !withdrawn).map(({ rule }) => rule)

  interface Ask {
    readonly orig: Role
    readonly resp: Role
    readonly transport: string
    readonly port: number
  }

  function partyOf(parties: readonly RuleParty[]): readonly Role[] {
    return parties.map((party) => (party === 'any' ? NOBODY : party))
  }

  function allowedBy(rule: Rule): readonly Ask[] {
    const ports = new Set(rule.ports.flatMap(({ first, last }) => [first, last]))
    return partyOf(rule.originators).flatMap((orig) =>
      partyOf(rule.responders).flatMap((resp) =>
        [...ports].map((port) => ({ orig, resp, transport: rule.transport, port })),
      ),
    )
  }

  const CHANGES: Readonly<Record<Difference, (ask: Ask, rule: Rule) => Ask | undefined>> = {
    direction: (ask, rule) =>
      rule.originators.includes('any') || rule.responders.includes('any')
        ? undefined
        : { ...ask, orig: ask.resp, resp: ask.orig },
    // Of two ends that no rule names, either may be the wrong one.
    originator: (ask) => (ask.resp === NOBODY ? undefined : { ...ask, orig: NOBODY }),
    responder: (ask) => (ask.orig === NOBODY ? undefined : { ...ask, resp: NOBODY }),
    transport: (ask) => ({ ...ask, transport: ask.transport === 'tcp' ? 'udp' : 'tcp' }),
    port: (ask) => ({ ...ask, port: NO_PORT }),
  }

  function answer({ orig, resp, transport, port }: Ask) {
    const [from, to]: readonly [Party, Party] = placeEnds(address(orig), address(resp))
    const asked = { origRoles: from.roles, respRoles: to.roles, transport, port }
    const best = bestRule(DEFAULT_RULE_SET, asked)
    return best ? undefined : explain(DEFAULT_RULE_SET, asked, from, to)
  }

  test('no rule names the role and the port that the changes use', () => {
    const named = inForce.flatMap(({ originators, responders }) => [...originators, ...responders])
    expect(named).not.toContain(NOBODY)
    expect(
      inForce.flatMap(({ ports }) => ports).filter(({ first, last }) => first <= NO_PORT && last >= NO_PORT),
    ).toEqual([])
  })

  test.each(inForce.map((rule) => [rule.id, rule] as const))('%s allows what it says', (_, rule) => {
    expect(allowedBy(rule).filter((ask) => answer(ask) !== undefined)).toEqual([])
  })

  test.each(Object.entries(CHANGES))('%s: unexpected, and the field is named', (field, change) => {
    const wrong: unknown[] = []
    let unexpected = 0
    for (const rule of inForce) {
      for (const ask of allowedBy(rule)) {
        const changed = change(ask, rule)
        const explained = changed && answer(changed)
        if (explained === undefined) continue
        unexpected += 1
        if (explained.differs.join() !== field)
          wrong.push([rule.id, changed, explained.reason, explained.nearest?.rule.id, explained.differs])
      }
    }
    expect(wrong).toEqual([])
    expect(unexpected).toBeGreaterThan(20)
  })
})
