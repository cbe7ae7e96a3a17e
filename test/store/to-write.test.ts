import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Database, openToRead, openToWrite } from '../../src/store/open.ts'
import { StoreError } from '../../src/store/store-error.ts'
import { type ToWrite, toWrite, writeTo } from '../../src/store/to-write.ts'
import { temporaryFolder } from '../support/analysis.ts'

const onUnix = test.skipIf(process.platform === 'win32')

function newPath(): string {
  return join(temporaryFolder(), 'portolan.db')
}

function beside(path: string): readonly string[] {
  return readdirSync(dirname(path))
}

/** To be written, and closed when the test ends. */
function opened(path: string): ToWrite {
  const target = toWrite(path)
  onTestFinished(() => target.close())
  return target
}

function add(db: Database, point: string): void {
  db.exec(`INSERT INTO captures (point, formats, link_types, records, packets, bytes, flows, origin, resolution, keep)
    VALUES ('${point}', '[]', '[]', 0, 0, 0, 0, 0, 1, 'all')`)
}

function points(path: string): unknown {
  const db = openToRead(path)
  try {
    return db.prepare('SELECT point FROM captures ORDER BY point').pluck().all()
  } finally {
    db.close()
  }
}

function fail(): never {
  throw new Error('failed')
}

/** Another program that has the database open. */
function other(path: string): Database {
  const db = openToWrite(path)
  onTestFinished(() => {
    db.close()
  })
  return db
}

describe('a database that is not there', () => {
  test('is not made before something is written', () => {
    const path = newPath()
    const target = opened(path)
    expect([target.standing(), beside(path)]).toEqual([undefined, []])
    target.write((db) => add(db, 'here'))
    expect(target.standing()?.prepare('SELECT count(*) FROM captures').pluck().get()).toBe(1)
    target.close()
    expect([points(path), beside(path)]).toEqual([['here'], [basename(path)]])
  })

  test('holds nothing when the first write fails, and is not removed, because others may have opened it', () => {
    const path = newPath()
    const target = opened(path)
    const failing = (db: Database) => {
      add(db, 'here')
      fail()
    }
    expect(() => target.write(failing)).toThrow('failed')
    expect([points(path), beside(path)]).toEqual([[], [basename(path)]])
    target.write((db) => add(db, 'there'))
    expect(points(path)).toEqual(['there'])
  })

  test('stays as it is when a later write fails', () => {
    const path = newPath()
    const target = opened(path)
    target.write((db) => add(db, 'here'))
    expect(() => target.write(fail)).toThrow('failed')
    target.close()
    expect(points(path)).toEqual(['here'])
  })

  test('and was filled by another program meanwhile keeps what that wrote, whatever fails', () => {
    const path = newPath()
    const [one, two, three] = [opened(path), opened(path), opened(path)]
    two.write((db) => add(db, 'two'))
    expect(() => one.write(fail)).toThrow('failed')
    three.write((db) => add(db, 'three'))
    expect(points(path)).toEqual(['three', 'two'])
  })

  test('and is another program’s by now is refused', () => {
    const path = newPath()
    const target = opened(path)
    writeFileSync(path, 'another program wrote this')
    expect(() => target.write((db) => add(db, 'here'))).toThrow(/is not a database; --database names another file$/)
    expect(readFileSync(path, 'utf8')).toBe('another program wrote this')
  })
})

test('an empty file is a database that is not there yet', () => {
  const path = newPath()
  writeFileSync(path, '')
  const target = opened(path)
  expect(target.standing()).toBeUndefined()
  target.close()
  expect([readFileSync(path).length, beside(path)]).toEqual([0, [basename(path)]])
  opened(path).write((db) => add(db, 'here'))
  expect(points(path)).toEqual(['here'])
})

test('a database that stands can be asked before it is written', () => {
  const path = newPath()
  toWrite(path).write((db) => add(db, 'here'))
  const target = opened(path)
  expect(target.standing()?.prepare('SELECT point FROM captures').pluck().get()).toBe('here')
})

describe('what can be refused is refused before anything is written', () => {
  test.each([
    ['a folder that is not there', 'missing/portolan.db', /^the folder of .*portolan\.db does not exist$/],
    ['a file in the place of the folder', 'file/portolan.db', /portolan\.db cannot be written: .*file is no folder$/],
    ['a folder in the place of the file', 'folder', /folder is a folder; wanted a database file$/],
    ['another file', 'file', /file is not a database; --database names another file$/],
  ])('%s', (_, name, sentence) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), 'no database')
    mkdirSync(join(folder, 'folder'))
    expect(() => toWrite(join(folder, name))).toThrow(sentence)
    expect(() => toWrite(join(folder, name))).toThrow(StoreError)
    expect(readdirSync(folder)).toEqual(['file', 'folder'])
  })

  onUnix('a link into a folder that is not there', () => {
    const path = newPath()
    symlinkSync('missing/portolan.db', path)
    expect(() => toWrite(path)).toThrow(/^the folder of .*portolan\.db does not exist$/)
    mkdirSync(join(dirname(path), 'missing'))
    opened(path).write((db) => add(db, 'here'))
    expect(points(join(dirname(path), 'missing/portolan.db'))).toEqual(['here'])
  })

  onUnix('a device', () => {
    expect(() => toWrite('/dev/null')).toThrow('/dev/null is no file; wanted a database file')
  })
})

describe('a database that is removed or replaced while it is written', () => {
  const SENTENCE = /portolan\.db was removed or replaced while it was written; what was written is lost$/
  const DEEDS: readonly (readonly [what: string, deed: (path: string) => void])[] = [
    ['removed', (path) => rmSync(path)],
    [
      'replaced',
      (path) => {
        toWrite(`${path}-other`).write((db) => add(db, 'other'))
        renameSync(`${path}-other`, path)
      },
    ],
  ]

  onUnix.each(DEEDS)('%s after the first change of the transaction that makes it', (_, deed) => {
    const path = newPath()
    const target = opened(path)
    const writing = (db: Database) => {
      add(db, 'here')
      deed(path)
    }
    expect(() => target.write(writing)).toThrow(SENTENCE)
    if (existsSync(path)) expect(points(path)).toEqual(['other'])
    expect(beside(path).filter((name) => name.includes('journal'))).toEqual([])
  })

  onUnix.each(DEEDS)('%s after the first change of a later transaction', (_, deed) => {
    const path = newPath()
    const target = opened(path)
    target.write((db) => add(db, 'before'))
    const writing = (db: Database) => {
      add(db, 'here')
      deed(path)
    }
    expect(() => target.write(writing)).toThrow(SENTENCE)
    if (existsSync(path)) expect(points(path)).toEqual(['other'])
  })

  onUnix.each(DEEDS)('%s between two transactions', (_, deed) => {
    const path = newPath()
    const target = opened(path)
    target.write((db) => add(db, 'before'))
    deed(path)
    expect(() => target.write((db) => add(db, 'here'))).toThrow(
      expect.objectContaining({ code: 'SQLITE_READONLY_DBMOVED' }),
    )
  })

  test('is no matter of one in memory, or of one that was opened elsewhere and stays', () => {
    for (const path of [':memory:', newPath()]) {
      const db = other(path)
      writeTo(db).write(() => add(db, 'here'))
      expect(db.prepare('SELECT count(*) FROM captures').pluck().get()).toBe(1)
    }
    const memory = opened(':memory:')
    memory.write((db) => add(db, 'here'))
    expect(memory.standing()?.prepare('SELECT count(*) FROM captures').pluck().get()).toBe(1)
    expect(existsSync(':memory:')).toBe(false)
  })
})

describe('unless other programs keep the database locked', () => {
  test('work is done; else nothing is changed, soon', () => {
    const path = newPath()
    const target = opened(path)
    const work = () => target.write((db) => add(db, 'here'))
    const locking = other(path)
    locking.exec('BEGIN IMMEDIATE')
    const started = performance.now()
    expect(target.unlessLocked(work)).toBe(false)
    expect(performance.now() - started).toBeLessThan(3000)
    locking.exec('ROLLBACK')
    expect(target.standing()).toBeUndefined()
    expect(target.unlessLocked(work)).toBe(true)
    expect(target.standing()?.pragma('busy_timeout', { simple: true })).toBe(600_000)
    locking.exec('BEGIN IMMEDIATE')
    expect(target.unlessLocked(() => target.write((db) => add(db, 'there')))).toBe(false)
    locking.exec('ROLLBACK')
    expect(points(path)).toEqual(['here'])
  })

  test('other failures are failures', () => {
    expect(() => opened(newPath()).unlessLocked(fail)).toThrow('failed')
  })
})
