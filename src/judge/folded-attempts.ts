import { CONN_STATES } from '../flow/conn-state.ts'
import { networkText, WIDEST_NETWORK } from '../flow/flood-network.ts'
import {
  ACCEPTED,
  ANY_RESPONDER,
  BROADCAST,
  FAMILY_MASK,
  FIRST,
  FLOWS,
  FloodSums,
  FOLDED_KEY_WORDS,
  FOLDED_SUM_WIDTH,
  type FoldedAttempts,
  KIND_ERROR_BITS,
  KIND_ERROR_MASK,
  KIND_MASK,
  KIND_SHIFT,
  LAST,
  ORIG_BYTES,
  ORIG_COPIES,
  ORIG_IP_BYTES,
  ORIG_NETWORK,
  ORIG_PACKETS,
  PORT_KIND_FAMILY,
  RESP_ADDRESS,
  RESP_BYTES,
  RESP_COPIES,
  RESP_IP_BYTES,
  RESP_PACKETS,
} from '../flow/flood-sums.ts'
import { ICMP_ERRORS } from '../flow/flow.ts'
import { addressText } from '../wire/address.ts'
import { type Conversation, keyText, noOutcomes } from './conversation.ts'
import { type Outcome, tcpOutcome, withEvidence } from './outcome.ts'

/** Whether this is the originator of folded attempts: a network stands where other conversations have an address. */
export function isFolded(origAddress: string): boolean {
  return origAddress.includes('/')
}

type Sum = { -readonly [K in keyof Conversation]: Conversation[K] } & { readonly outcomes: Record<Outcome, number> }

/** The attempts that a flood brought beyond what is kept one by one, as conversations of the networks that they came from. */
export function foldedConversations(parts: readonly FoldedAttempts[], limit: number): readonly Conversation[] {
  const folded = new FloodSums(limit)
  for (const part of parts) folded.addFolded(part)
  const sums = new Map<string, Sum>()
  for (let entry = 0; entry < folded.count; entry += 1) {
    const key = keyAt(folded, entry)
    const text = keyText(key)
    let sum = sums.get(text)
    if (sum === undefined) {
      sum = { ...key, ...NOTHING, outcomes: noOutcomes() }
      sums.set(text, sum)
    }
    add(sum, folded.values, entry * FOLDED_SUM_WIDTH, folded.keys[entry * FOLDED_KEY_WORDS + PORT_KIND_FAMILY]!)
  }
  return [...sums.values()]
}

function keyAt({ keys, width }: FoldedAttempts, entry: number) {
  const at = entry * FOLDED_KEY_WORDS
  const family = keys[at + PORT_KIND_FAMILY]! & FAMILY_MASK
  const resp = at + RESP_ADDRESS
  const respAddress = addressText(family, keys[resp]!, keys[resp + 1]!, keys[resp + 2]!, keys[resp + 3]!)
  return {
    transport: 'tcp',
    origAddress: networkText(keys, at + ORIG_NETWORK, family, Math.min(width, WIDEST_NETWORK)),
    respAddress: width === ANY_RESPONDER ? networkText(keys, resp, family, WIDEST_NETWORK) : respAddress,
    respPort: keys[at + PORT_KIND_FAMILY]! >>> 16,
    service: 'none',
    certain: true,
  } as const
}

function add(sum: Sum, values: Float64Array, at: number, kinds: number): void {
  sum.outcomes[outcomeOfKind((kinds >>> KIND_SHIFT) & KIND_MASK)] += values[at + FLOWS]!
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

/** What single attempts proved is not kept. */
const NOTHING = {
  basis: 'handshake',
  flows: 0,
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
} as const
