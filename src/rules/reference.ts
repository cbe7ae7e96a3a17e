/** How strongly the documentation states a permission. */
export const REFERENCE_KINDS = ['table', 'prose', 'correction', 'related-page', 'topology'] as const
export type ReferenceKind = (typeof REFERENCE_KINDS)[number]

/** Where the documentation says it. */
export interface Reference {
  /** A key of PAGES. */
  readonly page: string
  readonly kind: ReferenceKind
  /** The table row's id, or the sentence in our own words. */
  readonly where: string
  /**
   * What the sentence says, or why the correction is made: one line, in our own words. A table row needs one only where
   * something had to be read into it.
   */
  readonly says?: string
  /**
   * A reference can also say that the permission is none (a correction that a published row is wrong; a later product
   * whose table no longer has it): wherever it is admitted, the rule is listed and allows nothing.
   * Absent: the reference allows.
   */
  readonly withdraws?: true
}

/** A pack of differences cites a rule of another pack: its own pages allow it as well, or let it allow nothing. */
export interface Amendment {
  /** The rule's id. */
  readonly rule: string
  readonly reference: Reference
}

/** How literally the documentation is taken. */
export const READINGS = ['published', 'prose', 'full'] as const
export type Reading = (typeof READINGS)[number]

/** Which kinds of reference each reading admits. */
export const ADMITTED: Readonly<Record<Reading, ReadonlySet<ReferenceKind>>> = {
  published: new Set<ReferenceKind>(['table']),
  prose: new Set<ReferenceKind>(['table', 'prose']),
  full: new Set<ReferenceKind>(REFERENCE_KINDS),
}
