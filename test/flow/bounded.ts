import { ReaderClock } from '../../src/flow/clock.ts'
import { flowOf, historyOf } from '../../src/flow/flow.ts'
import { FLOW_LIMITS, type FlowLimits } from '../../src/flow/flow-limits.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { type ListedSpans, NOBODY_LISTED } from '../../src/flow/listed.ts'
import { readNames } from '../../src/flow/names.ts'
import { Tracker } from '../../src/flow/tracker.ts'
import { Ends } from '../../src/judge/ends.ts'
import { foldedAttempts } from '../../src/judge/folded-attempts.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { OK } from '../../src/wire/decoded.ts'
import { LINK_RAW } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'
import type { Timed } from './script.ts'

/** Everything that trackers with low limits made of packets; lists are in an order of their own. */
export interface Bounded {
  readonly flows: readonly string[]
  readonly conversations: readonly string[]
  readonly observations: readonly string[]
  readonly closedEarly: number
  readonly folded: number
  readonly leftOut: number
}

export interface Setting {
  readonly limits: Partial<FlowLimits>
  readonly listed?: ListedSpans
  /** So many trackers share the flows, as threads do. */
  readonly of?: number
}

/** Tracks packets on raw IP. */
export function trackBounded(packets: readonly Timed[], { limits, listed = NOBODY_LISTED, of = 1 }: Setting): Bounded {
  const bounds = { limits: { ...FLOW_LIMITS, ...limits }, listed }
  const logs = Array.from({ length: of }, (_, part) => trackPart(packets, bounds, part, of))
  const [log, ...others] = logs as [FlowLog, ...FlowLog[]]
  for (const other of others) log.absorb(structuredClone(other.state()))
  const { closedEarly, attemptsFolded, attemptsLeftOut } = log
  const folds = foldedAttempts(log.folded, bounds.limits.foldedAttempts, new Ends(log.hosts))
  const bounded = {
    flows: flowLines(log),
    conversations: [...folds.conversations].map((each) => JSON.stringify(each)).sort(),
    observations: [...folds.observations].map((each) => JSON.stringify(each)).sort(),
    closedEarly,
    folded: attemptsFolded,
    leftOut: attemptsLeftOut,
  }
  log.close()
  return bounded
}

function trackPart(
  packets: readonly Timed[],
  bounds: { readonly limits: FlowLimits; readonly listed: ListedSpans },
  part: number,
  of: number,
): FlowLog {
  const log = new FlowLog()
  const tracker = new Tracker(log, { part, of }, bounds)
  const clock = new ReaderClock()
  const packet = createPacket()
  for (const { ns, bytes } of packets) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    packet.time[0] = ns
    packet.clock = clock.advance(ns)
    if (decodePacket(view, LINK_RAW, 0, bytes.length, bytes.length, packet) === OK) tracker.track(packet, view)
  }
  tracker.finish()
  return log
}

function flowLines(log: FlowLog): readonly string[] {
  const names = readNames(log)
  const lines: string[] = []
  log.forEach((rows, doubles, row) => {
    const flow = flowOf(rows, doubles, row, log.hosts, names)
    lines.push(JSON.stringify({ ...flow, history: historyOf(rows, row, 'low') }))
  })
  return lines.sort()
}
