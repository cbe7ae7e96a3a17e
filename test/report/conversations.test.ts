import { describe, expect, it } from 'vitest'
import { conversationColumns, findingColumns } from '../../src/report/conversations.ts'
import { jsonFields } from '../../src/report/json.ts'
import { outcomesText } from '../../src/report/judged.ts'
import { render } from '../../src/report/render.ts'
import { captureOutput } from './captured-output.ts'
import { CONVERSATION_ROW, UNEXPECTED } from './rows.ts'

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

  it('shows when, who, where, verdict and rule at 80 columns', () => {
    const out = captureOutput(80)
    render(out, 'table', conversationColumns('table', out), [{ ...CONVERSATION_ROW, ...UNEXPECTED }])
    expect(out.lines()[0]?.split(/ {2,}/)).toEqual(['first', 'originator', 'responder', 'port', 'verdict', 'rule'])
  })

  it('that is a finding shows its flows at 80 columns', () => {
    const out = captureOutput(80)
    render(out, 'table', findingColumns(out), [{ ...CONVERSATION_ROW, ...UNEXPECTED }])
    expect(out.lines()[0]?.split(/ {2,}/)).toContain('flows')
    expect(out.lines()[2]).toContain('wrong-port')
  })
})
