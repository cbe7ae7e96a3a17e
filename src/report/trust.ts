import { type Doubt, doubtsOf, losesAnswers, type Trust } from '../judge/trust.ts'
import type { Cell } from './columns.ts'
import { formatBytes, formatCount } from './format.ts'

/** In one sentence, how far a capture can be trusted. */
export function trustSentence(trust: Trust): string {
  const doubts = doubtsOf(trust)
  if (doubts.length === 0) return `nothing speaks against it: ${basisText(trust)}`
  const consequence = losesAnswers(doubts)
    ? ': what looks refused or unanswered is marked doubtful-outcome and not called broken'
    : ''
  return doubts.map((doubt) => DOUBT_TEXTS[doubt](trust)).join('; ') + consequence
}

function basisText({ tcpFlows, midstreamFlows, missingBytes }: Trust): string {
  if (tcpFlows === 0) return 'no TCP flows to tell by'
  const begun = tcpFlows - midstreamFlows
  const missing = missingBytes === 0 ? 'no bytes missing' : `${formatBytes(missingBytes)} missing`
  return `${formatCount(begun)} of ${formatCount(tcpFlows)} TCP flows seen from their beginning, ${missing}`
}

const DOUBT_TEXTS: Readonly<Record<Doubt, (trust: Trust) => string>> = {
  'one-sided': ({ oneSidedFlows, tcpFlows }) =>
    `only one direction of ${formatCount(oneSidedFlows)} of ${formatCount(tcpFlows)} TCP flows`,
  loss: ({ missingBytes, droppedPackets }) => {
    const dropped =
      droppedPackets === null || droppedPackets === 0 ? '' : `${formatCount(droppedPackets)} packets dropped`
    const missing = missingBytes === 0 ? '' : `${formatBytes(missingBytes)} acknowledged but not captured`
    return [dropped, missing].filter((text) => text !== '').join(', ')
  },
  'cut-off': ({ damagedFiles }) =>
    damagedFiles === 1 ? '1 of its files ends early' : `${formatCount(damagedFiles)} of its files end early`,
  midstream: ({ midstreamFlows, tcpFlows }) =>
    `${formatCount(midstreamFlows)} of ${formatCount(tcpFlows)} TCP flows met midstream`,
  snapped: ({ cutRecords, records }) =>
    `${formatCount(cutRecords)} of ${formatCount(records)} records hold only the beginning of their packet`,
  clock: ({ backwardRecords }) =>
    `its clock went back ${backwardRecords === 1 ? 'once' : `${formatCount(backwardRecords)} times`}`,
}

/** Names of the figures for programs. */
export const TRUST_FIELDS = [
  'doubts',
  'tcp_flows',
  'midstream_flows',
  'one_sided_flows',
  'tcp_bytes',
  'missing_bytes',
  'cut_records',
  'backward_records',
  'dropped_packets',
  'damaged_files',
] as const
type TrustField = (typeof TRUST_FIELDS)[number]

export function trustFigures(trust: Trust): Readonly<Record<TrustField, Cell>> {
  return {
    doubts: doubtsOf(trust),
    tcp_flows: trust.tcpFlows,
    midstream_flows: trust.midstreamFlows,
    one_sided_flows: trust.oneSidedFlows,
    tcp_bytes: trust.tcpBytes,
    missing_bytes: trust.missingBytes,
    cut_records: trust.cutRecords,
    backward_records: trust.backwardRecords,
    dropped_packets: trust.droppedPackets,
    damaged_files: trust.damagedFiles,
  }
}
