import { expect, it } from 'vitest'
import type { Column } from '../../src/report/columns.ts'
import { markdownText, renderMarkdown } from '../../src/report/markdown.ts'
import { captureOutput } from './captured-output.ts'

interface Row {
  readonly name: string
  readonly count: number | null
  readonly roles: readonly string[]
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', title: 'name', value: ({ name }) => name },
  { key: 'count', title: 'count', value: ({ count }) => count, align: 'right' },
  { key: 'roles', title: 'roles', value: ({ roles }) => roles, text: ({ roles }) => roles.join(' and ') },
]

it('writes a heading, the alignment and a line for each row', () => {
  const out = captureOutput()
  const rows: readonly Row[] = [
    { name: 'dir01', count: 5, roles: ['director', 'other'] },
    { name: '서울', count: null, roles: [] },
  ]
  expect(renderMarkdown(out, COLUMNS, rows)).toBe(2)
  expect(out.lines()).toEqual([
    '| name | count | roles |',
    '| --- | --: | --- |',
    '| dir01 | 5 | director and other |',
    '| 서울 |  |  |',
  ])
})

it('lets no text from traffic or files become markup, or a line of its own', () => {
  expect(markdownText('a|b')).toBe('a&#124;b')
  expect(markdownText('<img src=x>')).toBe('&lt;img src=x&gt;')
  expect(markdownText('[here](http://x)')).toBe('\\[here\\](http://x)')
  expect(markdownText('`*_~#\\')).toBe('\\`\\*\\_\\~\\#\\\\')
  expect(markdownText('one\ntwo\x1b[2J')).toBe('one\\\\x0atwo\\\\x1b\\[2J')
})
