import { describe, expect, test } from 'vitest'
import { assumedConversations } from '../../src/judge/assumed-conversations.ts'
import type { Allows } from '../../src/judge/direction.ts'
import type { Observation } from '../../src/judge/observation.ts'
import { JUDGE, unoriented } from './samples.ts'

/** Three datagram flows: answered, and once only the one and once only the other end spoke. */
function seen(pair: string, fields: Partial<Observation> = {}): Observation {
  return {
    ...unoriented(pair),
    service: 'none',
    flows: 3,
    established: 1,
    onlyLow: 1,
    onlyHigh: 1,
    midstream: 0,
    broadcast: 0,
    lowPackets: 10,
    highPackets: 20,
    lowBytes: 100,
    highBytes: 200,
    lowIpBytes: 1000,
    highIpBytes: 2000,
    firstNs: 5,
    lastNs: 9,
    ...fields,
  }
}

const fold = (observations: readonly Observation[], allows: Allows = JUDGE.allows) => [
  ...assumedConversations(observations, allows),
]
const fromLow: Allows = (_, originator) => originator === 'low'
const fromHigh: Allows = (_, originator) => originator === 'high'

describe('conversations whose direction is assumed', () => {
  test('take everything from the originator’s side', () => {
    const observation = seen('10.0.0.1:1000 - 10.0.0.2:2000 udp', { onlyLow: 2, flows: 4 })
    expect(fold([observation], fromLow)).toMatchObject([
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
    expect(fold([observation], fromHigh)).toMatchObject([
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
      seen('director:5000 - 10.9.9.9:5000 udp', { firstNs: 7, lastNs: 20 }),
      seen('director:5000 - 10.9.9.9:5001 udp', { firstNs: 8, lastNs: 8 }),
      seen('director:5000 - 10.9.9.9:5002 udp', { firstNs: 3, lastNs: 4 }),
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
    const observation = seen('director:50001 - edge-internal:49600 tcp', {
      established: 2,
      midstream: 5,
      onlyLow: 0,
      onlyHigh: 0,
      flows: 7,
    })
    expect(fold([observation])).toMatchObject([
      {
        origAddress: '10.0.0.20',
        respPort: 50001,
        outcomes: { established: 2, midstream: 5, unanswered: 0, 'one-sided': 0 },
      },
    ])
  })
})
