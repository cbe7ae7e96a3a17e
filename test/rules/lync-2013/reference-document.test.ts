import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PACKS } from '../../../src/rules/pack.ts'
import { PAGES } from '../../../src/rules/pages.ts'
import type { Rule } from '../../../src/rules/rule.ts'
import { LEFT_OUT, ROW_IDS } from './rows.ts'

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

const SECTIONS = Array.from({ length: 19 }, (_, index) => `2.${index + 1}`)
/** Sections whose pages name both parties; elsewhere rules take the part of a row that is theirs. */
const BOTH_PARTIES = new Set(tableRows(SECTIONS.slice(0, 13)).map(({ id }) => id))
const RULES = PACKS.flatMap((pack) => pack.rules)

/** Pages that the collection speaks of without naming their file. */
const UNNAMED = ['edge-topology', 'director-certificates']

// The reading that serves best has other parties than the row: Access Edge stands for A/V Edge, and the proxy's rows
// are shared by the servers behind it.
const OTHER_ORIGINATORS = /^edge-access-(to-media|to-pic-media|to-pic-turn)/
const OTHER_RESPONDERS = /^edge-access-pic-turn/
const SHARED_RESPONDERS = /^(rp|autod)-int-(8080|4443)$/
const OTHER_USUAL: Readonly<Record<string, readonly string[]>> = { 'edgehlb-node-int-psom-8057': ['director'] }

/** The rules that state the row; a correction may cite it to say something else, but for those that are corrections. */
function citing(id: string): readonly Rule[] {
  const states = (kind: string) => kind !== 'correction' || id.startsWith('dir1-cls-dir-')
  return RULES.filter((rule) => rule.references.some(({ where, kind }) => where === id && states(kind)))
}

/** `50000-59999`; `5095, 5096`; of `src 3478, dst 3478` the destination. */
function portsOf(cell: string): { readonly first: number; readonly last: number } {
  const numbers = (/dst (.*)$/.exec(cell)?.[1] ?? cell).match(/\d+/g)?.map(Number) ?? []
  return { first: numbers[0] ?? 0, last: numbers.at(-1) ?? 0 }
}

describe.skipIf(!present)(present ? 'the collection of facts' : 'the collection of facts (not here: skipped)', () => {
  test('has the same rows that the rules were held against', () => {
    const ids = new Set(tableRows(SECTIONS).map(({ id }) => id))
    expect([...ids].sort()).toEqual([...ROW_IDS].sort())
  })

  test.each(tableRows(SECTIONS).filter(({ id }) => LEFT_OUT[id] === undefined))(
    '$id is cited by rules with its transport and ports',
    ({ id, transport, ports }) => {
      const rules = citing(id)
      expect(new Set(rules.map((rule) => rule.transport))).toEqual(new Set(transport.split(', ')))
      for (const rule of rules) expect(rule.ports).toEqual([portsOf(ports)])
    },
  )

  test.each(tableRows(SECTIONS).filter(({ id }) => BOTH_PARTIES.has(id)))(
    '$id is cited by rules with its parties',
    ({ id, originators, responders }) => {
      for (const rule of citing(id)) {
        const [from, to] = [roles(originators), roles(responders)]
        if (!OTHER_ORIGINATORS.test(rule.id)) expect([...rule.originators].sort()).toEqual([...from.named].sort())
        if (SHARED_RESPONDERS.test(id)) expect(to.named).toEqual(expect.arrayContaining([...rule.responders]))
        else if (!OTHER_RESPONDERS.test(rule.id)) expect([...rule.responders].sort()).toEqual([...to.named].sort())
        const usual = from.usual.filter((role) => !OTHER_USUAL[id]?.includes(role))
        if (from.named.includes('any')) expect(rule.usualOriginators ?? []).toEqual(expect.arrayContaining(usual))
        if (to.named.includes('any')) expect(rule.usualResponders ?? []).toEqual(expect.arrayContaining([...to.usual]))
      }
    },
  )

  test.each(Object.entries(PAGES).filter(([id, page]) => page.date !== undefined && !UNNAMED.includes(id)))(
    'has the page %s',
    (_, page) => {
      expect(document).toContain(page.file)
      expect(document).toContain(page.date)
    },
  )
})
