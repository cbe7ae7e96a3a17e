import { describe, expect, test } from 'vitest'
import { noOutcomes } from '../../src/judge/conversation.ts'
import type { Outcome } from '../../src/judge/outcome.ts'
import { type Asked, answerOf, attemptsOf, checkPorts, type PortCheck } from '../../src/judge/port-check.ts'

const CLIENT = { address: '10.1.0.10', name: 'clients', roles: ['client-internal'] } as const
const OTHER_CLIENT = { ...CLIENT, address: '10.1.0.11' }
const DIRECTOR = { address: '10.0.0.16', name: 'dir01', roles: ['director'] } as const

function asked(outcomes: Partial<Record<Outcome, number>>, fields: Partial<Asked> = {}): Asked {
  return {
    capture: 'dir01',
    rule: 'director-client-443',
    isContradicted: false,
    isDoubtful: false,
    transport: 'tcp',
    orig: CLIENT,
    resp: DIRECTOR,
    port: 443,
    outcomes: { ...noOutcomes(), ...outcomes },
    accepted: 0,
    alert: null,
    icmpError: null,
    icmpSender: null,
    first: 5n,
    last: 9n,
    ...fields,
  }
}

const one = (...all: readonly Asked[]) => checkPorts(all)[0] as PortCheck

describe('the answer of a port', () => {
  test.each([
    [{ established: 1 }, 'LISTENING', 'working'],
    [{ midstream: 1 }, 'LISTENING', 'working'],
    [{ refused: 2 }, 'NOT LISTENING', 'broken'],
    [{ unanswered: 2 }, 'FILTERED', 'broken'],
    [{ prohibited: 1 }, 'PROHIBITED', 'broken'],
    [{ 'handshake-failed': 1 }, 'HANDSHAKE FAILED', 'broken'],
    [{ refused: 1, unanswered: 2 }, 'FILTERED', 'broken'],
    [{ refused: 9, established: 1 }, 'LISTENING', 'flaky'],
    [{ 'one-sided': 1 }, 'WITHHELD', 'withheld'],
  ] as const)('%o is %s: %s', (outcomes, answer, standing) => {
    expect(one(asked(outcomes))).toMatchObject({ answer, standing })
  })

  test('of UDP cannot tell silence from a filter', () => {
    const udp = { transport: 'udp', port: 3478 }
    expect(one(asked({ unanswered: 3 }, udp)).answer).toBe('LISTENING or FILTERED')
    expect(one(asked({ refused: 3 }, udp)).answer).toBe('NOT LISTENING')
    expect(one(asked({ established: 1 }, udp)).answer).toBe('LISTENING')
  })

  test('is withheld where answers are missing from the capture, unless somebody says so', () => {
    expect(one(asked({ refused: 1, unanswered: 4 }, { isDoubtful: true }))).toMatchObject({
      answer: 'WITHHELD',
      standing: 'withheld',
      withheld: 5,
    })
    expect(one(asked({ unanswered: 4, prohibited: 1 }, { isDoubtful: true })).answer).toBe('PROHIBITED')
  })

  test('is LISTENING after a SYN-ACK, even where only that direction was captured', () => {
    expect(one(asked({ 'one-sided': 3 }, { accepted: 2 }))).toMatchObject({ listening: 2, withheld: 1 })
    expect(attemptsOf(asked({ established: 2, 'one-sided': 3 }, { accepted: 2 }))).toMatchObject({ withheld: 3 })
  })

  test('of several equally frequent ones is the one that tells most', () => {
    expect(answerOf(attemptsOf(asked({ refused: 1, unanswered: 1, prohibited: 1 })), 'tcp')).toBe('NOT LISTENING')
  })

  test('is that the port listens where something else is spoken there', () => {
    const other = asked({ established: 1 }, { isContradicted: true })
    expect(one(other)).toMatchObject({ answer: 'LISTENING', standing: 'wrong-protocol' })
    expect(checkPorts([other, asked({ refused: 1 })]).map(({ standing }) => standing)).toEqual([
      'wrong-protocol',
      'broken',
    ])
  })
})

describe('what becomes one line', () => {
  test('conversations between the same ends to one port, whatever was proven of them', () => {
    const lines = checkPorts([
      asked({ refused: 2 }, { rule: 'another', first: 1n }),
      asked({ established: 1 }, { last: 30n }),
    ])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ standing: 'flaky', listening: 1, notListening: 2, first: 1n, last: 30n })
    expect(lines[0]?.rule).toBe('director-client-443')
  })

  test('originators of one place that met the same', () => {
    const lines = checkPorts([asked({ unanswered: 2 }), asked({ unanswered: 3 }, { orig: OTHER_CLIENT })])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ filtered: 5, orig: { address: null, hosts: 2, name: 'clients' } })
  })

  test.each([
    ['met another answer', asked({ refused: 1 }, { orig: OTHER_CLIENT })],
    ['asked another responder', asked({ unanswered: 1 }, { resp: { ...DIRECTOR, address: '10.0.0.17' } })],
    ['asked another port', asked({ unanswered: 1 }, { port: 444 })],
    ['was seen in another capture', asked({ unanswered: 1 }, { capture: 'edge01' })],
    ['has another name', asked({ unanswered: 1 }, { orig: { ...OTHER_CLIENT, name: 'branch' } })],
    [
      'was told by a router',
      asked({ unanswered: 1 }, { orig: OTHER_CLIENT, icmpError: 'unreachable', icmpSender: 'r' }),
    ],
  ])('but not what %s', (_, other) => {
    expect(checkPorts([asked({ unanswered: 1 }), other])).toHaveLength(2)
  })
})
