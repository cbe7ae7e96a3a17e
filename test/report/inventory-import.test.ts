import { describe, expect, it } from 'vitest'
import { type ImportRow, importColumns } from '../../src/report/inventory-import.ts'
import { render } from '../../src/report/render.ts'
import { captureOutput } from './captured-output.ts'

const ROW: ImportRow = {
  change: 'added',
  kind: 'endpoint',
  name: 'edge01.perimeter.contoso.com internal',
  addresses: ['172.25.33.10'],
  roles: ['edge-internal'],
  documented: null,
  actual: [],
  remark: '',
}

const linesAt = (columns: number | undefined, rows: readonly ImportRow[]) => {
  const out = captureOutput(columns)
  render(out, 'table', importColumns(out), rows)
  return out.lines()
}

describe('what files say of endpoints', () => {
  it('keeps on a narrow terminal what tells the endpoints of one machine apart, one blank behind its name', () => {
    const public_ = { ...ROW, name: 'edge01.perimeter.contoso.com av public', roles: ['edge-av'] } as const
    const cellsOf = (line: string) => line.split(/ {2,}/)
    const [, , internal = '', av = ''] = linesAt(70, [ROW, public_])
    expect(cellsOf(internal)).toEqual([
      'added',
      expect.stringMatching(/^edge01\S*… internal$/),
      '172.25.33.10',
      'edge-internal',
    ])
    expect(cellsOf(av)).toEqual(['added', expect.stringMatching(/^edge01\S*… av public$/), '172.25.33.10', 'edge-av'])
  })

  it('has remarks where there are any, and no column for none where names need its room', () => {
    expect(linesAt(80, [ROW])[0]).toMatch(/roles$/)
    expect(linesAt(80, [ROW]).join('\n')).not.toContain('hidden')
    expect(linesAt(80, [ROW, { ...ROW, remark: 'the file has other roles' }])[0]).toMatch(/remark$/)
    expect(linesAt(undefined, [ROW])[0]).toMatch(/remark$/)
  })
})
