import { FloodSums, FOLDED_KEY_WORDS, KIND_MASK, ORIG_NETWORK, PORT_AND_KIND, writeAttempt } from './flood-sums.ts'
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
 * The attempts beyond a limit. A flood comes from millions of addresses, most of which do not exist: what one shard has
 * of it beyond so many different senders, receivers and ports is added up by the sender's network. What the inventory
 * lists is worth knowing one by one: it is never added up, but beyond a limit of its own it is left out;
 * flow-limits.ts.
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

  /** The same for a branch of the log; what is taken there is not taken here. */
  branch(log: FlowLog): Flood {
    const branch = new Flood(log, this.#limits, this.#listed)
    const { count, keys } = this.#kept
    for (let entry = 0; entry < count; entry += 1) {
      branch.#kept.asked.set(keys.subarray(entry * KEY_WORDS, (entry + 1) * KEY_WORDS))
      branch.#kept.findOrAdd()
    }
    branch.#counts.set(this.#counts)
    if (this.#folded) branch.#foldedSums().addFolded(this.#folded)
    return branch
  }

  /** Takes an attempt that is being closed, unless it is to be kept. `sender` is senderOf() it. */
  takes(table: FlowTable, flow: number, sender: number): boolean {
    const { asked } = this.#kept
    const shard = shardOf(table.cold[coldRow(flow) + HASH]!)
    writeAttempt(table, flow, sender, asked)
    asked[PORT_AND_KIND] = asked[PORT_AND_KIND]! & ~KIND_MASK
    asked[SHARD] = shard
    if (this.#kept.find() >= 0) return false
    const count = this.#counts[shard]!
    const { attempts, listedAttempts } = this.#limits
    if (count >= attempts) {
      const listed = isListed(this.#listed, asked, ORIG_NETWORK)
      if (!listed) this.#fold(table, flow, sender)
      else if (count >= listedAttempts) this.#log.attemptsLeftOut += 1
      if (!listed || count >= listedAttempts) return true
    }
    this.#kept.findOrAdd()
    this.#counts[shard] = count + 1
    return false
  }

  #fold(table: FlowTable, flow: number, sender: number): void {
    this.#foldedSums().addAttempt(table, flow, sender)
    this.#log.attemptsFolded += 1
  }

  #foldedSums(): FloodSums {
    if (this.#folded === undefined) {
      this.#folded = new FloodSums(this.#limits.foldedAttempts)
      this.#log.folded.push(this.#folded)
    }
    return this.#folded
  }
}
