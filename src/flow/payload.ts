import { DnsAnswers, readAnswers } from '../evidence/dns.ts'
import { hasWholeHeader } from '../evidence/http.ts'
import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, SERVICE_MASK, UNDECIDED } from '../evidence/identified.ts'
import { identifyDatagram, identifyStream, writeClaim } from '../evidence/identify.ts'
import { streamProof } from '../evidence/inspection.ts'
import { continuesRtp, looksLikeRtp, rtpSequence, rtpSource } from '../evidence/rtp.ts'
import { DNS, HTTP, NET_FRAMING, RTP, TLS, UNIDENTIFIED, XMPP } from '../evidence/service.ts'
import { lowerCase } from '../evidence/text.ts'
import type { Packet } from '../wire/packet.ts'
import { looksOf, orUnidentified, withLook, withOriginator, withService } from './evidence-word.ts'
import { shardOf } from './flow-key.ts'
import type { FlowLog } from './flow-log.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import { Inspections } from './inspections.ts'
import { Presented } from './presented.ts'
import {
  CLAIM,
  EVIDENCE,
  EVIDENCE_PATH_SHIFT,
  HASH,
  PROOF,
  RTP_SEQUENCE,
  RTP_SOURCE,
  STATE,
  STATE_SETTLED,
} from './row.ts'
import { isSynKnown } from './state-word.ts'
import { beginningOf, mayBeKeepAlive, payloadSequence, type StreamPiece } from './stream-beginning.ts'

/** Datagrams of one side that are looked at before it is given up. */
export const MOST_LOOKS = 4

/** Added to the sequence number of a candidate for RTP, which is at least -1, so that 0 is none. */
const CANDIDATE = 2

/** Over TCP the length of a DNS message stands in front, RFC 1035 section 4.2.2. */
const DNS_STREAM_LENGTH = 2

/** Longest name that is taken from a payload. */
const LONGEST_NAME = 255

/**
 * Looks at the payload of flows that are not settled. One payload is enough for most; inspections.ts has the others.
 */
export class Payloads {
  readonly inspections: Inspections
  readonly presented: Presented
  readonly #table: FlowTable
  readonly #log: FlowLog
  readonly #claim = new Int32Array(3)
  readonly #name = new Uint8Array(LONGEST_NAME)
  readonly #answers = new DnsAnswers()

  constructor(table: FlowTable, log: FlowLog) {
    this.#table = table
    this.#log = log
    this.presented = new Presented(log)
    this.inspections = new Inspections(table, log, this.presented)
  }

  /** A TCP segment with payload, of a flow that is not settled. */
  lookAtSegment(flow: number, side: number, packet: StreamPiece, view: DataView): void {
    const { inspections } = this
    if (!inspections.has(flow)) {
      if (looksOf(this.#table.cold[coldRow(flow) + EVIDENCE]!, side) > 0) return
      if (packet.payloadEnd <= packet.payload || mayBeKeepAlive(this.#table, flow, side, packet)) return
      if (this.#isTold(flow, side, packet, view)) return
      inspections.open(flow, packet.clock)
    }
    inspections.read(flow, side, packet, view)
  }

  /** Whether the side's first payload tells all by itself. */
  #isTold(flow: number, side: number, packet: StreamPiece, view: DataView): boolean {
    const sequence = payloadSequence(packet)
    if (sequence !== beginningOf(this.#table, flow, side, sequence)) return false
    const { payload, payloadEnd } = packet
    const found = identifyStream(view, payload, payloadEnd)
    if (found === UNDECIDED) return false
    if (found === UNIDENTIFIED) {
      this.#noteUnidentifiedStream(flow, side)
      return true
    }
    const service = found & SERVICE_MASK
    if (!isWhole(service, view, payload, payloadEnd)) return false
    const { cold } = this.#table
    const at = coldRow(flow) + PROOF
    cold[at] = cold[at]! | streamProof(service, view, payload)
    this.#note(flow, side, found, view, payload, payloadEnd, true)
    return true
  }

  /** A datagram with payload, of a flow that is not settled. */
  lookAtDatagram(flow: number, side: number, packet: Packet, view: DataView): void {
    const { cold } = this.#table
    const row = coldRow(flow)
    const { payload, payloadEnd } = packet
    if (looksOf(cold[row + EVIDENCE]!, side) >= MOST_LOOKS || payloadEnd <= payload) return
    const sequence = cold[row + RTP_SEQUENCE + side]!
    if (
      sequence !== 0 &&
      continuesRtp(view, payload, payloadEnd, cold[row + RTP_SOURCE + side]!, sequence - CANDIDATE)
    ) {
      this.#note(flow, side, RTP, view, payload, payloadEnd, false)
      return
    }
    const found = identifyDatagram(view, payload, payloadEnd)
    if (found === UNDECIDED && looksLikeRtp(view, payload, payloadEnd)) {
      cold[row + RTP_SOURCE + side] = rtpSource(view, payload)
      cold[row + RTP_SEQUENCE + side] = rtpSequence(view, payload) + CANDIDATE
    }
    if (found === UNDECIDED || found === UNIDENTIFIED) this.#noteUnidentifiedDatagram(flow, side, found)
    else this.#note(flow, side, found, view, payload, payloadEnd, false)
  }

  #note(
    flow: number,
    side: number,
    found: Identified,
    view: DataView,
    start: number,
    end: number,
    isStream: boolean,
  ): void {
    const { hot, cold } = this.#table
    const row = coldRow(flow)
    const service = found & SERVICE_MASK
    let evidence = withService(cold[row + EVIDENCE]!, service)
    if (found & FROM_ORIGINATOR) evidence = withOriginator(evidence, side + 1)
    else if (found & FROM_RESPONDER) evidence = withOriginator(evidence, 2 - side)
    const shard = shardOf(cold[row + HASH]!)
    // A question is answered: what a name server says of addresses is worth one more look.
    const isQuestion = service === DNS && (found & FROM_ORIGINATOR) !== 0
    if (!isQuestion) hot[hotRow(flow) + STATE] = hot[hotRow(flow) + STATE]! | STATE_SETTLED
    else if (looksOf(evidence, side) < MOST_LOOKS) evidence = withLook(evidence, side)
    if (service === HTTP) {
      const claim = this.#claim
      claim.fill(0)
      writeClaim(service, view, start, end, claim)
      evidence |= claim[2]! << EVIDENCE_PATH_SHIFT
      cold[row + CLAIM] = this.#text(shard, view, claim[0]!, claim[1]!)
    } else if (service === DNS) this.#noteAnswers(shard, view, isStream ? start + DNS_STREAM_LENGTH : start, end)
    cold[row + EVIDENCE] = evidence
  }

  /** One side's stream begins with nothing that is known. The other one's may still tell. */
  #noteUnidentifiedStream(flow: number, side: number): void {
    const { hot, cold } = this.#table
    const row = coldRow(flow)
    const state = hot[hotRow(flow) + STATE]!
    const evidence = withLook(cold[row + EVIDENCE]!, side)
    // From the middle of a stream, unknown bytes say nothing.
    cold[row + EVIDENCE] = isSynKnown(state, side) ? orUnidentified(evidence) : evidence
    if (looksOf(evidence, 1 - side) > 0) hot[hotRow(flow) + STATE] = state | STATE_SETTLED
  }

  #noteUnidentifiedDatagram(flow: number, side: number, found: Identified): void {
    const { hot, cold } = this.#table
    const row = coldRow(flow)
    const evidence = withLook(cold[row + EVIDENCE]!, side)
    const isGivenUp = looksOf(evidence, side) === MOST_LOOKS
    // A single packet that may be RTP is not unknown yet.
    cold[row + EVIDENCE] = found === UNIDENTIFIED || isGivenUp ? orUnidentified(evidence) : evidence
    if (isGivenUp && looksOf(evidence, 1 - side) === MOST_LOOKS) {
      hot[hotRow(flow) + STATE] = hot[hotRow(flow) + STATE]! | STATE_SETTLED
    }
  }

  #text(shard: number, view: DataView, start: number, end: number): number {
    const name = this.#name
    const length = Math.min(end - start, LONGEST_NAME)
    for (let index = 0; index < length; index += 1) name[index] = lowerCase(view.getUint8(start + index))
    return this.presented.text(shard, name, length)
  }

  #noteAnswers(shard: number, view: DataView, start: number, end: number): void {
    const answers = this.#answers
    readAnswers(view, start, end, answers)
    if (answers.count === 0) return
    const text = this.presented.text(shard, answers.name, answers.nameLength)
    if (text === 0) return
    const { hosts } = this.#log
    for (let index = 0; index < answers.count; index += 1) {
      const at = index * 4
      const { families, words } = answers
      const host = hosts.numberOf(families[index]!, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)
      this.presented.answer(shard, host, text)
    }
  }
}

/**
 * Whether this payload alone tells all that is wanted. TLS, and what goes before it, must be read on, and so must an
 * HTTP request whose header lines have not all come.
 */
function isWhole(service: number, view: DataView, start: number, end: number): boolean {
  if (service === HTTP) return hasWholeHeader(view, start, end)
  return service !== TLS && service !== NET_FRAMING && service !== XMPP
}
