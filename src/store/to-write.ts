import { type BigIntStats, statSync } from 'node:fs'
import { type Database, hasCode, openToWrite, refuseUnusable, WAIT_MS } from './open.ts'
import { StoreError } from './store-error.ts'

/**
 * A database to write. Where there is none it is made when something is first written, so that what fails or is stopped
 * before leaves nothing behind. Once made it is never removed again: another process may have opened it, and two files
 * of one name would share the name of their journals.
 */
export interface ToWrite {
  /** The database, to be asked; undefined where there is none yet. */
  standing(): Database | undefined
  /** Does the work in one transaction. */
  write<Result>(work: (db: Database) => Result): Result
  /**
   * Does work that writes; false where other programs keep the database locked, and nothing was changed. A stream that is
   * being followed cannot wait for them.
   */
  unlessLocked(work: () => void): boolean
  close(): void
}

/** Whoever only reads is soon done. */
const MOMENT_MS = 250

/**
 * The database at the path. What can be refused is refused at once: a file that is no database of Portolan's or of a
 * newer version, a folder that is not there or cannot be written.
 */
export function toWrite(path: string): ToWrite {
  refuseUnusable(path)
  return writingTo(path, holdsSomething(path) ? openToWrite(path) : undefined)
}

/** A database that is open already. */
export function writeTo(db: Database): ToWrite {
  return writingTo(db.name, db)
}

function holdsSomething(path: string): boolean {
  return path === ':memory:' || (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** An open database, and the file that its path led to then; undefined of one in memory. */
interface Opened {
  readonly db: Database
  readonly file: BigIntStats | undefined
}

function writingTo(path: string, standing: Database | undefined): ToWrite {
  let opened = standing && openedAs(standing)
  let waitMs = WAIT_MS
  return {
    standing: () => opened?.db,
    write(work) {
      opened ??= openedAs(openToWrite(path, waitMs))
      return committed(opened, waitMs, work)
    },
    unlessLocked(work) {
      waitMs = MOMENT_MS
      try {
        work()
        return true
      } catch (error) {
        if (hasCode(error, 'SQLITE_BUSY')) return false
        throw error
      } finally {
        waitMs = WAIT_MS
      }
    },
    close: () => opened?.db.close(),
  }
}

function openedAs(db: Database): Opened {
  return { db, file: db.memory ? undefined : fileAt(db.name) }
}

function fileAt(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })
}

/**
 * SQLite looks whether the path still leads to its file when a transaction makes its first change, and not again: a file
 * that is removed after that takes with it what was written.
 */
function committed<Result>({ db, file }: Opened, waitMs: number, work: (db: Database) => Result): Result {
  db.pragma(`busy_timeout = ${waitMs}`)
  let result: Result
  try {
    result = db.transaction(() => work(db)).immediate()
  } finally {
    db.pragma(`busy_timeout = ${WAIT_MS}`)
  }
  if (file !== undefined && !isSame(file, fileAt(db.name))) {
    throw new StoreError(`${db.name} was removed or replaced while it was written; what was written is lost`)
  }
  return result
}

function isSame(left: BigIntStats, right: BigIntStats | undefined): boolean {
  return left.dev === right?.dev && left.ino === right.ino
}
