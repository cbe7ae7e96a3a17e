import { describe, expect, it } from 'vitest'
import { FORMATS, type Format } from '../../src/report/formats.ts'
import { render } from '../../src/report/render.ts'
import { captureOutput } from './captured-output.ts'
import { SAMPLE_COLUMNS, SAMPLE_ROWS } from './sample-rows.ts'

function* once<T>(rows: readonly T[]): Generator<T> {
  yield* rows
}

describe('render', () => {
  it.each(FORMATS)('returns the number of rows printed as %s, from rows that can be read only once', (format) => {
    expect(render(captureOutput(80), format, SAMPLE_COLUMNS, once(SAMPLE_ROWS))).toBe(4)
    expect(render(captureOutput(80), format, SAMPLE_COLUMNS, once([]))).toBe(0)
  })

  it.each<[Format, string]>([
    ['table', 'No flow matches.\n'],
    ['json', '[]\n'],
    ['ndjson', ''],
    ['csv', 'id,name,roles,port,bytes,assumed,verdict,conn_history,community_id\n'],
  ])('says of no rows as %s: %j', (format, text) => {
    const out = captureOutput(80)
    render(out, format, SAMPLE_COLUMNS, [], 'No flow matches.')
    expect(out.text()).toBe(text)
  })

  it.each(FORMATS)('closes the rows when the output fails as %s', (format) => {
    let closed = false
    function* rows() {
      try {
        for (;;) yield* SAMPLE_ROWS
      } finally {
        closed = true
      }
    }
    const broken = {
      ...captureOutput(80),
      write: () => {
        throw new Error('EPIPE')
      },
    }
    expect(() => render(broken, format, SAMPLE_COLUMNS, rows())).toThrow('EPIPE')
    expect(closed).toBe(true)
  })
})
