import { describe, expect, it } from 'vitest'
import type { Service } from '../../src/evidence/service.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { createJudge } from '../../src/judge/judge.ts'
import { type SmallestChange, smallestChange, withChange } from '../../src/judge/smallest-change.ts'
import type { RuleSet } from '../../src/rules/pack.ts'
import { ADDRESSES, DEFAULT_RULE_SET, entry, INVENTORY, opened, rule, ruleSet, STRANGER } from './samples.ts'

interface Setting {
  readonly inventory?: Inventory
  readonly rules?: RuleSet
  readonly service?: Service
}

/** The change that accepts a conversation; it must do so. */
function changeFor(text: string, { inventory = INVENTORY, rules = DEFAULT_RULE_SET, service = 'none' }: Setting = {}) {
  const asked = opened(text, { service })
  const { answer } = createJudge(inventory, rules).judge(asked, [])
  const change = smallestChange(asked, answer, { inventory, rules }, (address) =>
    address === STRANGER ? 'new.contoso.local' : undefined,
  )
  if (change !== undefined) {
    const after = withChange({ inventory, rules }, change)
    expect(createJudge(after.inventory, after.rules).judge(asked, []).answer.verdict).toBe('expected')
  }
  return change
}

function lineOf(change: SmallestChange | undefined) {
  return change?.kind === 'inventory' ? change.line : undefined
}

function ruleOf(change: SmallestChange | undefined) {
  return change?.kind === 'rule' ? change.rule : undefined
}

function openOf(change: SmallestChange | undefined) {
  return change?.kind === 'rule' ? change.open : undefined
}

describe('an address that nobody lists gets a line', () => {
  it('with the role that the nearest rule wants of it', () => {
    const change = changeFor(`${STRANGER} > director tcp 5061`)
    expect(change).toEqual({
      kind: 'inventory',
      line: { name: 'new.contoso.local', address: STRANGER, roles: ['edge-internal'] },
      allowedBy: 'director-edge-5061',
    })
    expect(lineOf(changeFor(`director > ${STRANGER} tcp 444`))?.roles).toEqual(['front-end'])
  })

  it('with a name made of the address where the traffic has none', () => {
    expect(lineOf(changeFor('10.9.9.8 > director tcp 4443'))?.name).toBe('host 10.9.9.8')
  })

  it('with a role whose rule the bytes do not contradict', () => {
    const rules = ruleSet([
      rule('mutual', { originators: ['edge-internal'], ports: [{ first: 5061, last: 5061 }] }),
      rule('one-way', {
        originators: ['client-internal'],
        ports: [{ first: 5061, last: 5061 }],
        protocol: 'sip-tls',
      }),
    ])
    expect(lineOf(changeFor(`${STRANGER} > director tcp 5061`, { rules, service: 'tls-one-way' }))?.roles).toEqual([
      'client-internal',
    ])
  })

  it('and where no role would do, a rule in which its role is open', () => {
    const change = changeFor(`${STRANGER} > director tcp 22`)
    expect(ruleOf(change)).toMatchObject({
      id: 'own-director-tcp-22',
      originators: ['any'],
      responders: ['director'],
      ports: [{ first: 22, last: 22 }],
    })
    expect(openOf(change)).toEqual(['originators', 'protocol'])
    expect(openOf(changeFor(`director > ${STRANGER} tcp 22`))).toEqual(['responders', 'protocol'])
  })
})

describe('a listed address gets another role', () => {
  it('that stands beside its own on machines of its kind', () => {
    expect(changeFor('front-end > director tcp 445')).toEqual({
      kind: 'inventory',
      line: { name: 'front-end', address: ADDRESSES['front-end'], roles: ['front-end', 'cms-master'] },
      allowedBy: 'director-cms-445',
    })
  })

  it('without losing those of the network that it is in', () => {
    const pool = { family: 4, first: '10.0.0.40', last: '10.0.0.47', prefix: 29 } as const
    const inventory: Inventory = {
      entries: [...INVENTORY.entries.filter(({ name }) => name !== 'front-end'), entry('pool', ['front-end'], [pool])],
    }
    const change = changeFor('10.0.0.43 > director tcp 445', { inventory })
    expect(lineOf(change)).toEqual({ name: 'pool', address: '10.0.0.43', roles: ['front-end', 'cms-master'] })
  })

  it('but not one that machines of its kind never have', () => {
    expect(ruleOf(changeFor('client-internal > director tcp 4443'))).toMatchObject({
      originators: ['client-internal'],
      responders: ['director'],
      transport: 'tcp',
      protocol: 'https',
    })
  })
})

describe('everything else gets a rule', () => {
  it.each([
    ['director > reverse-proxy-internal tcp 4443', 'none', 'own-director-reverse-proxy-internal-tcp-4443'],
    ['reverse-proxy-internal > director tcp 8443', 'none', 'own-reverse-proxy-internal-director-tcp-8443'],
    ['client-internal > director udp 5061', 'sip', 'own-client-internal-director-udp-5061'],
    ['director > sql-backend tcp 444', 'none', 'own-director-sql-backend-tcp-444'],
    ['sql-backend > director tcp 5723', 'unidentified', 'own-sql-backend-director-tcp-5723'],
  ] as const)('%s (%s)', (text, service, id) => {
    expect(ruleOf(changeFor(text, { service }))?.id).toBe(id)
  })

  it('whose protocol is what the bytes are', () => {
    expect(ruleOf(changeFor('director > front-end tcp 5061', { service: 'tls-one-way' }))?.protocol).toBe('tls')
    expect(ruleOf(changeFor('client-internal > director tcp 443', { service: 'http' }))?.protocol).toBe('http')
  })

  it.each([
    ['director > reverse-proxy-internal tcp 4443', 'none', []],
    ['director > front-end tcp 5061', 'tls-one-way', []],
    ['reverse-proxy-internal > director tcp 8443', 'http', []],
    ['reverse-proxy-internal > director tcp 8443', 'none', ['protocol']],
    ['client-internal > director udp 5061', 'none', ['protocol']],
    ['sql-backend > director tcp 5723', 'unidentified', ['protocol']],
  ] as const)(
    'whose protocol is open where neither bytes nor the nearest rule tell it: %s (%s)',
    (text, service, open) => {
      expect(openOf(changeFor(text, { service }))).toEqual(open)
    },
  )

  it('whose id nobody has yet', () => {
    const taken = rule('own-front-end-director-tcp-1001', { ports: [{ first: 1000, last: 1000 }] })
    expect(ruleOf(changeFor('front-end > director tcp 1001', { rules: ruleSet([taken]) }))?.id).toBe(
      'own-front-end-director-tcp-1001-2',
    )
  })
})

describe('nothing is changed', () => {
  it('for what is expected or out of scope', () => {
    expect(changeFor('edge-internal > director tcp 5061')).toBeUndefined()
    expect(changeFor(`${STRANGER} > 10.9.9.8 tcp 5061`)).toBeUndefined()
  })

  it('that would accept what is exposed', () => {
    expect(changeFor('client-external > edge-access tcp 3389')).toBeUndefined()
  })

  it('where no protocol of a rule is what the bytes are', () => {
    expect(changeFor('reverse-proxy-internal > director tcp 4443', { service: 'ssh' })).toBeUndefined()
  })
})
