import { pcap } from '../support/captures.ts'
import { observeFlows, type SeenFlow, setOf } from '../support/observing.ts'
import { dripping } from '../support/reading.ts'
import { type Ends, script, type Timed } from './script.ts'

/** 2014-06-02T06:00:00Z. */
const BEGIN_NS = 1_401_688_800_000_000_000n
const LINK_RAW = 101

/** The flows of packets in the order given; their times may be in any order. `readSize` is how many bytes come at once. */
export async function track(packets: readonly Timed[], readSize?: number): Promise<readonly SeenFlow[]> {
  const records = packets.map(({ ns, bytes }) => ({ ns: BEGIN_NS + BigInt(ns), frame: bytes }))
  const bytes = pcap(records, { format: 'pcap-ns', linkType: LINK_RAW })
  const { flows } = await observeFlows(setOf(dripping(bytes, readSize ?? bytes.length)))
  return flows
}

/** Conn state and history of the flows that a script makes, in the order of their beginning: `SF ShADadFf`. */
export async function summaries(text: string, ends: Ends): Promise<readonly string[]> {
  const flows = await track(script(text, ends))
  return flows.map(({ connState, history }) => `${connState} ${history}`)
}

/** The end that is called originator, as the script names it. */
export function originatorName({ flow, originator }: SeenFlow, ends: Ends): 'C' | 'S' {
  const { address, port } = flow[originator]
  return address === ends.client && port === ends.clientPort ? 'C' : 'S'
}
