import { correction, prose, relatedPage, table } from '../notation.ts'
import type { PageId } from '../pages.ts'
import type { Reference } from '../reference.ts'

// Pages that describe the same server in several topologies share most of their rows and sentences.
// These functions cite one of them on all pages of the family.

/** How a page is cited where it is no plain table row. */
type Cite = (page: PageId, where: string, says: string) => Reference

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

const EDGE_PAGES = [
  ['single-edge-nat', 'edge1nat'],
  ['single-edge-public', 'edge1pub'],
  ['scaled-edge-dns-nat', 'edgednsnat'],
  ['scaled-edge-dns-public', 'edgednspub'],
] as const satisfies readonly (readonly [PageId, string])[]

/** The same row of the tables of the four Edge pages without a hardware load balancer. */
export function edgeTables(row: string): readonly Reference[] {
  return EDGE_PAGES.map(([page, prefix]) => table(page, `${prefix}-${row}`))
}

/** The same remark on the same row of those four pages. */
export function edgeNotes(cite: Cite, row: string, says: string): readonly Reference[] {
  return EDGE_PAGES.map(([page, prefix]) => cite(page, `${prefix}-${row}`, says))
}

/** A row of the tables of the hardware load balanced Edge: for the node's address (`node-`), or the virtual one (`vip-`). */
export function balancedEdge(...rows: readonly string[]): readonly Reference[] {
  return rows.map((row) => table('scaled-edge-hlb', `edgehlb-${row}`))
}

/** A row of the public IM page, which the page on all kinds of federation repeats. */
export function publicIm(row: string): readonly Reference[] {
  return [table('public-im', row), table('federation', row)]
}

export function publicImNotes(cite: Cite, row: string, says: string): readonly Reference[] {
  return [cite('public-im', row, says), cite('federation', row, says)]
}

/** A row of the XMPP page, which the page on all kinds of federation repeats. */
export function xmppFederation(row: string): readonly Reference[] {
  return [table('xmpp-federation', row), table('federation', row)]
}

/** A row of the internal servers page that names the listening server only. */
export function listener(row: string): Reference {
  return table('internal-servers', row, 'The row names the listening server only; who calls it is our reading.')
}

/** A row of the internal servers page that prints plain TCP where servers are set to speak mutual TLS. */
export function printedAsTcp(row: string): Reference {
  return correction('internal-servers', row, 'The page prints plain TCP; topology documents have Mtls.')
}

/** What the overview of the Centralized Logging Service says of every server. */
export const LOGGING_AGENT = relatedPage(
  'cls-overview',
  'agent ports',
  'The logging agent, ClsAgent.exe, listens on these ports of every Lync server.',
)
