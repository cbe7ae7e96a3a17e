/**
 * The layout of one flow, in 32-bit words. What a packet reads and writes stands together in the first 64 bytes, the
 * hot words: packets of many flows come interleaved, and memory that is not in the cache is what tracking waits for
 * (`npm run bench`, tracking). Cold words are written when a flow opens, at control segments and when a history letter
 * comes first. Rare words are those that most flows never need.
 *
 * The table of open flows keeps hot, cold and rare words apart, and rare ones only for flows that have some. A row of
 * the log of closed flows holds the hot words, the cold words that are logged, and the rare words, one behind the other.
 * Each constant counts for both. Cold words that nobody asks a closed flow for are not logged: their numbers are those
 * of rare words.
 *
 * Words called _F64 are the first of two that hold a double, and stand at even numbers. Where a word is one of a pair,
 * it is the low side's and the next one is the high side's.
 */
export const HOT_WORDS = 16
/** Logged or not. */
export const COLD_WORDS = 28
const LOGGED_COLD_WORDS = 12
/** Where the rare words begin, and the cold ones that are not logged. */
export const WORDS_BEFORE_RARE = HOT_WORDS + LOGGED_COLD_WORDS
export const RARE_WORDS = 14
/** Words of a row of the log. */
export const ROW_WORDS = WORDS_BEFORE_RARE + RARE_WORDS

// Hot. The key: the last word of both addresses, which is all of an IPv4 address; the others are cold.
export const LOW_ADDRESS = 0
export const HIGH_ADDRESS = 1
/** In the log: numbers of the two ends in the host table, in the place of their addresses. */
export const LOW_HOST = 0
export const HIGH_HOST = 1
/** Low end's port in the upper 16 bits, high end's in the lower. */
export const PORTS = 2
/** IANA protocol number, then the address family times 256. */
export const PROTOCOL = 3
/** See the STATE_ constants. */
export const STATE = 4
/** The reader's clock at the flow's latest packet, in ticks of 100 ms; see clock.ts. */
export const CLOCK = 5
/** For each side: the sequence number that comes next, valid once the side has sent a sequence number. */
export const NEXT_SEQUENCE = 6
export const PACKETS = 8
/** Nanoseconds since the origin of the latest packet. */
export const LAST_F64 = 10
/** For each side, bytes not yet added to BYTES_F64 and IP_BYTES_F64. In the log they are all added. */
export const PENDING_BYTES = 12
export const PENDING_IP_BYTES = 14
/** These reach at most this: far below the largest 32-bit integer, and above any packet's length. */
export const MOST_PENDING_BYTES = 0x40000000

// Cold.
/** Nanoseconds since the origin of the earliest packet. */
export const START_F64 = 16
/** History letters: three words of six five-bit codes; see history.ts. */
export const HISTORY = 18
export const HISTORY_WORDS = 3
/**
 * What the payload proves: see the EVIDENCE_ constants. With the next ones it is read at every payload until that is
 * known.
 */
export const EVIDENCE = 21
/** What was seen besides the service: bits of evidence/proof.ts. */
export const PROOF = 22
/** Number in the log's texts, counted from 1, of the name that the originator asked for; 0 for none. */
export const CLAIM = 23
/** For each side: number in the log's certificates, counted from 1, of the one it presented; 0 for none. */
export const CERTIFICATES = 24
/** The tunnels and other layers around its packets; wire/encapsulation.ts. */
export const ENCAPSULATION = 26
/** The process that Windows was running as the first packet passed, plus 1; 0 where the capture does not say. */
export const PROCESS = 27

// Cold, and not logged.
/** The first three words of the low end's address, then of the high end's. */
export const ADDRESS_FRONTS = 28
export const HASH = 34
/** Number of the flow's rare words, counted from 1; 0 for a flow without, of which all rare words are 0. */
export const RARE = 35
/** For each side: sequence numbers of the latest SYN or SYN-ACK, FIN and RST, to tell repeats from new ones. */
export const SYN_SEQUENCE = 36
export const FIN_SEQUENCE = 38
export const RST_SEQUENCE = 40
/** For each side: retransmissions (16 bits), zero windows (8 bits), content gaps (8 bits). */
export const COUNTS = 42
// Datagram flows have no SYN_SEQUENCE and FIN_SEQUENCE; a candidate for RTP stands in their place, for each side.
export const RTP_SOURCE = 36
export const RTP_SEQUENCE = 38

// Rare.
/** For each side: bytes of payload, and of IP packets. */
export const BYTES_F64 = 28
export const IP_BYTES_F64 = 32
/** The gravest ICMP error that quoted the flow (wire/icmp.ts), and the number of its sender in the host table. */
export const ICMP_ERROR = 36
export const ICMP_SENDER = 37
/** Bytes that were acknowledged and are not in the capture, both sides together; stays at the largest. */
export const MISSING = 38
/** For each side: copies of its packets, which are not among PACKETS. */
export const COPIES = 39
/** Later fragments of its datagrams, which are not among PACKETS. */
export const FRAGMENTS = 41

// Inside STATE. The fields of the high side are the low side's, shifted by one field.
/** Three bits of TCP endpoint state for each side. */
export const STATE_ENDPOINT_BITS = 3
export const STATE_ENDPOINT_MASK = 0b111
/** Seven bits of letters already in the history for each side. */
export const STATE_SEEN_SHIFT = 6
export const STATE_SEEN_BITS = 7
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
/** Nothing more can be learned from its payload. */
export const STATE_SETTLED = 1 << 31

// Inside EVIDENCE.
/** Number of the service; evidence/service.ts. */
export const EVIDENCE_SERVICE_MASK = 0xff
/** Who opened the flow by its content: 0 unknown, 1 the low side, 2 the high side. */
export const EVIDENCE_ORIGINATOR_SHIFT = 8
export const EVIDENCE_ORIGINATOR_MASK = 0b11
/** A TLS alert ended the handshake; its description. */
export const EVIDENCE_ALERT = 1 << 10
export const EVIDENCE_ALERT_SHIFT = 11
export const EVIDENCE_ALERT_MASK = 0xff
/** Three bits for each side: payloads that were looked at and not recognised. */
export const EVIDENCE_LOOKS_SHIFT = 19
export const EVIDENCE_LOOKS_BITS = 3
export const EVIDENCE_LOOKS_MASK = 0b111
/** Number of the path family of an HTTP request; evidence/http.ts. */
export const EVIDENCE_PATH_SHIFT = 25
export const EVIDENCE_PATH_MASK = 0x1f
