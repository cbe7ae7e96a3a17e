import type { Flow, FlowEnd } from '../../src/flow/flow.ts'
import { type Conversation, keyText } from '../../src/judge/conversation.ts'
import type { CaptureRecord } from '../../src/store/capture-record.ts'
import type { RowWriter } from '../../src/store/write.ts'
import { found, JUDGE } from '../judge/samples.ts'

// Rows to write into a database.

/** Judges all conversations of a capture and writes them, in the order in which they are listed; returns their ids by key. */
export function writeJudged(writer: RowWriter, conversations: readonly Conversation[]): ReadonlyMap<string, number> {
  const written = found(JUDGE, conversations).map(({ conversation, judgement, health }) => {
    return [keyText(conversation), writer.conversation(conversation, judgement, health)] as const
  })
  writer.finish()
  return new Map(written)
}

/** 2026-01-31, with nanoseconds that no double could tell apart. */
export const ORIGIN_NS = 1_769_817_600_000_000_000n

export function record(fields: Partial<CaptureRecord> = {}): CaptureRecord {
  return {
    point: 'dir01/trace',
    folder: '/captures/dir01',
    files: [{ path: 'dir01/trace.pcap', identity: 'abc', damage: undefined }],
    formats: ['pcap'],
    linkTypes: ['ethernet'],
    records: 10,
    packets: 9,
    bytes: 1234,
    flows: 3,
    anomalies: new Map([['truncated', 1]]),
    originNs: ORIGIN_NS,
    resolutionNs: 1,
    firstNs: 1,
    lastNs: 999_999_999,
    keep: 'all',
    interfaceAddresses: [],
    trust: {
      tcpFlows: 3,
      midstreamFlows: 0,
      oneSidedFlows: 0,
      tcpBytes: 600,
      missingBytes: 0,
      records: 10,
      cutRecords: 0,
      backwardRecords: 0,
      droppedPackets: null,
      damagedFiles: 0,
    },
    ...fields,
  }
}

export function flow(fields: Partial<Flow> = {}): Flow {
  const end = (address: string, port: number): FlowEnd => ({
    address,
    port,
    packets: 2,
    bytes: 100,
    ipBytes: 180,
    state: 4,
    copies: 0,
    certificate: undefined,
  })
  return {
    transport: 'tcp',
    low: end('10.0.0.16', 50001),
    high: end('10.0.0.20', 49600),
    startNs: 5,
    lastNs: 2 ** 52 + 1,
    opener: undefined,
    first: 'low',
    syn: false,
    accepted: false,
    beyondSyn: false,
    broadcast: false,
    service: 'none',
    contentOpener: undefined,
    proof: 0,
    alert: undefined,
    claim: undefined,
    pathFamily: 0,
    fragments: 0,
    encapsulation: [],
    icmpError: undefined,
    icmpSender: undefined,
    processId: undefined,
    ...fields,
  }
}
