import { NO_SENDER, senderOf } from './flood-attempt.ts'
import { SHARDS } from './flow-key.ts'
import { type FlowTable, hotRow } from './flow-table.ts'
import { CLOCK } from './row.ts'

/** The first sweep of a shard comes with so many flows. */
const FIRST_SWEEP = 64
/** A sweep must pay: the next one comes with so many times the flows that it leaves. */
const GROWTH = 1.5
/** At the limit so many may be left; beyond, flows are closed early. */
const MOST_LEFT_AT_LIMIT = 0.75

const NONE = -1

/** What is done with flows, whatever they are. */
export interface Closing {
  /** Ticks of the reader's clock: no flow is over that has been idle for less. */
  readonly shortestTimeout: number
  /** Whether the time of the flow is over. */
  isOver(flow: number, now: number): boolean
  close(flow: number): void
}

/**
 * Makes room for the flows of a shard: closes those whose time is over, and at the limit others early. When that
 * happens depends on nothing but the shard's own flows, so that it is the same for any number of workers.
 */
export class ShardRoom {
  /** Flows that were closed early. */
  closedEarly = 0
  /** By shard: so many flows call for makeRoom(). */
  readonly full = new Int32Array(SHARDS)
  readonly #table: FlowTable
  readonly #limit: number
  readonly #closing: Closing

  constructor(table: FlowTable, limit: number, closing: Closing) {
    this.#table = table
    this.#limit = limit
    this.#closing = closing
    this.full.fill(Math.min(FIRST_SWEEP, limit))
  }

  makeRoom(shard: number, now: number): void {
    this.#sweep(shard, now)
    const left = this.#table.liveIn[shard]!
    const most = Math.floor(this.#limit * MOST_LEFT_AT_LIMIT)
    if (this.full[shard] === this.#limit && left > most) this.#closeEarly(shard, now, most)
    else this.full[shard] = Math.min(this.#limit, Math.max(FIRST_SWEEP, Math.floor(left * GROWTH)))
  }

  #sweep(shard: number, now: number): void {
    const table = this.#table
    const closing = this.#closing
    const { shortestTimeout } = closing
    const { hot } = table
    for (let flow = table.oldestOf(shard), next = flow; flow !== NONE; flow = next) {
      next = table.nextOf(flow)
      if (now - hot[hotRow(flow) + CLOCK]! <= shortestTimeout) continue
      if (closing.isOver(flow, now)) closing.close(flow)
    }
  }

  /** Closes attempts, those opened first, and where these are too few the flows that have been idle longest. */
  #closeEarly(shard: number, now: number, most: number): void {
    const table = this.#table
    const before = table.liveIn[shard]!
    for (let flow = table.oldestOf(shard), next = flow; flow !== NONE && table.liveIn[shard]! > most; flow = next) {
      next = table.nextOf(flow)
      if (senderOf(table, flow) !== NO_SENDER) this.#closing.close(flow)
    }
    if (table.liveIn[shard]! > most) this.#closeIdle(shard, now, most)
    this.closedEarly += before - table.liveIn[shard]!
  }

  #closeIdle(shard: number, now: number, most: number): void {
    const table = this.#table
    const excess = table.liveIn[shard]! - most
    const idle = new Int32Array(table.liveIn[shard]!)
    let count = 0
    for (let flow = table.oldestOf(shard); flow !== NONE; flow = table.nextOf(flow)) {
      idle[count] = now - table.hot[hotRow(flow) + CLOCK]!
      count += 1
    }
    const least = idle.sort()[count - excess]!
    for (let flow = table.oldestOf(shard), next = flow; flow !== NONE && table.liveIn[shard]! > most; flow = next) {
      next = table.nextOf(flow)
      if (now - table.hot[hotRow(flow) + CLOCK]! >= least) this.#closing.close(flow)
    }
  }
}
