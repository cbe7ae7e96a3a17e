import type { Certificate } from '../evidence/certificate.ts'
import type { Service } from '../evidence/service.ts'
import type { Flow, IcmpError } from '../flow/flow.ts'
import { graverError, lesser, newerCertificate } from './combine.ts'
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

type Sum = { -readonly [K in keyof Observation]: Observation[K] }

/** Adds flows of unproven direction up, by both ends, by who spoke first and by what was spoken. */
export class ObservationTable {
  readonly #sums = new Map<string, Sum>()

  addFlow(flow: Flow, isValid: boolean): void {
    const pair = unorientedOf(flow)
    const ends = `${pair.lowAddress} ${pair.lowPort} ${pair.highAddress} ${pair.highPort}`
    const key = `${pair.transport} ${ends} ${pair.first} ${flow.service}`
    let sum = this.#sums.get(key)
    if (sum === undefined) {
      sum = emptySum(pair, flow.service)
      this.#sums.set(key, sum)
    }
    addFlow(sum, flow)
    addEvidence(sum, flow)
    if (!isValid) sum.expired += 1
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

function addEvidence(sum: Sum, flow: Flow): void {
  sum.lowCopies += flow.low.copies
  sum.highCopies += flow.high.copies
  sum.proof |= flow.proof
  sum.alert = lesser(sum.alert, flow.alert)
  sum.claim = lesser(sum.claim, flow.claim)
  sum.lowCertificate = newerCertificate(sum.lowCertificate, flow.low.certificate)
  sum.highCertificate = newerCertificate(sum.highCertificate, flow.high.certificate)
  const graver = graverError(sum, flow)
  sum.icmpError = graver.icmpError
  sum.icmpSender = graver.icmpSender
}

type OutcomeField =
  | 'established'
  | 'onlyLow'
  | 'onlyHigh'
  | 'lowRefused'
  | 'lowProhibited'
  | 'highRefused'
  | 'highProhibited'
  | 'midstream'
  | 'handshakeFailed'

/** The outcome, as far as it can be told without a direction; see outcome.ts. */
function outcomeField(flow: Flow): OutcomeField {
  if (flow.transport === 'tcp') {
    const outcome = outcomeOf(flow, 'low')
    if (outcome === 'handshake-failed') return 'handshakeFailed'
    return outcome === 'established' ? 'established' : 'midstream'
  }
  if (flow.high.packets > 0 && flow.low.packets > 0) return 'established'
  const fromLow = flow.high.packets === 0
  if (flow.icmpError === 'port-unreachable') return fromLow ? 'lowRefused' : 'highRefused'
  if (flow.icmpError === 'prohibited') return fromLow ? 'lowProhibited' : 'highProhibited'
  return fromLow ? 'onlyLow' : 'onlyHigh'
}

function emptySum(pair: Unoriented, service: Service): Sum {
  return {
    transport: pair.transport,
    lowAddress: pair.lowAddress,
    lowPort: pair.lowPort,
    highAddress: pair.highAddress,
    highPort: pair.highPort,
    first: pair.first,
    service,
    flows: 0,
    established: 0,
    onlyLow: 0,
    onlyHigh: 0,
    lowRefused: 0,
    lowProhibited: 0,
    highRefused: 0,
    highProhibited: 0,
    midstream: 0,
    handshakeFailed: 0,
    broadcast: 0,
    lowPackets: 0,
    highPackets: 0,
    lowBytes: 0,
    highBytes: 0,
    lowIpBytes: 0,
    highIpBytes: 0,
    lowCopies: 0,
    highCopies: 0,
    proof: 0,
    alert: undefined,
    claim: undefined,
    lowCertificate: undefined,
    highCertificate: undefined,
    expired: 0,
    icmpError: undefined,
    icmpSender: undefined,
    firstNs: Number.POSITIVE_INFINITY,
    lastNs: Number.NEGATIVE_INFINITY,
  }
}
