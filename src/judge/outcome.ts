import { type ConnState, datagramConnState, tcpConnState } from '../flow/conn-state.ts'
import type { End, Flow, IcmpError } from '../flow/flow.ts'

/** What a conn state means to an administrator. */
export const OUTCOMES = [
  'established',
  'handshake-failed',
  'refused',
  'unanswered',
  'prohibited',
  'one-sided',
  'midstream',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** The conn state of a flow, with `originator` taken as the end that opened it. */
export function connStateOf(flow: Flow, originator: End): ConnState {
  const [orig, resp] = originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
  if (flow.transport !== 'tcp') return datagramConnState(orig.packets > 0, resp.packets > 0)
  return tcpConnState(orig.state, resp.state, orig.bytes === 0 && resp.bytes === 0)
}

export function outcomeOf(flow: Flow, originator: End): Outcome {
  const state = connStateOf(flow, originator)
  const outcome =
    flow.transport === 'tcp'
      ? tcpOutcome(state, flow.syn || flow.accepted, flow.beyondSyn, answered(flow, originator))
      : datagramOutcome(state)
  return withEvidence(outcome, flow.alert !== undefined, flow.icmpError)
}

/**
 * What alerts and ICMP errors make of the outcome that the packets of the flow themselves have. An answered flow stays
 * what it was when an ICMP error comes later.
 */
export function withEvidence(outcome: Outcome, alerted: boolean, icmpError: IcmpError | undefined): Outcome {
  if (outcome === 'unanswered') {
    if (icmpError === 'prohibited') return 'prohibited'
    return icmpError === 'port-unreachable' ? 'refused' : 'unanswered'
  }
  const isOpen = outcome === 'established' || outcome === 'midstream' || outcome === 'one-sided'
  return alerted && isOpen ? 'handshake-failed' : outcome
}

/** The responder has sent payload. */
function answered({ low, high }: Flow, originator: End): boolean {
  return (originator === 'low' ? high : low).bytes > 0
}

/**
 * A TCP flow of which no SYN and no SYN-ACK was seen is midstream, unless both ends also closed it in order: whatever
 * else ended it, the capture cannot say how it was opened. `answered` says that the responder has sent payload.
 */
export function tcpOutcome(state: ConnState, handshakeSeen: boolean, beyondSyn: boolean, answered = false): Outcome {
  if (!handshakeSeen) return state === 'SF' ? 'established' : 'midstream'
  switch (state) {
    case 'S1':
    case 'S2':
    case 'S3':
    case 'SF':
    case 'RSTO':
    case 'RSTR':
      return 'established'
    case 'REJ':
      // Only the SYN-ACK is missing from the capture: the originator went on, or the responder answered.
      return beyondSyn || answered ? 'established' : 'refused'
    case 'S0':
    case 'RSTOS0':
      return beyondSyn ? 'one-sided' : 'unanswered'
    case 'RSTRH':
    case 'SH':
    case 'SHR':
      return 'one-sided'
    case 'OTH':
      return 'midstream'
  }
}

export function datagramOutcome(state: ConnState): Outcome {
  if (state === 'SF') return 'established'
  return state === 'S0' ? 'unanswered' : 'one-sided'
}
