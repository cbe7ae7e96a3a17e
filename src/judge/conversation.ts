import type { Service } from '../evidence/service.ts'
import type { Flow } from '../flow/flow.ts'
import { betterBasis, type Direction, type DirectionBasis, isCertain } from './direction.ts'
import type { Observation } from './observation.ts'
import { OUTCOMES, type Outcome, outcomeOf } from './outcome.ts'

/** What the flows of a conversation have in common. */
export interface ConversationKey {
  readonly transport: string
  readonly origAddress: string
  readonly respAddress: string
  /** 0 where the transport has no ports. */
  readonly respPort: number
  readonly service: Service
  /** Whether the bytes prove who opened its flows. */
  readonly certain: boolean
}

/**
 * All flows of a capture set between the same two addresses, to the same port of the responder, with the same proof of
 * what was spoken: the unit that is judged, stored and reviewed.
 */
export interface Conversation extends ConversationKey {
  /** The best basis among its flows. */
  readonly basis: DirectionBasis
  readonly flows: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** Flows in which the responder accepted a TCP connection. */
  readonly accepted: number
  /** Flows all of whose frames were broadcast on their link. */
  readonly broadcast: number
  readonly origPackets: number
  readonly respPackets: number
  readonly origBytes: number
  readonly respBytes: number
  readonly origIpBytes: number
  readonly respIpBytes: number
  /** Nanoseconds since the origin of the capture set. */
  readonly firstNs: number
  readonly lastNs: number
}

export function keyText(key: ConversationKey): string {
  const certainty = key.certain ? 'certain' : 'assumed'
  return `${key.transport} ${key.origAddress} ${key.respAddress} ${key.respPort} ${key.service} ${certainty}`
}

/** The conversation that a flow with this direction belongs to. Nothing is proven by its bytes yet. */
export function keyOf(flow: Flow, direction: Direction): ConversationKey {
  const [orig, resp] = direction.originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
  return {
    transport: flow.transport,
    origAddress: orig.address,
    respAddress: resp.address,
    respPort: resp.port,
    service: 'none',
    certain: isCertain(direction.basis),
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Sum = Mutable<Omit<Conversation, 'outcomes'>> & { readonly outcomes: Record<Outcome, number> }

/** Adds flows up into conversations. The sums do not depend on the order of the flows. */
export class ConversationTable {
  readonly #sums = new Map<string, Sum>()

  /** Takes over a conversation that was added up before. */
  addConversation(conversation: Conversation): void {
    this.#sums.set(keyText(conversation), { ...conversation, outcomes: { ...conversation.outcomes } })
  }

  addFlow(flow: Flow, direction: Direction): void {
    const [orig, resp] = direction.originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
    const sum = this.#sumFor(keyOf(flow, direction), direction.basis)
    sum.flows += 1
    sum.outcomes[outcomeOf(flow, direction.originator)] += 1
    if (flow.accepted) sum.accepted += 1
    if (flow.broadcast) sum.broadcast += 1
    sum.origPackets += orig.packets
    sum.respPackets += resp.packets
    sum.origBytes += orig.bytes
    sum.respBytes += resp.bytes
    sum.origIpBytes += orig.ipBytes
    sum.respIpBytes += resp.ipBytes
    widen(sum, flow.startNs, flow.lastNs)
  }

  addObservation(seen: Observation, direction: Direction): void {
    const fromLow = direction.originator === 'low'
    const sum = this.#sumFor(observedKey(seen, direction), direction.basis)
    sum.flows += seen.flows
    sum.outcomes.established += seen.established
    sum.outcomes.midstream += seen.midstream
    sum.outcomes.unanswered += fromLow ? seen.onlyLow : seen.onlyHigh
    sum.outcomes['one-sided'] += fromLow ? seen.onlyHigh : seen.onlyLow
    sum.broadcast += seen.broadcast
    sum.origPackets += fromLow ? seen.lowPackets : seen.highPackets
    sum.respPackets += fromLow ? seen.highPackets : seen.lowPackets
    sum.origBytes += fromLow ? seen.lowBytes : seen.highBytes
    sum.respBytes += fromLow ? seen.highBytes : seen.lowBytes
    sum.origIpBytes += fromLow ? seen.lowIpBytes : seen.highIpBytes
    sum.respIpBytes += fromLow ? seen.highIpBytes : seen.lowIpBytes
    widen(sum, seen.firstNs, seen.lastNs)
  }

  conversations(): Iterable<Conversation> {
    return this.#sums.values()
  }

  #sumFor(key: ConversationKey, basis: DirectionBasis): Sum {
    const text = keyText(key)
    let sum = this.#sums.get(text)
    if (sum === undefined) {
      sum = emptySum(key, basis)
      this.#sums.set(text, sum)
    } else if (sum.basis !== basis) {
      sum.basis = betterBasis(sum.basis, basis)
    }
    return sum
  }
}

function observedKey(seen: Observation, direction: Direction): ConversationKey {
  const fromLow = direction.originator === 'low'
  return {
    transport: seen.transport,
    origAddress: fromLow ? seen.lowAddress : seen.highAddress,
    respAddress: fromLow ? seen.highAddress : seen.lowAddress,
    respPort: fromLow ? seen.highPort : seen.lowPort,
    service: seen.service,
    certain: isCertain(direction.basis),
  }
}

function widen(sum: Sum, firstNs: number, lastNs: number): void {
  if (firstNs < sum.firstNs) sum.firstNs = firstNs
  if (lastNs > sum.lastNs) sum.lastNs = lastNs
}

function emptySum(key: ConversationKey, basis: DirectionBasis): Sum {
  return {
    ...key,
    basis,
    flows: 0,
    outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>,
    accepted: 0,
    broadcast: 0,
    origPackets: 0,
    respPackets: 0,
    origBytes: 0,
    respBytes: 0,
    origIpBytes: 0,
    respIpBytes: 0,
    firstNs: Number.POSITIVE_INFINITY,
    lastNs: Number.NEGATIVE_INFINITY,
  }
}
