import { createPacket } from '../wire/packet.ts'
import { INACTIVE } from './conn-state.ts'
import { firstHash, type RecentPackets, secondHash, stepOf } from './copies.ts'
import { HIGH, ipv4Hash, ipv4Place, LOW, shardOf } from './flow-key.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import { addLetter, LETTER_A, LETTER_D } from './history.ts'
import type { Payloads } from './payload.ts'
import {
  CLOCK,
  LAST_F64,
  MOST_PENDING_BYTES,
  NEXT_SEQUENCE,
  PACKETS,
  PENDING_BYTES,
  PENDING_IP_BYTES,
  STATE,
  STATE_BEYOND_SYN,
  STATE_SEEN_BITS,
  STATE_SEEN_SHIFT,
  STATE_SEQUENCE_KNOWN,
  STATE_UNICAST,
} from './row.ts'
import { endpointState, originatorOf, SEEN_ACK, SEEN_DATA } from './state-word.ts'
import type { Share } from './tracker.ts'

// Offsets into the frame, and from the end of its link header: IEEE 802.3, RFC 791 section 3.1, RFC 9293 section 3.1.
const ETHERTYPE = 12
const ETHERNET_LENGTH = 14
const VLAN_TAG_LENGTH = 4
const IPV4 = 0x0800
const VLAN = 0x8100
const IP_IDENTIFICATION = 4
const IP_PROTOCOL = 9
const IP_SOURCE = 12
const IP_DESTINATION = 16
const IP_HEADER_LENGTH = 20
/** Version 4 and a header of 20 bytes. */
const IP_VERSION_AND_LENGTH = 0x45
const IP_FRAGMENT_MASK = 0x3fff
const TCP = 6
const TCP_PORTS = 20
const TCP_SEQUENCE = 24
const TCP_ACKNOWLEDGEMENT = 28
const TCP_OFFSET_AND_FLAGS = 32
const TCP_CHECKSUM = 36
const TCP_HEADER_LENGTH = 20
/** FIN, SYN, RST and ACK; of a plain segment, ACK alone. */
const CONTROL_FLAGS = 0x17
const ACK = 0x10
const FLAGS_AND_WINDOW_MASK = 0xffffff
const WINDOW_MASK = 0xffff

/** PROTOCOL of a row: the family times 256, and the transport. */
const IPV4_TCP = 0x406
/** Of the state of a flow: both sequence numbers are known, and a frame has gone to a single station. */
const STATE_PLAIN = STATE_UNICAST | STATE_SEQUENCE_KNOWN | (STATE_SEQUENCE_KNOWN << 1)

/**
 * The way that most packets of long connections take: Ethernet with at most one VLAN tag, IPv4 without options or
 * fragments, TCP data or an acknowledgement in its order, of a flow that is known.
 *
 * What decodePacket() and Tracker.track() would do is done here in one go, without a Packet between, and in one
 * function, because calls would cost what it saves (`npm run bench -- --part parts`; docs/performance.md). Everything
 * else, and whatever is odd, is left to them. Nothing is decided here that is not decided there: whoever changes one
 * looks at the other, and test/flow/plain-packets.test.ts holds both together.
 */
export class PlainPackets {
  readonly #table: FlowTable
  readonly #recent: RecentPackets
  /** In ticks of the reader's clock. */
  readonly #shortestTimeout: number
  readonly #share: Share
  readonly #payloads: Payloads
  /** Of a segment whose payload is looked at, what that needs. */
  readonly #segment = createPacket()

  constructor(table: FlowTable, recent: RecentPackets, payloads: Payloads, shortestTimeout: number, share: Share) {
    this.#table = table
    this.#recent = recent
    this.#payloads = payloads
    this.#segment.protocol = TCP
    this.#segment.tcpFlags = ACK
    this.#shortestTimeout = shortestTimeout
    this.#share = share
  }

  /**
   * Tracks the Ethernet frame from `start` to `end` of the view if it is plain, or passes over it if its flow is of
   * another share; otherwise returns false, and has changed nothing. `time` holds the nanoseconds since the origin,
   * `clock` is the reader's.
   */
  take(view: DataView, start: number, end: number, originalLength: number, time: Float64Array, clock: number): boolean {
    if (end - start < ETHERNET_LENGTH + IP_HEADER_LENGTH + TCP_HEADER_LENGTH) return false
    let type = view.getUint16(start + ETHERTYPE)
    let ip = start + ETHERNET_LENGTH
    if (type === VLAN) {
      type = view.getUint16(ip + 2)
      ip += VLAN_TAG_LENGTH
      if (end - ip < IP_HEADER_LENGTH + TCP_HEADER_LENGTH) return false
    }
    const first = view.getInt32(ip)
    const identification = view.getInt32(ip + IP_IDENTIFICATION)
    const offsetAndFlags = view.getInt32(ip + TCP_OFFSET_AND_FLAGS)
    if (
      type !== IPV4 ||
      first >>> 24 !== IP_VERSION_AND_LENGTH ||
      (identification & IP_FRAGMENT_MASK) !== 0 ||
      view.getUint8(ip + IP_PROTOCOL) !== TCP ||
      ((offsetAndFlags >>> 16) & CONTROL_FLAGS) !== ACK ||
      (offsetAndFlags & WINDOW_MASK) === 0
    ) {
      return false
    }
    const ipLength = first & 0xffff
    const headerLength = (offsetAndFlags >>> 28) * 4
    const payloadLength = ipLength - IP_HEADER_LENGTH - headerLength
    // Large send offload leaves the length 0, and a length beyond the frame does not count.
    if (headerLength < TCP_HEADER_LENGTH || payloadLength < 0) return false
    if (ip + ipLength > (originalLength > end - start ? start + originalLength : end)) return false

    const source = view.getInt32(ip + IP_SOURCE)
    const destination = view.getInt32(ip + IP_DESTINATION)
    if (source === destination) return false
    const side = source < destination ? LOW : HIGH
    const low = side === LOW ? source : destination
    const high = side === LOW ? destination : source
    const sent = view.getInt32(ip + TCP_PORTS)
    const ports = side === LOW ? sent : (sent << 16) | (sent >>> 16)
    const hash = ipv4Hash(low, high, ports, IPV4_TCP)
    const { part, of } = this.#share
    if (of !== 1 && shardOf(hash) % of !== part) return true
    const table = this.#table
    const flow = table.findIpv4(ipv4Place(hash, low, high, ports, IPV4_TCP), low, high, ports, IPV4_TCP)
    if (flow < 0) return false

    const { hot, hotDoubles } = table
    const row = hotRow(flow)
    const state = hot[row + STATE]!
    const seen = (payloadLength > 0 ? SEEN_DATA : SEEN_ACK) << (STATE_SEEN_SHIFT + side * STATE_SEEN_BITS)
    if ((state & STATE_PLAIN) !== STATE_PLAIN || endpointState(state, side) === INACTIVE) return false
    if (clock - hot[row + CLOCK]! > this.#shortestTimeout) return false
    const next = row + NEXT_SEQUENCE
    const sequence = view.getInt32(ip + TCP_SEQUENCE)
    const acknowledgement = view.getInt32(ip + TCP_ACKNOWLEDGEMENT)
    if (payloadLength > 0 ? sequence !== hot[next + side] : ((sequence - hot[next + side]!) | 0) > 0) return false
    if (((acknowledgement - hot[next + 1 - side]!) | 0) > 0) return false
    const last = (row + LAST_F64) >> 1
    const timeNs = time[0]!
    const ipBytes = hot[row + PENDING_IP_BYTES + side]! + ipLength
    if (!(timeNs >= hotDoubles[last]!) || ipBytes >= MOST_PENDING_BYTES) return false

    const recent = this.#recent
    const numbers = (identification & ~0xffff) | view.getUint16(ip + TCP_CHECKSUM)
    const flags = offsetAndFlags & FLAGS_AND_WINDOW_MASK
    const length = ipLength * 2 + side
    const firstOfTwo = firstHash(hash, sequence, acknowledgement, numbers, flags, length)
    const secondOfTwo = secondHash(hash, sequence, numbers, flags, length)
    if (recent.isRemembered(hash, firstOfTwo, secondOfTwo)) return false
    recent.remember(hash, firstOfTwo, secondOfTwo, stepOf(timeNs))

    const wanted = STATE_BEYOND_SYN | seen
    if ((state & wanted) !== wanted) this.#noteFirst(flow, side, payloadLength > 0)
    hotDoubles[last] = timeNs
    hot[row + CLOCK] = clock
    hot[row + PACKETS + side] = hot[row + PACKETS + side]! + 1
    hot[row + PENDING_BYTES + side] = hot[row + PENDING_BYTES + side]! + payloadLength
    hot[row + PENDING_IP_BYTES + side] = ipBytes
    if (payloadLength > 0) {
      hot[next + side] = (sequence + payloadLength) | 0
      // STATE_SETTLED is the sign.
      if (state >= 0) {
        const segment = this.#segment
        segment.seq = sequence
        segment.payload = ip + IP_HEADER_LENGTH + headerLength
        segment.payloadEnd = Math.min(ip + ipLength, end)
        segment.payloadLength = payloadLength
        segment.clock = clock
        this.#payloads.lookAtSegment(flow, side, segment, view)
      }
    }
    return true
  }

  /** The first data, or the first pure acknowledgement, of a side whose handshake has been seen. */
  #noteFirst(flow: number, side: number, hasData: boolean): void {
    const { hot, cold } = this.#table
    const at = hotRow(flow) + STATE
    const state = hot[at]!
    const seen = (hasData ? SEEN_DATA : SEEN_ACK) << (STATE_SEEN_SHIFT + side * STATE_SEEN_BITS)
    if ((state & seen) === 0) addLetter(cold, coldRow(flow), hasData ? LETTER_D : LETTER_A, side)
    hot[at] = state | seen | (originatorOf(state) === side + 1 ? STATE_BEYOND_SYN : 0)
  }
}
