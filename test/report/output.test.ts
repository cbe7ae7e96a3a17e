import { expect, it } from 'vitest'
import { lineLimit, writeInChunks } from '../../src/report/output.ts'
import { captureOutput } from './captured-output.ts'

it('gathers lines into few writes and loses none', () => {
  const out = captureOutput()
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`)
  writeInChunks(out, lines)
  expect(out.text()).toBe(lines.join(''))
  expect(out.writes()).toBeLessThan(10)
})

it('writes nothing for nothing', () => {
  const out = captureOutput()
  writeInChunks(out, [])
  expect(out.writes()).toBe(0)
})

it('limits lines only on a terminal that knows its width', () => {
  expect([80, undefined, 0].map((columns) => lineLimit(captureOutput(columns)))).toEqual([80, Infinity, Infinity])
})
