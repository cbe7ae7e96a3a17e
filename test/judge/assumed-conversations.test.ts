import { describe, expect, test } from 'vitest'
import { assumedConversations } from '../../src/judge/assumed-conversations.ts'
import type { Allows } from '../../src/judge/direction.ts'
import type { Observation } from '../../src/judge/observation.ts'
import { certificate, JUDGE, observation, observationsOf } from './samples.ts'

const fold = (observations: readonly Observation[], allows: Allows = JUDGE.allows) => [
  ...assumedConversations(observationsOf(observations), allows),
]
const fromLow: Allows = (_, originator) => originator === 'low'
const fromHigh: Allows = (_, originator) => originator === 'high'

describe('conversations whose direction is assumed', () => {
  test('take everything from the originator’s side', () => {
    const seen = observation('10.0.0.1:1000 - 10.0.0.2:2000 udp', { onlyLow: 2, flows: 4 })
    expect(fold([seen], fromLow)).toMatchObject([
      {
        origAddress: '10.0.0.1',
        respAddress: '10.0.0.2',
        respPort: 2000,
        certain: false,
        basis: 'rules',
        flows: 4,
        outcomes: { established: 1, unanswered: 2, 'one-sided': 1 },
        accepted: 0,
        origPackets: 10,
        respPackets: 20,
        origBytes: 100,
        respBytes: 200,
        origIpBytes: 1000,
        respIpBytes: 2000,
        firstNs: 5,
        lastNs: 9,
      },
    ])
    expect(fold([seen], fromHigh)).toMatchObject([
      {
        origAddress: '10.0.0.2',
        respAddress: '10.0.0.1',
        respPort: 1000,
        outcomes: { established: 1, unanswered: 1, 'one-sided': 2 },
        origPackets: 20,
        respPackets: 10,
        origBytes: 200,
        respBytes: 100,
        origIpBytes: 2000,
        respIpBytes: 1000,
      },
    ])
  })

  test('add up all originator ports, and keep the best basis and the whole span', () => {
    const observations = [
      observation('director:5000 - 10.9.9.9:5000 udp', { firstNs: 7, lastNs: 20 }),
      observation('director:5000 - 10.9.9.9:5001 udp', { firstNs: 8, lastNs: 8 }),
      observation('director:5000 - 10.9.9.9:5002 udp', { firstNs: 3, lastNs: 4 }),
    ]
    const turned = observations.map((each) => ({ ...each, first: 'high' as const }))
    expect(fold(turned)).toMatchObject([
      {
        origAddress: '10.9.9.9',
        respPort: 5000,
        basis: 'port-order',
        flows: 9,
        firstNs: 3,
        lastNs: 20,
        origPackets: 60,
      },
    ])
    // The first packet of the pair with equal ports was the Director's: that one is another conversation.
    expect(fold(observations).map(({ origAddress, flows }) => [origAddress, flows])).toEqual([
      ['10.0.0.16', 3],
      ['10.9.9.9', 6],
    ])
  })

  test('a flow met midstream is midstream, and one that ended in order is established', () => {
    const seen = observation('director:50001 - edge-internal:49600 tcp', {
      established: 2,
      midstream: 5,
      onlyLow: 0,
      onlyHigh: 0,
      flows: 7,
    })
    expect(fold([seen])).toMatchObject([
      {
        origAddress: '10.0.0.20',
        respPort: 50001,
        outcomes: { established: 2, midstream: 5, unanswered: 0, 'one-sided': 0 },
      },
    ])
  })

  test('an ICMP error answers whoever spoke: it makes an attempt refused or prohibited, and an answer no failure', () => {
    const seen = observation('10.0.0.1:1000 - 10.0.0.2:2000 udp', {
      flows: 1 + 2 + 3 + 4 + 5 + 6,
      established: 1,
      onlyLow: 2,
      onlyHigh: 0,
      lowRefused: 3,
      lowProhibited: 4,
      highRefused: 5,
      highProhibited: 6,
      icmpError: 'prohibited',
      icmpSender: '10.0.0.254',
    })
    expect(fold([seen], fromLow)).toMatchObject([
      {
        outcomes: { established: 1, unanswered: 2, refused: 3, prohibited: 4, 'one-sided': 5 + 6 },
        icmpError: 'prohibited',
        icmpSender: '10.0.0.254',
      },
    ])
    expect(fold([seen], fromHigh)).toMatchObject([
      { outcomes: { established: 1, unanswered: 0, refused: 5, prohibited: 6, 'one-sided': 2 + 3 + 4 } },
    ])
  })

  test('every flow has one outcome, whichever end is the originator', () => {
    const seen = observation('10.0.0.1:1000 - 10.0.0.2:2000 udp', {
      flows: 45,
      established: 1,
      onlyLow: 2,
      onlyHigh: 3,
      lowRefused: 4,
      lowProhibited: 5,
      highRefused: 6,
      highProhibited: 7,
      midstream: 8,
      handshakeFailed: 9,
    })
    for (const allows of [fromLow, fromHigh]) {
      const [one] = fold([seen], allows)
      expect(Object.values(one?.outcomes ?? {}).reduce((sum, count) => sum + count, 0)).toBe(45)
      expect(one?.outcomes['handshake-failed']).toBe(9)
    }
  })

  test('copies, certificates and what else was proven go to the end that they are of', () => {
    const low = certificate(['low.contoso.local'])
    const high = certificate(['high.contoso.local'])
    const seen = observation('10.0.0.1:1000 - 10.0.0.2:2000 tcp', {
      service: 'mtls',
      lowCopies: 3,
      highCopies: 4,
      lowCertificate: low,
      highCertificate: high,
      proof: 5,
      alert: 48,
      claim: 'asked.contoso.local',
      expired: 2,
    })
    const common = { service: 'mtls', proof: 5, alert: 48, claim: 'asked.contoso.local', expired: 2 }
    expect(fold([seen], fromLow)).toMatchObject([
      { ...common, origCopies: 3, respCopies: 4, origCertificate: low, respCertificate: high },
    ])
    expect(fold([seen], fromHigh)).toMatchObject([
      { ...common, origCopies: 4, respCopies: 3, origCertificate: high, respCertificate: low },
    ])
  })

  test('another service is another conversation', () => {
    const observations = (['none', 'tls', 'rtp'] as const).map((service) =>
      observation('10.0.0.1:1000 - 10.0.0.2:2000 udp', { service }),
    )
    expect(fold(observations).map(({ service, flows }) => [service, flows])).toEqual([
      ['none', 3],
      ['tls', 3],
      ['rtp', 3],
    ])
  })

  test('evidence of several observations is put together', () => {
    const older = certificate(['old.contoso.local'], { notBefore: 1 })
    const newer = certificate(['new.contoso.local'], { notBefore: 2 })
    const observations = [
      observation('10.0.0.1:1000 - 10.0.0.2:2000 tcp', {
        proof: 1,
        alert: 48,
        claim: 'b',
        lowCertificate: newer,
        expired: 1,
        icmpError: 'unreachable',
        icmpSender: '10.0.0.1',
      }),
      observation('10.0.0.1:1001 - 10.0.0.2:2000 tcp', {
        proof: 6,
        alert: 40,
        claim: 'a',
        lowCertificate: older,
        expired: 2,
        icmpError: 'port-unreachable',
        icmpSender: '10.0.0.9',
      }),
    ]
    const wanted = {
      flows: 6,
      proof: 7,
      alert: 40,
      claim: 'a',
      origCertificate: newer,
      respCertificate: undefined,
      expired: 3,
      icmpError: 'port-unreachable',
      icmpSender: '10.0.0.9',
    }
    expect(fold(observations, fromLow)).toMatchObject([wanted])
    expect(fold(observations.toReversed(), fromLow)).toMatchObject([wanted])
  })
})
