import type { Packet } from '../wire/packet.ts'
import { ACK, FIN, RST, SYN } from '../wire/tcp.ts'
import { CLOSED, ESTABLISHED, INACTIVE, PARTIAL, RESET, SYN_SENT } from './conn-state.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import {
  addLetter,
  LETTER_A,
  LETTER_D,
  LETTER_F,
  LETTER_H,
  LETTER_I,
  LETTER_Q,
  LETTER_R,
  LETTER_S,
  LETTER_W,
} from './history.ts'
import {
  FIN_SEQUENCE,
  NEXT_SEQUENCE,
  RST_SEQUENCE,
  STATE,
  STATE_BEYOND_SYN,
  STATE_ENDPOINT_BITS,
  STATE_ENDPOINT_MASK,
  STATE_ORIGINATOR_SHIFT,
  STATE_RESET_AFTER_FIN,
  STATE_SEEN_BITS,
  STATE_SEEN_SHIFT,
  STATE_SEQUENCE_KNOWN,
  STATE_SYN,
  STATE_SYN_ACK,
  SYN_SEQUENCE,
} from './row.ts'
import {
  endpointState,
  isClosed,
  isSequenceKnown,
  originatorOf,
  SEEN_ACK,
  SEEN_DATA,
  SEEN_FIN,
  SEEN_FIN_RST,
  SEEN_RST,
  SEEN_SEVERAL,
  SEEN_SYN,
} from './state-word.ts'
import { advance, count, MOST_IN_OCTET, noteAcknowledgement, noteHole, ZERO_WINDOWS } from './tcp-sequence.ts'

/*
 * What one TCP segment does to its flow's row: history letters, sequence space, and the state of both ends after
 * Zeek's TCP analysis (TCPSessionAdapter.cc). Two things are stricter than there: a SYN-ACK and a reset that do not
 * acknowledge the SYN change no state, because no host would accept them either (RFC 9293 section 3.10.7.3).
 */

/** Applies the segment that `side` sent. A segment whose flags were cut off changes nothing. */
export function trackSegment(table: FlowTable, flow: number, side: number, packet: Packet): void {
  const flags = packet.tcpFlags
  if (flags === 0 && packet.payloadLength === 0) return
  if ((flags & (SYN | FIN | RST)) === 0) trackPlain(table, flow, side, packet)
  else trackControl(table, flow, side, packet)
}

/**
 * The way that nearly all segments take: data or a pure acknowledgement. Shaped by speed (`npm run bench`, tracking):
 * what is rare is a call, and the state is read once.
 */
function trackPlain(table: FlowTable, flow: number, side: number, packet: Packet): void {
  const { hot } = table
  const row = hotRow(flow)
  const length = packet.payloadLength
  const seen = (length > 0 ? SEEN_DATA : SEEN_ACK) << (STATE_SEEN_SHIFT + side * STATE_SEEN_BITS)
  if ((hot[row + STATE]! & seen) === 0) noteFirst(table, flow, side, packet)
  const state = hot[row + STATE]!
  if (packet.window === 0) noteZeroWindow(table, flow, side, state)
  if ((state & STATE_BEYOND_SYN) === 0 && originatorOf(state) === side + 1) hot[row + STATE] = state | STATE_BEYOND_SYN
  const next = row + NEXT_SEQUENCE
  const peer = 1 - side
  if (packet.tcpFlags & ACK && isSequenceKnown(state, peer) && ((packet.ack - hot[next + peer]!) | 0) > 0) {
    noteAcknowledgement(table, flow, side, packet.ack)
  }
  const end = (packet.seq + length) | 0
  if (isSequenceKnown(state, side) && ((end - hot[next + side]!) | 0) > 0) {
    if (packet.seq !== hot[next + side]) noteHole(table, flow, packet.seq - hot[next + side]!)
    hot[next + side] = end
  } else if (length > 0 || !isSequenceKnown(state, side)) advance(table, flow, side, packet.seq, length, length)
}

/** The first data, or the first pure acknowledgement, of a side; it may be the first that is seen of it at all. */
function noteFirst(table: FlowTable, flow: number, side: number, packet: Packet): void {
  if (packet.payloadLength > 0) see(table, flow, side, SEEN_DATA, LETTER_D)
  else see(table, flow, side, SEEN_ACK, LETTER_A)
  const state = table.hot[hotRow(flow) + STATE]!
  if (endpointState(state, side) === INACTIVE) openWithoutSyn(table, flow, side, packet)
}

function trackControl(table: FlowTable, flow: number, side: number, packet: Packet): void {
  const flags = packet.tcpFlags
  noteControlLetters(table, flow, side, packet)
  if (flags & SYN) openWithSyn(table, flow, side, packet)
  if ((flags & (FIN | RST)) === FIN) finish(table, flow, side)
  if (flags & RST) reset(table, flow, side, packet)
  const state = table.hot[hotRow(flow) + STATE]!
  if (originatorOf(state) === side + 1 && flags & FIN)
    table.hot[hotRow(flow) + STATE] = table.hot[hotRow(flow) + STATE]! | STATE_BEYOND_SYN
  if (flags & RST) return
  if (flags & ACK) noteAcknowledgement(table, flow, side, packet.ack)
  const controls = (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0)
  advance(table, flow, side, packet.seq, packet.payloadLength + controls, packet.payloadLength)
}

// ---- states

function setEndpoint(table: FlowTable, flow: number, side: number, value: number): void {
  const shift = side * STATE_ENDPOINT_BITS
  table.hot[hotRow(flow) + STATE] =
    (table.hot[hotRow(flow) + STATE]! & ~(STATE_ENDPOINT_MASK << shift)) | (value << shift)
}

function openWithSyn(table: FlowTable, flow: number, side: number, packet: Packet): void {
  const peer = 1 - side
  const isSynAck = (packet.tcpFlags & ACK) !== 0
  const originator = isSynAck ? peer : side
  if (originatorOf(table.hot[hotRow(flow) + STATE]!) === 0) {
    table.hot[hotRow(flow) + STATE] = table.hot[hotRow(flow) + STATE]! | ((originator + 1) << STATE_ORIGINATOR_SHIFT)
  }
  const state = table.hot[hotRow(flow) + STATE]!
  const own = endpointState(state, side)
  const other = endpointState(state, peer)
  if (!isSynAck) {
    table.hot[hotRow(flow) + STATE] = state | STATE_SYN
    if (own !== INACTIVE) return
    // A SYN that the capture has behind its SYN-ACK completes the handshake.
    setEndpoint(table, flow, side, state & STATE_SYN_ACK ? ESTABLISHED : SYN_SENT)
    return
  }
  if (!acknowledgesSyn(table, flow, peer, packet.ack)) return
  table.hot[hotRow(flow) + STATE] = state | STATE_SYN_ACK
  if (!isSequenceKnown(state, peer)) inferSyn(table, flow, peer, packet.ack)
  if (own === INACTIVE || own === SYN_SENT || (own === RESET && other === SYN_SENT)) {
    setEndpoint(table, flow, side, ESTABLISHED)
    if (other === SYN_SENT) setEndpoint(table, flow, peer, ESTABLISHED)
  }
}

/** The SYN itself was not captured, or comes later; its SYN-ACK tells its sequence number. */
function inferSyn(table: FlowTable, flow: number, side: number, ack: number): void {
  table.hot[hotRow(flow) + STATE] = table.hot[hotRow(flow) + STATE]! | (STATE_SEQUENCE_KNOWN << side)
  table.hot[hotRow(flow) + NEXT_SEQUENCE + side] = ack
  table.cold[coldRow(flow) + SYN_SEQUENCE + side] = (ack - 1) | 0
}

/** The first packet of a side is no SYN: the capture began late, or the SYN is missing. */
function openWithoutSyn(table: FlowTable, flow: number, side: number, packet: Packet): void {
  const other = endpointState(table.hot[hotRow(flow) + STATE]!, 1 - side)
  const isAck = (packet.tcpFlags & ACK) !== 0
  // Some hosts acknowledge a SYN before they answer it with their own.
  if (other === SYN_SENT && packet.payloadLength === 0) return
  setEndpoint(table, flow, side, isAck && other === ESTABLISHED ? ESTABLISHED : PARTIAL)
}

function finish(table: FlowTable, flow: number, side: number): void {
  const state = table.hot[hotRow(flow) + STATE]!
  if (endpointState(state, side) === RESET) return
  setEndpoint(table, flow, side, CLOSED)
  // The peer had sent its FIN before its reset: the connection ended in order after all.
  if (state & (STATE_RESET_AFTER_FIN << (1 - side))) setEndpoint(table, flow, 1 - side, CLOSED)
}

function reset(table: FlowTable, flow: number, side: number, packet: Packet): void {
  const state = table.hot[hotRow(flow) + STATE]!
  const own = endpointState(state, side)
  const other = endpointState(state, 1 - side)
  if (own === CLOSED && other === CLOSED) return
  if (own === INACTIVE && other === SYN_SENT) {
    const acknowledges = (packet.tcpFlags & ACK) !== 0 && acknowledgesSyn(table, flow, 1 - side, packet.ack)
    if (!acknowledges) return
  }
  if (own === CLOSED) table.hot[hotRow(flow) + STATE] = state | (STATE_RESET_AFTER_FIN << side)
  setEndpoint(table, flow, side, RESET)
}

/**
 * Whether `ack` covers the SYN of `side`, as far as its sequence number is known; data sent with it may be left out.
 */
function acknowledgesSyn(table: FlowTable, flow: number, side: number, ack: number): boolean {
  const state = table.hot[hotRow(flow) + STATE]!
  if (!isSequenceKnown(state, side) || endpointState(state, side) === PARTIAL) return true
  const covered = (ack - table.cold[coldRow(flow) + SYN_SEQUENCE + side]!) | 0
  return covered > 0 && ((table.hot[hotRow(flow) + NEXT_SEQUENCE + side]! - ack) | 0) >= 0
}

// ---- history

function see(table: FlowTable, flow: number, side: number, bit: number, letter: number): boolean {
  const mask = bit << (STATE_SEEN_SHIFT + side * STATE_SEEN_BITS)
  const state = table.hot[hotRow(flow) + STATE]!
  if (state & mask) return false
  table.hot[hotRow(flow) + STATE] = state | mask
  addLetter(table.cold, coldRow(flow), letter, side)
  return true
}

/** A letter that is noted again whenever its sequence number differs from the one before. */
function seeWithSequence(
  table: FlowTable,
  flow: number,
  side: number,
  bit: number,
  letter: number,
  column: number,
  sequence: number,
): void {
  const first = see(table, flow, side, bit, letter)
  if (!first && table.cold[coldRow(flow) + column + side] !== sequence)
    addLetter(table.cold, coldRow(flow), letter, side)
  table.cold[coldRow(flow) + column + side] = sequence
}

function noteControlLetters(table: FlowTable, flow: number, side: number, packet: Packet): void {
  const flags = packet.tcpFlags
  const controls = flags & (SYN | FIN | RST)
  if (controls === SYN) {
    const letter = flags & ACK ? LETTER_H : LETTER_S
    seeWithSequence(table, flow, side, SEEN_SYN, letter, SYN_SEQUENCE, packet.seq)
  } else if (controls === FIN) {
    const end = (packet.seq + packet.payloadLength) | 0
    seeWithSequence(table, flow, side, SEEN_FIN, LETTER_F, FIN_SEQUENCE, end)
  } else if (controls === RST) {
    seeWithSequence(table, flow, side, SEEN_RST, LETTER_R, RST_SEQUENCE, packet.seq)
  } else if (controls === (FIN | RST)) {
    see(table, flow, side, SEEN_FIN_RST, LETTER_I)
  } else {
    see(table, flow, side, SEEN_SEVERAL, LETTER_Q)
  }
}

/** Zero windows after the peer's FIN or an own reset say nothing. */
function noteZeroWindow(table: FlowTable, flow: number, side: number, state: number): void {
  if (endpointState(state, 1 - side) === CLOSED || endpointState(state, side) === RESET) return
  count(table, flow, side, ZERO_WINDOWS, MOST_IN_OCTET, LETTER_W)
}

// ---- what a later SYN means

/** A SYN was answered by a reset, and nothing more came: hosts try that again with the same SYN. */
function isRejected(state: number): boolean {
  const originator = originatorOf(state)
  return originator !== 0 && endpointState(state, originator - 1) === SYN_SENT
}

/** Whether a segment with SYN begins another connection on the same ports. */
export function beginsAnother(table: FlowTable, flow: number, side: number, packet: Packet): boolean {
  const state = table.hot[hotRow(flow) + STATE]!
  const isRepeat =
    (state & (STATE_SYN | STATE_SYN_ACK)) !== 0 && table.cold[coldRow(flow) + SYN_SEQUENCE + side] === packet.seq
  const originator = originatorOf(state)
  if (packet.tcpFlags & ACK) {
    if (originator === 0) return true
    return isClosed(state) && !isRejected(state) && !(isRepeat && originator === 2 - side)
  }
  if (isClosed(state) && !isRejected(state)) return true
  if (originator === 0) return true
  if (originator === side + 1) {
    return !isRepeat
  }
  // Both ends open at once, unless the connection stands already.
  return (state & STATE_SYN_ACK) !== 0
}
