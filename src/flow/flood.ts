import {
  FloodSums,
  FOLDED_KEY_WORDS,
  KIND_MASK,
  KIND_SHIFT,
  ORIG_NETWORK,
  PORT_KIND_FAMILY,
  writeAttempt,
} from './flood-sums.ts'
import { SHARDS, shardOf } from './flow-key.ts'
import type { FlowLimits } from './flow-limits.ts'
import type { FlowLog } from './flow-log.ts'
import { coldRow, type FlowTable } from './flow-table.ts'
import { isListed, type ListedSpans } from './listed.ts'
import { HASH } from './row.ts'
import { Sums } from './sums.ts'

/** The shard stands in the key, so that a worker's shards do not share their limits. */
const SHARD = FOLDED_KEY_WORDS
const KEY_WORDS = FOLDED_KEY_WORDS + 1

/**
 * The attempts beyond a limit. A flood of SYNs comes from millions of addresses, most of which do not exist: what one shard
 * has of them beyond so many different originators, responders and ports is added up by the originator's network. What
 * the inventory lists is worth knowing one by one: it is never added up, but beyond twice the limit it is left out.
 *
 * All of it depends on nothing but the shard's own attempts, in the order in which they close.
 */
export class Flood {
  readonly #log: FlowLog
  readonly #limits: FlowLimits
  readonly #listed: ListedSpans
  /** What the shards keep one by one. */
  readonly #kept = new Sums(KEY_WORDS, 0)
  readonly #counts = new Int32Array(SHARDS)
  #folded: FloodSums | undefined

  constructor(log: FlowLog, limits: FlowLimits, listed: ListedSpans) {
    this.#log = log
    this.#limits = limits
    this.#listed = listed
  }

  /** Takes an attempt that is being closed, unless it is to be kept; see isOnlyAttempt(). */
  takes(table: FlowTable, flow: number): boolean {
    const { asked } = this.#kept
    const shard = shardOf(table.cold[coldRow(flow) + HASH]!)
    writeAttempt(table, flow, asked)
    asked[PORT_KIND_FAMILY] = asked[PORT_KIND_FAMILY]! & ~(KIND_MASK << KIND_SHIFT)
    asked[SHARD] = shard
    if (this.#kept.find() >= 0) return false
    const count = this.#counts[shard]!
    const { attempts } = this.#limits
    if (count >= attempts) {
      const listed = isListed(this.#listed, asked, ORIG_NETWORK)
      if (!listed) this.#fold(table, flow)
      else if (count >= 2 * attempts) this.#log.attemptsLeftOut += 1
      if (!listed || count >= 2 * attempts) return true
    }
    this.#kept.findOrAdd()
    this.#counts[shard] = count + 1
    return false
  }

  #fold(table: FlowTable, flow: number): void {
    if (this.#folded === undefined) {
      this.#folded = new FloodSums(this.#limits.foldedAttempts)
      this.#log.folded.push(this.#folded)
    }
    this.#folded.addAttempt(table, flow)
    this.#log.attemptsFolded += 1
  }
}
