import type { RecordingCounts } from './capture-notes.ts'
import { readCount, walkOptions } from './pcapng-options.ts'

// Interface statistics block and its options, draft-ietf-opsawg-pcapng section 4.6.
export const STATISTICS_INTERFACE = 8
const OPTIONS = 20
export const SMALLEST_STATISTICS = 24
/** isb_ifrecv, followed by isb_ifdrop, isb_filteraccept, isb_osdrop and isb_usrdeliv. */
const FIRST_COUNT = 4
const RECEIVED = 0
const DROPPED_BY_INTERFACE = 1
const ACCEPTED_BY_FILTER = 2
const DROPPED_BY_SYSTEM = 3
const DELIVERED = 4
const COUNTS = 5

/** The counts of one interface, or of several together; NaN where nothing is said. */
export function createCounts(): Float64Array {
  return new Float64Array(COUNTS).fill(Number.NaN)
}

/** Takes what a statistics block says in place of what an earlier one said. False when it has too many options. */
export function readStatistics(
  view: DataView,
  at: number,
  length: number,
  littleEndian: boolean,
  counts: Float64Array,
): boolean {
  return walkOptions(view, at + OPTIONS, at + length - 4, littleEndian, (type, value, size) => {
    const index = type - FIRST_COUNT
    if (index >= 0 && index < COUNTS && size >= 8) counts[index] = readCount(view, value, littleEndian) ?? Number.NaN
  })
}

/** Counts of several interfaces and sections. */
export interface Tally {
  readonly counts: Float64Array
  /** NaN where no interface says anything. */
  dropped: number
}

interface Counted {
  readonly counts: Float64Array
  readonly droppedAtPackets: number
}

export function addToTally(tally: Tally, { counts, droppedAtPackets }: Counted): void {
  for (let index = 0; index < COUNTS; index += 1) tally.counts[index] = sum(tally.counts[index]!, counts[index]!)
  const reported = sum(counts[DROPPED_BY_INTERFACE]!, counts[DROPPED_BY_SYSTEM]!)
  tally.dropped = sum(tally.dropped, larger(reported, droppedAtPackets))
}

export function recordingCounts(counts: Float64Array): RecordingCounts {
  return {
    received: said(counts[RECEIVED]!),
    droppedByInterface: said(counts[DROPPED_BY_INTERFACE]!),
    acceptedByFilter: said(counts[ACCEPTED_BY_FILTER]!),
    droppedBySystem: said(counts[DROPPED_BY_SYSTEM]!),
    delivered: said(counts[DELIVERED]!),
  }
}

export function said(count: number): number | undefined {
  return Number.isNaN(count) ? undefined : count
}

function sum(left: number, right: number): number {
  if (Number.isNaN(left)) return right
  return Number.isNaN(right) ? left : left + right
}

function larger(left: number, right: number): number {
  if (Number.isNaN(left)) return right
  return Number.isNaN(right) ? left : Math.max(left, right)
}
