/**
 * The layout of one flow: ROW_WORDS 32-bit words, the same in the table of open flows and in the log of closed ones.
 *
 * A row is a stride and not a set of columns because packets of many flows come interleaved: what a packet reads and
 * writes stands in the first 96 bytes, which are two or three cache lines, where columns would touch one each
 * (`npm run bench`, tracking). Words called _F64 are the first of two that hold a double, at half their number in the
 * double view. Where a word is one of a pair, it is the low side's and the next one is the high side's.
 */

// The key: the last word of both addresses, which is all of an IPv4 address; the others stand further behind.
export const LOW_ADDRESS = 0
export const HIGH_ADDRESS = 1
/** Low end's port in the upper 16 bits, high end's in the lower. */
export const PORTS = 2
/** IANA protocol number, then the address family times 256. */
export const PROTOCOL = 3
/** See the STATE_ constants. */
export const STATE = 4
export const HASH = 5
/** For each side: the sequence number that comes next, valid once the side has sent a sequence number. */
export const NEXT_SEQUENCE = 6
export const PACKETS = 8
/** The reader's clock at the flow's latest packet; see clock.ts. */
export const CLOCK_F64 = 10
/** Nanoseconds since the origin: latest packet, and earliest. */
export const LAST_F64 = 12
export const START_F64 = 14
/** For each side: bytes of IP packets, and of payload. */
export const IP_BYTES_F64 = 16
export const BYTES_F64 = 20
/** History letters: three words of six five-bit codes; see history.ts. */
export const HISTORY = 24
export const HISTORY_WORDS = 3
/** Letters in the history, 0 to 18. */
export const HISTORY_LENGTH = 27
/** The first three words of the low end's address, then of the high end's. */
export const ADDRESS_FRONTS = 28
/** In the log of closed flows: numbers of the two ends in the host table, in the place of the addresses' fronts. */
export const LOW_HOST = 28
export const HIGH_HOST = 29
/** For each side: sequence numbers of the latest SYN or SYN-ACK, FIN and RST, to tell repeats from new ones. */
export const SYN_SEQUENCE = 34
export const FIN_SEQUENCE = 36
export const RST_SEQUENCE = 38
/** For each side: retransmissions (16 bits), zero windows (8 bits), content gaps (8 bits). */
export const COUNTS = 40
/** Flows of the same key that started at the same nanosecond are numbered. */
export const ORDINAL = 42
/** Even, so that doubles stay aligned. */
export const ROW_WORDS = 44

// Inside STATE. The fields of the high side are the low side's, shifted by one field.
/** Three bits of TCP endpoint state for each side. */
export const STATE_ENDPOINT_BITS = 3
export const STATE_ENDPOINT_MASK = 0b111
/** Seven bits of letters already in the history for each side. */
export const STATE_SEEN_SHIFT = 6
export const STATE_SEEN_BITS = 7
export const STATE_SEEN_MASK = 0b1111111
/** Who opened the flow, once the handshake told: 0 unknown, 1 the low side, 2 the high side. */
export const STATE_ORIGINATOR_SHIFT = 20
export const STATE_ORIGINATOR_MASK = 0b11
/** The side that sent the first packet: 0 low, 1 high. */
export const STATE_FIRST_SIDE = 1 << 22
/** A SYN without ACK, and a SYN with ACK, was seen. */
export const STATE_SYN = 1 << 23
export const STATE_SYN_ACK = 1 << 24
/** A frame of the flow went to a single station, not to the link's broadcast address. */
export const STATE_UNICAST = 1 << 25
/** For each side: NEXT_SEQUENCE is valid. */
export const STATE_SEQUENCE_KNOWN = 1 << 26
/** Bits 26 and 27. The originator has sent something else than SYN and RST. */
export const STATE_BEYOND_SYN = 1 << 28
/** Bits 29 and 30, for each side: its RST came after its FIN. */
export const STATE_RESET_AFTER_FIN = 1 << 29
