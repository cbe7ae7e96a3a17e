import type { Database } from './open.ts'

/** Whoever only reads is soon done; longer, and a stream that is being followed would wait too long. */
const MOMENT_MS = 250

/** Does the work, and returns true; false where other programs keep the database locked, and nothing was changed. */
export function unlessLocked(db: Database, work: () => void): boolean {
  const usualMs = db.pragma('busy_timeout', { simple: true })
  db.pragma(`busy_timeout = ${MOMENT_MS}`)
  try {
    work()
    return true
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) return false
    throw error
  } finally {
    db.pragma(`busy_timeout = ${usualMs}`)
  }
}
