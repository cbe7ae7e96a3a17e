import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { APPLICATION_ID, MIGRATIONS, migrate, schemaVersion } from './schema.ts'
import { StoreError } from './store-error.ts'

export type { Database, Statement } from 'better-sqlite3'

/** Another process may be writing a large capture; wait for it rather than fail. */
const WAIT_MS = 10 * 60 * 1000

/** Memory that a transaction may use before SQLite writes to the file and shuts readers out: 128 MiB. */
const CACHE_KIB = 128 * 1024

/**
 * Opens the database to write, creating it when it is not there.
 *
 * The journal is SQLite's rollback journal and not a write-ahead log: a closed database is one file, which opens in a
 * folder that cannot be written.
 */
export function openToWrite(path: string): Database {
  return opened(path, {}, (db) => {
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
  return opened(path, { readonly: true, fileMustExist: true }, (db) => {
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
    refuseForeign(path, options.readonly !== true)
    if (options.readonly !== true) refuseReadOnly(path)
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
  const db = new Sqlite(path, { ...options, timeout: WAIT_MS })
  try {
    schemaVersion(db)
    return db
  } catch (error) {
    db.close()
    if (!(error instanceof Sqlite.SqliteError && error.code === 'SQLITE_READONLY_ROLLBACK')) throw error
  }
  const writer = new Sqlite(path, { fileMustExist: true, timeout: WAIT_MS })
  try {
    schemaVersion(writer)
  } finally {
    writer.close()
  }
  return new Sqlite(path, { ...options, timeout: WAIT_MS })
}

/** SQLite itself would notice only when it writes, after the captures have been read. */
function refuseReadOnly(path: string): void {
  const folder = dirname(resolve(path))
  if (path === ':memory:' || !existsSync(folder)) return
  for (const place of existsSync(path) ? [path, folder] : [folder]) {
    try {
      accessSync(place, constants.W_OK)
    } catch (error) {
      throw new StoreError(`${path} cannot be written: ${(error as Error).message}; is its folder read-only?`)
    }
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
  if (path === ':memory:' || (mayBeEmpty && !existsSync(path))) return
  if (statSync(path).isDirectory()) throw new StoreError(`${path} is a folder; wanted a database file`)
  const header = readHeader(path)
  if (header.length === 0 && mayBeEmpty) return
  if (header.length > 0 && header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
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

function readHeader(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    return header.subarray(0, readSync(file, header, 0, HEADER_BYTES, 0))
  } finally {
    closeSync(file)
  }
}

/** SQLite's error as a sentence that says what to do; other errors as they are. */
export function sentence(error: unknown, path: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) {
    const isMissingFolder = error instanceof TypeError && error.message.includes('directory does not exist')
    return isMissingFolder ? new StoreError(`the folder of ${path} does not exist`) : error
  }
  const { code, message } = error
  if (code === 'SQLITE_NOTADB') return new StoreError(`${path} is not a database; --database names another file`)
  if (code.startsWith('SQLITE_CORRUPT')) return new StoreError(`${path} is damaged: ${message}`)
  if (code === 'SQLITE_READONLY_DBMOVED') {
    return new StoreError(`${path} was removed or replaced meanwhile; nothing was written`)
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return new StoreError(`${path} cannot be written: ${message}; is its folder read-only?`)
  }
  if (code.startsWith('SQLITE_FULL')) return new StoreError(`${path} cannot be written: the disk is full`)
  if (code.startsWith('SQLITE_BUSY')) return new StoreError(`${path} is locked by another program`)
  if (code.startsWith('SQLITE_IOERR')) return new StoreError(`${path} could not be read or written: ${message}`)
  return error
}
