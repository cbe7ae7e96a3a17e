import { describe, expect, it } from 'vitest'
import { render } from '../../src/report/render.ts'
import { packSentence, ruleColumns, ruleDocument, writeRule } from '../../src/report/rules.ts'
import type { Pack, RuleInForce } from '../../src/rules/pack.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { captureOutput } from './captured-output.ts'

const RULE: Rule = {
  id: 'a-rule',
  originators: ['any'],
  usualOriginators: ['reverse-proxy-external'],
  responders: ['director', 'front-end'],
  transport: 'udp',
  ports: [
    { first: 3478, last: 3478 },
    { first: 50_000, last: 59_999 },
  ],
  originatorPorts: [{ first: 1024, last: 65_535 }],
  protocol: 'ms-turn',
  purpose: 'Somebody calls',
  references: [
    { page: 'single-director', kind: 'table', where: 'row-1' },
    { page: 'single-director', kind: 'correction', where: 'row-1', says: 'It is not so.', withdraws: true },
    { page: 'nowhere', kind: 'topology', where: 'figure 1' },
  ],
}
const PACK: Pack = { name: 'a-pack', title: 'A pack', rules: [RULE] }

describe('a rule', () => {
  it('is shown with everything that is known of it', () => {
    const out = captureOutput(60)
    writeRule(out, { pack: PACK, rule: RULE })
    expect(out.lines()).toEqual([
      'a-rule',
      'Somebody calls.',
      '',
      'originators      any (usually reverse-proxy-external)',
      'responders       director, front-end',
      'port             udp 3478, 50000-59999',
      'originator port  1024-65535',
      'protocol         ms-turn',
      'pack             a-pack (A pack)',
      '',
      'single-director: Port summary - Single Director, 2012-10-20',
      '  table       row-1',
      '  correction  row-1',
      '              withdraws the rule. It is not so.',
      '',
      'nowhere',
      '  topology  figure 1',
    ])
  })

  it('is listed with who may call whom where, and marked where it is withdrawn', () => {
    const row: RuleInForce = { pack: 'a-pack', rule: RULE, references: RULE.references, withdrawn: true }
    const out = captureOutput()
    render(out, 'table', ruleColumns('table'), [row])
    expect(out.lines()[2]).toMatch(
      /^a-rule \(withdrawn\) {2}any +director, front-end {2}udp 3478, 50000-59999 {2}ms-turn +table, correction, topology/,
    )
  })

  it('is listed with its whole id however narrow the terminal is: roles are cut and columns go before', () => {
    const long = `${'long-'.repeat(6)}rule`
    const rows = [`${long}-5061`, `${long}-5062`].map((id): RuleInForce => {
      return { pack: 'a-pack', rule: { ...RULE, id }, references: RULE.references, withdrawn: false }
    })
    for (const columns of [80, 60, 40]) {
      const out = captureOutput(columns)
      render(out, 'table', ruleColumns('table'), rows)
      const lines = out.lines().slice(2, 4)
      expect(lines.map((line) => line.split(' ')[0])).toEqual(rows.map(({ rule }) => rule.id))
    }
  })

  it('that shares an address or has a media range is shown with these', () => {
    const rule: Rule = { ...RULE, sharedWith: ['edge-access', 'edge-av'], mediaRange: { start: 50_000, count: 10_000 } }
    const out = captureOutput(60)
    writeRule(out, { pack: PACK, rule })
    expect(out.lines()).toContain('same address     also edge-access or edge-av')
    expect(out.lines()).toContain('media range      10000 ports from 50000')
    expect(ruleDocument({ pack: PACK, rule })).toMatchObject({
      shared_with: ['edge-access', 'edge-av'],
      media_range: { start: 50_000, count: 10_000 },
      overridden_by: null,
    })
  })

  it('that a user overrode is shown with what its own pack has instead', () => {
    const before = { ports: [{ first: 443, last: 443 }], usualOriginators: ['sba'], purpose: 'Before' } as const
    const found = { pack: PACK, rule: RULE, overridden: { by: 'our.yaml', before } }
    const out = captureOutput(80)
    writeRule(out, found)
    const lines = out.lines()
    const at = lines.indexOf('overridden       by our.yaml')
    expect(lines.slice(at + 1, at + 4).map((line) => line.trim())).toEqual([
      'instead of originators any (usually sba)',
      'instead of port udp 443',
      'instead of purpose Before',
    ])
    expect(ruleDocument(found)).toMatchObject({ overridden_by: 'our.yaml' })
  })

  it('is listed as overridden, and with its documented ports where the topology moved them', () => {
    const rule: Rule = { ...RULE, ports: [{ first: 3479, last: 3479 }] }
    const row: RuleInForce = {
      pack: 'a-pack',
      rule,
      references: rule.references,
      withdrawn: false,
      overridden: { by: 'our.yaml', before: {} },
      documentedPorts: RULE.ports,
    }
    const out = captureOutput()
    render(out, 'table', ruleColumns('table'), [row])
    expect(out.lines()[2]).toMatch(/^a-rule \(overridden\) .* udp 3479 \(documented: 3478, 50000-59999\) /)
    const csv = captureOutput()
    render(csv, 'json', ruleColumns('json'), [row])
    expect(JSON.parse(csv.text())).toMatchObject([
      { ports: ['3479'], documented_ports: ['3478', '50000-59999'], overridden_by: 'our.yaml', media_start: null },
    ])
  })
})

describe('what was understood of a file of rules', () => {
  const disable = {
    rule: 'a',
    fields: {},
    references: [{ page: 'x', kind: 'table', where: 'y', withdraws: true }],
  } as const
  const override = { rule: 'b', fields: { transport: 'udp' }, references: [] } as const
  const amend = { rule: 'c', reference: { page: 'x', kind: 'table', where: 'y' } } as const

  it.each<[Partial<Pack>, readonly string[], string]>([
    [{}, [], 'our.yaml is in order: 1 rule.'],
    [{ rules: [], overrides: [disable] }, [], 'our.yaml is in order: 1 disabled rule.'],
    [
      { rules: [RULE, RULE], overrides: [disable, override], amendments: [amend, amend] },
      ['lync-2013'],
      'our.yaml is in order: 2 rules, 1 override, 1 disabled rule, 1 amended rule. It has rules of lync-2013, and cannot be chosen beside.',
    ],
  ])('%j', (pack, copied, sentence) => {
    expect(packSentence('our.yaml', { ...PACK, ...pack }, copied)).toBe(sentence)
  })
})
