import { describe, expect, it } from 'vitest'
import {
  DATAGRAM_TIMEOUT,
  TCP_ATTEMPT_TIMEOUT,
  TCP_CLOSED_TIMEOUT,
  TCP_ESTABLISHED_TIMEOUT,
} from '../../src/flow/tracker.ts'
import { ENDS, type Ends } from './script.ts'
import { summaries } from './tracking.ts'

const ends = ENDS[0]?.[1] as Ends
const flows = (text: string) => summaries(text, ends)
const OPEN = 'C>S SYN, S>C SYN-ACK, C>S ACK'

/** Of the reader's clock, by which flows expire. */
const TICKS_PER_SECOND = 10

const WEEK_S = 7 * 86_400
const LONG_GAPS_S = [
  WEEK_S,
  // Where clocks of 31 and 32 bits of milliseconds come round again.
  2 ** 31 / 1000 + 1,
  2 ** 32 / 1000 + 1,
  2 ** 33 / 1000 + 1,
  400 * 86_400,
]

describe('a flow that is idle for its timeout is over, and the same ports begin another', () => {
  it.each([
    ['a datagram exchange, 1 minute', 60, DATAGRAM_TIMEOUT, 'C>S DATA 5, S>C DATA 5', 'C>S DATA 5', 'SF Dd', 'S0 D'],
    ['an attempt, 2 minutes', 120, TCP_ATTEMPT_TIMEOUT, 'C>S SYN', 'C>S again', 'S0 S', 'S0 S'],
    ['a connection, 60 minutes', 3600, TCP_ESTABLISHED_TIMEOUT, OPEN, 'C>S ACK 5', 'S1 ShA', 'OTH D'],
    [
      'a connection from the middle, 60 minutes',
      3600,
      TCP_ESTABLISHED_TIMEOUT,
      'C>S ACK 5',
      'C>S ACK 5',
      'OTH D',
      'OTH D',
    ],
    [
      'half a close, 60 minutes',
      3600,
      TCP_ESTABLISHED_TIMEOUT,
      `${OPEN}, C>S FIN-ACK`,
      'S>C ACK 5',
      'S2 ShAF',
      'OTH D',
    ],
    [
      'a close, 30 seconds',
      30,
      TCP_CLOSED_TIMEOUT,
      `${OPEN}, C>S FIN-ACK, S>C FIN-ACK`,
      'C>S ACK',
      'SF ShAFf',
      'OTH A',
    ],
    ['a reset, 30 seconds', 30, TCP_CLOSED_TIMEOUT, `${OPEN}, C>S RST`, 'S>C ACK 5', 'RSTO ShAR', 'OTH D'],
  ])('%s', async (_name, seconds, timeout, before, after, first, second) => {
    expect(timeout).toBe(seconds * TICKS_PER_SECOND)
    // Idle times are known to a tick.
    const stillSame = await flows(`${before}, wait ${seconds - 0.2}s, ${after}`)
    expect(stillSame).toHaveLength(1)
    expect(await flows(`${before}, wait ${seconds + 0.2}s, ${after}`)).toEqual([first, second])
    for (const gap of LONG_GAPS_S) {
      expect(await flows(`${before}, wait ${gap}s, ${after}`), `${gap} s`).toEqual([first, second])
    }
  })

  it('is counted from its latest packet', async () => {
    expect(await flows('C>S DATA 1, wait 50s, C>S DATA 1, wait 50s, S>C DATA 1, wait 50s, C>S DATA 1')).toEqual([
      'SF Dd',
    ])
    expect(await flows('C>S SYN, wait 100s, C>S again, wait 100s, C>S again, wait 100s, S>C RST-ACK')).toEqual([
      'REJ Sr',
    ])
  })

  it('goes by the clock that never goes back', async () => {
    // 59 seconds forward, 4 back, and 59 forward again: 114 by the capture, 118 by nobody, and never 61 without a packet.
    expect(await flows('C>S DATA 1, wait 59s, C>S DATA 1, wait -4s, C>S DATA 1, wait 59s, C>S DATA 1')).toHaveLength(1)
    expect(await flows('C>S DATA 1, wait -3s, C>S DATA 1, wait 62s, C>S DATA 1')).toHaveLength(1)
    expect(await flows('C>S DATA 1, wait -3s, C>S DATA 1, wait 64s, C>S DATA 1')).toHaveLength(2)
  })
})
