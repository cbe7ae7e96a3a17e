import { correction, prose, table } from '../notation.ts'
import type { Reference } from '../reference.ts'

// Pages that describe the same server in several topologies share most of their rows and sentences.
// These functions cite one of them on all pages of the family.

/** The same row of the tables of the three Director pages. */
export function directorTables(row: string): readonly Reference[] {
  return [
    table('single-director', `dir1-${row}`),
    table('director-dns-hlb', `dirdns-${row}`),
    table('director-hlb', `dirhlb-${row}`),
  ]
}

const DIRECTOR_PROSE = 'opening paragraph'

/** A sentence that opens all three Director pages; `single` is its id on the page of the single Director. */
export function directorProse(says: string, single = DIRECTOR_PROSE): readonly Reference[] {
  return [
    prose('single-director', single, says),
    prose('director-dns-hlb', DIRECTOR_PROSE, says),
    prose('director-hlb', DIRECTOR_PROSE, says),
  ]
}

/** The sentence that asks for the reverse proxy's ports on Director and Front End. */
export const REVERSE_PROXY_SENTENCE =
  'The reverse proxy is expected to reach Director, Front End pool and Front End Server on 8080 and 4443.'

/** A row that all three Director tables lack. */
export function missingFromDirectorTables(says: string): readonly Reference[] {
  const where = 'missing from the table'
  return [
    correction('single-director', where, says),
    correction('director-dns-hlb', where, says),
    correction('director-hlb', where, says),
  ]
}

/** The same row of the tables of both single consolidated Edge pages. */
export function edgeTables(row: string): readonly Reference[] {
  return [table('single-edge-nat', `edge1nat-${row}`), table('single-edge-public', `edge1pub-${row}`)]
}

type EdgePage = 'single-edge-nat' | 'single-edge-public'

/** The same remark on the same row of both single consolidated Edge pages. */
export function edgeNotes(
  cite: (page: EdgePage, where: string, says: string) => Reference,
  row: string,
  says: string,
): readonly Reference[] {
  return [cite('single-edge-nat', `edge1nat-${row}`, says), cite('single-edge-public', `edge1pub-${row}`, says)]
}
