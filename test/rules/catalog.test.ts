import { describe, expect, test } from 'vitest'
import { ROLES } from '../../src/inventory/roles.ts'
import { PACKS } from '../../src/rules/pack.ts'
import { PAGES } from '../../src/rules/pages.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { permission } from './lync-2013/rows.ts'

const RULES = PACKS.flatMap((pack) => pack.rules)
const AMENDMENTS = PACKS.flatMap((pack) => (pack.amendments ?? []).map((amendment) => ({ pack, ...amendment })))
const ROLE_NAMES: ReadonlySet<string> = new Set(ROLES)
const ONE_LINE = /^[A-Z0-9][^\n\r]{3,119}$/

describe.each(RULES)('rule $id', (rule) => {
  test('has a kebab-case id and a purpose of one line', () => {
    expect(rule.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(rule.purpose).toMatch(ONE_LINE)
    expect(rule.purpose).not.toMatch(/\.$/)
  })

  test('has ports between 1 and 65535, the first not above the last', () => {
    const ranges = [...rule.ports, ...(rule.originatorPorts ?? [])]
    expect(rule.ports).not.toHaveLength(0)
    for (const { first, last } of ranges) {
      expect(first).toBeGreaterThanOrEqual(1)
      expect(last).toBeLessThanOrEqual(65535)
      expect(first).toBeLessThanOrEqual(last)
      expect([first, last].every(Number.isInteger)).toBe(true)
    }
    const [first, ...others] = rule.ports
    for (const other of others) expect(other.first).toBeGreaterThan(first?.last ?? 0)
  })

  test('has a media range as start and count, which its ports have too, but for a rounded end', () => {
    if (rule.protocol === 'srtp') expect(rule.mediaRange).toBeDefined()
    if (rule.mediaRange === undefined) return
    const { start, count } = rule.mediaRange
    expect(rule.ports).toHaveLength(1)
    expect(rule.ports[0]?.first).toBe(start)
    expect([start + count - 1, start + count]).toContain(rule.ports[0]?.last)
  })

  test('names each of its parties once, and only roles that there are', () => {
    const usual = [rule.usualOriginators ?? [], rule.usualResponders ?? []]
    for (const side of [rule.originators, rule.responders, ...usual]) expect(new Set(side).size).toBe(side.length)
    expect(rule.originators).not.toHaveLength(0)
    expect(rule.responders).not.toHaveLength(0)
    const roles = [...rule.originators, ...rule.responders].filter((party) => party !== 'any')
    expect([...roles, ...usual.flat()].filter((role) => !ROLE_NAMES.has(role))).toEqual([])
    expect(roles, 'any to anybody would allow everything').not.toHaveLength(0)
  })

  test('has usual parties only beside any, and any alone on its side', () => {
    const sides = [
      [rule.originators, rule.usualOriginators],
      [rule.responders, rule.usualResponders],
    ] as const
    for (const [parties, usual] of sides) {
      if (parties.includes('any')) expect(parties).toEqual(['any'])
      else expect(usual).toBeUndefined()
      if (usual !== undefined) expect(usual).not.toHaveLength(0)
    }
  })

  test('shares the address of its responder, if at all, with other roles', () => {
    if (rule.sharedWith === undefined) return
    expect(rule.sharedWith).not.toHaveLength(0)
    for (const role of rule.sharedWith) {
      expect(ROLE_NAMES).toContain(role)
      expect(rule.responders).not.toContain(role)
    }
  })

  test('cites known pages, with a sentence wherever it is no table row', () => {
    expect(rule.references).not.toHaveLength(0)
    for (const reference of rule.references) {
      expect(PAGES[reference.page]).toBeDefined()
      expect(reference.where).toMatch(/\S/)
      if (reference.kind !== 'table' || reference.says !== undefined) expect(reference.says).toMatch(ONE_LINE)
      if (reference.withdraws) expect(reference.kind).toBe('correction')
    }
    const cited = rule.references.map((each) => JSON.stringify(each))
    expect(new Set(cited).size).toBe(cited.length)
  })
})

test('no two rules of all packs share an id', () => {
  expect(duplicates(RULES.map((rule) => rule.id))).toEqual([])
})

test('no two rules of all packs state the same permission', () => {
  expect(duplicates(RULES.map(permission))).toEqual([])
})

test('no rule gives a part of what another one gives to the same responders, on the same pages', () => {
  const contained = RULES.flatMap((small) =>
    RULES.filter((large) => small !== large && isPartOf(small, large)).map((large) => `${small.id} in ${large.id}`),
  )
  expect(contained).toEqual([])
})

test.each(AMENDMENTS)(
  '$pack.name speaks of $rule, a rule of another pack, with a known page and a sentence',
  (said) => {
    const rule = RULES.find((each) => each.id === said.rule)
    expect(rule).toBeDefined()
    expect(said.pack.rules).not.toContain(rule)
    expect(PAGES[said.reference.page]).toBeDefined()
    if (said.reference.withdraws) expect(said.reference.says).toMatch(ONE_LINE)
  },
)

test('every page is cited, and dated as year, month and day', () => {
  const cited = new Set(
    [...RULES.flatMap((rule) => rule.references), ...AMENDMENTS.map((each) => each.reference)].map((each) => each.page),
  )
  expect([...cited].sort()).toEqual(Object.keys(PAGES).sort())
  const dates = Object.values(PAGES).flatMap((page) => [page.date ?? [], page.dateKo ?? []].flat())
  expect(dates.filter((date) => !/^20\d\d-[01]\d-[0-3]\d$/.test(date))).toEqual([])
})

function isPartOf(small: Rule, large: Rule): boolean {
  const includes = (parties: readonly string[], part: readonly string[]) => part.every((each) => parties.includes(each))
  const pages = new Set(large.references.filter((each) => each.kind === 'table').map((each) => each.page))
  return (
    small.transport === large.transport &&
    small.protocol === large.protocol &&
    includes(large.originators, small.originators) &&
    includes(large.responders, small.responders) &&
    small.ports.every((each) => large.ports.some(({ first, last }) => first <= each.first && each.last <= last)) &&
    small.references.every((each) => pages.has(each.page))
  )
}

function duplicates(texts: readonly string[]): readonly string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index)
}
