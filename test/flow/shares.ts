import { ReaderClock } from '../../src/flow/clock.ts'
import { type Flow, flowOf, historyOf } from '../../src/flow/flow.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { readNames } from '../../src/flow/names.ts'
import { type Share, Tracker, WHOLE } from '../../src/flow/tracker.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { OK } from '../../src/wire/decoded.ts'
import { LINK_RAW } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'
import type { Timed } from './script.ts'

/** What one tracker, or several that share the flows, made of packets. */
export interface Tracked {
  readonly flows: readonly Flow[]
  /** Everything known of each flow, a line each, in an order of their own. */
  readonly lines: readonly string[]
  /** `10.0.0.1 name`, in an order of their own. */
  readonly answers: readonly string[]
  readonly limited: number
}

/** Tracks packets on raw IP; with `of` trackers, whose logs are put together as those of threads are. */
export function trackShares(packets: readonly Timed[], of = 1): Tracked {
  const log = new FlowLog()
  const others = Array.from({ length: of - 1 }, () => new FlowLog())
  let limited = trackShare(packets, log, of === 1 ? WHOLE : { part: 0, of })
  for (const [index, other] of others.entries()) {
    limited += trackShare(packets, other, { part: index + 1, of })
    log.absorb(structuredClone(other.state()))
  }
  const tracked = { ...describeLog(log), limited }
  log.close()
  return tracked
}

/** Tracks the flows of one share into the log; returns how often a limit was reached. */
export function trackShare(packets: readonly Timed[], log: FlowLog, share: Share = WHOLE): number {
  const tracker = new Tracker(log, share)
  const clock = new ReaderClock()
  const packet = createPacket()
  for (const { ns, bytes } of packets) {
    // A view of nothing but the packet: whoever reads outside of it fails.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    packet.time[0] = ns
    packet.clock = clock.advance(ns)
    if (decodePacket(view, LINK_RAW, 0, bytes.length, bytes.length, packet) === OK) tracker.track(packet, view)
  }
  tracker.finish()
  return tracker.limited
}

function describeLog(log: FlowLog): Omit<Tracked, 'limited'> {
  const names = readNames(log)
  const flows: Flow[] = []
  const lines: string[] = []
  log.forEach((rows, doubles, row) => {
    const flow = flowOf(rows, doubles, row, log.hosts, names)
    flows.push(flow)
    lines.push(JSON.stringify({ ...flow, history: historyOf(rows, row, 'low') }))
  })
  const answers: string[] = []
  log.forEachAnswer((host, text) => answers.push(`${log.hosts.text(host)} ${names.text(text)}`))
  return { flows, lines: lines.sort(), answers: answers.sort() }
}
