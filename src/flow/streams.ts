import { Inspection } from '../evidence/inspection.ts'
import { BEGINNING_MISSING } from '../evidence/proof.ts'
import { NONE, UNIDENTIFIED } from '../evidence/service.ts'
import type { StreamPiece } from './stream-beginning.ts'
import { StreamOrder } from './stream-order.ts'

/** Both streams of a flow, put in order, and the inspection that reads them. Made to be reused. */
export interface Streams {
  readonly inspection: Inspection
  readonly low: StreamOrder
  readonly high: StreamOrder
}

export function newStreams(): Streams {
  return { inspection: new Inspection(), low: new StreamOrder(), high: new StreamOrder() }
}

export function resetStreams({ inspection, low, high }: Streams): void {
  inspection.reset()
  low.reset()
  high.reset()
}

/** Bytes that they hold. */
export function heldBytes({ inspection, low, high }: Streams): number {
  return inspection.bytes + low.bytes + high.bytes
}

/** Hands the payload on if it is the next of its stream, and whatever waited for it. */
export function readSegment(
  { inspection, low, high }: Streams,
  side: number,
  packet: StreamPiece,
  view: DataView,
  sequence: number,
): void {
  const order = side === 0 ? low : high
  const { payload, payloadEnd, payloadLength } = packet
  const known = (order.next - sequence) | 0
  if (order.isOver || known >= payloadLength) return
  if (known < 0) {
    if (payloadEnd > payload) order.keep(view, sequence, payload, payloadEnd)
    return
  }
  if (payload + known < payloadEnd) inspection.read(side, view, payload + known, payloadEnd)
  order.next = (sequence + payloadLength) | 0
  // The rest was not captured.
  if (payloadEnd - payload < payloadLength) order.isOver = true
  else if (order.waiting > 0) readNext(inspection, side, order)
}

/** Reads what waits, as far as nothing is missing before it. */
function readNext(inspection: Inspection, side: number, order: StreamOrder): void {
  while (order.waiting > 0 && !inspection.settled) {
    const skipped = (order.next - order.firstSequence) | 0
    if (skipped < 0) return
    const length = order.firstEnd - order.firstStart
    if (skipped < length) {
      inspection.read(side, order.view, order.firstStart + skipped, order.firstEnd)
      order.next = (order.firstSequence + length) | 0
    }
    order.dropFirst()
  }
}

/**
 * The inspection with all that can be known now. Where the beginning of a stream never came, the first bytes behind it
 * may still tell something: that is read by another inspection, so that this one can go on.
 */
export function inspectedSoFar({ inspection, low, high }: Streams): Inspection {
  if (!waitsUnread(inspection, 0, low) && !waitsUnread(inspection, 1, high)) return inspection
  const behindGap = new Inspection()
  behindGap.proof = inspection.proof | BEGINNING_MISSING
  for (let side = 0; side < 2; side += 1) {
    const order = side === 0 ? low : high
    if (behindGap.service !== NONE || !waitsUnread(inspection, side, order)) continue
    behindGap.read(side, order.view, order.firstStart, order.firstEnd)
    // From the middle of a stream, unknown bytes say nothing.
    if (isUnidentified(behindGap)) behindGap.service = NONE
  }
  return behindGap
}

function waitsUnread(inspection: Inspection, side: number, order: StreamOrder): boolean {
  return order.waiting > 0 && inspection.service === NONE && inspection.isUnread(side)
}

/** A function, because the compiler does not know that reading changes it. */
function isUnidentified({ service }: Inspection): boolean {
  return service === UNIDENTIFIED
}
