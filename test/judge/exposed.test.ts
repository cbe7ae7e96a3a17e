import { describe, expect, it } from 'vitest'
import type { Role } from '../../src/inventory/roles.ts'
import { loggingOrMedia } from '../../src/judge/exposed.ts'
import { type RuleSet, selectRules } from '../../src/rules/pack.ts'

const LYNC = selectRules(['lync-2013', 'windows-baseline'], 'full')

function idsOf(rules: RuleSet, port: number, roles: readonly Role[]): readonly string[] | undefined {
  const found = loggingOrMedia(rules, port, roles)
  return found && [...found.logging, ...found.media].map(({ rule }) => rule.id)
}

describe('an exposed port of the logging agent', () => {
  it.each([50_001, 50_002, 50_003])('may be media where media is in force: %i', (port) => {
    expect(idsOf(LYNC, port, ['edge-av'])).toEqual([`edge-internal-cls-${port}`, 'edge-av-media-tcp'])
  })

  it('is no media at another role, and no other port is in doubt', () => {
    expect(idsOf(LYNC, 50_001, ['edge-access'])).toBeUndefined()
    expect(idsOf(LYNC, 50_004, ['edge-av'])).toBeUndefined()
    expect(idsOf(LYNC, 3389, ['edge-av'])).toBeUndefined()
  })

  it('is not in doubt where the rules of either are withdrawn or not in force', () => {
    const without = (id: string) => ({
      ...LYNC,
      rules: LYNC.rules.map((each) => (each.rule.id === id ? { ...each, withdrawn: true } : each)),
    })
    expect(idsOf(without('edge-av-media-tcp'), 50_001, ['edge-av'])).toBeUndefined()
    expect(idsOf(without('edge-internal-cls-50001'), 50_001, ['edge-av'])).toBeUndefined()
    expect(idsOf(selectRules(['windows-baseline'], 'full'), 50_001, ['edge-av'])).toBeUndefined()
  })
})
