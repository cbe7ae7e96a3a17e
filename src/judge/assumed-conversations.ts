import { graverError, lesser, newerCertificate } from './combine.ts'
import { type Conversation, type ConversationKey, keyText, noOutcomes } from './conversation.ts'
import { type Allows, betterBasis, type Direction, type DirectionBasis, inferDirection } from './direction.ts'
import type { Observation } from './observation.ts'
import type { Outcome } from './outcome.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Sum = Mutable<Omit<Conversation, 'outcomes'>> & { readonly outcomes: Record<Outcome, number> }

/** Gives each observation the direction that the rules and the ports suggest, and adds them up. */
export function assumedConversations(observations: Iterable<Observation>, allows: Allows): Iterable<Conversation> {
  const sums = new Map<string, Sum>()
  for (const seen of observations) {
    const direction = inferDirection(seen, allows)
    const key = keyOfObservation(seen, direction)
    const text = keyText(key)
    let sum = sums.get(text)
    if (sum === undefined) {
      sum = emptySum(key, direction.basis)
      sums.set(text, sum)
    }
    add(sum, seen, direction)
  }
  return sums.values()
}

function add(sum: Sum, seen: Observation, { originator, basis }: Direction): void {
  const fromLow = originator === 'low'
  sum.basis = betterBasis(sum.basis, basis)
  sum.flows += seen.flows
  sum.outcomes.established += seen.established
  sum.outcomes.midstream += seen.midstream
  sum.outcomes['handshake-failed'] += seen.handshakeFailed
  sum.outcomes.unanswered += fromLow ? seen.onlyLow : seen.onlyHigh
  sum.outcomes.refused += fromLow ? seen.lowRefused : seen.highRefused
  sum.outcomes.prohibited += fromLow ? seen.lowProhibited : seen.highProhibited
  // Only the responder spoke: an error that quotes it says nothing of who opened the flow.
  const onlyResponder = fromLow
    ? seen.onlyHigh + seen.highRefused + seen.highProhibited
    : seen.onlyLow + seen.lowRefused + seen.lowProhibited
  sum.outcomes['one-sided'] += onlyResponder
  sum.broadcast += seen.broadcast
  sum.origPackets += fromLow ? seen.lowPackets : seen.highPackets
  sum.respPackets += fromLow ? seen.highPackets : seen.lowPackets
  sum.origBytes += fromLow ? seen.lowBytes : seen.highBytes
  sum.respBytes += fromLow ? seen.highBytes : seen.lowBytes
  sum.origIpBytes += fromLow ? seen.lowIpBytes : seen.highIpBytes
  sum.respIpBytes += fromLow ? seen.highIpBytes : seen.lowIpBytes
  sum.origCopies += fromLow ? seen.lowCopies : seen.highCopies
  sum.respCopies += fromLow ? seen.highCopies : seen.lowCopies
  sum.expired += seen.expired
  addEvidence(sum, seen, fromLow)
  sum.firstNs = Math.min(sum.firstNs, seen.firstNs)
  sum.lastNs = Math.max(sum.lastNs, seen.lastNs)
}

function addEvidence(sum: Sum, seen: Observation, fromLow: boolean): void {
  const [orig, resp] = fromLow
    ? [seen.lowCertificate, seen.highCertificate]
    : [seen.highCertificate, seen.lowCertificate]
  sum.proof |= seen.proof
  sum.alert = lesser(sum.alert, seen.alert)
  sum.claim = lesser(sum.claim, seen.claim)
  sum.origCertificate = newerCertificate(sum.origCertificate, orig)
  sum.respCertificate = newerCertificate(sum.respCertificate, resp)
  const graver = graverError(sum, seen)
  sum.icmpError = graver.icmpError
  sum.icmpSender = graver.icmpSender
}

/** The conversation that an observation belongs to, taken in this direction. */
export function keyOfObservation(seen: Observation, { originator }: Direction): ConversationKey {
  const fromLow = originator === 'low'
  return {
    transport: seen.transport,
    origAddress: fromLow ? seen.lowAddress : seen.highAddress,
    respAddress: fromLow ? seen.highAddress : seen.lowAddress,
    respPort: fromLow ? seen.highPort : seen.lowPort,
    service: seen.service,
    certain: false,
  }
}

function emptySum(key: ConversationKey, basis: DirectionBasis): Sum {
  return {
    transport: key.transport,
    origAddress: key.origAddress,
    respAddress: key.respAddress,
    respPort: key.respPort,
    service: key.service,
    certain: key.certain,
    basis,
    flows: 0,
    outcomes: noOutcomes(),
    accepted: 0,
    broadcast: 0,
    origPackets: 0,
    respPackets: 0,
    origBytes: 0,
    respBytes: 0,
    origIpBytes: 0,
    respIpBytes: 0,
    origCopies: 0,
    respCopies: 0,
    proof: 0,
    alert: undefined,
    claim: undefined,
    origCertificate: undefined,
    respCertificate: undefined,
    expired: 0,
    icmpError: undefined,
    icmpSender: undefined,
    firstNs: Number.POSITIVE_INFINITY,
    lastNs: Number.NEGATIVE_INFINITY,
  }
}
