import type { Service } from '../evidence/service.ts'
import type { Flow } from '../flow/flow.ts'
import type { Unoriented } from './direction.ts'
import { outcomeOf } from './outcome.ts'

/**
 * What was seen between two ends whose direction the bytes do not prove. It is kept as it was seen, because another
 * inventory or other rules may turn it round.
 */
export interface Observation extends Unoriented {
  readonly service: Service
  readonly flows: number
  /** Flows closed in order by both ends; datagram flows in which both ends spoke. */
  readonly established: number
  /** Datagram flows in which only the one end, or only the other, spoke. */
  readonly onlyLow: number
  readonly onlyHigh: number
  /** TCP flows of which neither opening nor orderly end was seen. */
  readonly midstream: number
  readonly broadcast: number
  readonly lowPackets: number
  readonly highPackets: number
  readonly lowBytes: number
  readonly highBytes: number
  readonly lowIpBytes: number
  readonly highIpBytes: number
  /** Nanoseconds since the origin of the capture set. */
  readonly firstNs: number
  readonly lastNs: number
}

export function unorientedOf(flow: Flow): Unoriented {
  return {
    transport: flow.transport,
    lowAddress: flow.low.address,
    lowPort: flow.low.port,
    highAddress: flow.high.address,
    highPort: flow.high.port,
    first: flow.first,
  }
}

type Sum = { -readonly [K in keyof Observation]: Observation[K] }

/** Adds flows of unproven direction up, by both ends and by who spoke first. */
export class ObservationTable {
  readonly #sums = new Map<string, Sum>()

  addFlow(flow: Flow): void {
    const pair = unorientedOf(flow)
    const ends = `${pair.lowAddress} ${pair.lowPort} ${pair.highAddress} ${pair.highPort}`
    const key = `${pair.transport} ${ends} ${pair.first}`
    let sum = this.#sums.get(key)
    if (sum === undefined) {
      sum = emptySum(pair)
      this.#sums.set(key, sum)
    }
    addFlow(sum, flow)
  }

  observations(): Iterable<Observation> {
    return this.#sums.values()
  }
}

function addFlow(sum: Sum, flow: Flow): void {
  sum.flows += 1
  sum[outcomeField(flow)] += 1
  if (flow.broadcast) sum.broadcast += 1
  sum.lowPackets += flow.low.packets
  sum.highPackets += flow.high.packets
  sum.lowBytes += flow.low.bytes
  sum.highBytes += flow.high.bytes
  sum.lowIpBytes += flow.low.ipBytes
  sum.highIpBytes += flow.high.ipBytes
  sum.firstNs = Math.min(sum.firstNs, flow.startNs)
  sum.lastNs = Math.max(sum.lastNs, flow.lastNs)
}

/** The outcome, as far as it can be told without a direction; see outcome.ts. */
function outcomeField(flow: Flow): 'established' | 'onlyLow' | 'onlyHigh' | 'midstream' {
  if (flow.transport === 'tcp') return outcomeOf(flow, 'low') === 'established' ? 'established' : 'midstream'
  if (flow.high.packets === 0) return 'onlyLow'
  return flow.low.packets === 0 ? 'onlyHigh' : 'established'
}

function emptySum(pair: Unoriented): Sum {
  return {
    transport: pair.transport,
    lowAddress: pair.lowAddress,
    lowPort: pair.lowPort,
    highAddress: pair.highAddress,
    highPort: pair.highPort,
    first: pair.first,
    service: 'none',
    flows: 0,
    established: 0,
    onlyLow: 0,
    onlyHigh: 0,
    midstream: 0,
    broadcast: 0,
    lowPackets: 0,
    highPackets: 0,
    lowBytes: 0,
    highBytes: 0,
    lowIpBytes: 0,
    highIpBytes: 0,
    firstNs: Number.POSITIVE_INFINITY,
    lastNs: Number.NEGATIVE_INFINITY,
  }
}
