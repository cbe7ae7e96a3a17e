import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { type Database, openToRead, openToWrite, sentence } from '../../src/store/open.ts'
import { APPLICATION_ID, MIGRATIONS, schemaVersion } from '../../src/store/schema.ts'
import { StoreError } from '../../src/store/store-error.ts'
import { temporaryFolder } from '../support/analysis.ts'
import { runAsNobody } from './process.ts'

function refusal(open: () => Database): string {
  try {
    open().close()
  } catch (error) {
    if (error instanceof StoreError) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

/** A database that holds one row which an analysis would have written. */
function filled(path: string): void {
  const db = openToWrite(path)
  db.exec(`INSERT INTO captures (point, formats, link_types, records, packets, bytes, flows, origin, resolution, keep)
    VALUES ('here', '[]', '[]', 0, 0, 0, 0, 0, 1, 'all')`)
  db.close()
}

function points(db: Database): unknown {
  return db.prepare('SELECT point FROM captures ORDER BY point').pluck().all()
}

describe('a new database', () => {
  test.each([
    ['where there is no file', () => {}],
    ['in an empty file', (path: string) => writeFileSync(path, '')],
  ])('%s gets all migrations and its marks', (_, prepare) => {
    const path = join(temporaryFolder(), 'portolan.db')
    prepare(path)
    const db = openToWrite(path)
    expect(schemaVersion(db)).toBe(MIGRATIONS.length)
    expect(db.pragma('application_id', { simple: true })).toBe(APPLICATION_ID)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(points(db)).toEqual([])
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    const header = readFileSync(path)
    expect(header.toString('latin1', 0, 15)).toBe('SQLite format 3')
    expect(header.toString('latin1', 68, 72)).toBe('PTLN')
  })

  test('has strict tables, and every reference is to a table that is there', () => {
    const db = openToWrite(':memory:')
    const tables = db.pragma('table_list') as { name: string; type: string; strict: number }[]
    const own = tables.filter(({ name, type }) => type === 'table' && !name.startsWith('sqlite_'))
    expect(own.filter(({ strict }) => strict === 0)).toEqual([])
    expect(own.map(({ name }) => name)).toContain('conversations')
    db.close()
  })

  test('opens again, to write and to read, with what it held', () => {
    const path = join(temporaryFolder(), 'portolan.db')
    filled(path)
    for (const open of [openToWrite, openToRead]) {
      const db = open(path)
      expect(points(db)).toEqual(['here'])
      db.close()
    }
  })

  test('that was closed is one file', () => {
    const folder = temporaryFolder()
    filled(join(folder, 'portolan.db'))
    expect(readdirSync(folder)).toEqual(['portolan.db'])
  })

  test('opened to read cannot be written', () => {
    const path = join(temporaryFolder(), 'portolan.db')
    filled(path)
    const db = openToRead(path)
    expect(() => db.exec('DELETE FROM captures')).toThrow(/readonly/)
    db.close()
  })
})

describe('what is no database of ours is refused with a sentence and stays as it is', () => {
  const CASES: readonly (readonly [name: string, make: (path: string) => void, sentence: RegExp])[] = [
    [
      'a text file',
      (path) => writeFileSync(path, 'endpoints:\n'.repeat(200)),
      /is not a database; --database names another file$/,
    ],
    ['a short text file', (path) => writeFileSync(path, 'x'), /is not a database/],
    [
      'another program’s database',
      (path) => sqlite(path, 'CREATE TABLE notes (text); INSERT INTO notes VALUES (1)'),
      /is not a database of portolan; --database names another file$/,
    ],
    [
      'another program’s marked database',
      (path) => sqlite(path, 'PRAGMA application_id = 77; CREATE TABLE notes (text)'),
      /is not a database of portolan/,
    ],
    [
      'another program’s marked database without tables',
      (path) => sqlite(path, 'PRAGMA application_id = 77'),
      /is not a database of portolan/,
    ],
    [
      'another program’s database of some version, without tables',
      (path) => sqlite(path, 'PRAGMA user_version = 7'),
      /is not a database of portolan/,
    ],
    [
      'a database of a newer version',
      newer,
      /was written by a newer version of portolan \(schema 99; this version reads up to \d+\)$/,
    ],
    ['a folder', (path) => mkdirSync(path), /is a folder; wanted a database file$/],
  ]

  test.each(CASES)('%s, opened to write', (_, make, sentence) => {
    const path = join(temporaryFolder(), 'portolan.db')
    make(path)
    const before = contents(path)
    expect(refusal(() => openToWrite(path))).toMatch(sentence)
    expect(contents(path)).toEqual(before)
  })

  test.each(CASES)('%s, opened to read', (_, make, sentence) => {
    const path = join(temporaryFolder(), 'portolan.db')
    make(path)
    const before = contents(path)
    expect(refusal(() => openToRead(path))).toMatch(sentence)
    expect(contents(path)).toEqual(before)
  })

  test('another program’s database whose log has not been written back', () => {
    const folder = temporaryFolder()
    const other = new Sqlite(join(folder, 'other.db'))
    other.exec('PRAGMA journal_mode = WAL; CREATE TABLE notes (text); INSERT INTO notes VALUES (1)')
    const path = join(folder, 'portolan.db')
    copyFileSync(join(folder, 'other.db'), path)
    copyFileSync(join(folder, 'other.db-wal'), `${path}-wal`)
    other.close()
    const before = contents(path)
    expect(refusal(() => openToWrite(path))).toMatch(/is not a database of portolan/)
    expect(contents(path)).toEqual(before)
  })

  test('nothing, opened to read', () => {
    const path = join(temporaryFolder(), 'portolan.db')
    expect(refusal(() => openToRead(path))).toMatch(
      /^there is no database .*portolan\.db yet; 'portolan analyze <capture>' makes one/,
    )
    expect(existsSync(path)).toBe(false)
  })

  test('an empty file, opened to read', () => {
    const path = join(temporaryFolder(), 'portolan.db')
    writeFileSync(path, '')
    expect(refusal(() => openToRead(path))).toMatch(/portolan\.db is empty; 'portolan analyze <capture>' fills it/)
    expect(readFileSync(path)).toHaveLength(0)
  })

  test('a missing folder', () => {
    const path = join(temporaryFolder(), 'missing', 'portolan.db')
    expect(refusal(() => openToWrite(path))).toMatch(/^the folder of .*portolan\.db does not exist$/)
  })

  test.skipIf(process.platform === 'win32')('a database that was removed while it was open', () => {
    const path = join(temporaryFolder(), 'removed.db')
    const db = openToWrite(path)
    rmSync(path)
    const writing = () => {
      try {
        db.pragma('user_version = 0')
      } catch (error) {
        throw sentence(error, path)
      } finally {
        db.close()
      }
    }
    expect(writing).toThrow(new StoreError(`${path} was removed or replaced meanwhile; nothing was written`))
  })

  test('a damaged database is a sentence, not a stack', () => {
    const path = join(temporaryFolder(), 'portolan.db')
    filled(path)
    const bytes = readFileSync(path)
    bytes.fill(0xff, 100, 4096)
    writeFileSync(path, bytes)
    expect(refusal(() => openToWrite(path))).toMatch(/is damaged|is not a database/)
  })
})

describe('a folder that cannot be written', () => {
  test('holds a database that opens to read', async (context) => {
    const path = lockedDatabase()
    const { status, output } = await runAsNobody('points', { database: path })
    if (status === undefined) return context.skip(output)
    expect([status, output.trim()]).toEqual([0, '["here"]'])
    expect(readdirSync(join(path, '..'))).toEqual(['portolan.db'])
  })

  test('is named in the sentence, opened to write', async (context) => {
    const path = lockedDatabase()
    const { status, output } = await runAsNobody('open-to-write', { database: path })
    if (status === undefined) return context.skip(output)
    expect(status).toBe(2)
    expect(output).toMatch(/^StoreError: .*portolan\.db cannot be written: .*; is its folder read-only\?\s*$/)
  })

  test('is named in the sentence, where there is no database yet', async (context) => {
    const path = lockedDatabase()
    const { status, output } = await runAsNobody('open-to-write', { database: `${path}-other` })
    if (status === undefined) return context.skip(output)
    expect(status).toBe(2)
    expect(output).toMatch(/^StoreError: .*portolan\.db-other cannot be written: .*; is its folder read-only\?\s*$/)
  })

  function lockedDatabase(): string {
    const folder = temporaryFolder()
    const path = join(folder, 'portolan.db')
    filled(path)
    chmodSync(path, 0o444)
    chmodSync(folder, 0o555)
    return path
  }
})

describe('a database whose writer was killed while it wrote', () => {
  /** The files as they stand when the power goes: changed pages in the database, the former ones in the journal. */
  function killed(): string {
    const folder = temporaryFolder()
    const path = join(folder, 'portolan.db')
    filled(path)
    const db = openToWrite(path)
    db.pragma('cache_size = 5')
    db.exec(`BEGIN IMMEDIATE; DELETE FROM captures; WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
      INSERT INTO placements (name, roles) SELECT 'host ' || i, '[]' FROM n`)
    const copy = join(folder, 'copy.db')
    copyFileSync(path, copy)
    copyFileSync(`${path}-journal`, `${copy}-journal`)
    db.exec('ROLLBACK')
    db.close()
    expect(statSync(`${copy}-journal`).size).toBeGreaterThan(512)
    return copy
  }

  test.each([
    ['to write', openToWrite],
    ['to read', openToRead],
  ])('opens %s as it was before', (_, open) => {
    const path = killed()
    const db = open(path)
    expect(points(db)).toEqual(['here'])
    expect(db.prepare('SELECT count(*) FROM placements').pluck().get()).toBe(0)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    expect(existsSync(`${path}-journal`)).toBe(false)
  })
})

function sqlite(path: string, sql: string): void {
  const db = new Sqlite(path)
  db.exec(sql)
  db.close()
}

function newer(path: string): void {
  filled(path)
  sqlite(path, 'PRAGMA user_version = 99')
}

function contents(path: string): unknown {
  if (statSync(path).isDirectory()) return readdirSync(path)
  const folder = join(path, '..')
  return readdirSync(folder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ])
}
