import { describe, expect, it } from 'vitest'
import { TLS_1_2 } from '../../src/evidence/proof.ts'
import { flowColumns } from '../../src/report/flows.ts'
import { jsonFields } from '../../src/report/json.ts'
import { render } from '../../src/report/render.ts'
import type { FlowRow } from '../../src/store/read-rows.ts'
import { captureOutput } from './captured-output.ts'
import { FLOW_ROW, UNEXPECTED } from './rows.ts'

const tableOf = (rows: readonly FlowRow[], columns?: number, color = false) => {
  const out = captureOutput(columns, color)
  render(out, 'table', flowColumns('table', out), rows)
  return out.lines()
}

const fieldsOf = (row: FlowRow) => jsonFields(flowColumns('json', captureOutput()), row)

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

  it('shows who, where, verdict and id at 80 columns, then outcome and start where they fit, then the rule', () => {
    const titlesOf = (row: Partial<FlowRow>, columns: number) =>
      tableOf([{ ...FLOW_ROW, ...row }], columns)[0]?.split(/ {2,}/)
    const core = ['originator', 'responder', 'port', 'verdict']
    expect(titlesOf({ ...UNEXPECTED, reason: 'unknown-destination' }, 80)).toEqual([...core, 'id'])
    expect(titlesOf(UNEXPECTED, 80)).toEqual([...core, 'outcome', 'id'])
    expect(titlesOf({ health: 'broken' }, 80)).toEqual([...core, 'outcome', 'id'])
    expect(titlesOf(UNEXPECTED, 110)).toEqual(['start', ...core, 'outcome', 'id'])
    expect(titlesOf(UNEXPECTED, 120)).toEqual(['start', ...core, 'rule', 'outcome', 'id'])
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

  it('has for programs its duration in seconds, its time in UTC, and what was counted apart', () => {
    expect(
      fieldsOf({ ...FLOW_ROW, orig_copies: 9, resp_copies: 8, fragments: 2, encapsulation: ['gre'] }),
    ).toMatchObject({
      orig_copies: 9,
      resp_copies: 8,
      fragments: 2,
      encapsulation: ['gre'],
      duration: 1.5,
      start: '2026-11-18T11:06:40.123456789Z',
    })
  })

  it('has for programs what the bytes show', () => {
    expect(fieldsOf(FLOW_ROW)).toMatchObject({
      proof: '',
      alert: null,
      orig_presents: null,
      resp_presents: null,
      icmp_error: null,
      icmp_sender: null,
    })
    const shown = {
      ...FLOW_ROW,
      service: 'tls',
      alert: 48,
      orig_label: 'fe99.contoso.local',
      orig_label_kind: 'certificate',
      resp_label: 'meet.contoso.com',
      resp_label_kind: 'asked-for',
      icmp_error: 'prohibited',
      icmp_sender: '10.0.0.1',
    } as const
    expect(fieldsOf(shown)).toMatchObject({
      service: 'tls',
      proof: 'TLS; the handshake failed with the alert "unknown CA"; 10.0.0.1 says that it is prohibited',
      alert: 'unknown CA',
      orig_presents: 'certificate fe99.contoso.local',
      resp_presents: 'asked-for meet.contoso.com',
      icmp_error: 'prohibited',
      icmp_sender: '10.0.0.1',
    })
  })

  it('shows what was proven where there is room, and nothing where nothing was', () => {
    const row = { ...FLOW_ROW, service: 'mtls', proof: TLS_1_2 } as const
    const [titles, , line] = tableOf([row], 400)
    expect(titles).toMatch(/ service +what the bytes show /)
    expect(line).toContain(' mtls ')
    expect(line).toContain(' mutual TLS 1.2: the client presented a certificate ')
    expect(tableOf([FLOW_ROW], 400)[2]).not.toContain('none')
  })

  it.each([
    ['certificate', '(presents fe01.contoso.local) 10.9.9.9'],
    ['dns', '(DNS name fe01.contoso.local) 10.9.9.9'],
    ['asked-for', '(asked for as fe01.contoso.local) 10.9.9.9'],
    ['capture', '(the capture names it fe01.contoso.local) 10.9.9.9'],
  ] as const)('calls an end that nobody listed as the traffic does: %s', (kind, wanted) => {
    const unlisted = { orig_name: null, orig_roles: [], orig_addr: '10.9.9.9' }
    const label = { orig_label: 'fe01.contoso.local', orig_label_kind: kind }
    expect(tableOf([{ ...FLOW_ROW, ...unlisted, ...label }])[2]).toContain(`  ${wanted}  `)
    const responder = {
      resp_name: null,
      resp_addr: '10.9.9.9',
      resp_label: 'fe01.contoso.local',
      resp_label_kind: kind,
    }
    expect(tableOf([{ ...FLOW_ROW, ...responder }])[2]).toContain(`  ${wanted}  `)
  })

  it('calls it on a narrow terminal by the name alone, which takes less room', () => {
    const label = { orig_name: null, orig_label: 'fe01.contoso.local', orig_label_kind: 'certificate' } as const
    expect(tableOf([{ ...FLOW_ROW, ...label }], 80)[2]).toMatch(/^\(fe01…? 10\.1\.0\.10 /)
    expect(tableOf([{ ...FLOW_ROW, ...label }], 150)[2]).toMatch(/ {2}\(fe01\S* 10\.1\.0\.10 /)
    expect(tableOf([{ ...FLOW_ROW, ...label }], 300)[2]).toContain('  (presents fe01.contoso.local) 10.1.0.10  ')
  })

  it('calls a listed end as the inventory does, whatever the traffic says', () => {
    const [, , line] = tableOf([{ ...FLOW_ROW, orig_label: 'evil.example', orig_label_kind: 'certificate' }])
    expect(line).toContain('  Seoul clients 10.1.0.10  ')
    expect(line).not.toContain('evil')
  })

  it('keeps the address of an end with a long label whole', () => {
    const label = { orig_label: `${'long'.repeat(50)}.example`, orig_label_kind: 'certificate' } as const
    for (const columns of [80, 120, 200]) {
      const [, , line = ''] = tableOf([{ ...FLOW_ROW, orig_name: null, ...label }], columns)
      expect(line).toContain('10.1.0.10 ')
      expect(line.length).toBeLessThanOrEqual(columns)
    }
  })

  it('without ports has none, and no Community ID where that needs more', () => {
    const icmp = { ...FLOW_ROW, proto: 'icmp', orig_port: 0, resp_port: 0 }
    expect(fieldsOf(icmp)).toMatchObject({ orig_port: null, resp_port: null, community_id: null })
    expect(tableOf([icmp])[2]).toContain('  icmp  expected')
  })
})
