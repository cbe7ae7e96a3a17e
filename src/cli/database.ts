import { type Database, openToRead, openToWrite, sentence } from '../store/open.ts'

/** Uses an existing database to read, and closes it whatever happens. */
export function readingDatabase<Result>(path: string, use: (db: Database) => Result): Result {
  const db = openToRead(path)
  try {
    return use(db)
  } catch (error) {
    throw sentence(error, path)
  } finally {
    db.close()
  }
}

/** Uses a database to write, made where there is none, and closes it whatever happens. */
export async function writingDatabase<Result>(path: string, use: (db: Database) => Promise<Result>): Promise<Result> {
  const db = openToWrite(path)
  try {
    return await use(db)
  } catch (error) {
    throw sentence(error, path)
  } finally {
    db.close()
  }
}
