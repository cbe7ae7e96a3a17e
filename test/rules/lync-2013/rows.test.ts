import { describe, expect, test } from 'vitest'
import { PACKS } from '../../../src/rules/pack.ts'
import type { Rule } from '../../../src/rules/rule.ts'
import { DOCUMENTED_ROWS, LEFT_OUT, PAGES_OF, permission, ROW_IDS, type Row, SHARED_ROWS } from './rows.ts'

const RULES = PACKS.flatMap((pack) => pack.rules)
const ALL_ROWS = [...DOCUMENTED_ROWS, ...SHARED_ROWS]

// A usual sender that one page names and the reading that serves best does not.
const UNUSUAL_ALL_THE_SAME = new Map([['edgehlb-node-int-psom-8057', ['director']]])

function cites(rule: Rule, { id, kind }: Pick<Row, 'id' | 'kind'>): boolean {
  return rule.references.some((each) => each.where === id && each.kind === kind && each.withdraws === undefined)
}

test('the list of rows has as many of each table as the documentation has', () => {
  const counts = Object.keys(PAGES_OF).map((prefix) => [
    prefix,
    [...ROW_IDS].filter((id) => id.startsWith(`${prefix}-`)).length,
  ])
  expect(Object.fromEntries(counts)).toEqual({
    ...{ dir1: 16, dirdns: 10, dirhlb: 10 },
    ...{ edge1nat: 35, edge1pub: 35, edgednsnat: 35, edgednspub: 35, edgehlb: 33 },
    ...{ rp: 5, autod: 4, xmpp: 3, pic: 6, fed: 1, int: 50 },
    ...{ avreq: 4, sql: 5, hyb: 5, pair: 1, mob: 3, topo: 9 },
  })
})

describe('every row is cited by the one rule that states it', () => {
  test.each(DOCUMENTED_ROWS)('$id ($kind)', (row) => {
    expect(RULES.filter((rule) => cites(rule, row)).map(permission)).toEqual([permission(row)])
  })
})

describe('every row that is several permissions is cited by the rule of each', () => {
  test.each(SHARED_ROWS)('$id for $originators -> $responders', (row) => {
    const rules = RULES.filter((rule) => cites(rule, row))
    expect(rules.map(permission)).toContain(permission(row))
    expect(rules).toHaveLength(SHARED_ROWS.filter(({ id, kind }) => id === row.id && kind === row.kind).length)
  })
})

test.each(Object.entries(LEFT_OUT))('%s is left out: %s', (id) => {
  expect(RULES.flatMap((rule) => rule.references).filter(({ where }) => where === id)).toEqual([])
})

test('no rule cites a row for a permission that the row does not give', () => {
  const given = new Set(ALL_ROWS.map((row) => `${row.id} ${row.kind} ${permission(row)}`))
  const taken = RULES.flatMap((rule) =>
    rule.references
      .filter(({ where, kind }) => ROW_IDS.has(where) && kind !== 'correction')
      .map(({ where, kind }) => `${where} ${kind} ${permission(rule)}`),
  )
  expect(taken.filter((each) => !given.has(each))).toEqual([])
})

test('every table row that a rule cites is in the list of rows, or a load balancer table', () => {
  const tables = RULES.flatMap((rule) => rule.references).filter(
    ({ kind, page }) => kind === 'table' && page !== 'windows-baseline' && !page.endsWith('-2015'),
  )
  const others = tables.filter(({ where }) => !ROW_IDS.has(where) && !/ load balancing( only)?: /.test(where))
  expect(others).toEqual([])
})

test('each row is cited on the page that it stands on', () => {
  const misplaced = RULES.flatMap((rule) => rule.references).filter(
    ({ where, page }) => ROW_IDS.has(where) && !PAGES_OF[where.split('-')[0] ?? '']?.includes(page),
  )
  expect(misplaced).toEqual([])
})

describe('usual parties are those of the rows', () => {
  const withUsual = RULES.filter((rule) => rule.usualOriginators ?? rule.usualResponders)

  test.each(withUsual)('$id', (rule) => {
    const rows = ALL_ROWS.filter((row) => cites(rule, row))
    const originators = rows.flatMap((row) =>
      row.usualOriginators.filter((role) => !UNUSUAL_ALL_THE_SAME.get(row.id)?.includes(role)),
    )
    // Where a load balancer may pass requests on, it is no surprise; of shared addresses only sentences speak.
    const others = rule.sharedWith ? ['client-external', 'load-balancer'] : ['load-balancer']
    expect(rule.usualOriginators ?? []).toEqual(expect.arrayContaining(originators))
    expect([...originators, ...others]).toEqual(expect.arrayContaining([...(rule.usualOriginators ?? [])]))
    expect(new Set(rule.usualResponders ?? [])).toEqual(new Set(rows.flatMap((row) => row.usualResponders)))
  })
})
