import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MIGRATIONS } from '../../src/store/schema.ts'
import { sample } from '../support/analysis.ts'
import { portolan, shown, temporaryFolder } from './portolan.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const DB = folder.path('standing.db')
const GOOD = sample('edge.pcap')
const INVENTORY = ['-i', sample('edge.yaml')]

function file(name: string, content: string | Uint8Array): string {
  const path = folder.path(name)
  writeFileSync(path, content)
  return path
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

let before = ''
beforeAll(async () => {
  await shown(['analyze', sample('director.pcapng'), ...INVENTORY, '-d', DB])
})
beforeEach(() => {
  before = hashOf(DB)
})

/** One sentence, exit code 2, nothing on standard output, and the database byte for byte as it was. */
async function expectRefused(args: readonly string[], sentence: RegExp, database = DB): Promise<void> {
  const { code, out, err } = await portolan([...args, '-d', database])
  expect(err).toMatch(sentence)
  expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 })
  expect(hashOf(DB)).toBe(before)
  expect(existsSync(`${DB}-journal`)).toBe(false)
}

describe('a capture that is none', () => {
  const NETMON = Buffer.concat([Buffer.from('GMBU'), Buffer.alloc(200)])
  it.each<readonly [what: string, path: () => string, sentence: RegExp]>([
    ['an empty file', () => file('empty.pcap', ''), /empty\.pcap is empty; wanted a pcap or pcapng capture$/m],
    [
      'a text file',
      () => file('notes.txt', 'not a capture\n'),
      /notes\.txt is not a capture: .*; wanted pcap or pcapng$/m,
    ],
    [
      'a Network Monitor capture',
      () => file('netmon.cap', NETMON),
      /netmon\.cap is a Network Monitor capture, .* save it as pcapng/,
    ],
    [
      'an event trace',
      () => file('trace.etl', Buffer.alloc(4096)),
      /trace\.etl is an event trace of Windows .* etl2pcapng$/m,
    ],
    [
      'a file that is not there',
      () => folder.path('missing.pcap'),
      /missing\.pcap does not exist; wanted a capture file$/m,
    ],
    ['a folder without captures', () => folder.path('.'), / holds no capture: /],
    ['a database', () => DB, /is an SQLite database; wanted a pcap or pcapng capture$/m],
    [
      'a file header that is cut off',
      () => file('header.pcap', readFileSync(GOOD).subarray(0, 20)),
      /header\.pcap ends inside its file header: 20 bytes of 24$/m,
    ],
  ])('%s', async (_what, path, sentence) => {
    await expectRefused(['analyze', path(), ...INVENTORY], sentence)
  })

  it('behind a good one stops before anything is written', async () => {
    await expectRefused(['analyze', GOOD, folder.path('missing.pcap'), ...INVENTORY], /missing\.pcap does not exist/)
  })

  it('named twice', async () => {
    await expectRefused(['analyze', GOOD, GOOD, ...INVENTORY], /is the same capture as .*; name it once$/m)
  })

  it('makes no database where there was none', async () => {
    const none = folder.path('none.db')
    expect((await portolan(['analyze', file('empty2.pcap', ''), '-d', none])).code).toBe(2)
    expect(existsSync(none)).toBe(false)
  })

  it('stands in the database under another point', async () => {
    const everything = ['conversations', '-d', DB, '--format', 'csv']
    const standing = await shown(everything)
    const { code, out, err } = await portolan([
      'analyze',
      sample('director.pcapng'),
      '--point',
      'elsewhere',
      '-d',
      DB,
      ...INVENTORY,
    ])
    expect([code, out]).toEqual([2, ''])
    const remedy = 'remove it first with: portolan captures remove captures/director'
    expect(err).toMatch(/stands in the database already, under capture point captures\/director; /)
    expect(err.endsWith(`; ${remedy}\n`)).toBe(true)
    expect(await shown(everything)).toBe(standing)
  })
})

describe('an inventory that cannot be used', () => {
  const entry = (fields: string) => `endpoints:\n  - { ${fields} }\n`
  it.each<readonly [what: string, text: string, sentence: RegExp]>([
    [
      'an unknown role',
      entry('name: a, address: 10.0.0.1, role: directer'),
      /role 'directer' at \S+:2:\d+ is not known; did you mean 'director'\?$/m,
    ],
    [
      'a bad address',
      entry('name: a, address: 10.0.0.256, role: director'),
      /address '10\.0\.0\.256' at \S+:2:\d+ is not an IP address/,
    ],
    ['a key twice', entry('name: a, name: b, address: 10.0.0.1, role: director'), /:2:\d+/],
    ['tabs for blanks', 'endpoints:\n\t- { name: a, address: 10.0.0.1, role: director }\n', /:2:1\b.*tab/i],
  ])('%s', async (_what, text, sentence) => {
    const inventory = ['-i', file('bad.yaml', text)]
    await expectRefused(['analyze', GOOD, ...inventory], sentence)
    expect(await portolan(['inventory', 'check', folder.path('bad.yaml')])).toMatchObject({ code: 2, out: '' })
  })

  it('is not there', async () => {
    await expectRefused(
      ['analyze', GOOD, '-i', folder.path('nowhere.yaml')],
      /nowhere\.yaml cannot be read: there is no such file$/m,
    )
  })

  it('is a folder', async () => {
    await expectRefused(
      ['analyze', GOOD, '-i', folder.path('.')],
      /cannot be read: it is a folder; wanted a YAML or CSV file$/m,
    )
  })
})

describe('a database that cannot be used', () => {
  const COMMANDS: readonly (readonly string[])[] = [
    ['analyze', GOOD, ...INVENTORY],
    ['flows'],
    ['captures', 'remove', 'x'],
  ]

  async function expectUntouched(path: string, sentence: RegExp): Promise<void> {
    const standing = hashOf(path)
    for (const args of COMMANDS) await expectRefused(args, sentence, path)
    expect(hashOf(path)).toBe(standing)
  }

  function sqlite(name: string, sql: string): string {
    const path = folder.path(name)
    const db = new Sqlite(path)
    db.exec(sql)
    db.close()
    return path
  }

  it('is of another program', async () => {
    const foreign = sqlite('foreign.db', 'CREATE TABLE birds (name TEXT)')
    await expectUntouched(foreign, /foreign\.db is not a database of portolan; --database names another file$/m)
  })

  it('is of a newer version', async () => {
    writeFileSync(folder.path('newer.db'), readFileSync(DB))
    const newer = sqlite('newer.db', `PRAGMA user_version = ${MIGRATIONS.length + 1}`)
    await expectUntouched(newer, /newer\.db was written by a newer version of portolan/)
  })

  it('is no database at all', async () => {
    await expectUntouched(
      file('text.db', 'just text, and more of it than a header has\n'.repeat(50)),
      /text\.db is not a database/,
    )
  })

  it('is a folder', async () => {
    mkdirSync(folder.path('folder.db'))
    for (const args of COMMANDS)
      await expectRefused(args, /folder\.db is a folder; wanted a database file$/m, folder.path('folder.db'))
    expect(readdirSync(folder.path('folder.db'))).toEqual([])
  })

  it('lies where no file can be made', async () => {
    const path = `${file('plain', 'a file, not a folder')}/portolan.db`
    await expectRefused(['analyze', GOOD, ...INVENTORY], /plain\/portolan\.db/, path)
    await expectRefused(['analyze', GOOD, ...INVENTORY], /does not exist$/m, folder.path('no/such/folder/portolan.db'))
  })

  it('is not there to be read', async () => {
    const none = folder.path('none.db')
    await expectRefused(
      ['summary'],
      /there is no database \S+none\.db yet; 'portolan analyze <capture>' makes one/,
      none,
    )
    expect(existsSync(none)).toBe(false)
  })
})

describe('words that are not known', () => {
  it.each<readonly [args: readonly string[], sentence: RegExp]>([
    [['analyze', GOOD, '--verdict', 'x'], /^unknown option '--verdict'/],
    [['analyze', GOOD, '-r', 'lync-2010'], /^rules 'lync-2010' are not known; did you mean 'lync-2013'\?$/m],
    [['analyze', GOOD, '--reading', 'prosa'], /^--reading 'prosa' is not known; did you mean 'prose'\?$/m],
    [['analyze', GOOD, '--format', 'csv'], /^--format 'csv' is not known; wanted table, json or ndjson$/m],
    [
      ['flows', '--rule', 'nothing-like-it'],
      /^--rule 'nothing-like-it' is not known; 'portolan rules' lists the rules$/m,
    ],
    [['conversations', '--verdict', 'expectd'], /^--verdict 'expectd' is not known; did you mean 'expected'\?$/m],
  ])('%j', async (args, sentence) => {
    await expectRefused(args, sentence)
  })
})
