import { Inspection } from '../evidence/inspection.ts'
import { BEGINNING_MISSING, LIMIT_REACHED } from '../evidence/proof.ts'
import { NONE, UNIDENTIFIED } from '../evidence/service.ts'
import type { Packet } from '../wire/packet.ts'
import { SHARDS, shardOf } from './flow-key.ts'
import type { FlowLog } from './flow-log.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import type { Presented } from './presented.ts'
import {
  CERTIFICATES,
  CLAIM,
  EVIDENCE,
  EVIDENCE_ALERT,
  EVIDENCE_ALERT_SHIFT,
  EVIDENCE_ORIGINATOR_MASK,
  EVIDENCE_ORIGINATOR_SHIFT,
  EVIDENCE_PATH_SHIFT,
  EVIDENCE_SERVICE_MASK,
  HASH,
  INSPECTION,
  PROOF,
  STATE,
  STATE_SETTLED,
} from './row.ts'
import { StreamOrder } from './stream-order.ts'

/*
 * The flows whose payload is being looked at. What can be told from the first payload alone never comes here; a TLS
 * handshake does, and what comes in pieces or out of order.
 *
 * All limits are a shard's, and whether they are reached depends on the packets of that shard alone, so that the number of
 * workers changes nothing. The inspection of a flow that was closed keeps its place until its time is over, so that freeing idle
 * flows earlier changes nothing.
 */

/** Inspections of one shard at once; the next one ends the oldest. */
export const MOST_INSPECTIONS = 64
/** Bytes that the inspections of one shard hold; beyond, the oldest ends. */
export const MOST_INSPECTION_BYTES = 1024 * 1024
/** What an inspection takes besides what it holds. */
const PLACE_BYTES = 5 * 1024
/** In ticks of 100 ms: a look that takes longer than a minute ends with what it has. */
export const INSPECTION_TICKS = 600

const NOBODY = -1

/** One flow's inspection, its streams, and its place in the shard's list. */
interface Place {
  flow: number
  shard: number
  /** The reader's clock when it began. */
  began: number
  /** Bytes that are counted for it in its shard. */
  bytes: number
  older: number
  newer: number
  readonly inspection: Inspection
  readonly low: StreamOrder
  readonly high: StreamOrder
}

export class Inspections {
  readonly #table: FlowTable
  readonly #log: FlowLog
  readonly #presented: Presented
  readonly #places: Place[] = []
  readonly #free: number[] = []
  readonly #oldest = new Int32Array(SHARDS).fill(NOBODY)
  readonly #newest = new Int32Array(SHARDS).fill(NOBODY)
  readonly #counts = new Int32Array(SHARDS)
  readonly #bytes = new Float64Array(SHARDS)

  constructor(table: FlowTable, log: FlowLog, presented: Presented) {
    this.#table = table
    this.#log = log
    this.#presented = presented
  }

  /** Begins an inspection; the streams of both sides have not begun. */
  open(flow: number, clock: number): void {
    const { cold } = this.#table
    const shard = shardOf(cold[coldRow(flow) + HASH]!)
    this.#endLate(shard, clock)
    if (this.#counts[shard] === MOST_INSPECTIONS) this.#endByLimit(this.#oldest[shard]!)
    const number = this.#take()
    const place = this.#places[number]!
    place.flow = flow
    place.shard = shard
    place.began = clock
    place.bytes = PLACE_BYTES
    this.#bytes[shard]! += PLACE_BYTES
    place.older = this.#newest[shard]!
    place.newer = NOBODY
    if (place.older === NOBODY) this.#oldest[shard] = number
    else this.#places[place.older]!.newer = number
    this.#newest[shard] = number
    this.#counts[shard]! += 1
    cold[coldRow(flow) + INSPECTION] = number + 1
  }

  /** Whether the first byte of the side's stream is known already. */
  hasBegun(flow: number, side: number): boolean {
    const place = this.#places[this.#table.cold[coldRow(flow) + INSPECTION]! - 1]!
    return side === 0 ? place.low.hasBegun : place.high.hasBegun
  }

  /** The side's stream begins with this sequence number. */
  begin(flow: number, side: number, sequence: number): void {
    const place = this.#places[this.#table.cold[coldRow(flow) + INSPECTION]! - 1]!
    if (side === 0) place.low.begin(sequence)
    else place.high.begin(sequence)
  }

  /** Reads the payload that `side` sent, whose first byte has this sequence number. */
  read(flow: number, side: number, packet: Packet, view: DataView, sequence: number): void {
    const number = this.#table.cold[coldRow(flow) + INSPECTION]! - 1
    const place = this.#places[number]!
    if (packet.clock - place.began > INSPECTION_TICKS) {
      this.#end(number)
      return
    }
    const { inspection } = place
    const order = side === 0 ? place.low : place.high
    if (order.isOver) return
    readSegment(inspection, side, order, packet, view, sequence)
    if (order.isFull) this.#limit(inspection)
    if (inspection.settled || (place.low.isOver && place.high.isOver)) this.#end(number)
    else this.#weigh(place)
  }

  /** The flow is being closed: what its inspection knows is written down. */
  close(flow: number): void {
    const number = this.#table.cold[coldRow(flow) + INSPECTION]! - 1
    if (number < 0) return
    const place = this.#places[number]!
    this.#write(place)
    place.flow = NOBODY
  }

  #limit(inspection: Inspection): void {
    if (inspection.proof & LIMIT_REACHED) return
    this.#log.limited += 1
    inspection.proof |= LIMIT_REACHED
  }

  #weigh(place: Place): void {
    const { shard, inspection, low, high } = place
    const bytes = PLACE_BYTES + inspection.bytes + low.bytes + high.bytes
    this.#bytes[shard]! += bytes - place.bytes
    place.bytes = bytes
    while (this.#bytes[shard]! > MOST_INSPECTION_BYTES) this.#endByLimit(this.#oldest[shard]!)
  }

  #endLate(shard: number, clock: number): void {
    let oldest = this.#oldest[shard]!
    while (oldest !== NOBODY && clock - this.#places[oldest]!.began > INSPECTION_TICKS) {
      this.#end(oldest)
      oldest = this.#oldest[shard]!
    }
  }

  #endByLimit(number: number): void {
    const place = this.#places[number]!
    if (place.flow !== NOBODY) this.#limit(place.inspection)
    this.#end(number)
  }

  #end(number: number): void {
    const place = this.#places[number]!
    if (place.flow !== NOBODY) this.#write(place)
    const { older, newer, shard } = place
    if (older === NOBODY) this.#oldest[shard] = newer
    else this.#places[older]!.newer = newer
    if (newer === NOBODY) this.#newest[shard] = older
    else this.#places[newer]!.older = older
    this.#counts[shard]! -= 1
    this.#bytes[shard]! -= place.bytes
    place.inspection.reset()
    place.low.reset()
    place.high.reset()
    this.#free.push(number)
  }

  #take(): number {
    const number = this.#free.pop()
    if (number === undefined) {
      this.#places.push(newPlace())
      return this.#places.length - 1
    }
    return number
  }

  /** Writes what was found into the flow's row, and settles it. */
  #write(place: Place): void {
    const { flow, shard, inspection, low, high } = place
    readWhatWaits(inspection, 0, low)
    readWhatWaits(inspection, 1, high)
    const { hot, cold } = this.#table
    const row = coldRow(flow)
    const missing = (cold[row + PROOF]! & BEGINNING_MISSING) !== 0
    const service = missing && inspection.service === UNIDENTIFIED ? NONE : inspection.service
    let evidence = withOriginator(cold[row + EVIDENCE]!, inspection.originator)
    // What one payload told before stays, unless the look came to something.
    const known = evidence & EVIDENCE_SERVICE_MASK
    if (service > UNIDENTIFIED || known === NONE) evidence = (evidence & ~EVIDENCE_SERVICE_MASK) | service
    if (inspection.alert >= 0) evidence |= EVIDENCE_ALERT | (inspection.alert << EVIDENCE_ALERT_SHIFT)
    cold[row + EVIDENCE] = evidence | (inspection.pathFamily << EVIDENCE_PATH_SHIFT)
    cold[row + PROOF] = cold[row + PROOF]! | inspection.proof
    cold[row + INSPECTION] = 0
    hot[hotRow(flow) + STATE] = hot[hotRow(flow) + STATE]! | STATE_SETTLED
    this.#writeNames(row, shard, inspection)
  }

  #writeNames(row: number, shard: number, inspection: Inspection): void {
    const { cold } = this.#table
    const low = inspection.tlsOf(0)
    const high = inspection.tlsOf(1)
    const client = low.serverNameLength > 0 ? low : high
    const presented = this.#presented
    cold[row + CLAIM] =
      client.serverNameLength > 0
        ? presented.text(shard, client.serverName, client.serverNameLength)
        : presented.text(shard, inspection.claim, inspection.claimLength)
    cold[row + CERTIFICATES] = presented.certificate(shard, low.body, low.leafLength)
    cold[row + CERTIFICATES + 1] = presented.certificate(shard, high.body, high.leafLength)
  }
}

function newPlace(): Place {
  return {
    flow: NOBODY,
    shard: 0,
    began: 0,
    bytes: 0,
    older: NOBODY,
    newer: NOBODY,
    inspection: new Inspection(),
    low: new StreamOrder(),
    high: new StreamOrder(),
  }
}

/** Who opened the flow is told by what comes first. */
export function withOriginator(evidence: number, originator: number): number {
  const isKnown = ((evidence >>> EVIDENCE_ORIGINATOR_SHIFT) & EVIDENCE_ORIGINATOR_MASK) !== 0
  return isKnown ? evidence : evidence | (originator << EVIDENCE_ORIGINATOR_SHIFT)
}

/** Hands the payload on if it is the next of its stream, and whatever waited for it. */
function readSegment(
  inspection: Inspection,
  side: number,
  order: StreamOrder,
  packet: Packet,
  view: DataView,
  sequence: number,
): void {
  const { payload, payloadEnd, payloadLength } = packet
  const known = (order.next - sequence) | 0
  if (known >= payloadLength) return
  if (known < 0) {
    if (payloadEnd > payload) order.keep(view, sequence, payload, payloadEnd)
    return
  }
  if (payload + known < payloadEnd) inspection.read(side, view, payload + known, payloadEnd)
  order.next = (sequence + payloadLength) | 0
  if (payloadEnd - payload < payloadLength) {
    // The rest was not captured.
    order.isOver = true
    return
  }
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

function isUnidentified({ service }: Inspection): boolean {
  return service === UNIDENTIFIED
}

/** Where the beginning of a stream never came, the first bytes behind it may still tell something. */
function readWhatWaits(inspection: Inspection, side: number, order: StreamOrder): void {
  if (order.waiting === 0 || !inspection.isUnread(side) || inspection.service !== NONE) return
  inspection.proof |= BEGINNING_MISSING
  inspection.read(side, order.view, order.firstStart, order.firstEnd)
  // From the middle of a stream, unknown bytes say nothing.
  if (isUnidentified(inspection)) inspection.service = NONE
}
