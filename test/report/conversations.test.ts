import { describe, expect, it } from 'vitest'
import { conversationColumns, failingColumns } from '../../src/report/conversations.ts'
import { jsonFields } from '../../src/report/json.ts'
import { outcomesText } from '../../src/report/judged.ts'
import type { Output } from '../../src/report/output.ts'
import { render } from '../../src/report/render.ts'
import type { ConversationRow } from '../../src/store/read-rows.ts'
import { captureOutput } from './captured-output.ts'
import { CONVERSATION_ROW, UNEXPECTED } from './rows.ts'

const ALL = 'first originator responder port verdict rule outcomes flows bytes last remarks capture id'.split(' ')

describe('a conversation', () => {
  it('says how its flows ended, the most frequent first', () => {
    expect(outcomesText(CONVERSATION_ROW)).toBe('3 established, 1 unanswered')
    expect(outcomesText({ ...CONVERSATION_ROW, established: 0, handshake_failed: 2, one_sided: 7 })).toBe(
      '7 one-sided, 2 handshake-failed, 1 unanswered',
    )
  })

  it('has its counts for programs', () => {
    const fields = jsonFields(conversationColumns('json', captureOutput()), CONVERSATION_ROW)
    expect(fields).toMatchObject({ flows: 4, established: 3, unanswered: 1, pack: 'lync-2013', health: 'working' })
    expect(Object.keys(fields).slice(0, 6)).toEqual(['id', 'capture', 'proto', 'orig_addr', 'resp_addr', 'resp_port'])
  })

  const cellsAt = (width: number, row: Partial<ConversationRow>, columnsOf = listColumns) => {
    const out = captureOutput(width)
    render(out, 'table', columnsOf(out), [{ ...CONVERSATION_ROW, ...UNEXPECTED, ...row }])
    const [heading = '', , line = ''] = out.lines()
    return { heading: heading.split(/ {2,}/), cells: line.split(/ {2,}/) }
  }
  const listColumns = (out: Output) => conversationColumns('table', out)

  it('shows who, where, verdict and id at 80 columns, whole addresses and verdicts, and outcomes where they fit', () => {
    const core = ['originator', 'responder', 'port', 'verdict']
    const long = { reason: 'unknown-destination', resp_name: null, resp_addr: '198.51.100.100' } as const
    const { heading, cells } = cellsAt(80, long)
    expect(heading).toEqual([...core, 'id'])
    expect(cells).toEqual(['Seoul cli… 10.1.0.10', '198.51.100.100', 'tcp 5061', 'unknown-destination', 'c0123456789'])
    expect(cellsAt(80, { health: 'broken', reason: null }).heading).toEqual([...core, 'outcomes', 'id'])
    expect(cellsAt(80, long, failingColumns).heading).toEqual([...core, 'id'])
  })

  it('keeps port, verdict and id at 80 columns beside two long addresses, whose ends tell them apart', () => {
    const addresses = {
      orig_addr: '2001:db8:1111:2222:3333:4444:5555:6666',
      resp_addr: '2001:db8:1111:2222:3333:4444:5555:7777',
    }
    const { heading, cells } = cellsAt(80, { ...addresses, reason: 'unknown-destination' })
    expect(heading).toEqual(['originator', 'responder', 'port', 'verdict', 'id'])
    expect(cells[0]).toMatch(/^….*:6666$/)
    expect(cells[1]).toMatch(/^….*:7777$/)
  })

  it('loses what tells least first as the terminal gets narrower', () => {
    const gone: string[] = []
    for (let width = 400; width > 20; width--) {
      const { heading } = cellsAt(width, { remarks: ['assumed-direction'] })
      gone.push(...ALL.filter((title) => !heading.includes(title) && !gone.includes(title)))
    }
    const isCut = (title: string) => title === 'originator' || title === 'responder'
    expect(gone.filter((title) => !isCut(title)).slice(0, 9)).toEqual(
      'capture last remarks bytes flows first rule outcomes id'.split(' '),
    )
  })

  it('that is flaky for what another row shows says so below the table, once', () => {
    const belowOf = (rows: readonly Partial<ConversationRow>[], columns?: number) => {
      const out = captureOutput(columns)
      const whole = rows.map((row) => ({ ...CONVERSATION_ROW, health: 'flaky' as const, ...row }))
      render(out, 'table', failingColumns(out), whole)
      return out
        .lines()
        .slice(2 + rows.length)
        .join(' ')
    }
    const works = { unanswered: 0 }
    const fails = { established: 0 }
    expect(belowOf([{}])).toBe('')
    expect(belowOf([{ ...works, health: 'working' }])).toBe('')
    for (const row of [works, fails]) expect(belowOf([row])).toMatch(/^ Health counts all flows .* has the rest\.$/)
    expect(belowOf([works, fails]).match(/Health/g)).toHaveLength(1)
    expect(belowOf([works], 60)).not.toContain('Health')
  })
})
