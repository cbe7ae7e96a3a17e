import type { Language } from './language.ts'

/** Where a report goes, and what that place can show. */
export interface Output {
  write(text: string): void
  /** Width of the terminal; undefined in a pipe or a file, where nothing is shortened. */
  readonly columns: number | undefined
  readonly color: boolean
  /** In which people see the names of roles and purposes; English when absent. */
  readonly language?: Language
}

/** Columns that a line may take: infinitely many in a pipe, and on a terminal that does not know its width and says 0. */
export function lineLimit({ columns = 0 }: Output): number {
  return columns > 0 ? columns : Number.POSITIVE_INFINITY
}

/** Characters gathered before a write: one system call a line would cost more than rendering the line. */
const CHUNK_CHARACTERS = 65_536

/** Writes pieces of text in larger chunks, without ever holding the whole. */
export function writeInChunks(out: Output, pieces: Iterable<string>): void {
  let chunk = ''
  for (const piece of pieces) {
    chunk += piece
    if (chunk.length < CHUNK_CHARACTERS) continue
    out.write(chunk)
    chunk = ''
  }
  if (chunk !== '') out.write(chunk)
}
