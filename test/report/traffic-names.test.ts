import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TLS_1_2 } from '../../src/evidence/proof.ts'
import { CONVERSATION_FIELDS, conversationColumns } from '../../src/report/conversations.ts'
import { flowColumns } from '../../src/report/flows.ts'
import { FORMATS, type Format } from '../../src/report/formats.ts'
import { render } from '../../src/report/render.ts'
import type { ConversationRow, FlowRow } from '../../src/store/read-rows.ts'
import { captureOutput } from './captured-output.ts'
import { CONVERSATION_ROW, FLOW_ROW } from './rows.ts'

// Names from server name indications, certificates and name servers are whatever their sender likes.

/** Korean and an emoji in UTF-8, as the bytes of the wire are kept. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1')

const HOSTILE = [
  '\x1b[2J\x1b]0;owned\x07',
  'a\r\nb\tc',
  'a\0b',
  '\x9b31m',
  '\u202egpj.exe',
  '\u2028\u2029',
  latin1('서울.contoso.local'),
  latin1('🎉'),
  '서울.contoso.local',
  '🎉.example',
  '=HYPERLINK("http://evil.example","x")',
  '+1',
  '-1',
  '@SUM(A1)',
  '"; DROP TABLE flows; --',
  'a,b;c|d',
] as const

function named(name: string): { readonly flow: FlowRow; readonly conversation: ConversationRow } {
  const fields = {
    orig_name: null,
    resp_name: null,
    orig_label: name,
    orig_label_kind: 'certificate',
    resp_label: name,
    resp_label_kind: 'dns',
    service: 'mtls',
    proof: TLS_1_2,
    claim: name,
    orig_certificate: [name],
    resp_certificate: [name, 'other'],
  } as const
  return { flow: { ...FLOW_ROW, ...fields }, conversation: { ...CONVERSATION_ROW, ...fields } }
}

function written(format: Format, name: string): string {
  const { flow, conversation } = named(name)
  const out = captureOutput(format === 'table' ? 1000 : undefined)
  render(out, format, flowColumns(format, out), [flow])
  render(out, format, conversationColumns(format, out), [conversation])
  return out.text()
}

/** What a terminal would obey or hide, but for the ends of lines. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const anyName = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
)

describe('names from traffic', () => {
  it.each(FORMATS)('act on no terminal: %s', (format) => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(written(format, name)).not.toMatch(OBEYED)
      }),
      { numRuns: 150 },
    )
  })

  it('keep a table’s row on one line', () => {
    for (const name of HOSTILE) expect(written('table', name).split('\n')).toHaveLength(2 * 3 + 1)
  })

  it('are in JSON what they are', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const { flow, conversation } = named(name)
        for (const [columns, row] of [
          [flowColumns('ndjson', captureOutput()), flow],
          [CONVERSATION_FIELDS, conversation],
        ] as const) {
          const out = captureOutput()
          render(out, 'ndjson', columns as typeof CONVERSATION_FIELDS, [row as ConversationRow])
          const fields = JSON.parse(out.text()) as Record<string, unknown>
          expect(fields).toMatchObject({ orig_presents: `certificate ${name}`, resp_presents: `dns ${name}` })
          expect(fields['proof']).toContain(`, asked for ${name}, the responder presents ${name}`)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('begin no formula in a spreadsheet', () => {
    for (const name of HOSTILE) {
      const cells = written('csv', name).match(/(?<=^|,)("(?:[^"]|"")*"|[^,"\r\n]*)/gm) ?? []
      expect(cells.length).toBeGreaterThan(60)
      for (const cell of cells) expect(cell).not.toMatch(/^"?[=+@\t\r-](?!\d+(\.\d+)?$)/)
    }
  })

  it('of Korean hosts are readable where the certificate has them', () => {
    expect(written('table', '서울.contoso.local')).toContain('(presents 서울.contoso.local) 10.1.0.10')
    expect(written('csv', '서울.contoso.local')).toContain('certificate 서울.contoso.local')
  })
})
