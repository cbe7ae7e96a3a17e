import type { PageId } from './pages.ts'
import type { Reference } from './reference.ts'
import type { MediaRange, PortRange } from './rule.ts'

// The short forms in which the rule files write ports and references.

export function port(number: number): readonly PortRange[] {
  return [{ first: number, last: number }]
}

export function portRange(first: number, last: number): readonly PortRange[] {
  return [{ first, last }]
}

/** The ports of a media range, up to `last` where a page rounds its end. */
export function portsOf({ start, count }: MediaRange, last = start + count - 1): readonly PortRange[] {
  return [{ first: start, last }]
}

/** A row of a table on the page; `says` where something had to be read into it. */
export function table(page: PageId, row: string, says?: string): Reference {
  return says === undefined ? { page, kind: 'table', where: row } : { page, kind: 'table', where: row, says }
}

/** A sentence of the page. */
export function prose(page: PageId, where: string, says: string): Reference {
  return { page, kind: 'prose', where, says }
}

/** What the page should have said. */
export function correction(page: PageId, where: string, says: string): Reference {
  return { page, kind: 'correction', where, says }
}

/** What the page should not have said: the rule stays listed and allows nothing. */
export function withdrawal(page: PageId, where: string, says: string): Reference {
  return { page, kind: 'correction', where, says, withdraws: true }
}

/** A table of a later product that no longer has the row. */
export function gone(page: PageId, where: string, says: string): Reference {
  return { page, kind: 'table', where, says, withdraws: true }
}

/** A port that topology documents name. */
export function topology(where: string, says: string): Reference {
  return { page: 'topology', kind: 'topology', where, says }
}

/** A page that is no port table of this server, and yet says it. */
export function relatedPage(page: PageId, where: string, says: string): Reference {
  return { page, kind: 'related-page', where, says }
}
