import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { InventoryError } from '../../src/inventory/inventory-error.ts'
import { parseInventory, readInventory } from '../../src/inventory/read.ts'
import { refusal } from './refusal.ts'

const folder = mkdtempSync(join(tmpdir(), 'portolan-inventory-'))
afterAll(() => rmSync(folder, { recursive: true }))

const CSV = 'name,address,role\n서울,10.1.0.0/16,client-internal\n'
const YAML = 'endpoints:\n  - { name: 서울, address: 10.1.0.0/16, role: client-internal }\n'

describe('an inventory file', () => {
  it('is read from where it is', () => {
    const path = join(folder, 'inventory.yaml')
    writeFileSync(path, YAML)
    expect(readInventory(path).entries).toMatchObject([{ name: '서울', file: path, line: 2 }])
  })

  it('is a table where its name or its first line says so', () => {
    for (const [text, file] of [
      [CSV, 'a.csv'],
      [CSV, 'a.CSV'],
      [CSV, 'a.txt'],
      [CSV, 'a'],
      [YAML, 'a.yml'],
      [YAML, 'a'],
      [`# name,address,role\n${YAML}`, 'a.txt'],
    ] as const) {
      expect(parseInventory(Buffer.from(text), file).entries).toMatchObject([{ name: '서울' }])
    }
  })

  it('may be JSON, which is YAML', () => {
    const json = JSON.stringify(
      { endpoints: [{ name: '서울', address: ['10.1.0.0/16'], role: 'client-internal' }] },
      null,
      2,
    )
    expect(parseInventory(Buffer.from(json), 'a.json').entries).toMatchObject([{ name: '서울', line: 3 }])
  })

  it('may be EUC-KR where it is a table, and not where it is YAML', () => {
    const seoul = Buffer.from([0xbc, 0xad, 0xbf, 0xef])
    const [before = '', after = ''] = CSV.split('서울')
    const table = Buffer.concat([Buffer.from(before), seoul, Buffer.from(after)])
    expect(parseInventory(table, 'a.csv').entries).toMatchObject([{ name: '서울' }])
    expect(parseInventory(table, 'a').entries).toMatchObject([{ name: '서울' }])
    expect(refusal(Buffer.concat([Buffer.from('# '), seoul]), 'a.yaml')).toEqual([
      'inventory a.yaml is not text: byte 0xbc at offset 2 is not UTF-8; wanted YAML or CSV, best in UTF-8',
    ])
  })

  it('that is not there, is a folder or is too large is refused in one sentence', () => {
    const missing = join(folder, 'missing.yaml')
    expect(() => readInventory(missing)).toThrow(
      new InventoryError(`inventory ${missing} cannot be read: there is no such file`),
    )
    expect(() => readInventory(folder)).toThrow(
      new InventoryError(`inventory ${folder} cannot be read: it is a folder; wanted a YAML or CSV file`),
    )
    expect(() => readInventory('/dev/zero')).toThrow(
      new InventoryError('inventory /dev/zero has more than 16 MiB, the most that is read'),
    )
  })

  it('that is a capture or a workbook is refused', () => {
    const pcap = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex')
    expect(refusal(pcap, 'a.pcap')).toEqual([
      'inventory a.pcap is not text: byte 0xd4 at offset 0 is not UTF-8; wanted YAML or CSV, best in UTF-8',
    ])
    const workbook = Buffer.concat([
      Buffer.from('PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00', 'latin1'),
      Buffer.alloc(9),
    ])
    expect(refusal(workbook, 'a.xlsx')).toEqual([
      expect.stringMatching(/; if it is an Excel workbook, save it as CSV UTF-8$/),
    ])
  })

  it('with many mistakes shows twenty of them and counts the rest', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => `host ${i},10.0.0.300,directer`)
    const sentences = refusal(['name,address,role', ...rows].join('\n'), 'a.csv')
    expect(sentences).toHaveLength(21)
    expect(sentences.slice(-2)).toEqual([
      "role 'directer' at a.csv:11:19 is not known; did you mean 'director'?",
      'and 1980 more',
    ])
  })

  it('quotes a long or broken text on one line, cut', () => {
    expect(refusal(`name,address,role\na,10.0.0.1,${'x'.repeat(1000)}\n`, 'a.csv')[0]).toBe(
      `role '${'x'.repeat(60)}…' at a.csv:2:12 is not known`,
    )
    expect(refusal('endpoints: [{ "na\\nme": a }]')[1]).toContain("key 'na\\u{a}me'")
  })
})

type Encode = (text: string) => Uint8Array

const ENCODINGS: readonly Encode[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(text, 'utf16le').swap16(),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
]

const LINE_ENDS = ['\n', '\r\n', '\r']

/** Names with Korean syllables and characters outside the basic plane, which are two units in UTF-16. */
const name = fc.stringMatching(/^[a-z가-힣😀-😎][a-z가-힣 😀-😎]{0,8}[a-z가-힣]$/u)
const rows = fc.array(fc.record({ name, host: fc.nat(300), role: fc.constantFrom('director', 'other', 'directer') }), {
  minLength: 1,
  maxLength: 8,
})

describe('the same inventory in any encoding and with any line ends', () => {
  const outcome = (bytes: Uint8Array, file: string): unknown => {
    const sentences = refusal(bytes, file)
    return sentences.length > 0 ? sentences : parseInventory(bytes, file)
  }

  it.each(['a.yaml', 'a.csv'])('means the same, mistakes included (%s)', (file) => {
    fc.assert(
      fc.property(rows, (entries) => {
        const lines =
          file === 'a.csv'
            ? ['name,address,role', ...entries.map((each) => `${each.name},10.0.0.${each.host},${each.role}`)]
            : [
                'endpoints:',
                ...entries.map(
                  (each) => `  - { name: ${each.name}, address: 10.0.0.${each.host}, role: ${each.role} }`,
                ),
              ]
        const expected = outcome(Buffer.from(lines.join('\n')), file)
        for (const encode of ENCODINGS) {
          for (const end of LINE_ENDS) expect(outcome(encode(lines.join(end)), file)).toEqual(expected)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('a file with some bytes changed', () => {
  const changes = fc.array(
    fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\'{}[]:,-\n\t &*!|>%@`#?')))),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  const block = Buffer.from(
    'endpoints:\n- name: "a"\n  address:\n  - 10.0.0.1\n  - ::1-::9\n  role: [other]\n- &b {name: b, address: 10.0.0.0/8, role: director}\n',
  )

  it.each([
    ['a.yaml', Buffer.from(YAML)],
    ['b.yaml', block],
    ['a.csv', Buffer.from(CSV)],
    ['a', Buffer.from(CSV, 'utf16le')],
  ])('is an inventory or refused in so many words (%s)', (file, original) => {
    fc.assert(
      fc.property(changes, (edits) => {
        const bytes = Buffer.from(original)
        for (const [at, byte] of edits) bytes[at % bytes.length] = byte
        if (refusal(bytes, file).length > 0) return
        const { entries } = parseInventory(bytes, file)
        expect(entries).not.toHaveLength(0)
        for (const entry of entries)
          expect(Math.min(entry.name.length, entry.ranges.length, entry.roles.length)).not.toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})
