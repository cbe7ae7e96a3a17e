import { describe, expect, it } from 'vitest'
import { render } from '../../src/report/render.ts'
import { ruleColumns, writeRule } from '../../src/report/rules.ts'
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
    writeRule(out, PACK, RULE)
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
})
