import { existsSync, statSync } from 'node:fs'
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
      refuseForeign(db, path, true)
      migrate(db)
    }).immediate()
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
    refuseForeign(db, path, false)
    if (schemaVersion(db) < MIGRATIONS.length) {
      throw new StoreError(
        `${path} was written by an older version of portolan; analyse or re-judge once to bring it up to date`,
      )
    }
  })
}

function opened(path: string, options: Sqlite.Options, prepare: (db: Database) => void): Database {
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new StoreError(`${path} is a folder; wanted a database file`)
  }
  let db: Database | undefined
  try {
    db = new Sqlite(path, { ...options, timeout: WAIT_MS })
    prepare(db)
    return db
  } catch (error) {
    db?.close()
    throw sentence(error, path)
  }
}

/** A file that is no database of Portolan's, or of a newer version, is left as it is. */
function refuseForeign(db: Database, path: string, mayBeEmpty: boolean): void {
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
  const applicationId = db.pragma('application_id', { simple: true })
  if (isEmpty && applicationId === 0 && mayBeEmpty) return
  if (applicationId !== APPLICATION_ID) {
    throw new StoreError(`${path} is not a database of portolan; --database names another file`)
  }
  const version = schemaVersion(db)
  if (version > MIGRATIONS.length) {
    const known = `this version reads up to ${MIGRATIONS.length}`
    throw new StoreError(`${path} was written by a newer version of portolan (schema ${version}; ${known})`)
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
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return new StoreError(`${path} cannot be written: ${message}; is its folder read-only?`)
  }
  if (code.startsWith('SQLITE_FULL')) return new StoreError(`${path} cannot be written: the disk is full`)
  if (code.startsWith('SQLITE_BUSY')) return new StoreError(`${path} is locked by another program`)
  if (code.startsWith('SQLITE_IOERR')) return new StoreError(`${path} could not be read or written: ${message}`)
  return error
}
