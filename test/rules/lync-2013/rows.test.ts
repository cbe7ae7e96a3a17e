import { describe, expect, test } from 'vitest'
import { LYNC_2013_RULES } from '../../../src/rules/lync-2013/index.ts'
import { DOCUMENTED_ROWS, permission, type Row, SHARED_ROWS } from './rows.ts'

const ALL_ROWS = [...DOCUMENTED_ROWS, ...SHARED_ROWS]

/** The rules that cite a row and are allowed by it. */
function citing(row: Pick<Row, 'id' | 'kind'>) {
  return LYNC_2013_RULES.filter((rule) =>
    rule.references.some((each) => each.where === row.id && each.kind === row.kind && each.withdraws === undefined),
  )
}

describe('every row of the Director and Edge pages', () => {
  test('is in the list of rows as often as the reference has rows', () => {
    const ids = new Set(DOCUMENTED_ROWS.map((row) => row.id))
    const count = (prefix: string) => [...ids].filter((id) => id.startsWith(`${prefix}-`)).length
    expect(['dir1', 'dirdns', 'dirhlb', 'edge1nat', 'edge1pub'].map(count)).toEqual([16, 10, 10, 35, 35])
  })

  test.each(DOCUMENTED_ROWS)('$id ($kind) is cited by the one rule that states it', (row) => {
    const rules = citing(row)
    expect(rules.map(permission)).toEqual([permission(row)])
    expect(rules[0]?.usualOriginators ?? []).toEqual(row.usualOriginators)
    expect(rules[0]?.usualResponders ?? []).toEqual(row.usualResponders)
  })
})

test.each(SHARED_ROWS)('$id is cited for $originators -> $responders', (row) => {
  expect(citing(row).map(permission)).toContain(permission(row))
})

test('no rule cites a row for a permission that the row does not give', () => {
  const given = new Set(ALL_ROWS.map((row) => `${row.id} ${row.kind} ${permission(row)}`))
  const taken = LYNC_2013_RULES.flatMap((rule) =>
    rule.references
      .filter((each) => /^(dir|edge|int|avreq)\w*-/.test(each.where) && each.kind !== 'correction')
      .map((each) => `${each.where} ${each.kind} ${permission(rule)}`),
  )
  expect(taken.filter((each) => !given.has(each))).toEqual([])
})

test('each row is cited on the page that it stands on', () => {
  const pages: Readonly<Record<string, string>> = {
    dir1: 'single-director',
    dirdns: 'director-dns-hlb',
    dirhlb: 'director-hlb',
    edge1nat: 'single-edge-nat',
    edge1pub: 'single-edge-public',
    int: 'internal-servers',
    avreq: 'av-requirements',
  }
  const misplaced = LYNC_2013_RULES.flatMap((rule) => rule.references).filter(({ where, page }) => {
    const wanted = pages[where.split('-')[0] ?? '']
    return wanted !== undefined && wanted !== page
  })
  expect(misplaced).toEqual([])
})
