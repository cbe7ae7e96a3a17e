import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LYNC_2013_RULES } from '../../../src/rules/lync-2013/index.ts'
import { PAGES } from '../../../src/rules/pages.ts'

// Holds the rules against the collection of facts that they were written from, where it is at hand.

const repository = resolve(import.meta.dirname, '../../..')
const { PORTOLAN_REFERENCE } = process.env
const path = PORTOLAN_REFERENCE ?? resolve(repository, '../shared/reference/lync-ports.md')
const present = existsSync(path)
const document = present ? readFileSync(path, 'utf8') : ''

interface TableRow {
  readonly id: string
  readonly transport: string
  readonly ports: string
  readonly originators: string
  readonly responders: string
}

/** The rows of the sections with these numbers. */
function tableRows(sections: readonly string[]): readonly TableRow[] {
  const wanted = document
    .split(/^### /m)
    .filter((section) => sections.some((number) => section.startsWith(`${number} `)))
    .flatMap((section) => section.split('\n'))
  return wanted.flatMap((line) => {
    const [, name = '', transport = '', ports = '', , originators = '', responders = ''] = line
      .split(' | ')[0]
      ?.startsWith('| `')
      ? ['', ...line.replace(/^\| /, '').split(' | ')]
      : []
    const id = /^`(.+)`$/.exec(name)?.[1]
    return id === undefined ? [] : [{ id, transport: transport.toLowerCase(), ports, originators, responders }]
  })
}

/** The roles outside and inside the brackets; virtual addresses and pools are addresses of their server's role. */
function roles(cell: string): { readonly named: readonly string[]; readonly usual: readonly string[] } {
  const [outside = '', inside = ''] = cell.replace(')', '').split('(')
  return { named: roleNames(outside), usual: outside.trim() === 'any' ? roleNames(inside) : [] }
}

function roleNames(text: string): readonly string[] {
  const words = text
    .replaceAll('standard-edition', 'front-end')
    .match(/[a-z]+(-[a-z]+)+|\bany\b|\bsba\b|\bsbs\b|\bdirector\b/g)
  const names = (words ?? []).map((word) => word.replace(/-(vip|pool)$/, ''))
  return [...new Set(names)].filter((name) => name !== 'not-seen')
}

const PAGE_SECTIONS = ['2.1', '2.2', '2.3', '2.4', '2.5']

describe.skipIf(!present)(present ? 'the collection of facts' : 'the collection of facts (not here: skipped)', () => {
  test('has as many rows on these pages as were read', () => {
    expect(tableRows(PAGE_SECTIONS)).toHaveLength(106)
  })

  test.each(tableRows(PAGE_SECTIONS))('$id is cited by a rule with its transport, ports and roles', (row) => {
    const cited = LYNC_2013_RULES.filter((rule) =>
      rule.references.some((each) => each.where === row.id && each.withdraws === undefined),
    )
    expect(cited).not.toHaveLength(0)
    for (const rule of cited) {
      expect(rule.transport).toBe(row.transport)
      const [first, last = first] = row.ports.split('-').map(Number)
      expect(rule.ports).toEqual([{ first, last }])
      expect([...rule.responders].sort()).toEqual([...roles(row.responders).named].sort())
      // One row is printed with Access Edge as the sender and meant with A/V Edge: two rules cite it.
      if (rule.id !== 'edge-access-to-media-tcp') {
        expect([...rule.originators].sort()).toEqual([...roles(row.originators).named].sort())
      }
      expect(rule.usualOriginators ?? []).toEqual(expect.arrayContaining([...roles(row.originators).usual]))
      expect(rule.usualResponders ?? []).toEqual(expect.arrayContaining([...roles(row.responders).usual]))
    }
  })

  test('has every other cited row, with the same port', () => {
    const rows = new Map(tableRows(['2.14', '2.15']).map((row) => [row.id, row]))
    const cited = LYNC_2013_RULES.flatMap((rule) =>
      rule.references.filter((each) => /^(int|avreq)-/.test(each.where)).map((each) => ({ rule, where: each.where })),
    )
    expect(cited.length).toBeGreaterThan(10)
    for (const { rule, where } of cited) {
      expect(rows.get(where)?.transport).toBe(rule.transport)
      expect(rows.get(where)?.ports).toMatch(new RegExp(`\\b${rule.ports[0]?.first}$`))
    }
  })

  test.each(Object.values(PAGES).filter((page) => page.date !== undefined))('has the page $title', (page) => {
    expect(document).toContain(page.file)
    expect(document).toContain(page.date)
  })
})
