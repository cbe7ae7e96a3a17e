import { describe, expect, it } from 'vitest'
import { ReaderClock } from '../../src/flow/clock.ts'
import { flowOf, historyOf } from '../../src/flow/flow.ts'
import { FLOW_LIMITS } from '../../src/flow/flow-limits.ts'
import { FlowLog } from '../../src/flow/flow-log.ts'
import { NOBODY_LISTED } from '../../src/flow/listed.ts'
import { readNames } from '../../src/flow/names.ts'
import { MISSING } from '../../src/flow/row.ts'
import { Tracker, WHOLE } from '../../src/flow/tracker.ts'
import { Ends } from '../../src/judge/ends.ts'
import { foldedAttempts } from '../../src/judge/folded-attempts.ts'
import { decodePacket } from '../../src/wire/decode.ts'
import { LINK_RAW } from '../../src/wire/link-type.ts'
import { createPacket } from '../../src/wire/packet.ts'
import { filler } from '../support/octets.ts'
import { ACK, icmpError, ipv4, type Segment, SYN, tcp, udp } from '../support/packets.ts'

const [CLIENT, SERVER, ROUTER] = ['10.0.0.20', '10.0.0.16', '10.0.0.1']
const STEP_NS = 1e6
/** Of IPv4 packets: so many of a flow have more bytes together than its hot words hold. */
const LARGEST = 65_535
const MANY = 17_000
/** More than a table of open flows has rare words for before they grow. */
const COPIED_FLOWS = 300

interface Sent {
  readonly ns: number
  readonly bytes: Uint8Array
  /** It stands for a later fragment of such a datagram. */
  readonly isFragment?: boolean
}

let identification = 0
function numbered(segment: Segment, src = CLIENT, dst = SERVER): Uint8Array {
  identification += 1
  return ipv4(segment, { src, dst, identification }).bytes
}

const datagram = (srcPort: number, length = 10) => numbered(udp({ srcPort, dstPort: 9999, payload: filler(length) }))
const request = (srcPort: number, flags: number) => numbered(tcp({ srcPort, dstPort: 5061, seq: 1000, ack: 1, flags }))
const answer = (dstPort: number, flags: number, ack: number) =>
  numbered(tcp({ srcPort: 5061, dstPort, ack, flags }), SERVER, CLIENT)

function spaced(sent: readonly (Uint8Array | Omit<Sent, 'ns'>)[], from = 0, stepNs = STEP_NS): readonly Sent[] {
  return sent.map((each, index) => ({
    ns: from + index * stepNs,
    ...(each instanceof Uint8Array ? { bytes: each } : each),
  }))
}

/** Flows with something rare, and between them others that have nothing of it. */
function manyKinds(): readonly Sent[] {
  const [copied, refused, large] = [datagram(3), datagram(5), datagram(11, LARGEST - 28)]
  const error = ipv4(icmpError(4, 3, 3, refused.subarray(0, 28)), { src: ROUTER, dst: CLIENT, identification: 1 }).bytes
  const first = spaced([
    ...[datagram(2), copied, copied, copied, request(4, SYN), refused, error],
    ...[datagram(6), request(7, SYN), answer(7, SYN | ACK, 1001), request(7, ACK), answer(7, ACK, 5001), datagram(8)],
    ...[datagram(9), { bytes: datagram(9), isFragment: true }, datagram(10)],
  ])
  // Far enough apart that one packet again and again is no copy.
  const bytes = spaced(new Array<Uint8Array>(MANY).fill(large), 1e9, 2e8)
  const copies = Array.from({ length: COPIED_FLOWS }, (_, index) => datagram(1000 + index)).flatMap((each) => [
    each,
    each,
  ])
  return [...first, ...bytes, ...spaced([...copies, datagram(12), datagram(12)], 1e9 + MANY * 2e8)]
}

function trackerOf(log: FlowLog, attempts: number) {
  const tracker = new Tracker(log, WHOLE, { limits: { ...FLOW_LIMITS, attempts }, listed: NOBODY_LISTED })
  const clock = new ReaderClock()
  const packet = createPacket()
  const track = ({ ns, bytes, isFragment }: Sent) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    packet.time[0] = ns
    packet.clock = clock.advance(ns)
    decodePacket(view, LINK_RAW, 0, bytes.length, bytes.length, packet)
    if (isFragment) tracker.trackFragment(packet)
    else tracker.track(packet, view)
  }
  return { tracker, track }
}

/** Everything that a log says of its flows, in an order of its own. */
function told(log: FlowLog): readonly string[] {
  const names = readNames(log)
  const lines: string[] = []
  log.forEach((rows, doubles, row) => {
    const flow = flowOf(rows, doubles, row, log.hosts, names)
    lines.push(JSON.stringify({ ...flow, history: historyOf(rows, row, 'low'), missing: rows[row + MISSING] }))
  })
  const folds = foldedAttempts(log.folded, FLOW_LIMITS.foldedAttempts, new Ends(log.hosts))
  lines.push(...[...folds.conversations, ...folds.observations].map((each) => JSON.stringify(each)))
  return lines.sort()
}

describe('open flows in a branch of the log', () => {
  it.each([
    [
      'one by one',
      FLOW_LIMITS.attempts,
      ['"copies":2', '"fragments":1', '"icmpError":"port-unreachable"', `"bytes":${MANY * (LARGEST - 28)}`],
    ],
    ['folded', 0, ['"lowCopies":2', '"lowRefused":1', `"lowIpBytes":${MANY * LARGEST}`]],
  ])('say what they would say at their end, %s, and go on', (_how, attempts, wanted) => {
    const packets = manyKinds()
    const log = new FlowLog()
    const { tracker, track } = trackerOf(log, attempts)
    for (const [index, sent] of packets.entries()) {
      track(sent)
      if (index > 17 && index < packets.length - 2) continue
      const ended = new FlowLog()
      const other = trackerOf(ended, attempts)
      for (const each of packets.slice(0, index + 1)) other.track(each)
      other.tracker.finish()
      const branch = log.branch()
      tracker.finishIn(branch)
      expect(told(branch)).toEqual(told(ended))
      branch.close()
      ended.close()
    }
    tracker.finish()
    const lines = told(log).join('\n')
    for (const each of [...wanted, '"missing":4000']) expect(lines).toContain(each)
    log.close()
  })
})
