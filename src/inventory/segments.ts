import { type Point, pointIn } from './address.ts'
import type { AddressRange, InventoryEntry } from './inventory.ts'

/**
 * The entries for one set of addresses, in the order of the file.
 *
 * A set is what its ranges cover together, however they were written: ranges that touch or overlap are one span.
 */
export interface Place {
  readonly entries: readonly [InventoryEntry, ...InventoryEntry[]]
  /** In ascending order, with a gap between any two. */
  readonly spans: readonly Span[]
  /** The ranges of all entries as they were written. */
  readonly written: readonly Span[]
}

/** Both ends included. */
export interface Span {
  readonly first: Point
  readonly last: Point
}

/** Two places that share addresses without one inside the other. `later` stands later in the file. */
export interface Crossing {
  readonly earlier: Place
  readonly later: Place
  readonly shared: Span
}

/**
 * The line of addresses, cut where the answer changes: from `starts[i]` up to the next start, `owners[i]` is the most
 * specific place, or nobody is.
 */
export interface Segments {
  readonly starts: readonly Point[]
  readonly owners: readonly (Place | undefined)[]
  readonly crossings: readonly Crossing[]
}

export function placesOf(entries: readonly InventoryEntry[]): readonly Place[] {
  const places = new Map<
    string,
    { entries: [InventoryEntry, ...InventoryEntry[]]; spans: readonly Span[]; written: Span[] }
  >()
  for (const entry of entries) {
    const written = entry.ranges.map(spanOf)
    const spans = merge(written)
    const key = spans.map(({ first, last }) => `${first}-${last}`).join()
    const place = places.get(key)
    if (place === undefined) places.set(key, { entries: [entry], spans, written })
    else {
      place.entries.push(entry)
      place.written.push(...written)
    }
  }
  return [...places.values()]
}

function merge(ranges: readonly Span[]): readonly Span[] {
  const merged: { first: Point; last: Point }[] = []
  for (const range of [...ranges].sort((a, b) => compare(a.first, b.first))) {
    const before = merged.at(-1)
    if (before === undefined || range.first > before.last + 1n) merged.push({ ...range })
    else if (range.last > before.last) before.last = range.last
  }
  return merged
}

function spanOf({ family, first, last }: AddressRange): Span {
  return { first: pointIn(family, first), last: pointIn(family, last) }
}

/** A span of a place, with what decides which of two is the outer one. */
interface Placed {
  readonly span: Span
  readonly place: Place
  /** How many addresses the place has. */
  readonly size: bigint
  /** The place's order in the file. */
  readonly order: number
}

/** Beyond every address. */
const END: Point = 1n << 129n

/**
 * Cuts the line of addresses. The innermost span that holds an address wins; of places that have the same span, the
 * one whose whole set is inside the other's. For places that lie wholly inside each other this is the smallest
 * set, in whatever order the file has them.
 *
 * Spans are met in ascending order, outer ones first, and wait on a stack until they end. A span that crosses
 * the one it begins in is reported and left out.
 */
export function layOut(places: readonly Place[]): Segments {
  const starts: Point[] = []
  const owners: (Place | undefined)[] = []
  const crossings: Crossing[] = []
  const open: Placed[] = []
  const begin = (start: Point, owner: Place | undefined): void => {
    const at = starts.at(-1) === start ? starts.length - 1 : starts.length
    starts[at] = start
    owners[at] = owner
  }
  const closeBefore = (point: Point): void => {
    for (let top = open.at(-1); top !== undefined && top.span.last < point; top = open.at(-1)) {
      open.pop()
      begin(top.span.last + 1n, open.at(-1)?.place)
    }
  }
  for (const placed of outerFirst(places)) {
    closeBefore(placed.span.first)
    const outer = open.at(-1)
    if (outer !== undefined && !holds(outer, placed)) {
      crossings.push(crossingOf(outer, placed))
      continue
    }
    begin(placed.span.first, placed.place)
    open.push(placed)
  }
  closeBefore(END)
  return { starts, owners, crossings }
}

function outerFirst(places: readonly Place[]): readonly Placed[] {
  return places
    .flatMap((place, order) => {
      const size = sizeOf(place)
      return place.spans.map((span) => ({ span, place, size, order }))
    })
    .sort(
      (a, b) =>
        compare(a.span.first, b.span.first) ||
        compare(b.span.last, a.span.last) ||
        compare(b.size, a.size) ||
        a.order - b.order,
    )
}

function sizeOf(place: Place): bigint {
  return place.spans.reduce((size, { first, last }) => size + last - first + 1n, 0n)
}

/**
 * Whether the span of `inner`, which begins in that of `outer`, is rightly inside it: because its place's whole set
 * is inside the other's, or because a range that was written as one surrounds it, so that a host may have
 * addresses in several networks. Neither holds for two lists of hosts that have one in common.
 */
function holds(outer: Placed, inner: Placed): boolean {
  if (inner.span.last > outer.span.last) return false
  if (inner.place.spans.length === 1 || isInside(inner.place.spans, outer.place.spans)) return true
  return outer.place.written.some((range) => surrounds(range, inner.span))
}

function surrounds(outer: Span, inner: Span): boolean {
  if (outer.first === inner.first && outer.last === inner.last) return false
  return outer.first <= inner.first && inner.last <= outer.last
}

function isInside(inner: readonly Span[], outer: readonly Span[]): boolean {
  let at = 0
  return inner.every(({ first, last }) => {
    while (at < outer.length && (outer[at]?.last ?? END) < first) at++
    const around = outer[at]
    return around !== undefined && around.first <= first && last <= around.last
  })
}

/** `inner` begins in `outer`. */
function crossingOf(outer: Placed, inner: Placed): Crossing {
  const [earlier, later] = outer.order < inner.order ? [outer, inner] : [inner, outer]
  const last = inner.span.last < outer.span.last ? inner.span.last : outer.span.last
  return { earlier: earlier.place, later: later.place, shared: { first: inner.span.first, last } }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
