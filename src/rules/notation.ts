import type { PageId } from './pages.ts'
import type { Reference } from './reference.ts'
import type { PortRange } from './rule.ts'

// The short forms in which the rule files write ports and references.

export function port(number: number): readonly PortRange[] {
  return [{ first: number, last: number }]
}

export function portRange(first: number, last: number): readonly PortRange[] {
  return [{ first, last }]
}

/** A row of a table on the page. */
export function table(page: PageId, row: string): Reference {
  return { page, kind: 'table', where: row }
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

/** A page that is no port table of this server, and yet says it. */
export function relatedPage(page: PageId, where: string, says: string): Reference {
  return { page, kind: 'related-page', where, says }
}
