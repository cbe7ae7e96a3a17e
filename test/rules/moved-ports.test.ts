import { describe, expect, test } from 'vitest'
import type { Inventory, MovedPort, PortSpan } from '../../src/inventory/inventory.ts'
import type { Role } from '../../src/inventory/roles.ts'
import { createJudge } from '../../src/judge/judge.ts'
import { withMovedPorts } from '../../src/rules/moved-ports.ts'
import { PACKS, type RuleInForce, type RuleSet, selectRules } from '../../src/rules/pack.ts'
import { ADDRESSES, conversation, DEFAULT_RULE_SET, INVENTORY, inventoryOfRoles } from '../judge/samples.ts'

const ALL: RuleSet = selectRules(
  PACKS.map(({ name }) => name),
  'full',
)

/** `edge-webconf tcp 443 444`: role, transport, documented ports, actual ports. */
function moved(text: string): MovedPort {
  const [role = '', transport = '', documented = '', ...actual] = text.split(' ')
  return {
    name: text,
    role: role as Role,
    transport: transport as MovedPort['transport'],
    documented: span(documented),
    actual: actual.map(span),
    file: 'inventory.yaml',
    line: 1,
  }
}

function span(text: string): PortSpan {
  const [first = '', last = first] = text.split('-')
  return { first: Number(first), last: Number(last) }
}

function variants(set: RuleSet, id: string): readonly RuleInForce[] {
  return set.rules.filter(({ rule }) => rule.id === id)
}

function texts(set: RuleSet, id: string): readonly string[] {
  return variants(set, id).map(({ rule, documentedPorts }) => {
    const ports = rule.ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    return `${rule.responders.join('+')} ${ports.join()}${documentedPorts === undefined ? '' : ' moved'}`
  })
}

describe('rules where a topology moved a port', () => {
  test('are the same object where nothing was moved', () => {
    expect(withMovedPorts(ALL, undefined)).toBe(ALL)
    expect(withMovedPorts(ALL, [])).toBe(ALL)
    const far = withMovedPorts(ALL, [moved('sql-backend udp 9 10')])
    expect(far).toEqual(ALL)
  })

  test('allow the actual port in the place of the documented one, and say which that was', () => {
    const set = withMovedPorts(ALL, [moved('edge-webconf tcp 443 444')])
    expect(texts(set, 'edge-webconf-client-443')).toEqual(['edge-webconf 444 moved'])
    expect(variants(set, 'edge-webconf-client-443')[0]?.documentedPorts).toEqual([{ first: 443, last: 443 }])
    expect(texts(set, 'edge-access-client-443')).toEqual(['edge-access 443'])
  })

  test('are one for each group of responders that have the same ports', () => {
    const both = ALL.rules.find(({ rule }) => rule.id === 'director-to-web-farm-443')
    expect(both?.rule.responders).toEqual(['front-end', 'director'])
    const set = withMovedPorts(ALL, [moved('front-end tcp 443 4430 4440-4445')])
    expect(texts(set, 'director-to-web-farm-443')).toEqual(['front-end 4430,4440-4445 moved', 'director 443'])
    const same = withMovedPorts(ALL, [moved('front-end tcp 443 444'), moved('director tcp 443 444')])
    expect(texts(same, 'director-to-web-farm-443')).toEqual(['front-end+director 444 moved'])
  })

  test('have the media range that servers are set to, also where the page rounds the documented one', () => {
    const set = withMovedPorts(ALL, [moved('edge-av udp 50000-59999 50000-51999')])
    const media = variants(set, 'edge-av-media-udp')[0]?.rule
    expect([media?.ports, media?.mediaRange]).toEqual([[span('50000-51999')], { start: 50_000, count: 2000 }])
    expect(texts(set, 'edge-av-media-tcp')).toEqual(['edge-av 50000-59999'])
  })

  test('have no media range where it was torn apart', () => {
    const set = withMovedPorts(ALL, [moved('edge-av udp 50000-59999 50000-50999 60000-60999')])
    expect(variants(set, 'edge-av-media-udp')[0]?.rule.mediaRange).toBeUndefined()
  })

  test('keep the documented port for everybody', () => {
    const set = withMovedPorts(ALL, [moved('federation-partner tcp 443 444')])
    expect(texts(set, 'edge-av-to-turn-443')).toEqual(['any 443'])
  })

  test('move once, though it be done twice', () => {
    const lines = [moved('edge-webconf tcp 443 444'), moved('edge-webconf tcp 444 445'), moved('front-end tcp 443 444')]
    const once = withMovedPorts(ALL, lines)
    expect(texts(once, 'edge-webconf-client-443')).toEqual(['edge-webconf 444 moved'])
    expect(withMovedPorts(once, lines)).toEqual(once)
  })

  test.each(ALL.rules.map(({ rule }) => rule))(
    '$id moves for each of its responder roles, and for no other',
    (rule) => {
      for (const party of rule.responders.filter((each) => each !== 'any')) {
        for (const documented of rule.ports) {
          const line = { ...moved(`${party} ${rule.transport} 1 2`), documented, actual: [span('7')] }
          const after = variants(withMovedPorts(ALL, [line]), rule.id)
          const [own, ...more] = after.filter((each) => each.rule.responders.includes(party))
          expect(more).toEqual([])
          expect(own?.rule.ports).toContainEqual(span('7'))
          expect(own?.rule.ports).not.toContainEqual(documented)
          const others = after.filter((each) => each !== own)
          expect(others.every((each) => each.rule.ports === rule.ports)).toBe(true)
          expect(after.flatMap((each) => each.rule.responders).sort()).toEqual([...rule.responders].sort())
        }
      }
    },
  )
})

describe('judging where a topology moved a port', () => {
  const ends = { origAddress: ADDRESSES['client-external'], respAddress: ADDRESSES['edge-webconf'] }

  function answer(lines: readonly string[], fields: Parameters<typeof conversation>[0], inventory = INVENTORY) {
    const place: Inventory = { ...inventory, ports: lines.map(moved) }
    return createJudge(place, DEFAULT_RULE_SET).judge(conversation(fields), []).answer
  }

  test('expects the actual port, and the documented one no longer', () => {
    const lines = ['edge-webconf tcp 443 4444']
    expect(answer(lines, { ...ends, respPort: 4444 })).toMatchObject({
      verdict: 'expected',
      rule: 'edge-webconf-client-443',
    })
    expect(answer([], { ...ends, respPort: 4444 }).verdict).toBe('unexpected')
    expect(answer(lines, { ...ends, respPort: 443 }).verdict).toBe('unexpected')
  })

  test('names the rule and its port as what differs at the documented one', () => {
    const fields = { respAddress: ADDRESSES['sql-backend'], respPort: 1433 }
    const { rule } = answer([], fields)
    expect(rule).toMatch(/1433/)
    expect(answer(['sql-backend tcp 1433 1500'], fields)).toMatchObject({
      reason: 'wrong-port',
      nearestRule: rule,
      differs: ['port'],
    })
  })

  test('orients a flow by the actual port', () => {
    const pair = {
      transport: 'tcp',
      lowAddress: ADDRESSES['edge-webconf'],
      highAddress: ADDRESSES['client-external'],
      lowPort: 4444,
      highPort: 50_123,
      first: 'low',
    } as const
    const { allows } = createJudge({ ...INVENTORY, ports: [moved('edge-webconf tcp 443 4444')] }, DEFAULT_RULE_SET)
    expect([allows(pair, 'high'), allows(pair, 'low')]).toEqual([true, false])
    expect(createJudge(INVENTORY, DEFAULT_RULE_SET).allows(pair, 'high')).toBe(false)
  })

  test('does not call exposed what the topology publishes for that role', () => {
    const reverseProxy = { ...ends, respAddress: ADDRESSES['reverse-proxy-external'], respPort: 4443 }
    expect(answer([], reverseProxy).reason).toBe('exposed')
    expect(answer(['reverse-proxy-external tcp 443 4443'], reverseProxy)).toMatchObject({ verdict: 'expected' })
    expect(answer(['edge-access tcp 443 4443'], reverseProxy).reason).toBe('exposed')
    expect(answer(['reverse-proxy-external udp 443 4443'], reverseProxy).reason).toBe('exposed')
    expect(answer(['reverse-proxy-external tcp 443 4443'], { ...reverseProxy, respPort: 3389 }).reason).toBe('exposed')
  })

  test('of an address with several Edge roles, any of them may publish it', () => {
    const one = inventoryOfRoles({ '192.0.2.9': ['edge-access', 'edge-webconf', 'edge-av'] })
    const fields = { ...ends, respAddress: '192.0.2.9', respPort: 5062 }
    expect(answer([], fields, one).reason).toBe('exposed')
    expect(answer(['edge-access tcp 443 5062'], fields, one).verdict).toBe('expected')
  })

  test('still calls the logging agent exposed where a moved media range covers its ports', () => {
    const fields = { ...ends, respAddress: ADDRESSES['edge-av'], respPort: 50_002 }
    expect(answer(['edge-av tcp 50000-59999 50000-51999'], fields).reason).toBe('exposed')
  })
})
