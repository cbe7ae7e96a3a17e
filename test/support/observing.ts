import type { ByteSource } from '../../src/capture/byte-source.ts'
import type { CaptureInput, CaptureSet } from '../../src/capture/capture-set.ts'
import { openSource } from '../../src/capture/open.ts'
import { datagramConnState, tcpConnState } from '../../src/flow/conn-state.ts'
import { type End, type Flow, flowOf, historyOf } from '../../src/flow/flow.ts'
import type { FlowLog } from '../../src/flow/flow-log.ts'
import { readNames } from '../../src/flow/names.ts'
import { observe } from '../../src/observe.ts'
import type { Observed } from '../../src/observed.ts'
import { pieces } from './reading.ts'

/** A flow taken the way its handshake tells, else from who sent first. */
export interface SeenFlow {
  readonly flow: Flow
  readonly originator: End
  readonly connState: string
  readonly history: string
}

/** A capture set of captures in memory, in the order given. */
export function setOf(...captures: readonly (Uint8Array | ByteSource)[]): CaptureSet {
  const inputs = captures.map((capture, index): CaptureInput => {
    const source = capture instanceof Uint8Array ? pieces(capture) : capture
    const path = `capture-${index + 1}`
    return { path, identity: undefined, open: (origin) => openSource(source, path, origin) }
  })
  return { point: 'test', folder: undefined, inputs }
}

export interface SeenSet extends Omit<Observed, 'log'> {
  readonly flows: readonly SeenFlow[]
}

/** All flows of a capture set, in the order of their start and number. */
export async function observeFlows(set: CaptureSet): Promise<SeenSet> {
  const { log, ...observed } = await observe(set, () => {})
  try {
    return { ...observed, flows: flowsOf(log) }
  } finally {
    log.close()
  }
}

function flowsOf(log: FlowLog): readonly SeenFlow[] {
  const flows: SeenFlow[] = []
  const names = readNames(log)
  log.forEach((rows, doubles, row) => {
    const flow = flowOf(rows, doubles, row, log.hosts, names)
    const originator = flow.opener ?? flow.first
    flows.push({
      flow,
      originator,
      connState: connStateOf(flow, originator),
      history: historyOf(rows, row, originator),
    })
  })
  return flows.sort((a, b) => a.flow.startNs - b.flow.startNs)
}

function connStateOf(flow: Flow, originator: End): string {
  const [orig, resp] = originator === 'low' ? [flow.low, flow.high] : [flow.high, flow.low]
  if (flow.transport !== 'tcp') return datagramConnState(orig.packets > 0, resp.packets > 0)
  return tcpConnState(orig.state, resp.state, orig.bytes === 0 && resp.bytes === 0)
}

/** Everything known of a flow, in one line. */
export function flowLine({ flow, connState, history }: SeenFlow): string {
  return JSON.stringify({ ...flow, connState, history })
}
