import type { Certificate } from '../evidence/certificate.ts'
import type { Service } from '../evidence/service.ts'
import type { Flow, IcmpError } from '../flow/flow.ts'
import { type Direction, type DirectionBasis, isCertain } from './direction.ts'
import type { Outcome } from './outcome.ts'

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
  readonly origCopies: number
  readonly respCopies: number
  /** Bits of evidence/proof.ts, of all flows together. */
  readonly proof: number
  /** Of its flows whose handshake a TLS alert ended: the smallest description. */
  readonly alert: number | undefined
  /** A name that originators asked for; of several the first by alphabet. */
  readonly claim: string | undefined
  /** The certificates that its ends presented; of several the one that is valid from the latest time on. */
  readonly origCertificate: Certificate | undefined
  readonly respCertificate: Certificate | undefined
  /** Flows in which a certificate was presented that was not valid at their beginning. */
  readonly expired: number
  /** The gravest ICMP error that quoted its flows, and who sent it. */
  readonly icmpError: IcmpError | undefined
  readonly icmpSender: string | undefined
  /** Nanoseconds since the origin of the capture set. */
  readonly firstNs: number
  readonly lastNs: number
}

export function keyText(key: ConversationKey): string {
  const certainty = key.certain ? 'certain' : 'assumed'
  return `${key.transport} ${key.origAddress} ${key.respAddress} ${key.respPort} ${key.service} ${certainty}`
}

/** The conversation that a flow with this direction belongs to. */
export function keyOf(flow: Flow, direction: Direction): ConversationKey {
  const [orig, resp] = direction.originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
  return {
    transport: flow.transport,
    origAddress: orig.address,
    respAddress: resp.address,
    respPort: resp.port,
    service: flow.service,
    certain: isCertain(direction.basis),
  }
}

export function noOutcomes(): Record<Outcome, number> {
  return {
    established: 0,
    'handshake-failed': 0,
    refused: 0,
    unanswered: 0,
    prohibited: 0,
    'one-sided': 0,
    midstream: 0,
  }
}

/** The outcomes whose numbers stand in `values` from `at` on, in the order of OUTCOMES. */
export function outcomesAt(values: Float64Array, at: number): Record<Outcome, number> {
  return {
    established: values[at]!,
    'handshake-failed': values[at + 1]!,
    refused: values[at + 2]!,
    unanswered: values[at + 3]!,
    prohibited: values[at + 4]!,
    'one-sided': values[at + 5]!,
    midstream: values[at + 6]!,
  }
}
