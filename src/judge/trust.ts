import {
  BYTES_F64,
  MISSING,
  PACKETS,
  PROTOCOL,
  STATE,
  STATE_BEYOND_SYN,
  STATE_SYN,
  STATE_SYN_ACK,
} from '../flow/row.ts'

/** What the TCP flows of a capture point show of the capture itself. */
export interface FlowTrust {
  readonly tcpFlows: number
  /** Neither SYN nor SYN-ACK was captured. */
  readonly midstreamFlows: number
  /** Only one end was captured, and it talked on as if it were answered. */
  readonly oneSidedFlows: number
  /** Bytes of payload in the capture, and bytes that were acknowledged without being in it. */
  readonly tcpBytes: number
  readonly missingBytes: number
}

/** Everything that says how much a capture can carry. */
export interface Trust extends FlowTrust {
  readonly records: number
  /** Records of which the capture holds only the beginning, because of a short snap length. */
  readonly cutRecords: number
  /** Records taken more than a millisecond before the one in front of them. */
  readonly backwardRecords: number
  /** Packets that the capturing system lost; null where the capture does not say. */
  readonly droppedPackets: number | null
  /** Files that end in damage, or too early. */
  readonly damagedFiles: number
}

/** Why a capture cannot carry every claim. */
export const DOUBTS = ['one-sided', 'loss', 'cut-off', 'midstream', 'snapped', 'clock'] as const
export type Doubt = (typeof DOUBTS)[number]

// Shares from which a capture is doubted. Below, too little is missing to change what a conversation looks like.
const ONE_SIDED_SHARE = 0.02
const LOSS_SHARE = 0.001
const MIDSTREAM_SHARE = 0.5
const SNAPPED_SHARE = 0.01

export function doubtsOf(trust: Trust): readonly Doubt[] {
  const { tcpFlows, tcpBytes, missingBytes, records } = trust
  const holds: Readonly<Record<Doubt, boolean>> = {
    'one-sided': trust.oneSidedFlows > ONE_SIDED_SHARE * tcpFlows,
    loss: missingBytes > LOSS_SHARE * (tcpBytes + missingBytes) || (trust.droppedPackets ?? 0) > LOSS_SHARE * records,
    'cut-off': trust.damagedFiles > 0,
    midstream: trust.midstreamFlows > MIDSTREAM_SHARE * tcpFlows,
    snapped: trust.cutRecords > SNAPPED_SHARE * records,
    clock: trust.backwardRecords > 0,
  }
  return DOUBTS.filter((doubt) => holds[doubt])
}

/** What a capture cannot carry: that somebody did not answer, or refused, when answers may be missing from it. */
export function losesAnswers(doubts: readonly Doubt[]): boolean {
  return doubts.includes('one-sided') || doubts.includes('loss')
}

/** A side that sent this many packets was answered. */
const TALKS_ON = 3
/** IANA protocol number. */
const TCP_NUMBER = 6

/** Adds up the rows of the flow log. */
export class TrustSums {
  #tcpFlows = 0
  #midstreamFlows = 0
  #oneSidedFlows = 0
  #tcpBytes = 0
  #missingBytes = 0

  add(rows: Int32Array, doubles: Float64Array, row: number): void {
    if ((rows[row + PROTOCOL]! & 0xff) !== TCP_NUMBER) return
    const state = rows[row + STATE]!
    const low = rows[row + PACKETS]! >>> 0
    const high = rows[row + PACKETS + 1]! >>> 0
    const isMidstream = (state & (STATE_SYN | STATE_SYN_ACK)) === 0
    this.#tcpFlows += 1
    if (isMidstream) this.#midstreamFlows += 1
    const isAnswered = isMidstream || (state & STATE_BEYOND_SYN) !== 0 || (state & STATE_SYN_ACK) !== 0
    if ((low === 0 || high === 0) && low + high >= TALKS_ON && isAnswered) this.#oneSidedFlows += 1
    const bytes = (row + BYTES_F64) >> 1
    this.#tcpBytes += doubles[bytes]! + doubles[bytes + 1]!
    this.#missingBytes += rows[row + MISSING]!
  }

  figures(): FlowTrust {
    return {
      tcpFlows: this.#tcpFlows,
      midstreamFlows: this.#midstreamFlows,
      oneSidedFlows: this.#oneSidedFlows,
      tcpBytes: this.#tcpBytes,
      missingBytes: this.#missingBytes,
    }
  }
}
