import { SYN_SENT } from './conn-state.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import { addLetter, LETTER_G, LETTER_T } from './history.ts'
import { COUNTS, MISSING, NEXT_SEQUENCE, STATE, STATE_SEQUENCE_KNOWN } from './row.ts'
import { endpointState, isSequenceKnown } from './state-word.ts'

/* The sequence space of a TCP flow: what comes next of either side, and what was repeated or is missing. */

// Fields of the COUNTS word: least significant bit and largest value.
const RETRANSMISSIONS = 0
export const ZERO_WINDOWS = 16
const GAPS = 24
const MOST_RETRANSMISSIONS = 0xffff
export const MOST_IN_OCTET = 0xff
const MOST_MISSING = 0x7fffffff
const LARGEST_HOLE = 4 * 1024 * 1024

/** Moves the next expected sequence number of `side` on; payload that does not reach beyond it is a repeat. */
export function advance(
  table: FlowTable,
  flow: number,
  side: number,
  seq: number,
  length: number,
  payload: number,
): void {
  const state = table.hot[hotRow(flow) + STATE]!
  const next = (seq + length) | 0
  const hot = table.hot
  const column = hotRow(flow) + NEXT_SEQUENCE + side
  if (!isSequenceKnown(state, side)) {
    table.hot[hotRow(flow) + STATE] = state | (STATE_SEQUENCE_KNOWN << side)
    hot[column] = next
  } else if (((next - hot[column]!) | 0) > 0) {
    hot[column] = next
  } else if (payload > 0) {
    count(table, flow, side, RETRANSMISSIONS, MOST_RETRANSMISSIONS, LETTER_T)
    noteLate(table, flow, payload)
  }
}

/** An acknowledgement of more than the peer was seen to send: the capture has a gap on the peer's side. */
export function noteAcknowledgement(table: FlowTable, flow: number, side: number, ack: number): void {
  const peer = 1 - side
  const state = table.hot[hotRow(flow) + STATE]!
  if (!isSequenceKnown(state, peer) || endpointState(state, peer) === SYN_SENT) return
  const missing = (ack - table.hot[hotRow(flow) + NEXT_SEQUENCE + peer]!) | 0
  if (missing <= 0) return
  table.hot[hotRow(flow) + NEXT_SEQUENCE + peer] = ack
  count(table, flow, peer, GAPS, MOST_IN_OCTET, LETTER_G)
  noteHole(table, flow, missing)
}

/**
 * Bytes of the stream that were passed over. More than a window holds at once is no loss but another connection, whose
 * SYN is not in the capture.
 */
export function noteHole(table: FlowTable, flow: number, difference: number): void {
  const hole = difference | 0
  if (hole <= 0 || hole > LARGEST_HOLE) return
  const at = table.ownRareRow(flow) + MISSING
  const { words } = table.rare
  words[at] = Math.min(MOST_MISSING, words[at]! + hole)
}

/** What seemed to be missing may only have come late. */
function noteLate(table: FlowTable, flow: number, payload: number): void {
  const at = table.rareRow(flow) + MISSING
  const { words } = table.rare
  if (words[at]! > 0) words[at] = Math.max(0, words[at]! - payload)
}

/** A later IP fragment of a segment brought more of its payload. */
export function trackMoreBytes(table: FlowTable, flow: number, side: number, bytes: number): void {
  if (!isSequenceKnown(table.hot[hotRow(flow) + STATE]!, side)) return
  const at = hotRow(flow) + NEXT_SEQUENCE + side
  table.hot[at] = (table.hot[at]! + bytes) | 0
}

/** Counts up to `most`, and notes the letter at 1, 10, 100, ... as Zeek does. */
export function count(table: FlowTable, flow: number, side: number, shift: number, most: number, letter: number): void {
  const counts = table.cold[coldRow(flow) + COUNTS + side]!
  const value = (counts >>> shift) & most
  if (value === most) return
  table.cold[coldRow(flow) + COUNTS + side] = counts + (1 << shift)
  const next = value + 1
  if (next === 1 || next === 10 || next === 100 || next === 1000 || next === 10_000)
    addLetter(table.cold, coldRow(flow), letter, side)
}
