import { type CaptureReader, OUTBOUND } from './capture/reader.ts'
import { ReaderClock } from './flow/clock.ts'
import type { FlowLog } from './flow/flow-log.ts'
import { FragmentTable } from './flow/fragments.ts'
import { OutboundSources } from './flow/outbound-sources.ts'
import { type Bounds, type Share, Tracker } from './flow/tracker.ts'
import { decodePacket } from './wire/decode.ts'
import { DECODED_NAMES, IP_LATER_FRAGMENT, OK, TUNNEL_UNREADABLE } from './wire/decoded.ts'
import { createPacket } from './wire/packet.ts'

/** LINK_ETHERNET. Here, because an imported number costs half a nanosecond for each packet. */
const ETHERNET = 1

/** Several queues of one adapter deliver their packets a little out of order; that is no clock that went back. */
const BACKWARD_NS = 1e6

/**
 * The packet path: records in, flows in the log. Shaped by speed (`npm run bench`): nothing here allocates for a
 * packet.
 */
export class Observer {
  records = 0
  firstNs = Number.POSITIVE_INFINITY
  lastNs = Number.NEGATIVE_INFINITY
  cutRecords = 0
  backwardRecords = 0
  readonly decoded = new Float64Array(DECODED_NAMES.length)
  readonly linkTypes = new Set<number>()
  readonly outboundSources = new OutboundSources()

  readonly #tracker: Tracker
  readonly #packet = createPacket()
  readonly #fragments = new FragmentTable()
  readonly #clock = new ReaderClock()
  #linkType = -1
  #previousNs = Number.NaN

  constructor(log: FlowLog, share: Share, bounds: Bounds) {
    this.#tracker = new Tracker(log, share, bounds)
  }

  get packets(): number {
    return this.decoded[OK]! + this.decoded[TUNNEL_UNREADABLE]!
  }

  get fragmentCounts(): Iterable<number> {
    return this.#fragments.countsSoFar()
  }

  takeWindow(reader: CaptureReader): void {
    const packet = this.#packet
    let records = 0
    let cut = 0
    let backward = 0
    let previousNs = this.#previousNs
    const { plain } = this.#tracker
    let plainPackets = 0
    while (reader.next()) {
      const { view, linkType, start, end, originalLength, timeNs } = reader
      records += 1
      if (linkType !== this.#linkType) this.#meet(linkType)
      if (originalLength > end - start) cut += 1
      if (timeNs < this.firstNs) this.firstNs = timeNs
      if (timeNs > this.lastNs) this.lastNs = timeNs
      if (previousNs - timeNs > BACKWARD_NS) backward += 1
      previousNs = timeNs
      packet.hasTime = !Number.isNaN(timeNs)
      packet.time[0] = packet.hasTime ? timeNs : 0
      packet.processId = reader.processId
      packet.clock = this.#clock.advance(timeNs)
      const isOutbound = reader.direction === OUTBOUND
      if (
        linkType === ETHERNET &&
        !isOutbound &&
        plain.take(view, start, end, originalLength, packet.time, packet.clock)
      ) {
        plainPackets += 1
        continue
      }
      const result = decodePacket(view, linkType, start, end, originalLength, packet)
      this.decoded[result]! += 1
      if (result === OK || result === TUNNEL_UNREADABLE) {
        if (isOutbound) this.outboundSources.note(packet)
        this.#tracker.track(packet, view)
        if (packet.fragment !== 0) this.#beginFragmented()
      } else if (result === IP_LATER_FRAGMENT && this.#fragments.take(packet)) this.#tracker.trackFragment(packet)
    }
    this.records += records
    this.decoded[OK]! += plainPackets
    this.cutRecords += cut
    this.backwardRecords += backward
    this.#previousNs = previousNs
  }

  /** A first fragment: those that came before it can be counted now. */
  #beginFragmented(): void {
    const fragments = this.#fragments
    const packet = this.#packet
    fragments.begin(packet)
    while (fragments.nextWaiting(packet)) this.#tracker.trackFragment(packet)
  }

  finish(): void {
    this.#fragments.finish()
    this.#tracker.finish()
  }

  /** Closes all flows in a branch of the log, and goes on here. */
  finishIn(branch: FlowLog): void {
    this.#tracker.finishIn(branch)
  }

  #meet(linkType: number): void {
    this.#linkType = linkType
    this.linkTypes.add(linkType)
  }
}
