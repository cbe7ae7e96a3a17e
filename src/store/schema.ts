import type { Database } from 'better-sqlite3'
import { SCHEMA_1 } from './schema-1.ts'
import { SCHEMA_2 } from './schema-2.ts'
import { SCHEMA_3 } from './schema-3.ts'

/** Marks a database as Portolan's (SQLite header, application_id): the letters PTLN. */
export const APPLICATION_ID = 0x50544c4e

/**
 * The migrations in order; a database of schema version n has had the first n. A migration that has been released
 * is never changed: what comes after it is another one.
 *
 * Times are whole nanoseconds since 1970. Lists are JSON arrays. An id is the number that ids.ts makes of what the row
 * is; people see it in base 32.
 */
export const MIGRATIONS: readonly string[] = [SCHEMA_1, SCHEMA_2, SCHEMA_3]

/** Brings the database to the newest schema, in the transaction of the caller. */
export function migrate(db: Database): void {
  const version = schemaVersion(db)
  if (version === MIGRATIONS.length) return
  for (const migration of MIGRATIONS.slice(version)) db.exec(migration)
  db.pragma(`user_version = ${MIGRATIONS.length}`)
  db.pragma(`application_id = ${APPLICATION_ID}`)
}

export function schemaVersion(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number
}
