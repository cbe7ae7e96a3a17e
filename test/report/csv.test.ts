import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell, Column } from '../../src/report/columns.ts'
import { csvCell, renderCsv } from '../../src/report/csv.ts'
import { captureOutput } from './captured-output.ts'
import { SAMPLE_COLUMNS, SAMPLE_ROWS } from './sample-rows.ts'

describe('csvCell', () => {
  it.each<[Cell, string]>([
    [null, ''],
    [Number.NaN, ''],
    [-12.5, '-12.5'],
    [true, 'true'],
    [['director', 'other'], 'director other'],
    [[], ''],
    ['=1+1', "'=1+1"],
    ['+cmd', "'+cmd"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\\x09=1"],
    ['\r=1', "'\\x0d=1"],
    ['\0=1', "'\\x00=1"],
    ['＝1+1', "'＝1+1"],
    [['=1', 'x'], "'=1 x"],
    ['-12.5', '-12.5'],
    ['+1e-9', '+1e-9'],
    ['1:abc=', '1:abc='],
    ['a\x1b[2J\nb', 'a\\x1b[2J\\x0ab'],
  ])('of %j is %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })
})

describe('renderCsv', () => {
  it('writes every column by its key, a line each row', () => {
    const out = captureOutput(20)
    expect(renderCsv(out, SAMPLE_COLUMNS, SAMPLE_ROWS)).toBe(4)
    expect(out.lines()).toEqual([
      'id,name,roles,port,bytes,assumed,verdict,conn_history,community_id',
      '1,dir01.contoso.local,director,5061,1500,false,expected,ShADadFf,1:1',
      '2,서울 클라이언트 네트워크,client-internal other,5061,98000,false,expected,ShADadFf,1:2',
      '30,party 🎉 e\u0301dge,director,,1500,true,unexpected,ShADadFf,1:30',
      '4,evil\\x1b[2J\\u202egpj,,5061,1500,false,unexpected,S,1:4',
    ])
  })

  it('writes the header also without rows', () => {
    const out = captureOutput()
    expect(renderCsv(out, SAMPLE_COLUMNS, [])).toBe(0)
    expect(out.text()).toBe('id,name,roles,port,bytes,assumed,verdict,conn_history,community_id\n')
  })

  it('quotes commas and quotes', () => {
    const out = captureOutput()
    renderCsv(out, [{ key: 'a', title: '', value: (text: string) => text }], ['x,y', 'say "hi"'])
    expect(out.text()).toBe('a\n"x,y"\n"say ""hi"""\n')
  })

  it('is read back cell by cell, for any cells', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[=+@",\r\n' -]{0,6}$/),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string()),
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.array(cell, { minLength: 4, maxLength: 4 })),
        (n, rows) => {
          const columns = [0, 1, 2, 3]
            .slice(0, n)
            .map(
              (index): Column<readonly Cell[]> => ({ key: `c${index}`, title: '', value: (row) => row[index] ?? null }),
            )
          const out = captureOutput()
          renderCsv(out, columns, rows)
          const [header, ...records] = parse(out.text()) as string[][]
          expect(header).toEqual(columns.map(({ key }) => key))
          expect(records).toEqual(rows.map((row) => row.slice(0, n).map(csvCell)))
        },
      ),
    )
  })
})
