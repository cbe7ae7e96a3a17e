import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { APPLICATION_ID, MIGRATIONS, migrate, schemaVersion } from './schema.ts'
import { StoreError } from './store-error.ts'

export type { Database, Statement } from 'better-sqlite3'

/** Another process may be writing a large capture; wait for it rather than fail. */
export const WAIT_MS = 10 * 60 * 1000

/** Memory that a transaction may use before SQLite writes to the file and shuts readers out: 128 MiB. */
const CACHE_KIB = 128 * 1024

/**
 * Opens the database to write, creating it when it is not there.
 *
 * The journal is SQLite's rollback journal and not a write-ahead log: a closed database is one file, which opens in a
 * folder that cannot be written.
 */
export function openToWrite(path: string, waitMs = WAIT_MS): Database {
  return opened(path, { timeout: waitMs }, (db) => {
    db.pragma('foreign_keys = ON')
    db.pragma(`cache_size = -${CACHE_KIB}`)
    db.pragma('temp_store = MEMORY')
    db.transaction(() => {
      migrate(db)
    }).immediate()
    // What a killed writer left of its journal, where nothing has to be taken back, goes with the next write.
    if (existsSync(`${path}-journal`)) db.pragma(`user_version = ${MIGRATIONS.length}`)
  })
}

/** Opens an existing database to read. */
export function openToRead(path: string): Database {
  if (!existsSync(path)) {
    throw new StoreError(
      `there is no database ${path} yet; 'portolan analyze <capture>' makes one, --database names another`,
    )
  }
  return opened(path, { readonly: true, fileMustExist: true, timeout: WAIT_MS }, (db) => {
    if (schemaVersion(db) < MIGRATIONS.length) {
      throw new StoreError(
        `${path} was written by an older version of portolan; analyse or re-judge once to bring it up to date`,
      )
    }
  })
}

function opened(path: string, options: Sqlite.Options, prepare: (db: Database) => void): Database {
  let db: Database | undefined
  try {
    if (options.readonly === true) refuseForeign(path, false)
    else refuseUnusable(path)
    db = connected(path, options)
    prepare(db)
    return db
  } catch (error) {
    db?.close()
    throw sentence(error, path)
  }
}

/** A writer that was killed leaves its journal, and only who may write can take it back. */
function connected(path: string, options: Sqlite.Options): Database {
  const db = new Sqlite(path, options)
  try {
    schemaVersion(db)
    return db
  } catch (error) {
    db.close()
    if (!(error instanceof Sqlite.SqliteError && error.code === 'SQLITE_READONLY_ROLLBACK')) throw error
  }
  const writer = new Sqlite(path, { ...options, readonly: false, fileMustExist: true })
  try {
    schemaVersion(writer)
  } finally {
    writer.close()
  }
  return new Sqlite(path, options)
}

/** Refuses what cannot become a database, without making one. */
export function refuseUnusable(path: string): void {
  if (path === ':memory:') return
  refuseForeign(path, true)
  refuseReadOnly(path)
}

/** SQLite itself would notice only when it writes, after the captures have been read. */
function refuseReadOnly(path: string): void {
  const folder = dirname(placeOf(path))
  if (!existsSync(folder)) throw new StoreError(`the folder of ${path} does not exist`)
  if (!statSync(folder).isDirectory()) throw new StoreError(`${path} cannot be written: ${folder} is no folder`)
  for (const place of existsSync(path) ? [path, folder] : [folder]) {
    try {
      accessSync(place, constants.W_OK)
    } catch (error) {
      throw new StoreError(`${path} cannot be written: ${(error as Error).message}; is its folder read-only?`)
    }
  }
}

/** Where the file is, or would be made: a link may lead to one that is not there yet. */
function placeOf(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  try {
    return resolve(dirname(path), readlinkSync(path))
  } catch {
    // It is no link.
    return resolve(path)
  }
}

// SQLite file format, section 1.3: the database header.
const HEADER_BYTES = 100
const MAGIC = 'SQLite format 3\0'
const USER_VERSION = 60
const APPLICATION = 68

/**
 * A file that is no database of Portolan's, or of a newer version, is left as it is. Its header is read before SQLite
 * opens it, because opening alone can change the file: SQLite writes another program's log back into it.
 */
function refuseForeign(path: string, mayBeEmpty: boolean): void {
  const header = readHeader(path)
  if (header === undefined) return
  if (header.length === 0) {
    if (mayBeEmpty) return
    throw new StoreError(`${path} is empty; 'portolan analyze <capture>' fills it, --database names another`)
  }
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new StoreError(`${path} is not a database; --database names another file`)
  }
  if (header.length < HEADER_BYTES || header.readUInt32BE(APPLICATION) !== APPLICATION_ID) {
    throw new StoreError(`${path} is not a database of portolan; --database names another file`)
  }
  const version = header.readUInt32BE(USER_VERSION)
  if (version > MIGRATIONS.length) {
    const known = `this version reads up to ${MIGRATIONS.length}`
    throw new StoreError(`${path} was written by a newer version of portolan (schema ${version}; ${known})`)
  }
}

/** What the file begins with; undefined where there is none. */
function readHeader(path: string): Buffer | undefined {
  let file: number | undefined
  try {
    const stats = statSync(path)
    if (!stats.isFile()) {
      throw new StoreError(`${path} is ${stats.isDirectory() ? 'a folder' : 'no file'}; wanted a database file`)
    }
    file = openSync(path, 'r')
    const header = Buffer.alloc(HEADER_BYTES)
    return header.subarray(0, readSync(file, header, 0, HEADER_BYTES, 0))
  } catch (error) {
    if (error instanceof StoreError) throw error
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined
    throw new StoreError(`${path} cannot be read: ${(error as Error).message}`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Whether the error, or the one that it was made of, has that code or a code that begins with it. */
export function hasCode(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false
  const own = (error as { readonly code?: unknown }).code
  return (typeof own === 'string' && own.startsWith(code)) || hasCode(error.cause, code)
}

/** SQLite's error as a sentence that says what to do; other errors as they are. */
export function sentence(error: unknown, path: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error
  const message = messageOf(error, path)
  return message === undefined ? error : new StoreError(message, { cause: error })
}

function messageOf({ code, message }: InstanceType<typeof Sqlite.SqliteError>, path: string): string | undefined {
  if (code === 'SQLITE_NOTADB') return `${path} is not a database; --database names another file`
  if (code.startsWith('SQLITE_CORRUPT')) return `${path} is damaged: ${message}`
  if (code === 'SQLITE_READONLY_DBMOVED') return `${path} was removed or replaced meanwhile; nothing was written`
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return `${path} cannot be written: ${message}; is its folder read-only?`
  }
  if (code.startsWith('SQLITE_FULL')) return `${path} cannot be written: the disk is full`
  if (code.startsWith('SQLITE_BUSY')) return `${path} is locked by another program`
  if (code.startsWith('SQLITE_IOERR')) return `${path} could not be read or written: ${message}`
  return undefined
}
