import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell, Column } from '../../src/report/columns.ts'
import { renderJson, renderNdjson } from '../../src/report/json.ts'
import { captureOutput } from './captured-output.ts'
import { SAMPLE_COLUMNS, SAMPLE_ROWS } from './sample-rows.ts'

const pair: readonly Column<readonly [Cell, Cell]>[] = [
  { key: 'a', title: '', value: ([a]) => a },
  { key: 'b', title: '', value: ([, b]) => b },
]

describe('renderJson', () => {
  it('writes an array, an object a line', () => {
    const out = captureOutput()
    expect(renderJson(out, SAMPLE_COLUMNS, SAMPLE_ROWS.slice(0, 3))).toBe(3)
    expect(out.lines()).toEqual([
      '[',
      '{"id":1,"name":"dir01.contoso.local","roles":["director"],"port":5061,"bytes":1500,"assumed":false,"verdict":"expected","conn_history":"ShADadFf","community_id":"1:1"},',
      '{"id":2,"name":"서울 클라이언트 네트워크","roles":["client-internal","other"],"port":5061,"bytes":98000,"assumed":false,"verdict":"expected","conn_history":"ShADadFf","community_id":"1:2"},',
      '{"id":30,"name":"party 🎉 e\u0301dge","roles":["director"],"port":null,"bytes":1500,"assumed":true,"verdict":"unexpected","conn_history":"ShADadFf","community_id":"1:30"}',
      ']',
    ])
  })

  it('writes an empty array without rows', () => {
    const out = captureOutput()
    expect(renderJson(out, SAMPLE_COLUMNS, [])).toBe(0)
    expect(out.text()).toBe('[]\n')
  })

  it('escapes what a terminal would obey, and still means it', () => {
    const out = captureOutput()
    const text = '\x1b\x7f\x9b\u2028\u202e\ud800\u{e0041}'
    renderJson(out, pair, [[text, text]])
    expect(out.text()).toContain(String.raw`"\u001b\u007f\u009b\u2028\u202e\ud800\udb40\udc41"`)
    expect(JSON.parse(out.text())).toEqual([{ a: text, b: text }])
  })
})

describe('renderNdjson', () => {
  it('writes nothing but objects, a line each', () => {
    const out = captureOutput()
    expect(
      renderNdjson(out, pair, [
        ['x\n', 1],
        [null, ['y']],
      ]),
    ).toBe(2)
    expect(out.text()).toBe('{"a":"x\\n","b":1}\n{"a":null,"b":["y"]}\n')
  })

  it('writes nothing without rows', () => {
    const out = captureOutput()
    expect(renderNdjson(out, pair, [])).toBe(0)
    expect(out.text()).toBe('')
  })
})

it('both read back as the cells they were made of', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\ud800', 'a\udc00', '\u2029', '\u009b0m'),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string({ unit: 'binary' })),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
      const expected = rows.map(([a, b]) => ({ a, b }))
      const array = captureOutput()
      renderJson(array, pair, rows)
      expect(JSON.parse(array.text())).toEqual(expected)
      const lines = captureOutput()
      renderNdjson(lines, pair, rows)
      expect(lines.lines().map((line) => JSON.parse(line))).toEqual(expected)
      expect(array.text() + lines.text()).not.toMatch(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\x7f-\x9f]/u)
    }),
  )
})
