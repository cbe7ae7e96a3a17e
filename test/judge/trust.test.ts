import { describe, expect, test } from 'vitest'
import { DOUBTS, type Doubt, doubtsOf, losesAnswers, type Trust, TrustSums } from '../../src/judge/trust.ts'
import { observe } from '../../src/observe.ts'
import { LINK_RAW } from '../../src/wire/link-type.ts'
import { script } from '../flow/script.ts'
import { pcap } from '../support/captures.ts'
import { setOf } from '../support/observing.ts'

/** A thousand flows of a megabyte, in ten thousand records, with nothing to doubt. */
const SOUND: Trust = {
  tcpFlows: 1000,
  midstreamFlows: 0,
  oneSidedFlows: 0,
  tcpBytes: 999_000,
  missingBytes: 0,
  records: 10_000,
  cutRecords: 0,
  backwardRecords: 0,
  droppedPackets: null,
  damagedFiles: 0,
}

describe('doubts of a capture', () => {
  test.each<[Doubt, string, Partial<Trust>, Partial<Trust>]>([
    ['one-sided', 'more than 2 % of the flows', { oneSidedFlows: 20 }, { oneSidedFlows: 21 }],
    ['loss', 'more than 0.1 % of the bytes', { missingBytes: 1000 }, { missingBytes: 1001 }],
    ['loss', 'more than 0.1 % of the packets', { droppedPackets: 10 }, { droppedPackets: 11 }],
    ['cut-off', 'a file that ends early', { damagedFiles: 0 }, { damagedFiles: 1 }],
    ['midstream', 'more than half of the flows', { midstreamFlows: 500 }, { midstreamFlows: 501 }],
    ['snapped', 'more than 1 % of the records', { cutRecords: 100 }, { cutRecords: 101 }],
    ['clock', 'one record that goes back', { backwardRecords: 0 }, { backwardRecords: 1 }],
  ])('%s: %s', (doubt, _, enough, tooMuch) => {
    expect(doubtsOf({ ...SOUND, ...enough })).toEqual([])
    expect(doubtsOf({ ...SOUND, ...tooMuch })).toEqual([doubt])
  })

  test('are none of a sound capture, of one that lost nothing, and of one without TCP', () => {
    const nothing = { tcpFlows: 0, tcpBytes: 0, records: 0 }
    expect([SOUND, { ...SOUND, droppedPackets: 0 }, { ...SOUND, ...nothing }].map(doubtsOf)).toEqual([[], [], []])
  })

  test('come in their order', () => {
    const worst = { oneSidedFlows: 1000, missingBytes: 1e6, damagedFiles: 1, midstreamFlows: 1000, cutRecords: 10_000 }
    expect(doubtsOf({ ...SOUND, ...worst, backwardRecords: 9 })).toEqual(DOUBTS)
  })

  test.each(DOUBTS)('%s', (doubt) => {
    // Nobody knows whether an answer is missing where packets are.
    expect(losesAnswers([doubt])).toBe(doubt === 'one-sided' || doubt === 'loss')
  })

  test('one among others is enough', () => {
    expect(losesAnswers([])).toBe(false)
    expect(losesAnswers(['cut-off', 'loss', 'clock'])).toBe(true)
  })
})

async function trustOf(...scripts: readonly string[]) {
  const records = scripts.flatMap((text, index) =>
    script(text, { client: '10.0.0.41', server: '10.0.0.16', clientPort: 40_000 + index, serverPort: 5061 }).map(
      ({ ns, bytes }) => ({ ns: BigInt(ns), frame: bytes }),
    ),
  )
  const { log } = await observe(setOf(pcap(records, { format: 'pcap-ns', linkType: LINK_RAW })), () => {})
  const sums = new TrustSums()
  log.forEach((rows, doubles, row) => {
    sums.add(rows, doubles, row)
  })
  log.close()
  return sums.figures()
}

const WHOLE = 'C>S SYN, S>C SYN-ACK, C>S ACK, C>S ACK 100, S>C ACK 900, C>S FIN-ACK, S>C FIN-ACK, C>S ACK'

describe('what the flows show of their capture', () => {
  test('a whole connection counts with its bytes', async () => {
    expect(await trustOf(WHOLE, WHOLE)).toEqual({
      tcpFlows: 2,
      midstreamFlows: 0,
      oneSidedFlows: 0,
      tcpBytes: 2000,
      missingBytes: 0,
    })
  })

  test('datagrams say nothing of it', async () => {
    expect(await trustOf('C>S DATA 40, C>S DATA 40, C>S DATA 40')).toMatchObject({ tcpFlows: 0, tcpBytes: 0 })
  })

  test.each([
    ['met in its middle', '(C>S SYN), (S>C SYN-ACK), (C>S ACK), C>S ACK 100, S>C ACK 10', 1],
    ['whose SYN alone is missing', '(C>S SYN), S>C SYN-ACK, C>S ACK, C>S ACK 3', 0],
    ['that nobody answered', 'C>S SYN', 0],
  ])('midstream: a connection %s', async (_, text, midstreamFlows) => {
    expect(await trustOf(text)).toMatchObject({ tcpFlows: 1, midstreamFlows })
  })

  test.each([
    ['the originator talks on', 'C>S SYN, (S>C SYN-ACK), C>S ACK, C>S ACK 10', 1],
    ['the responder answers nobody', '(C>S SYN), S>C SYN-ACK, (C>S ACK), S>C ACK 10, S>C ACK 10', 1],
    ['one end in the middle', '(C>S SYN), (S>C SYN-ACK), C>S ACK 10, (S>C ACK), C>S ACK 10, (S>C ACK), C>S ACK 10', 1],
    ['only SYNs: nobody may have answered', 'C>S SYN, C>S again, C>S again, C>S again', 0],
    ['too few packets to tell', 'C>S SYN, (S>C SYN-ACK), C>S ACK', 0],
    ['both ends', WHOLE, 0],
  ])('one-sided: %s', async (_, text, oneSidedFlows) => {
    expect(await trustOf(text)).toMatchObject({ tcpFlows: 1, oneSidedFlows })
  })

  test('bytes that were acknowledged and are not there are missing', async () => {
    const lost = 'C>S SYN, S>C SYN-ACK, C>S ACK, C>S ACK 100, (S>C ACK 900), C>S ACK, S>C ACK 50, C>S ACK'
    expect(await trustOf(lost, WHOLE)).toMatchObject({ tcpFlows: 2, tcpBytes: 150 + 1000, missingBytes: 900 })
  })
})
