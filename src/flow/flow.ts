import type { Certificate } from '../evidence/certificate.ts'
import { SERVICES, type Service } from '../evidence/service.ts'
import { encapsulationNames } from '../wire/encapsulation.ts'
import { TCP, UDP } from '../wire/transport.ts'
import { HIGH, LOW } from './flow-key.ts'
import { historyText } from './history.ts'
import type { HostTable } from './host-table.ts'
import type { Names } from './names.ts'
import {
  BYTES_F64,
  CERTIFICATES,
  CLAIM,
  COPIES,
  ENCAPSULATION,
  EVIDENCE,
  EVIDENCE_ALERT,
  EVIDENCE_ALERT_MASK,
  EVIDENCE_ALERT_SHIFT,
  EVIDENCE_ORIGINATOR_MASK,
  EVIDENCE_ORIGINATOR_SHIFT,
  EVIDENCE_PATH_MASK,
  EVIDENCE_PATH_SHIFT,
  EVIDENCE_SERVICE_MASK,
  FRAGMENTS,
  HIGH_HOST,
  ICMP_ERROR,
  ICMP_SENDER,
  IP_BYTES_F64,
  LAST_F64,
  LOW_HOST,
  PACKETS,
  PORTS,
  PROCESS,
  PROOF,
  PROTOCOL,
  START_F64,
  STATE,
  STATE_BEYOND_SYN,
  STATE_FIRST_SIDE,
  STATE_SYN,
  STATE_SYN_ACK,
  STATE_UNICAST,
} from './row.ts'
import { endpointState, originatorOf } from './state-word.ts'

/** One of the two ends of a flow; which of them is low says nothing about who opened it. */
export type End = 'low' | 'high'

/** One end of a flow and what it sent. */
export interface FlowEnd {
  readonly address: string
  /** 0 where the transport has no ports. */
  readonly port: number
  readonly packets: number
  /** Bytes of transport payload. */
  readonly bytes: number
  /** Bytes of IP packets, from their headers. */
  readonly ipBytes: number
  /** Of TCP only: see conn-state.ts. */
  readonly state: number
  /** Copies of its packets, which are not among them. */
  readonly copies: number
  /** The leaf certificate that it presented, where it can be read. */
  readonly certificate: Certificate | undefined
}

/** A flow as everything below the packet line sees it: unoriented, unless its handshake was seen. */
export interface Flow {
  readonly transport: string
  readonly low: FlowEnd
  readonly high: FlowEnd
  /** Nanoseconds since the origin of the capture set. */
  readonly startNs: number
  readonly lastNs: number
  /** Who opened it, where a SYN or SYN-ACK proves it. */
  readonly opener: End | undefined
  /** Who sent the first packet that was captured. */
  readonly first: End
  /** A SYN was seen; a SYN-ACK was seen. */
  readonly syn: boolean
  readonly accepted: boolean
  /** The opener sent more than SYNs and a reset. */
  readonly beyondSyn: boolean
  /** Later fragments of its datagrams, which are not among its packets. */
  readonly fragments: number
  /** The tunnels and other layers around its packets. */
  readonly encapsulation: readonly string[]
  /** All of its frames went to the broadcast address of their link. */
  readonly broadcast: boolean
  /** What its payload proves, and who opened it where the payload tells. */
  readonly service: Service
  readonly contentOpener: End | undefined
  /** Bits of evidence/proof.ts. */
  readonly proof: number
  /** Description of the TLS alert that ended the handshake. */
  readonly alert: number | undefined
  /** The name that the originator asked for. */
  readonly claim: string | undefined
  /** Number of the path family of its first HTTP request, evidence/http.ts. */
  readonly pathFamily: number
  /** The gravest ICMP error that quoted it, and who sent that. */
  readonly icmpError: IcmpError | undefined
  readonly icmpSender: string | undefined
  /** The process that Windows was running as its first packet passed: a hint, often another than the one that owns it. */
  readonly processId: number | undefined
}

/** What ICMP errors say, by number as in wire/icmp.ts. */
export const ICMP_ERRORS = [undefined, 'unreachable', 'port-unreachable', 'prohibited'] as const
export type IcmpError = NonNullable<(typeof ICMP_ERRORS)[number]>

/** The flow of a row in the log of closed flows. */
export function flowOf(rows: Int32Array, doubles: Float64Array, row: number, hosts: HostTable, names: Names): Flow {
  const state = rows[row + STATE]!
  const evidence = rows[row + EVIDENCE]!
  const originator = originatorOf(state)
  const icmpError = rows[row + ICMP_ERROR]!
  return {
    transport: transportName(rows[row + PROTOCOL]! & 0xff),
    low: endOf(rows, doubles, row, LOW, hosts, names),
    high: endOf(rows, doubles, row, HIGH, hosts, names),
    startNs: doubles[(row + START_F64) >> 1]!,
    lastNs: doubles[(row + LAST_F64) >> 1]!,
    opener: endNumbered(originator),
    first: state & STATE_FIRST_SIDE ? 'high' : 'low',
    syn: (state & STATE_SYN) !== 0,
    accepted: (state & STATE_SYN_ACK) !== 0,
    beyondSyn: (state & STATE_BEYOND_SYN) !== 0,
    fragments: rows[row + FRAGMENTS]!,
    encapsulation: encapsulationNames(rows[row + ENCAPSULATION]!),
    broadcast: (state & STATE_UNICAST) === 0,
    service: SERVICES[evidence & EVIDENCE_SERVICE_MASK]!,
    contentOpener: endNumbered(contentOriginator(evidence)),
    proof: rows[row + PROOF]!,
    alert: alertOf(evidence),
    claim: names.text(rows[row + CLAIM]!),
    pathFamily: (evidence >>> EVIDENCE_PATH_SHIFT) & EVIDENCE_PATH_MASK,
    icmpError: ICMP_ERRORS[icmpError],
    icmpSender: icmpError === 0 ? undefined : hosts.text(rows[row + ICMP_SENDER]!),
    processId: rows[row + PROCESS] === 0 ? undefined : (rows[row + PROCESS]! - 1) >>> 0,
  }
}

/** 0 unknown, 1 the low side, 2 the high side. */
function endNumbered(number: number): End | undefined {
  return number === 0 ? undefined : number === 1 ? 'low' : 'high'
}

/** Who opened the flow by its content: 0 unknown, 1 the low side, 2 the high side. */
export function contentOriginator(evidence: number): number {
  return (evidence >>> EVIDENCE_ORIGINATOR_SHIFT) & EVIDENCE_ORIGINATOR_MASK
}

/** The description of the TLS alert that ended the handshake. */
export function alertOf(evidence: number): number | undefined {
  return evidence & EVIDENCE_ALERT ? (evidence >>> EVIDENCE_ALERT_SHIFT) & EVIDENCE_ALERT_MASK : undefined
}

/** The row's history letters, upper case for what `originator` sent. */
export function historyOf(rows: Int32Array, row: number, originator: End): string {
  return historyText(rows, row, originator === 'low' ? LOW : HIGH)
}

function endOf(
  rows: Int32Array,
  doubles: Float64Array,
  row: number,
  side: number,
  hosts: HostTable,
  names: Names,
): FlowEnd {
  const ports = rows[row + PORTS]!
  return {
    address: hosts.text(rows[row + (side === LOW ? LOW_HOST : HIGH_HOST)]!),
    port: side === LOW ? ports >>> 16 : ports & 0xffff,
    packets: rows[row + PACKETS + side]! >>> 0,
    bytes: doubles[((row + BYTES_F64) >> 1) + side]!,
    ipBytes: doubles[((row + IP_BYTES_F64) >> 1) + side]!,
    state: endpointState(rows[row + STATE]!, side),
    copies: rows[row + COPIES + side]!,
    certificate: names.certificate(rows[row + CERTIFICATES + side]!),
  }
}

/** Names of transports; the numbers of the others are shown as `ip-<number>`. */
const TRANSPORTS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipip'],
  [TCP, 'tcp'],
  [UDP, 'udp'],
  [41, 'ipv6'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmp6'],
  [132, 'sctp'],
])

export function transportName(protocol: number): string {
  return TRANSPORTS.get(protocol) ?? `ip-${protocol}`
}
