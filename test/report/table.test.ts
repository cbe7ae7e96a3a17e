import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Column } from '../../src/report/columns.ts'
import { DRAWN_ROWS, PAGE_ROWS, renderTable } from '../../src/report/table.ts'
import { drawLines, drawPage } from '../../src/report/table-drawing.ts'
import { displayWidth } from '../../src/report/width.ts'
import { captureOutput } from './captured-output.ts'
import { SAMPLE_COLUMNS, SAMPLE_ROWS } from './sample-rows.ts'

/** Rows of each page that cli-table3 was asked to draw. */
const pages = vi.hoisted((): number[] => [])

vi.mock('cli-table3', async (original) => {
  const { default: Table } = await original<{ default: new (options: object) => unknown[] }>()
  class CountedTable extends Table {
    override toString(): string {
      pages.push(this.length)
      return super.toString()
    }
  }
  return { default: CountedTable }
})

afterEach(() => {
  pages.length = 0
})

const sample = (columns: number | undefined, color = false) => {
  const out = captureOutput(columns, color)
  renderTable(out, SAMPLE_COLUMNS, SAMPLE_ROWS, '')
  return out.lines()
}

/** Lines of a table whose rows are lists of cells. */
const linesOf = (
  width: number | undefined,
  columns: readonly Partial<Column<readonly string[]>>[],
  rows: Iterable<readonly string[]>,
) => {
  const out = captureOutput(width)
  const whole = columns.map((column, index) => ({
    key: `c${index}`,
    title: `c${index}`,
    value: (row: readonly string[]) => row[index] ?? null,
    ...column,
  }))
  renderTable(out, whole, rows, 'Nothing to show.')
  return out.lines()
}

describe('a table', () => {
  it('is whole and plain in a pipe', () => {
    expect(sample(undefined)).toEqual([
      'id  name                      roles                   port   bytes  assumed  verdict     history',
      '──  ────────────────────────  ──────────────────────  ────  ──────  ───────  ──────────  ────────',
      ' 1  dir01.contoso.local       director                5061  1.5 kB  no       expected    ShADadFf',
      ' 2  서울 클라이언트 네트워크  client-internal, other  5061   98 kB  no       expected    ShADadFf',
      '30  party 🎉 e\u0301dge             director                      1.5 kB  yes      unexpected  ShADadFf',
      ' 4  evil\\x1b[2J\\u202egpj                              5061  1.5 kB  no       unexpected  S',
    ])
  })

  it('shortens columns at 80 columns', () => {
    expect(sample(80)).toEqual([
      'id  name            roles            port   bytes  assumed  verdict     history',
      '──  ──────────────  ───────────────  ────  ──────  ───────  ──────────  ────────',
      ' 1  dir01.contoso…  director         5061  1.5 kB  no       expected    ShADadFf',
      ' 2  서울 클라이언…  client-interna…  5061   98 kB  no       expected    ShADadFf',
      '30  party 🎉 e\u0301dge   director               1.5 kB  yes      unexpected  ShADadFf',
      ' 4  evil\\x1b[2J\\u…                   5061  1.5 kB  no       unexpected  S',
    ])
  })

  it('leaves a column out at 60 columns and says which', () => {
    expect(sample(60)).toEqual([
      'id  name       roles       port   bytes  assumed  verdict',
      '──  ─────────  ──────────  ────  ──────  ───────  ──────────',
      ' 1  dir01.co…  director    5061  1.5 kB  no       expected',
      ' 2  서울 클…   client-in…  5061   98 kB  no       expected',
      '30  party 🎉…  director          1.5 kB  yes      unexpected',
      ' 4  evil\\x1b…              5061  1.5 kB  no       unexpected',
      '',
      '1 column hidden: history; widen the terminal or use --format',
      'csv',
    ])
  })

  it('leaves more columns out at 40 columns', () => {
    expect(sample(40)).toEqual([
      'id  name      roles     port  verdict',
      '──  ────────  ────────  ────  ──────────',
      ' 1  dir01.c…  director  5061  expected',
      ' 2  서울 클…  client-…  5061  expected',
      '30  party…    director        unexpected',
      ' 4  evil\\x1…            5061  unexpected',
      '',
      '3 columns hidden: bytes, assumed,',
      'history; widen the terminal or use',
      '--format csv',
    ])
  })

  it('keeps one column, cut, where not even that fits', () => {
    expect(linesOf(3, [{}, {}], [['1234', 'x']]).slice(0, 3)).toEqual(['c0', '───', '12…'])
  })

  it('leaves a column without content out before it shortens others, and does not call that hidden', () => {
    const columns = [{ shrink: 5 }, { title: 'remark' }, { drop: 1 }]
    const rows = [['dir01.contoso.local', '', 'abcdef']]
    expect(linesOf(27, columns, rows)[2]).toBe('dir01.contoso.local  abcdef')
    expect(linesOf(27, columns, rows)[0]).not.toContain('remark')
    expect(linesOf(20, columns, rows)[0]).toBe('c0            c2')
    expect(linesOf(10, columns, rows).join(' ')).toContain('1 column hidden: c2;')
    expect(linesOf(undefined, columns, rows)[0]).toContain('remark')
  })

  it('has the notes of its rows below it, each once, where it shows their column', () => {
    const note = ([cell]: readonly string[]) => (cell === 'odd' ? 'This is odd.' : undefined)
    const rows = [['odd'], ['even'], ['odd']]
    expect(linesOf(undefined, [{ note }, {}], rows).slice(5)).toEqual(['', 'This is odd.'])
    expect(linesOf(undefined, [{ note }, {}], [['even']])).toHaveLength(3)
    const two = rows.map(([cell = '']) => [cell, 'x'])
    expect(linesOf(4, [{ note, drop: 1 }, {}], two).join(' ')).not.toContain('odd')
  })

  it('names what else shows every column', () => {
    const out = captureOutput(60)
    renderTable(out, SAMPLE_COLUMNS, SAMPLE_ROWS, '', 'portolan flows --format csv')
    expect(out.lines().slice(-2)).toEqual([
      '1 column hidden: history; widen the terminal or use portolan',
      'flows --format csv',
    ])
  })

  it('colours the heading and what the tone says, and nothing else', () => {
    const lines = sample(40, true)
    expect(lines[0]).toBe(
      ['id', 'name    ', 'roles   ', 'port', 'verdict']
        .map((title) => title.replace(/\S+/, '\x1b[1m$&\x1b[22m'))
        .join('  '),
    )
    expect(lines[2]).toBe(' 1  dir01.c…  director  5061  expected')
    expect(lines[4]).toBe('30  party…    director        \x1b[1m\x1b[31munexpected\x1b[39m\x1b[22m')
    expect(lines[7]).toBe('\x1b[2m3 columns hidden: bytes, assumed,\x1b[22m')
  })

  it('is the same without colour as with its colours taken away', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with a control character.
    expect(sample(60, true).map((line) => line.replace(/\x1b\[\d+m/g, ''))).toEqual(sample(60))
  })

  it('without rows is one sentence, wrapped', () => {
    const out = captureOutput(20)
    expect(renderTable(out, SAMPLE_COLUMNS, [], 'No flow matches these filters.')).toBe(0)
    expect(out.lines()).toEqual(['No flow matches', 'these filters.'])
  })

  it('says so when it has no column to show', () => {
    const out = captureOutput(60)
    expect(renderTable(out, [{ key: 'a', title: 'a', value: () => 1, table: false }], [1, 2], '')).toBe(2)
    expect(out.lines()).toEqual(['No column to show as a table; use --format csv.'])
  })

  it('draws empty cells and a lone combining mark in their columns', () => {
    expect(
      linesOf(
        undefined,
        [{ title: '' }, { align: 'right' }, {}],
        [
          ['', '\u0301', 'x'],
          ['', '', ''],
        ],
      ),
    ).toEqual(['   c1  c2', '─  ──  ──', '     \u0301  x', ''])
  })
})

describe('a cell with a tail', () => {
  const hosts = (width: number | undefined, upTo: number, cells: readonly (readonly [string, string])[]) => {
    const out = captureOutput(width)
    const column: Column<readonly [string, string]> = {
      key: 'host',
      title: 'host',
      value: ([name, address]) => `${name} ${address}`.trim(),
      tail: { of: ([, address]) => address, upTo },
      shrink: 8,
    }
    const port: Column<readonly [string, string]> = { key: 'port', title: 'port', value: () => 'tcp 444', drop: 1 }
    renderTable(out, [column, port], cells, '')
    return out.lines().slice(2, 2 + cells.length)
  }

  it('has what comes before it cut, and nothing where too little would be left', () => {
    const cells = [
      ['pool01.contoso.local', '10.0.0.41'],
      ['프런트 엔드 풀', '10.0.0.42'],
      ['edge01', '192.168.100.100'],
      ['', '10.9.9.9'],
      ['a\x1b[2J very evil', '10.0.0.4'],
    ] as const
    expect(hosts(29, 1, cells)).toEqual([
      'pool01.co… 10.0.0.41  tcp 444',
      '프런트 엔… 10.0.0.42  tcp 444',
      '192.168.100.100       tcp 444',
      '10.9.9.9              tcp 444',
      'a\\x1b[2J v… 10.0.0.4  tcp 444',
    ])
    expect(hosts(undefined, 1, cells)[0]).toBe('pool01.contoso.local 10.0.0.41  tcp 444')
  })

  it('keeps its column as wide as the widest tail, though other columns have to go', () => {
    const cells = [['edge01.contoso.local', '2001:db8::1']] as const
    expect(hosts(20, 20, cells)).toEqual(['2001:db8::1  tcp 444'])
    expect(hosts(19, 20, cells)).toEqual(['edge01… 2001:db8::1'])
  })

  it('is cut at its beginning where it is wider than the column must be', () => {
    expect(hosts(18, 9, [['edge01', '2001:db8::1']])).toEqual(['…1:db8::1  tcp 444'])
  })
})

describe('a table of any cells', () => {
  const visible = fc
    .array(
      fc.constantFrom(
        'a',
        'B',
        ' ',
        '한',
        '글',
        '語',
        'e\u0301',
        'น้ำ',
        'नि',
        '🎉',
        '👍🏽',
        '❤️',
        '1️⃣',
        'ﾊﾟ',
        '\u1112\u1161',
      ),
    )
    .map((parts) => parts.join(''))

  it('has no line wider than the terminal, no trailing blank and no control character', () => {
    const cell = fc.oneof(visible, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
    const row = fc.array(cell, { minLength: 5, maxLength: 5 })
    const column = fc.record({
      shrink: fc.nat(8),
      drop: fc.nat(3),
      align: fc.constantFrom('left' as const, 'right' as const),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(column, { minLength: 1, maxLength: 5 }),
        fc.array(row, { maxLength: 8 }),
        (width, columns, rows) => {
          for (const line of linesOf(width, columns, rows)) {
            expect(displayWidth(line)).toBeLessThanOrEqual(width)
            expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\uFDD0]| $/u)
          }
        },
      ),
    )
  })

  it('keeps its columns aligned', () => {
    const row = fc.tuple(visible, visible, visible).map((cells) => [...cells, '|'])
    fc.assert(
      fc.property(
        fc.constantFrom(undefined, 30, 50, 90),
        fc.array(row, { minLength: 1, maxLength: 8 }),
        (width, rows) => {
          const columns = [{ shrink: 2 }, { shrink: 3, align: 'right' as const }, { shrink: 4 }, { title: '|' }]
          const widths = linesOf(width, columns, rows).map(displayWidth)
          expect(new Set(widths).size).toBe(1)
        },
      ),
    )
  })
})

describe('the two ways to draw rows', () => {
  it('give the same lines', () => {
    const cell = fc.oneof(
      fc.constantFrom('', 'abc', '서울', 'e\u0301', '\u0301', '🎉', 'a b', '\x1b[31m', '\u3000x', 'ﾊﾟ'),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
    )
    const placed = fc.array(
      fc.record({
        width: fc.integer({ min: 1, max: 10 }),
        align: fc.constantFrom('left' as const, 'right' as const),
        tone: fc.constantFrom('finding' as const, 'dim' as const, undefined),
      }),
      { minLength: 1, maxLength: 4 },
    )
    const rows = fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(placed, rows, fc.constantFrom(undefined, 60), fc.boolean(), (wishes, cells, width, color) => {
        const out = captureOutput(width, color)
        const columns = wishes.map(({ width: own, align, tone }, index) => ({
          width: own,
          column: {
            key: `c${index}`,
            title: `c${index}`,
            value: (row: readonly string[]) => row[index] ?? null,
            tone: () => tone,
            align,
          },
        }))
        expect(drawLines(out, columns, cells)).toBe(drawPage(out, columns, cells, false))
      }),
    )
  })
})

describe('a long table', () => {
  function* longRows(count: number, late: string): Generator<readonly string[]> {
    for (let index = 0; index < count; index++) yield [String(index), index < 10_000 ? '짧은 이름' : late, '|']
  }

  it('of 100,000 rows has each row once; the first of them are drawn in small pages', () => {
    const out = captureOutput(80)
    const rows = Array.from({ length: 100_000 }, (_, index) => index)
    const column: Column<number> = { key: 'id', title: 'id', value: (id) => id, align: 'right' }
    expect(renderTable(out, [column], rows, '')).toBe(100_000)
    expect(PAGE_ROWS).toBeLessThanOrEqual(200)
    expect(pages).toEqual(Array.from({ length: DRAWN_ROWS / PAGE_ROWS }, () => PAGE_ROWS))
    expect(out.text()).toBe(['id', '───────', ...rows].map((text) => `${String(text).padStart(7)}\n`).join(''))
  }, 30_000)

  it('has one heading, and later cells fit the columns of the first rows on a terminal', () => {
    const [heading, rule, ...lines] = linesOf(
      80,
      [{}, {}, { title: '|' }],
      longRows(10_120, '나중에 오는 아주 긴 이름'),
    )
    expect([heading, rule]).toEqual(['c0    c1         |', '────  ─────────  ─'])
    expect(lines).toHaveLength(10_120)
    expect(lines[9_999]).toBe('9999  짧은 이름  |')
    expect(lines[10_119]).toBe('101…  나중에…    |')
  }, 30_000)

  it('shortens nothing in a pipe: a later, longer cell moves only its own line', () => {
    const lines = linesOf(undefined, [{}, {}, { title: '|' }], longRows(10_001, '나중에 오는 이름'))
    expect(lines.slice(-2)).toEqual(['9999  짧은 이름  |', '10000  나중에 오는 이름  |'])
  }, 30_000)
})
