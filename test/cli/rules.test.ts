import { describe, expect, it } from 'vitest'
import { findRule, PACKS, selectRules } from '../../src/rules/pack.ts'
import { portolan, rowsOf, shown } from './portolan.ts'

describe('rules', () => {
  it('lists the nine rows of the single-Director table as published', async () => {
    const rules = await rowsOf(['rules', '-r', 'lync-2013/single-director', '--reading', 'published'])
    expect(rules).toHaveLength(9)
    expect(rules.every(({ kinds }) => String(kinds) === 'table')).toBe(true)
  })

  it('lists what the reading and the names select, the default being everything in full', async () => {
    const all = await rowsOf(['rules', 'list'])
    expect(all.map(({ id }) => id)).toEqual(
      selectRules(['lync-2013', 'windows-baseline'], 'full').rules.map(({ rule }) => rule.id),
    )
    const some = await rowsOf(['rules', '-r', 'windows-baseline', '-r', 'lync-2013/av-requirements'])
    expect(some.length).toBeLessThan(all.length)
  })

  it('marks what is withdrawn', async () => {
    const withdrawn = (await rowsOf(['rules'])).filter((rule) => rule['withdrawn'] === true)
    expect(withdrawn.length).toBeGreaterThan(0)
    const table = await shown(['rules'])
    for (const { id } of withdrawn) expect(table).toContain(`${id} (withdrawn)`)
    expect(table.match(/\(withdrawn\)/g)).toHaveLength(withdrawn.length)
  })

  it.each(PACKS.flatMap(({ rules }) => rules.map(({ id }) => id)))('show %s prints every reference', async (id) => {
    const { rule } = findRule(id)
    const text = await shown(['rules', 'show', id])
    for (const { where, says = '' } of rule.references) {
      expect(text).toContain(where)
      expect(text).toContain(says)
    }
    const document = JSON.parse(await shown(['rules', 'show', id, '--format', 'json']))
    expect(document.references).toHaveLength(rule.references.length)
  })

  it.each([
    [['rules', '-r', 'lync2013'], "rules 'lync2013' are not known; did you mean 'lync-2013'?"],
    [['rules', '--reading', 'ful'], "--reading 'ful' is not known; did you mean 'full'?"],
    [['rules', 'show', 'director-rp-808'], "rule 'director-rp-808' is not known; did you mean 'director-rp-8080'?"],
    [['rules', 'show'], "missing required argument 'id'"],
    [
      ['rules', 'show', 'director-rp-8080', '--format', 'csv'],
      "--format 'csv' is not known; wanted table, json or ndjson",
    ],
  ])('%j is refused with one sentence', async (args, sentence) => {
    const { code, err } = await portolan(args)
    expect([code, err]).toEqual([2, `${sentence}\n`])
  })
})
