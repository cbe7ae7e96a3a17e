import { describe, expect, it } from 'vitest'
import { flowColumns } from '../../src/report/flows.ts'
import { jsonFields } from '../../src/report/json.ts'
import { render } from '../../src/report/render.ts'
import { captureOutput } from './captured-output.ts'
import { FLOW_ROW, UNEXPECTED } from './rows.ts'

const tableOf = (rows: readonly (typeof FLOW_ROW)[], columns?: number, color = false) => {
  const out = captureOutput(columns, color)
  render(out, 'table', flowColumns('table', out), rows)
  return out.lines()
}

const fieldsOf = (row: typeof FLOW_ROW) => jsonFields(flowColumns('json', captureOutput()), row)

describe('a flow', () => {
  it('has both names beside the addresses, and its verdict in one word', () => {
    const [, , expected, unexpected] = tableOf([FLOW_ROW, { ...FLOW_ROW, ...UNEXPECTED }])
    expect(expected).toContain('  Seoul clients 10.1.0.10  dir01.contoso.local 10.0.0.16  tcp 5061  expected    ')
    expect(expected).toContain('  director-client-5061  established    1.50 s       18  3.5 kB  SF  ')
    expect(unexpected).toContain('  wrong-port  (director-rp-8080)  ')
  })

  it('of a broken or flaky conversation says so', () => {
    const [, , broken, flaky] = tableOf([
      { ...FLOW_ROW, health: 'broken' },
      { ...FLOW_ROW, health: 'flaky' },
    ])
    expect(broken).toContain('  broken   ')
    expect(flaky).toContain('  flaky    ')
  })

  it('shows who, where, verdict and rule at 80 columns, and its id where that fits', () => {
    const core = ['originator', 'responder', 'port', 'verdict', 'rule']
    expect(tableOf([{ ...FLOW_ROW, ...UNEXPECTED }], 80)[0]?.split(/ {2,}/)).toEqual(core)
    expect(tableOf([{ ...FLOW_ROW, health: 'broken' }], 80)[0]?.split(/ {2,}/)).toEqual([...core, 'id'])
  })

  it('shows short times on a terminal that is not very wide', () => {
    const [, , line] = tableOf([{ ...FLOW_ROW, ...UNEXPECTED }], 150)
    expect(line).toMatch(/^\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d(:\d\d)? {2}Seoul/)
  })

  it('has the colour of what it means', () => {
    const [, , finding] = tableOf([{ ...FLOW_ROW, ...UNEXPECTED }], 200, true)
    expect(finding).toContain('\x1b[1m\x1b[31mwrong-port\x1b[39m\x1b[22m')
    const [, , broken] = tableOf([{ ...FLOW_ROW, health: 'broken', outcome: 'refused' }], 200, true)
    expect(broken).toContain('\x1b[33mbroken\x1b[39m')
    expect(broken).toContain('\x1b[33mrefused\x1b[39m')
  })

  it('acts on no terminal, whatever the inventory calls its hosts', () => {
    const [, , line] = tableOf([{ ...FLOW_ROW, orig_name: 'a\x1b]0;b\x07\u202ec' }])
    expect(line).toContain('a\\x1b]0;b\\x07\\u202ec 10.1.0.10')
  })

  it('says for programs what is not observed yet as null', () => {
    expect(fieldsOf(FLOW_ROW)).toMatchObject({
      orig_copies: null,
      resp_copies: null,
      fragments: null,
      duration: 1.5,
      start: '2026-11-18T11:06:40.123456789Z',
    })
  })

  it('without ports has none, and no Community ID where that needs more', () => {
    const icmp = { ...FLOW_ROW, proto: 'icmp', orig_port: 0, resp_port: 0 }
    expect(fieldsOf(icmp)).toMatchObject({ orig_port: null, resp_port: null, community_id: null })
    expect(tableOf([icmp])[2]).toContain('  icmp  expected')
  })
})
