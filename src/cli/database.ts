import { type Database, openToRead, sentence } from '../store/open.ts'
import { type ToWrite, toWrite } from '../store/to-write.ts'

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

/** Uses a database to write, made with what is first written where there is none, and closes it whatever happens. */
export async function writingDatabase<Result>(
  path: string,
  use: (target: ToWrite) => Promise<Result>,
): Promise<Result> {
  const target = toWrite(path)
  try {
    return await use(target)
  } catch (error) {
    throw sentence(error, path)
  } finally {
    target.close()
  }
}
