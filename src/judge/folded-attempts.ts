import { CONN_STATES } from '../flow/conn-state.ts'
import { networkText, WIDEST_NETWORK, wholeAddressText } from '../flow/flood-network.ts'
import {
  ACCEPTED,
  ANY_RESPONDER,
  BROADCAST,
  FIRST,
  FLOWS,
  FloodSums,
  FOLDED_KEY_WORDS,
  FOLDED_SUM_WIDTH,
  type FoldedAttempts,
  KIND_ANSWER,
  KIND_ERROR_BITS,
  KIND_ERROR_MASK,
  KIND_MASK,
  KIND_UNPROVEN,
  LAST,
  ORIG_BYTES,
  ORIG_COPIES,
  ORIG_IP_BYTES,
  ORIG_NETWORK,
  ORIG_PACKETS,
  PORT_AND_KIND,
  PROTOCOL_AND_FAMILY,
  RESP_ADDRESS,
  RESP_BYTES,
  RESP_COPIES,
  RESP_IP_BYTES,
  RESP_PACKETS,
} from '../flow/flood-sums.ts'
import { ICMP_ERRORS, transportName } from '../flow/flow.ts'
import { type Conversation, type ConversationKey, keyText, noOutcomes } from './conversation.ts'
import type { Observation } from './observation.ts'
import { type Outcome, tcpOutcome, withEvidence } from './outcome.ts'

type Sum = { -readonly [K in keyof Conversation]: Conversation[K] } & { readonly outcomes: Record<Outcome, number> }

/** The attempts that a flood brought beyond what is kept one by one, by the networks that they came from. */
export interface Folds {
  /** Those whose handshake tells who called. */
  readonly conversations: readonly Conversation[]
  readonly observations: readonly Observation[]
}

export function foldedAttempts(parts: readonly FoldedAttempts[], limit: number): Folds {
  const folded = new FloodSums(limit)
  for (const part of parts) folded.addFolded(part)
  const sums = new Map<string, Sum>()
  const observations: Observation[] = []
  for (let entry = 0; entry < folded.count; entry += 1) {
    const kind = folded.keys[entry * FOLDED_KEY_WORDS + PORT_AND_KIND]! & KIND_MASK
    const key = keyAt(folded, entry)
    if (kind & KIND_UNPROVEN) observations.push(observationOf(key, folded.values, entry, kind))
    else add(sumOf(sums, key), folded.values, entry * FOLDED_SUM_WIDTH, kind)
  }
  return { conversations: [...sums.values()], observations }
}

function keyAt({ keys, width }: FoldedAttempts, entry: number): ConversationKey {
  const at = entry * FOLDED_KEY_WORDS
  const family = keys[at + PROTOCOL_AND_FAMILY]! >> 8
  const resp = at + RESP_ADDRESS
  return {
    transport: transportName(keys[at + PROTOCOL_AND_FAMILY]! & 0xff),
    origAddress: networkText(keys, at + ORIG_NETWORK, family, Math.min(width, WIDEST_NETWORK)),
    respAddress:
      width === ANY_RESPONDER ? networkText(keys, resp, family, WIDEST_NETWORK) : wholeAddressText(keys, resp, family),
    respPort: keys[at + PORT_AND_KIND]! >>> 16,
    service: 'none',
    certain: true,
  }
}

function sumOf(sums: Map<string, Sum>, key: ConversationKey): Sum {
  const text = keyText(key)
  let sum = sums.get(text)
  if (sum === undefined) {
    sum = { ...key, ...NOTHING, basis: 'handshake', outcomes: noOutcomes(), accepted: 0, ...NO_TRAFFIC }
    sums.set(text, sum)
  }
  return sum
}

function add(sum: Sum, values: Float64Array, at: number, kind: number): void {
  sum.outcomes[outcomeOfKind(kind)] += values[at + FLOWS]!
  sum.flows += values[at + FLOWS]!
  sum.accepted += values[at + ACCEPTED]!
  sum.broadcast += values[at + BROADCAST]!
  sum.origPackets += values[at + ORIG_PACKETS]!
  sum.respPackets += values[at + RESP_PACKETS]!
  sum.origBytes += values[at + ORIG_BYTES]!
  sum.respBytes += values[at + RESP_BYTES]!
  sum.origIpBytes += values[at + ORIG_IP_BYTES]!
  sum.respIpBytes += values[at + RESP_IP_BYTES]!
  sum.origCopies += values[at + ORIG_COPIES]!
  sum.respCopies += values[at + RESP_COPIES]!
  sum.firstNs = Math.min(sum.firstNs, values[at + FIRST]!)
  sum.lastNs = Math.max(sum.lastNs, values[at + LAST]!)
}

/** Of attempts: the originator has sent nothing but SYNs and resets. */
function outcomeOfKind(kind: number): Outcome {
  const state = CONN_STATES[kind >>> KIND_ERROR_BITS]!
  return withEvidence(tcpOutcome(state, true, false), false, ICMP_ERRORS[kind & KIND_ERROR_MASK])
}

/** What has one sender only, as it was seen; the network stands as the low end, and its ports are not known. */
function observationOf(key: ConversationKey, values: Float64Array, entry: number, kind: number): Observation {
  const at = entry * FOLDED_SUM_WIDTH
  const flows = values[at + FLOWS]!
  const error = ICMP_ERRORS[kind & KIND_ERROR_MASK]
  const isTcp = key.transport === 'tcp'
  const answers = (kind & KIND_ANSWER) !== 0
  const of = (holds: boolean) => (holds ? flows : 0)
  return {
    ...NOTHING,
    transport: key.transport,
    lowAddress: key.origAddress,
    lowPort: answers ? key.respPort : 0,
    highAddress: key.respAddress,
    highPort: answers ? 0 : key.respPort,
    first: 'low',
    service: key.service,
    flows,
    established: 0,
    onlyLow: of(!isTcp && error !== 'port-unreachable' && error !== 'prohibited'),
    onlyHigh: 0,
    lowRefused: of(!isTcp && error === 'port-unreachable'),
    lowProhibited: of(!isTcp && error === 'prohibited'),
    highRefused: 0,
    highProhibited: 0,
    midstream: of(isTcp),
    handshakeFailed: 0,
    broadcast: values[at + BROADCAST]!,
    lowPackets: values[at + ORIG_PACKETS]!,
    highPackets: values[at + RESP_PACKETS]!,
    lowBytes: values[at + ORIG_BYTES]!,
    highBytes: values[at + RESP_BYTES]!,
    lowIpBytes: values[at + ORIG_IP_BYTES]!,
    highIpBytes: values[at + RESP_IP_BYTES]!,
    lowCopies: values[at + ORIG_COPIES]!,
    highCopies: values[at + RESP_COPIES]!,
    lowCertificate: undefined,
    highCertificate: undefined,
    firstNs: values[at + FIRST]!,
    lastNs: values[at + LAST]!,
  }
}

/** What single attempts proved is not kept. */
const NOTHING = {
  flows: 0,
  broadcast: 0,
  proof: 0,
  alert: undefined,
  claim: undefined,
  expired: 0,
  icmpError: undefined,
  icmpSender: undefined,
  firstNs: Number.POSITIVE_INFINITY,
  lastNs: Number.NEGATIVE_INFINITY,
} as const

const NO_TRAFFIC = {
  origPackets: 0,
  respPackets: 0,
  origBytes: 0,
  respBytes: 0,
  origIpBytes: 0,
  respIpBytes: 0,
  origCopies: 0,
  respCopies: 0,
  origCertificate: undefined,
  respCertificate: undefined,
} as const
