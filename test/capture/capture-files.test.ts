import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { looksLikeCapture, matches, namedFiles } from '../../src/capture/capture-files.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  const files = [
    'edge01/trace_00002.pcapng',
    'edge01/trace_00001.pcapng',
    'edge01/.trace_00003.pcapng',
    'edge01/notes.txt',
    'edge01/inner/deep.pcap',
    'edge02/trace.pcap',
    'edge02/trace.pcap1',
    'star*.pcap',
    'starling.pcap',
  ]
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
  symlinkSync(join(folder, 'edge01/notes.txt'), join(folder, 'edge02/link.pcap'))
  symlinkSync(join(folder, 'nowhere'), join(folder, 'edge02/broken.pcap'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

async function found(argument: string): Promise<readonly string[]> {
  const { paths } = await namedFiles(join(folder, argument))
  return paths.map((path) => path.slice(folder.length + 1))
}

describe('an argument', () => {
  it('that is a file, or nothing, is itself', async () => {
    expect(await namedFiles(join(folder, 'edge01/notes.txt'))).toMatchObject({ areFound: false })
    expect(await found('edge01/missing.pcap')).toEqual(['edge01/missing.pcap'])
  })

  it('that is a folder is its files in the order of their names, without those in folders inside it', async () => {
    expect(await found('edge01')).toEqual([
      'edge01/notes.txt',
      'edge01/trace_00001.pcapng',
      'edge01/trace_00002.pcapng',
    ])
    expect((await namedFiles(join(folder, 'edge01'))).areFound).toBe(true)
  })

  it.each([
    ['edge01/*.pcapng', ['edge01/trace_00001.pcapng', 'edge01/trace_00002.pcapng']],
    ['edge01/trace_0000?.pcapng', ['edge01/trace_00001.pcapng', 'edge01/trace_00002.pcapng']],
    ['edge02/trace.pcap*', ['edge02/trace.pcap', 'edge02/trace.pcap1']],
    [
      'edge0?/trace*',
      ['edge01/trace_00001.pcapng', 'edge01/trace_00002.pcapng', 'edge02/trace.pcap', 'edge02/trace.pcap1'],
    ],
    ['*/inner/*', ['edge01/inner/deep.pcap']],
    ['edge01/inn*', ['edge01/inner/deep.pcap']],
    ['edge01/.*', ['edge01/.trace_00003.pcapng']],
    ['edge02/*.pcap', ['edge02/link.pcap', 'edge02/trace.pcap']],
    ['*02//trace.pcap', ['edge02/trace.pcap']],
  ])('%s is what it matches', async (pattern, paths) => {
    expect(await found(pattern)).toEqual(paths)
  })

  it('with stars that is a file is that file, whatever else it would match', async () => {
    expect(await found('star*.pcap')).toEqual(['star*.pcap'])
    expect(await found('star?.pcap')).toEqual(['star*.pcap'])
  })

  it.each(['edge01/*.cap', 'missing/*.pcap', '*/*/*/*.pcap', 'edge01/notes.txt/*'])(
    '%s matches nothing, and says so',
    async (pattern) => {
      const argument = join(folder, pattern)
      await expect(namedFiles(argument)).rejects.toThrow(`nothing matches ${argument}; wanted captures`)
    },
  )
})

describe('a pattern', () => {
  it.each([
    ['trace.pcap', 'trace.pcap', true],
    ['trace.pcap', 'trace?pcap', true],
    ['trace.pcap', 'trace.pca', false],
    ['trace.pca', 'trace.pcap', false],
    ['trace.pcap', '*', true],
    ['', '*', true],
    ['', '?', false],
    ['trace.pcap', '**.p*p**', true],
    ['abcabd', '*abd', true],
    ['abcab', '*abd', false],
    ['a+b(c).pcap', 'a+b(c).pc?p', true],
    ['a.pcap', 'a[.]pcap', false],
  ])('%j against %j: %s', (name, pattern, expected) => {
    expect(matches(name, pattern, false)).toBe(expected)
  })

  it('may ignore the case, as Windows does', () => {
    expect(matches('Trace.PCAP', '*.pcap', true)).toBe(true)
    expect(matches('Trace.PCAP', '*.pcap', false)).toBe(false)
  })

  it('matches what the regular expression of the same meaning matches', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 8 }).map((parts) => parts.join(''))
    const pattern = fc.array(fc.constantFrom('a', 'b', '.', '*', '?'), { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(letters, pattern, (name, text) => {
        const meant = text.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')
        expect(matches(name, text, false)).toBe(new RegExp(`^${meant}$`).test(name))
      }),
      { numRuns: 2000 },
    )
  })

  it('of many stars takes no time', () => {
    const start = performance.now()
    expect(matches(`${'a'.repeat(250)}b`, `${'*a'.repeat(120)}*c`, false)).toBe(false)
    expect(performance.now() - start).toBeLessThan(500)
  })
})

it.each([
  ['trace.pcap', true],
  ['trace.PCAPNG', true],
  ['trace.pcap12', true],
  ['trace.pcapng.zst', true],
  ['trace.pcap003.gz', true],
  ['trace.etl', true],
  ['trace.snoop', true],
  ['trace.pcapng.lz4', true],
  ['inventory.yaml', false],
  ['portolan.db', false],
  ['trace', false],
  ['pcap', false],
])('%s looks like a capture: %s', (path, expected) => {
  expect(looksLikeCapture(path)).toBe(expected)
})
