import { describe, expect, test } from 'vitest'
import { CONN_STATES, type ConnState } from '../../src/flow/conn-state.ts'
import type { End, Flow, FlowEnd, IcmpError } from '../../src/flow/flow.ts'
import { connStateOf, OUTCOMES, type Outcome, outcomeOf, tcpOutcome, withEvidence } from '../../src/judge/outcome.ts'

/** Section 6 of the design: what a conn state means. S0 and RSTOS0 where the originator sent nothing but SYNs. */
const MEANINGS: Readonly<Record<ConnState, Outcome>> = {
  S1: 'established',
  S2: 'established',
  S3: 'established',
  SF: 'established',
  RSTO: 'established',
  RSTR: 'established',
  REJ: 'refused',
  S0: 'unanswered',
  RSTOS0: 'unanswered',
  RSTRH: 'one-sided',
  SH: 'one-sided',
  SHR: 'one-sided',
  OTH: 'midstream',
}

describe('the outcome of a TCP flow whose opening was seen', () => {
  test.each(CONN_STATES.map((state) => [state, MEANINGS[state]] as const))('%s is %s', (state, outcome) => {
    expect(tcpOutcome(state, true, false)).toBe(outcome)
  })

  test.each(['S0', 'RSTOS0'] as const)('%s is one-sided where the originator sent more than SYNs', (state) => {
    expect(tcpOutcome(state, true, true)).toBe('one-sided')
  })
})

describe('the outcome of a TCP flow whose opening was not seen', () => {
  test.each(CONN_STATES)('%s is midstream, but for the orderly end', (state) => {
    for (const beyondSyn of [false, true]) {
      expect(tcpOutcome(state, false, beyondSyn)).toBe(state === 'SF' ? 'established' : 'midstream')
    }
  })
})

function end(fields: Partial<FlowEnd>): FlowEnd {
  return {
    address: '10.0.0.1',
    port: 1,
    packets: 0,
    bytes: 0,
    ipBytes: 0,
    state: 0,
    copies: 0,
    certificate: undefined,
    ...fields,
  }
}

function flow(transport: string, low: Partial<FlowEnd>, high: Partial<FlowEnd>, fields: Partial<Flow> = {}): Flow {
  return {
    transport,
    low: end(low),
    high: end(high),
    startNs: 0,
    lastNs: 0,
    opener: undefined,
    first: 'low',
    syn: false,
    accepted: false,
    beyondSyn: false,
    fragments: 0,
    encapsulation: [],
    broadcast: false,
    service: 'none',
    contentOpener: undefined,
    proof: 0,
    alert: undefined,
    claim: undefined,
    pathFamily: 0,
    icmpError: undefined,
    icmpSender: undefined,
    processId: undefined,
    ...fields,
  }
}

describe('the outcome of a datagram flow', () => {
  const spoke = { packets: 1 }
  test.each<[string, Partial<FlowEnd>, Partial<FlowEnd>, End, ConnState, Outcome]>([
    ['both spoke', spoke, spoke, 'low', 'SF', 'established'],
    ['both spoke', spoke, spoke, 'high', 'SF', 'established'],
    ['the originator spoke', spoke, {}, 'low', 'S0', 'unanswered'],
    ['the responder spoke', spoke, {}, 'high', 'SHR', 'one-sided'],
    ['the originator spoke', {}, spoke, 'high', 'S0', 'unanswered'],
    ['the responder spoke', {}, spoke, 'low', 'SHR', 'one-sided'],
  ])('%s', (_, low, high, originator, state, outcome) => {
    for (const transport of ['udp', 'icmp']) {
      const seen = flow(transport, low, high)
      expect(connStateOf(seen, originator)).toBe(state)
      expect(outcomeOf(seen, originator)).toBe(outcome)
    }
  })
})

describe('the outcome of a TCP flow, whichever end is taken for the originator', () => {
  // endpoint states: 1 SYN sent, 4 established, 5 closed, 6 reset
  test('a SYN that was reset is refused', () => {
    const seen = flow('tcp', { packets: 1, state: 1 }, { packets: 1, state: 6 }, { opener: 'low', syn: true })
    expect([connStateOf(seen, 'low'), outcomeOf(seen, 'low')]).toEqual(['REJ', 'refused'])
  })

  test('bytes tell a reset connection from a refused one', () => {
    const silent = flow('tcp', { state: 6 }, { state: 6 }, { opener: 'high', syn: true })
    expect(outcomeOf(silent, 'high')).toBe('refused')
    const spoken = flow('tcp', { state: 6 }, { state: 6, bytes: 1 }, { opener: 'high', syn: true, accepted: true })
    expect([connStateOf(spoken, 'high'), outcomeOf(spoken, 'high')]).toEqual(['RSTR', 'established'])
  })

  test('a SYN-ACK alone shows an opening', () => {
    const seen = flow('tcp', { state: 0 }, { state: 4, packets: 1 }, { opener: 'low', accepted: true })
    expect([connStateOf(seen, 'low'), outcomeOf(seen, 'low')]).toEqual(['OTH', 'midstream'])
  })

  test('a flow met midstream has the same outcome both ways', () => {
    for (const low of [0, 3, 4, 5, 6]) {
      for (const high of [0, 3, 4, 5, 6]) {
        const seen = flow('tcp', { state: low }, { state: high })
        expect(outcomeOf(seen, 'low')).toBe(outcomeOf(seen, 'high'))
      }
    }
  })
})

describe('what alerts and ICMP errors make of an outcome', () => {
  const opens: readonly Outcome[] = ['established', 'midstream', 'one-sided']

  test.each(OUTCOMES)('an alert, with %s', (outcome) => {
    expect(withEvidence(outcome, true, undefined)).toBe(opens.includes(outcome) ? 'handshake-failed' : outcome)
    expect(withEvidence(outcome, false, undefined)).toBe(outcome)
  })

  test.each<[IcmpError, Outcome]>([
    ['port-unreachable', 'refused'],
    ['prohibited', 'prohibited'],
    // The host may only be down, which is no answer.
    ['unreachable', 'unanswered'],
  ])('%s answers an attempt as %s, and nothing else', (error, answered) => {
    for (const outcome of OUTCOMES) {
      expect(withEvidence(outcome, false, error)).toBe(outcome === 'unanswered' ? answered : outcome)
    }
  })

  test('both at once: each does its own', () => {
    expect(withEvidence('unanswered', true, 'prohibited')).toBe('prohibited')
    expect(withEvidence('established', true, 'prohibited')).toBe('handshake-failed')
  })

  test('of a TCP attempt, taken from the flow', () => {
    const attempt = { packets: 3, state: 1 }
    const seen = (icmpError: IcmpError | undefined) =>
      outcomeOf(flow('tcp', attempt, {}, { opener: 'low', syn: true, icmpError }), 'low')
    expect([undefined, 'unreachable', 'port-unreachable', 'prohibited'].map((each) => seen(each as IcmpError))).toEqual(
      ['unanswered', 'unanswered', 'refused', 'prohibited'],
    )
  })

  test('of a connection, taken from the flow', () => {
    const both = { packets: 5, state: 4, bytes: 10 }
    const seen = (fields: Partial<Flow>) =>
      flow('tcp', both, both, { opener: 'low', syn: true, accepted: true, ...fields })
    expect(outcomeOf(seen({ alert: 0 }), 'low')).toBe('handshake-failed')
    expect(outcomeOf(seen({ icmpError: 'port-unreachable' }), 'low')).toBe('established')
  })

  test('of datagrams: only whoever opened the flow can have been refused', () => {
    const asked = flow('udp', { packets: 2 }, {}, { icmpError: 'port-unreachable' })
    expect([outcomeOf(asked, 'low'), outcomeOf(asked, 'high')]).toEqual(['refused', 'one-sided'])
    const answered = flow('udp', { packets: 2 }, { packets: 1 }, { icmpError: 'prohibited' })
    expect(outcomeOf(answered, 'low')).toBe('established')
  })
})
