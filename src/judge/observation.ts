import type { Certificate } from '../evidence/certificate.ts'
import type { Service } from '../evidence/service.ts'
import type { Flow, IcmpError } from '../flow/flow.ts'
import type { Unoriented } from './direction.ts'
import type { Ends } from './ends.ts'

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
  /** Of these, but not among them, flows that an ICMP error answered: the port unreachable, or prohibited. */
  readonly lowRefused: number
  readonly lowProhibited: number
  readonly highRefused: number
  readonly highProhibited: number
  /** TCP flows of which neither opening nor orderly end was seen. */
  readonly midstream: number
  /** Flows whose handshake a TLS alert ended. */
  readonly handshakeFailed: number
  readonly broadcast: number
  readonly lowPackets: number
  readonly highPackets: number
  readonly lowBytes: number
  readonly highBytes: number
  readonly lowIpBytes: number
  readonly highIpBytes: number
  readonly lowCopies: number
  readonly highCopies: number
  /** As in a conversation. */
  readonly proof: number
  readonly alert: number | undefined
  readonly claim: string | undefined
  readonly lowCertificate: Certificate | undefined
  readonly highCertificate: Certificate | undefined
  readonly expired: number
  readonly icmpError: IcmpError | undefined
  readonly icmpSender: string | undefined
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

/** Observations by number. at() may make a new object at every call. */
export interface ObservationList {
  readonly count: number
  /** The numbers of its ends; the conversations that it makes have the same. */
  readonly ends: Ends
  at(number: number): Observation
}
