import { FirstBytes } from '../evidence/first-bytes.ts'
import { LIMIT_REACHED } from '../evidence/proof.ts'
import { looksOf } from './evidence-word.ts'
import { SHARDS, shardOf } from './flow-key.ts'
import type { FlowLog } from './flow-log.ts'
import { coldRow, type FlowTable } from './flow-table.ts'
import { settle, writeFirst, writeInspection } from './inspected.ts'
import {
  BEGAN,
  FLOW,
  InspectionPlaces,
  NEXT,
  NO_PLACE,
  PLACE_STATE,
  placeRow,
  SHARD_MASK,
} from './inspection-places.ts'
import type { Presented } from './presented.ts'
import { EVIDENCE, HASH } from './row.ts'
import { beginningOf, mayBeKeepAlive, payloadSequence, type StreamPiece } from './stream-beginning.ts'
import { heldBytes, inspectedSoFar, newStreams, readSegment, resetStreams, type Streams } from './streams.ts'

/*
 * The flows whose payload is being looked at. What can be told from the first payload alone never comes here; a TLS
 * handshake does, and what comes in pieces or out of order.
 *
 * A place begins small: numbers, and room for the first bytes of both sides. It gets streams when there is something to
 * read, or to put in order. With small packets most flows never come so far, and what memory a look touches is what it
 * costs (`npm run bench`, evidence).
 *
 * All limits are a shard's, and whether they are reached depends on the packets of that shard alone, so that the number
 * of workers changes nothing. The inspection of a flow that was closed keeps its place until its time is over, so that
 * freeing idle flows earlier changes nothing.
 */

/** Inspections of one shard at once; the next one ends the oldest. */
export const MOST_INSPECTIONS = 64
/** Bytes that the inspections of one shard hold; beyond, the oldest ends. */
export const MOST_INSPECTION_BYTES = 1024 * 1024
/** What an inspection takes besides what it holds; first bytes are a part of it. */
export const PLACE_BYTES = 5 * 1024
/** In ticks of 100 ms: a look that takes longer than a minute ends with what it has. */
export const INSPECTION_TICKS = 600

const NOBODY = -1
const FIRST_FLOWS = 4096

// In a place's state. For each side, the high side's is the next bit:
/** The first byte of its stream is known. */
const BEGUN = SHARDS
/** Its first payload told nothing, before the place was opened. */
const GIVEN_UP = SHARDS << 2
/** The rest of its stream was not captured. */
const OVER = SHARDS << 4
/** The place has streams. */
const HAS_STREAMS = SHARDS << 6
/** It reached a limit. */
const LIMITED = SHARDS << 7

export class Inspections {
  readonly #table: FlowTable
  readonly #log: FlowLog
  readonly #presented: Presented
  readonly #places = new InspectionPlaces()
  readonly #firstBytes = new FirstBytes()
  /**
   * By flow: its place, counted from 1; 0 for none. No word of its row, because it is asked for at every payload, when
   * the cold words need not be looked at.
   */
  #placeOf: Int32Array = new Int32Array(FIRST_FLOWS)
  /** By place. */
  readonly #streams: (Streams | undefined)[] = []
  readonly #free: Streams[] = []

  constructor(table: FlowTable, log: FlowLog, presented: Presented) {
    this.#table = table
    this.#log = log
    this.#presented = presented
  }

  /** Whether the flow has an inspection. */
  has(flow: number): boolean {
    return flow < this.#placeOf.length && this.#placeOf[flow] !== 0
  }

  /** Begins an inspection; the streams of both sides have not begun. */
  open(flow: number, clock: number): void {
    const { cold } = this.#table
    const shard = shardOf(cold[coldRow(flow) + HASH]!)
    const evidence = cold[coldRow(flow) + EVIDENCE]!
    const places = this.#places
    this.#endLate(shard, clock)
    if (places.counts[shard] === MOST_INSPECTIONS) this.#endByLimit(places.oldest[shard]!)
    const place = places.take(flow, shard, clock, PLACE_BYTES)
    if (looksOf(evidence, 0) > 0) this.#note(place, GIVEN_UP)
    if (looksOf(evidence, 1) > 0) this.#note(place, GIVEN_UP << 1)
    this.#firstBytes.clear(place)
    if (flow >= this.#placeOf.length) this.#placeOf = grown(this.#placeOf, flow)
    this.#placeOf[flow] = place + 1
  }

  /** Reads a payload that `side` sent. */
  read(flow: number, side: number, packet: StreamPiece, view: DataView): void {
    const place = this.#placeOf[flow]! - 1
    const { words } = this.#places
    const row = placeRow(place)
    const state = words[row + PLACE_STATE]!
    if (state & (GIVEN_UP << side)) return
    const sequence = payloadSequence(packet)
    if ((state & (BEGUN << side)) === 0) {
      if (mayBeKeepAlive(this.#table, flow, side, packet)) return
      this.#begin(place, side, beginningOf(this.#table, flow, side, sequence))
    }
    if (packet.clock - words[row + BEGAN]! > INSPECTION_TICKS) this.#end(place)
    else if ((state & HAS_STREAMS) !== 0) this.#readStreams(place, side, packet, view, sequence)
    else if ((state & (OVER << side)) === 0) this.#readFirst(place, side, packet, view, sequence)
  }

  /** The flow is being closed: what its inspection knows is written down. */
  close(flow: number): void {
    if (!this.has(flow)) return
    const place = this.#placeOf[flow]! - 1
    this.#write(place)
    this.#places.words[placeRow(place) + FLOW] = NOBODY
  }

  /** As close(), but for the flow's copy, which stands in the table of `ending`. Here nothing changes. */
  closeCopy(flow: number, ending: Inspections, copy: number): void {
    if (this.has(flow)) this.#writeInto(this.#placeOf[flow]! - 1, ending.#table, copy, ending.#presented)
  }

  #note(place: number, bit: number): void {
    const { words } = this.#places
    const at = placeRow(place) + PLACE_STATE
    words[at] = words[at]! | bit
  }

  #begin(place: number, side: number, sequence: number): void {
    this.#note(place, BEGUN << side)
    this.#places.words[placeRow(place) + NEXT + side] = sequence
    const streams = this.#streamsOf(place)
    if (streams) (side === 0 ? streams.low : streams.high).begin(sequence)
  }

  /** Of a place without streams: keeps the payload, if it is the next of its stream and nothing can be told yet. */
  #readFirst(place: number, side: number, packet: StreamPiece, view: DataView, sequence: number): void {
    const { words } = this.#places
    const row = placeRow(place)
    const { payload, payloadEnd, payloadLength } = packet
    const known = (words[row + NEXT + side]! - sequence) | 0
    if (known >= payloadLength) return
    const start = payload + known
    if (known < 0 || (start < payloadEnd && !this.#firstBytes.keep(place, side, view, start, payloadEnd))) {
      this.#giveStreams(place)
      this.#readStreams(place, side, packet, view, sequence)
      return
    }
    words[row + NEXT + side] = (sequence + payloadLength) | 0
    if (payloadEnd - payload < payloadLength) this.#note(place, OVER << side)
    const bothOver = OVER | (OVER << 1)
    if ((words[row + PLACE_STATE]! & bothOver) === bothOver) this.#end(place)
    else this.#endBeyond(words[row + PLACE_STATE]! & SHARD_MASK)
  }

  #readStreams(place: number, side: number, packet: StreamPiece, view: DataView, sequence: number): void {
    const streams = this.#streams[place]!
    const { inspection, low, high } = streams
    readSegment(streams, side, packet, view, sequence)
    if (low.isFull || high.isFull) this.#noteLimit(place)
    if (inspection.settled || (low.isOver && high.isOver)) this.#end(place)
    else {
      this.#places.count(place, PLACE_BYTES + heldBytes(streams))
      this.#endBeyond(this.#places.words[placeRow(place) + PLACE_STATE]! & SHARD_MASK)
    }
  }

  /** From now on the place's bytes are put in order and read. */
  #giveStreams(place: number): void {
    const streams = this.#free.pop() ?? newStreams()
    const { words } = this.#places
    const row = placeRow(place)
    const state = words[row + PLACE_STATE]!
    this.#streams[place] = streams
    this.#firstBytes.handOver(place, streams.inspection)
    if (state & BEGUN) streams.low.begin(words[row + NEXT]!)
    if (state & (BEGUN << 1)) streams.high.begin(words[row + NEXT + 1]!)
    streams.low.isOver = (state & OVER) !== 0
    streams.high.isOver = (state & (OVER << 1)) !== 0
    this.#note(place, HAS_STREAMS)
  }

  #streamsOf(place: number): Streams | undefined {
    const state = this.#places.words[placeRow(place) + PLACE_STATE]!
    return state & HAS_STREAMS ? this.#streams[place] : undefined
  }

  #noteLimit(place: number): void {
    if (this.#places.words[placeRow(place) + PLACE_STATE]! & LIMITED) return
    this.#note(place, LIMITED)
    this.#log.limited += 1
  }

  /** Ends the oldest where the shard has too many bytes. */
  #endBeyond(shard: number): void {
    const { bytes, oldest } = this.#places
    while (bytes[shard]! > MOST_INSPECTION_BYTES) this.#endByLimit(oldest[shard]!)
  }

  #endLate(shard: number, clock: number): void {
    const { oldest, words } = this.#places
    for (let place = oldest[shard]!; place !== NO_PLACE; place = oldest[shard]!) {
      if (clock - words[placeRow(place) + BEGAN]! <= INSPECTION_TICKS) return
      this.#end(place)
    }
  }

  #endByLimit(place: number): void {
    if (this.#places.words[placeRow(place) + FLOW] !== NOBODY) this.#noteLimit(place)
    this.#end(place)
  }

  /** Ends the inspection with what it has. */
  #end(place: number): void {
    if (this.#places.words[placeRow(place) + FLOW] !== NOBODY) this.#write(place)
    const streams = this.#streamsOf(place)
    if (streams) {
      resetStreams(streams)
      this.#free.push(streams)
      this.#streams[place] = undefined
    }
    this.#places.remove(place)
  }

  /** Writes what was found into the flow's row. */
  #write(place: number): void {
    const flow = this.#places.words[placeRow(place) + FLOW]!
    this.#writeInto(place, this.#table, flow, this.#presented)
    this.#placeOf[flow] = 0
  }

  #writeInto(place: number, table: FlowTable, flow: number, presented: Presented): void {
    const state = this.#places.words[placeRow(place) + PLACE_STATE]!
    const first = this.#firstBytes
    settle(table, flow, state & LIMITED ? LIMIT_REACHED : 0)
    const streams = this.#streamsOf(place)
    if (!streams) writeFirst(table, flow, first.service(place), first.originator(place))
    else writeInspection(table, flow, inspectedSoFar(streams), presented, state & SHARD_MASK)
  }
}

/** The same numbers with room for one at `index`. */
function grown(numbers: Int32Array, index: number): Int32Array {
  const larger = new Int32Array(Math.max(index + 1, numbers.length * 2))
  larger.set(numbers)
  return larger
}
