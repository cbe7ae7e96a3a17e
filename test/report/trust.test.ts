import { describe, expect, it } from 'vitest'
import type { Doubt, Trust } from '../../src/judge/trust.ts'
import { trustFigures, trustSentence } from '../../src/report/trust.ts'

const SOUND: Trust = {
  tcpFlows: 1000,
  midstreamFlows: 10,
  oneSidedFlows: 0,
  tcpBytes: 5_000_000,
  missingBytes: 0,
  records: 12_000,
  cutRecords: 0,
  backwardRecords: 0,
  droppedPackets: null,
  damagedFiles: 0,
}

const MARKED = ': what looks refused or unanswered is marked doubtful-outcome and not called broken'

describe('how far a capture can be trusted', () => {
  it.each<[string, Partial<Trust>]>([
    ['nothing speaks against it: 990 of 1,000 TCP flows seen from their beginning, no bytes missing', {}],
    [
      'nothing speaks against it: 990 of 1,000 TCP flows seen from their beginning, 300 B missing',
      { missingBytes: 300 },
    ],
    ['nothing speaks against it: no TCP flows to tell by', { tcpFlows: 0, midstreamFlows: 0, tcpBytes: 0 }],
    [`only one direction of 900 of 1,000 TCP flows${MARKED}`, { oneSidedFlows: 900 }],
    [`1.0 MB acknowledged but not captured${MARKED}`, { missingBytes: 1_000_000 }],
    [`1,234 packets dropped${MARKED}`, { droppedPackets: 1234 }],
    [
      `1,234 packets dropped, 20.0 kB acknowledged but not captured${MARKED}`,
      { droppedPackets: 1234, missingBytes: 20_000 },
    ],
    ['2 of its files end early', { damagedFiles: 2 }],
    ['600 of 1,000 TCP flows met midstream', { midstreamFlows: 600 }],
    ['11,000 of 12,000 records hold only the beginning of their packet', { cutRecords: 11_000 }],
    ['its clock went back 3 times', { backwardRecords: 3 }],
    [
      `only one direction of 900 of 1,000 TCP flows; its clock went back 3 times${MARKED}`,
      { oneSidedFlows: 900, backwardRecords: 3 },
    ],
  ])('%s', (sentence, fields) => {
    expect(trustSentence({ ...SOUND, ...fields })).toBe(sentence)
  })

  it('says one of something in the singular', () => {
    expect(trustSentence({ ...SOUND, damagedFiles: 1 })).toBe('1 of its files ends early')
    expect(trustSentence({ ...SOUND, backwardRecords: 1 })).toBe('its clock went back once')
  })

  it('is figures for programs', () => {
    const doubts: readonly Doubt[] = ['loss', 'clock']
    expect(trustFigures({ ...SOUND, missingBytes: 1e6, backwardRecords: 3, droppedPackets: 5 })).toEqual({
      doubts,
      tcp_flows: 1000,
      midstream_flows: 10,
      one_sided_flows: 0,
      tcp_bytes: 5_000_000,
      missing_bytes: 1e6,
      cut_records: 0,
      backward_records: 3,
      dropped_packets: 5,
      damaged_files: 0,
    })
    expect(trustFigures(SOUND)).toMatchObject({ doubts: [], dropped_packets: null })
  })
})
