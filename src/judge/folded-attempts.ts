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
import { type Conversation, type ConversationKey, noOutcomes } from './conversation.ts'
import { ConversationTable } from './conversation-table.ts'
import type { Ends } from './ends.ts'
import { collected } from './glossary.ts'
import type { Observation } from './observation.ts'
import { type Outcome, tcpOutcome, withEvidence } from './outcome.ts'

/** The attempts that a flood brought beyond what is kept one by one, by the networks that they came from. */
export interface Folds {
  /** Those whose handshake tells who called. */
  readonly conversations: ConversationTable
  /** The others, of which some have the same ends. */
  readonly observations: Iterable<Observation>
}

export function foldedAttempts(parts: readonly FoldedAttempts[], limit: number, ends: Ends): Folds {
  const folded = new FloodSums(limit)
  for (const part of parts) folded.addFolded(part)
  const conversations = new ConversationTable(ends, collected(), true)
  for (let entry = 0; entry < folded.count; entry += 1) {
    const kind = kindAt(folded, entry)
    if (kind & KIND_UNPROVEN) continue
    conversations.add(conversationOf(keyAt(folded, entry), folded.values, entry * FOLDED_SUM_WIDTH, kind))
  }
  return { conversations, observations: { [Symbol.iterator]: () => observationsOf(folded) } }
}

function* observationsOf(folded: FoldedAttempts): Generator<Observation> {
  for (let entry = 0; entry < folded.count; entry += 1) {
    const kind = kindAt(folded, entry)
    if (kind & KIND_UNPROVEN) yield observationOf(keyAt(folded, entry), folded.values, entry, kind)
  }
}

function kindAt({ keys }: FoldedAttempts, entry: number): number {
  return keys[entry * FOLDED_KEY_WORDS + PORT_AND_KIND]! & KIND_MASK
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

/*
 * Objects that are written out field by field, and not by spreading another one in front: spreading cost more than all
 * else when there are tens of thousands of them (`npm run stress -- --part hostile`, flows with one hash).
 */

function conversationOf(key: ConversationKey, values: Float64Array, at: number, kind: number): Conversation {
  const flows = values[at + FLOWS]!
  const outcomes = noOutcomes()
  outcomes[outcomeOfKind(kind)] = flows
  return {
    transport: key.transport,
    origAddress: key.origAddress,
    respAddress: key.respAddress,
    respPort: key.respPort,
    service: key.service,
    certain: true,
    basis: 'handshake',
    flows,
    outcomes,
    accepted: values[at + ACCEPTED]!,
    broadcast: values[at + BROADCAST]!,
    origPackets: values[at + ORIG_PACKETS]!,
    respPackets: values[at + RESP_PACKETS]!,
    origBytes: values[at + ORIG_BYTES]!,
    respBytes: values[at + RESP_BYTES]!,
    origIpBytes: values[at + ORIG_IP_BYTES]!,
    respIpBytes: values[at + RESP_IP_BYTES]!,
    origCopies: values[at + ORIG_COPIES]!,
    respCopies: values[at + RESP_COPIES]!,
    // What single attempts proved is not kept.
    proof: 0,
    alert: undefined,
    claim: undefined,
    origCertificate: undefined,
    respCertificate: undefined,
    expired: 0,
    icmpError: undefined,
    icmpSender: undefined,
    firstNs: values[at + FIRST]!,
    lastNs: values[at + LAST]!,
  }
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
    proof: 0,
    alert: undefined,
    claim: undefined,
    lowCertificate: undefined,
    highCertificate: undefined,
    expired: 0,
    icmpError: undefined,
    icmpSender: undefined,
    firstNs: values[at + FIRST]!,
    lastNs: values[at + LAST]!,
  }
}
