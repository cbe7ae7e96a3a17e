import { ReaderClock } from '../../src/flow/clock.ts'
import { type Flow, flowOf, historyOf } from '../../src/flow/flow.ts'
import { KEY_HASH, KEY_WORDS, SHARDS, shardOf, writeKey } from '../../src/flow/flow-key.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { readNames } from '../../src/flow/names.ts'
import { type Share, Tracker, WHOLE } from '../../src/flow/tracker.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { OK } from '../../src/wire/decoded.ts'
import { LINK_RAW } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'
import type { Ends, Timed } from './script.ts'

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
  trackShare(packets, log, of === 1 ? WHOLE : { part: 0, of })
  for (const [index, other] of others.entries()) {
    trackShare(packets, other, { part: index + 1, of })
    log.absorb(structuredClone(other.state()))
  }
  const tracked = { ...describeLog(log), limited: log.limited }
  log.close()
  return tracked
}

/** Tracks the flows of one share into the log; `beforeEnd` is called when all packets have come. */
export function trackShare(
  packets: readonly Timed[],
  log: FlowLog,
  share: Share = WHOLE,
  beforeEnd: () => void = () => {},
): void {
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
  beforeEnd()
  tracker.finish()
}

/** By shard: the ends of as many connections to one server, whose flows live there. */
export function endsByShard(each: number): readonly (readonly Ends[])[] {
  const shards = Array.from({ length: SHARDS }, (): Ends[] => [])
  const packet = { ...createPacket(), family: 4, protocol: 6, src2: 0xffff, dst2: 0xffff, dstPort: 5061 }
  packet.dst3 = 0x0a000010
  const key = new Int32Array(KEY_WORDS)
  for (let number = 0; shards.some((ends) => ends.length < each); number += 1) {
    packet.src3 = 0x0a020000 + (number & 0xffff)
    packet.srcPort = 1024 + (number >> 16)
    writeKey(packet, key)
    const ends = shards[shardOf(key[KEY_HASH] as number)] as Ends[]
    const client = `10.2.${(number >> 8) & 255}.${number & 255}`
    if (ends.length < each) ends.push({ client, server: '10.0.0.16', clientPort: packet.srcPort, serverPort: 5061 })
  }
  return shards
}

/** The shard that a packet on raw IP goes to. */
export function shardOfPacket(bytes: Uint8Array): number {
  const packet = createPacket()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  decodePacket(view, LINK_RAW, 0, bytes.length, bytes.length, packet)
  const key = new Int32Array(KEY_WORDS)
  writeKey(packet, key)
  return shardOf(key[KEY_HASH] as number)
}

export function describeLog(log: FlowLog): Omit<Tracked, 'limited'> {
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
