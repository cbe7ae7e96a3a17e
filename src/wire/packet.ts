/** What tells a fragmented datagram from others: family, protocol, identification, source and destination. */
export const DATAGRAM_WORDS = 11

/** No tunnel has been met. */
export const NO_TUNNEL = -1

/**
 * The one packet that all decoders write into. Its fields are valid until the next decodePacket().
 *
 * Addresses, sequence numbers and acknowledgements are kept as signed 32-bit integers, which V8 stores without
 * allocating; `>>> 0` gives the number on the wire. An IPv4 address stands in the last of the four words, behind
 * the words 0, 0 and 0xffff.
 */
export interface Packet {
  /** 4 or 6; the family is part of a flow's key. */
  family: number
  /** IANA protocol number of the transport. */
  protocol: number
  src0: number
  src1: number
  src2: number
  src3: number
  dst0: number
  dst1: number
  dst2: number
  dst3: number
  /** 0 where the protocol has no ports. */
  srcPort: number
  dstPort: number
  /** TCP only, and only when `tcpFlags` is not 0. */
  seq: number
  ack: number
  window: number
  /** 0 for other protocols, and for a TCP header cut off before its flags. */
  tcpFlags: number
  /** Offset in the view of the first payload byte. */
  payload: number
  /** Offset behind the last captured payload byte; not above `payload` when none was captured. */
  payloadEnd: number
  /** Payload bytes on the wire, from the headers. */
  payloadLength: number
  /** Length of the IP packet on the wire, from its header. */
  ipLength: number
  /** IPv4 identification, or that of an IPv6 fragment; 0 where there is none. */
  identification: number
  /** 0 for a whole datagram; else bits of fragment.ts. */
  fragment: number
  /** Bytes of the datagram that this fragment has; only where `fragment` is not 0. */
  fragmentLength: number
  /**
   * Checksum of the TCP or UDP header as it stands there, right or wrong; 0 for other protocols and where it was not
   * captured.
   */
  checksum: number
  /** The frame went to the broadcast address of its link. */
  linkBroadcast: boolean
  /** What stands around the packet: bits of encapsulation.ts. */
  encapsulation: number
  /**
   * The fragmented datagram of the tunnel around the packet, as writeDatagram() writes it; only with FRAGMENT_AROUND.
   */
  readonly around: Int32Array
  /** One double: nanoseconds since the origin. In a typed array, because a double in a field may be allocated anew. */
  readonly time: Float64Array
  /** False where the capture says no time; `time` is 0 then. */
  hasTime: boolean
  /** The reader's clock at this packet, in ticks of 100 ms. */
  clock: number
  /** The process that Windows was running as the packet passed, or -1. Set by who reads, not by the decoders. */
  processId: number
  /** Offset behind the last byte of the frame on the wire, had all of it been captured. */
  wireEnd: number
  /** Among decoders only: what enter() notes. */
  layer: number
  insideType: number
  inside: number
  /** Headers around the innermost tunnel's packet that enter() was called for, or NO_TUNNEL. */
  tunnel: number
}

export function createPacket(): Packet {
  return {
    family: 0,
    protocol: 0,
    src0: 0,
    src1: 0,
    src2: 0,
    src3: 0,
    dst0: 0,
    dst1: 0,
    dst2: 0,
    dst3: 0,
    srcPort: 0,
    dstPort: 0,
    seq: 0,
    ack: 0,
    window: 0,
    tcpFlags: 0,
    payload: 0,
    payloadEnd: 0,
    payloadLength: 0,
    ipLength: 0,
    identification: 0,
    fragment: 0,
    fragmentLength: 0,
    checksum: 0,
    linkBroadcast: false,
    encapsulation: 0,
    around: new Int32Array(DATAGRAM_WORDS),
    time: new Float64Array(1),
    hasTime: true,
    processId: -1,
    clock: 0,
    wireEnd: 0,
    layer: 0,
    insideType: 0,
    inside: 0,
    tunnel: NO_TUNNEL,
  }
}

/** The payload begins at `at`; what the frame holds beyond the IP packet is padding. */
export function setPayload(packet: Packet, at: number, end: number): void {
  packet.payload = at
  packet.payloadEnd = end < packet.wireEnd ? end : packet.wireEnd
  packet.payloadLength = packet.wireEnd > at ? packet.wireEnd - at : 0
}
