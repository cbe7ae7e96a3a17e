import { describe, expect, it } from 'vitest'
import type { Trust } from '../../src/judge/trust.ts'
import { summaryDocument, writeSummary } from '../../src/report/summary.ts'
import { writeSummaryBy } from '../../src/report/summary-by.ts'
import type { CaptureRow } from '../../src/store/read-captures.ts'
import type { Summary, SummaryRow } from '../../src/store/read-summary.ts'
import { captureOutput } from './captured-output.ts'
import { CONVERSATION_ROW, UNEXPECTED } from './rows.ts'

const SUMS = {
  flows: 4,
  conversations: 1,
  findings: 0,
  broken: 0,
  flaky: 0,
  bytes: 3_500,
  first: CONVERSATION_ROW.first,
  last: CONVERSATION_ROW.last,
} as const

const CAPTURE: CaptureRow = {
  point: 'edge01/trace',
  formats: ['pcap'],
  linkTypes: ['ethernet'],
  records: 19,
  packets: 18,
  bytes: 4_400,
  flows: 4,
  conversations: 1,
  findings: 0,
  first: CONVERSATION_ROW.first,
  last: CONVERSATION_ROW.last,
  keep: 'findings',
  files: ['trace.pcap'],
  marks: [],
  anomalies: [],
  trust: null,
}

const TRUST: Trust = {
  tcpFlows: 4,
  midstreamFlows: 0,
  oneSidedFlows: 0,
  tcpBytes: 3_500,
  missingBytes: 0,
  records: 19,
  cutRecords: 0,
  backwardRecords: 0,
  droppedPackets: null,
  damagedFiles: 0,
}

const SUMMARY: Summary = {
  captures: [CAPTURE],
  otherCaptures: 0,
  inventory: 'inventory.yaml',
  rules: ['lync-2013'],
  reading: 'full',
  verdicts: [{ ...SUMS, verdict: 'expected' }],
  byPack: [{ ...SUMS, pack: 'lync-2013' }],
  byRule: [{ ...SUMS, pack: 'lync-2013', rule: 'director-client-5061' }],
  byReason: [],
  unexpected: [],
  unexpectedCount: 0,
  broken: [],
  brokenCount: 0,
  flaky: [],
  flakyCount: 0,
}

const textOf = (summary: Summary, columns?: number) => {
  const out = captureOutput(columns)
  writeSummary(out, summary)
  return out.text()
}

describe('a summary', () => {
  it('without findings shows all verdicts, and no table of findings', () => {
    const text = textOf(SUMMARY)
    expect(text).toMatch(/^unexpected +0 +0 /m)
    expect(text).toMatch(/^ {2}lync-2013 +1 +4 /m)
    expect(text).not.toContain('nearest rule')
    expect(text).not.toContain('Broken')
    expect(text).not.toContain('anomalies')
  })

  it('puts findings before what was expected', () => {
    const finding = { ...CONVERSATION_ROW, ...UNEXPECTED }
    const text = textOf({
      ...SUMMARY,
      verdicts: [{ ...SUMS, verdict: 'unexpected', conversations: 1_021 }, ...SUMMARY.verdicts],
      byReason: [{ ...SUMS, reason: 'wrong-port' }],
      unexpected: [finding],
      unexpectedCount: 1_021,
      broken: [{ ...CONVERSATION_ROW, health: 'broken' }],
      brokenCount: 1,
      flaky: [{ ...CONVERSATION_ROW, health: 'flaky' }],
      flakyCount: 1,
    })
    const headings = [
      'verdict  ',
      'Broken: expected',
      'Flaky: expected',
      'Unexpected, with the nearest rule',
      'Expected by lync-2013',
    ]
    const places = headings.map((heading) => text.indexOf(heading))
    expect(places).toEqual([...places].sort((left, right) => left - right))
    expect(places).not.toContain(-1)
    expect(text).toContain('\nand 1,020 more: portolan conversations --verdict unexpected\n')
    expect(text).toMatch(/^ {2}wrong-port /m)
  })

  it('speaks of the nearest rule only where there is room for its column', () => {
    const finding = { ...CONVERSATION_ROW, ...UNEXPECTED }
    const summary = { ...SUMMARY, unexpected: [finding], unexpectedCount: 1 }
    expect(textOf(summary)).toContain('\nUnexpected, with the nearest rule\n')
    expect(textOf(summary, 80)).toContain('\nUnexpected\n')
  })

  it('has findings in the order of reasons, then of time', () => {
    const rows = (
      [
        ['no-rule', 1n],
        ['wrong-port', 3n],
        ['unknown-source', 4n],
        ['wrong-port', 2n],
      ] as const
    ).map(([reason, first]) => ({ ...CONVERSATION_ROW, ...UNEXPECTED, reason, first, id: `c${first}` }))
    const text = textOf({ ...SUMMARY, unexpected: rows, unexpectedCount: 4 })
    expect(text.match(/c\d$/gm)).toEqual(['c4', 'c2', 'c3', 'c1'])
  })

  it('sends to the conversations for columns that have no place: a whole summary is no CSV', () => {
    const text = textOf({ ...SUMMARY, unexpected: [{ ...CONVERSATION_ROW, ...UNEXPECTED }], unexpectedCount: 1 }, 80)
    expect(text.replaceAll(/\s+/g, ' ')).toContain('use portolan conversations --verdict unexpected --format csv')
  })

  it('adds captures up, and says that flows seen twice count twice', () => {
    const other = { ...CAPTURE, point: 'dir01/trace', first: CAPTURE.first && CAPTURE.first - 3_600_000_000_000n }
    const text = textOf({ ...SUMMARY, captures: [CAPTURE, other], otherCaptures: 2 })
    expect(text).toContain('captures   edge01/trace, dir01/trace (and 2 more in the database)\n')
    expect(text).toContain('36 packets, 8 flows, 2 conversations, each counted in every capture that saw it\n')
    expect(text).toContain(' (1 h 00 min)\n')
  })

  it('tells what was odd and what was damaged', () => {
    const anomalies = [
      { name: 'a-few', count: 2 },
      { name: 'many', count: 1_234 },
    ]
    const text = textOf({ ...SUMMARY, captures: [{ ...CAPTURE, anomalies, marks: ['x.pcap: judged up to byte 9'] }] })
    expect(text).toContain('anomalies  1,234 many, 2 a-few\n')
    expect(text).toContain('damaged    x.pcap: judged up to byte 9\n')
  })

  it('says in one line how far the capture can be trusted, of several captures each', () => {
    expect(textOf(SUMMARY)).not.toContain('trust')
    const trusted = { ...CAPTURE, trust: TRUST }
    expect(textOf({ ...SUMMARY, captures: [trusted] })).toMatch(
      /^trust {6}nothing speaks against it: 4 of 4 TCP flows seen from their beginning, no bytes missing$/m,
    )
    const doubted = { ...trusted, point: 'dir01/trace', trust: { ...TRUST, droppedPackets: 7 } }
    const text = textOf({ ...SUMMARY, captures: [CAPTURE, doubted, trusted] })
    expect(text).toMatch(/^trust {6}dir01\/trace: 7 packets dropped: what looks refused .* not called broken$/m)
    expect(text).toMatch(/^ {11}edge01\/trace: nothing speaks against it/m)
  })

  it('gives programs the figures of that', () => {
    const captures = [CAPTURE, { ...CAPTURE, trust: { ...TRUST, missingBytes: 1000 } }]
    expect(JSON.parse(JSON.stringify(summaryDocument({ ...SUMMARY, captures }))).captures).toMatchObject([
      { capture: 'edge01/trace', trust: null, doubts: null },
      { capture: 'edge01/trace', doubts: ['loss'], tcp_flows: 4, missing_bytes: 1000, dropped_packets: null },
    ])
  })

  it('shows what the traffic calls an end that nobody listed', () => {
    const stranger = { orig_name: null, orig_label: 'scanner.example', orig_label_kind: 'certificate' } as const
    const unexpected = [{ ...CONVERSATION_ROW, ...UNEXPECTED, ...stranger }]
    expect(textOf({ ...SUMMARY, unexpected, unexpectedCount: 1 })).toContain('(presents scanner.example) 10.1.0.10')
  })

  it('of captures without packets or inventory says so', () => {
    const text = textOf({ ...SUMMARY, inventory: null, captures: [{ ...CAPTURE, first: null, last: null }] })
    expect(text).toContain('time       no packets\n')
    expect(text).toContain('judged by  no inventory; rules lync-2013; full reading\n')
  })

  it('acts on no terminal, whatever files and points are called', () => {
    expect(textOf({ ...SUMMARY, captures: [{ ...CAPTURE, point: 'a\x1b[2J' }] })).toContain('capture    a\\x1b[2J\n')
  })

  it('keeps within 80 columns', () => {
    const lines = textOf({ ...SUMMARY, unexpected: [{ ...CONVERSATION_ROW, ...UNEXPECTED }], unexpectedCount: 1 }, 80)
    for (const line of lines.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('is plain data for programs', () => {
    const document = JSON.parse(JSON.stringify(summaryDocument(SUMMARY)))
    expect(document.verdicts[0]).toEqual({
      verdict: 'expected',
      flows: 4,
      conversations: 1,
      findings: 0,
      broken: 0,
      flaky: 0,
      bytes: 3_500,
      first: '2026-11-18T11:06:40.123456789Z',
      last: '2026-11-18T11:06:41.623456789Z',
    })
    expect(document.packs[0].pack).toBe('lync-2013')
  })
})

describe('a summary by one thing', () => {
  const byText = (key: Parameters<typeof writeSummaryBy>[2], rows: readonly SummaryRow[]) => {
    const out = captureOutput(100)
    writeSummaryBy(out, 'table', key, rows)
    return out.lines()
  }

  it('puts the rules of each pack under its name', () => {
    const lines = byText('rule', [
      { ...SUMS, pack: 'windows-baseline', rule: 'windows-time-123' },
      { ...SUMS, pack: 'lync-2013', rule: 'director-client-5061' },
    ])
    expect(lines.filter((line) => /^(lync-2013|windows-baseline)$/.test(line))).toEqual([
      'lync-2013',
      'windows-baseline',
    ])
    expect(lines.indexOf('windows-baseline')).toBeGreaterThan(lines.findIndex((line) => line.startsWith('director-')))
  })

  it('has rules whole on a narrow terminal, and what is broken', () => {
    const rule = 'front-end-conference-directory-9001'
    for (const columns of [80, 60]) {
      const out = captureOutput(columns)
      writeSummaryBy(out, 'table', 'rule', [{ ...SUMS, pack: 'lync-2013', rule }])
      expect(out.text()).toContain(`\n${rule}  `)
      expect(out.text()).toContain('  broken')
    }
  })

  it('names what the inventory does not', () => {
    const [, , line] = byText('roles', [{ ...SUMS, orig_roles: [], resp_roles: ['director'] }])
    expect(line).toMatch(/^\(not listed\) {2}director /)
  })

  it('keeps the addresses of hosts whole', () => {
    const rows = ['10.0.0.41', '2001:db8:1111:2222:3333:4444:5555:6666'].map((host) => ({
      ...SUMS,
      host,
      name: 'pool01.contoso.local',
      roles: [],
    }))
    for (const { host } of rows) expect(byText('host', rows).join('\n')).toContain(`${host} `)
  })

  it('says so where there is nothing', () => {
    expect(byText('reason', [])).toEqual(['No conversation has one.'])
  })
})
