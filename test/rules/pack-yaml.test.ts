import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ROLES } from '../../src/inventory/roles.ts'
import { PACKS, type Pack, selectRules } from '../../src/rules/pack.ts'
import { packYaml } from '../../src/rules/pack-yaml.ts'
import { READINGS, REFERENCE_KINDS, type Reference } from '../../src/rules/reference.ts'
import { APPLICATION_PROTOCOLS, type Rule } from '../../src/rules/rule.ts'
import { parseUserPack } from '../../src/rules/user-pack.ts'

function readBack(pack: Pack): Pack {
  return parseUserPack(Buffer.from(packYaml(pack)), 'copy.yaml').pack
}

describe.each(PACKS)('$name', (pack) => {
  test('is written as a file that has the same rules and amendments when it is read back', () => {
    const copy = readBack(pack)
    expect(copy.title).toBe(pack.title)
    expect(copy.rules).toEqual(pack.rules)
    expect(copy.amendments).toEqual(pack.amendments)
    expect(copy.overrides).toBeUndefined()
  })

  test('judges the same from its file, beside the other packs, under every reading', () => {
    const others = PACKS.filter((each) => each !== pack).map(({ name }) => name)
    const copy = readBack(pack)
    for (const reading of READINGS) {
      const built = selectRules([pack.name, ...others], reading).rules
      const read = selectRules([copy.name, ...others], reading, [copy]).rules
      expect(byId(read)).toEqual(byId(built))
    }
  })
})

/** What decides, whatever the order of the packs. */
function byId(rules: ReturnType<typeof selectRules>['rules']) {
  const entries = rules.map(({ rule, references, withdrawn }): [string, unknown] => [
    rule.id,
    { references, withdrawn },
  ])
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)))
}

test('any text and any ports survive being written and read', () => {
  const text = fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.constantFrom('null', '~', 'a: b', 'a #b', "it's", '- x', 'a:'),
    )
    .map((each) => each.replace(/[\p{Cc}\p{Cs}\ufeff]/gu, '').trim())
    .filter((each) => each !== '')
  const reference = fc.record<Reference>(
    {
      page: fc.constantFrom('single-director', 'topology'),
      kind: fc.constantFrom(...REFERENCE_KINDS),
      where: text,
      says: text,
      withdraws: fc.constant(true as const),
    },
    { requiredKeys: ['page', 'kind', 'where'] },
  )
  const ranges = fc
    .uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 2, maxLength: 6 })
    .map((numbers) => numbers.sort((a, b) => a - b))
    .map((numbers) => numbers.flatMap((first, at) => (at % 2 === 0 ? [{ first, last: numbers[at + 1] ?? first }] : [])))
  const roles = fc.uniqueArray(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 3 })
  const rule = fc.record<Rule>(
    {
      id: fc.constant('a-rule-1'),
      originators: fc.constant(['any'] as const),
      usualOriginators: roles,
      responders: roles,
      transport: fc.constantFrom('tcp', 'udp'),
      ports: ranges,
      originatorPorts: ranges,
      protocol: fc.constantFrom(...APPLICATION_PROTOCOLS),
      purpose: text,
      references: fc.array(reference, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['id', 'originators', 'responders', 'transport', 'ports', 'protocol', 'purpose', 'references'] },
  )
  fc.assert(
    fc.property(rule, text, (each, title) => {
      const copy = readBack({ name: 'a', title, rules: [each] })
      expect([copy.title, copy.rules]).toEqual([title, [each]])
    }),
    { numRuns: 200 },
  )
})
