import { CLOSED, INACTIVE, RESET, SYN_SENT } from './conn-state.ts'
import {
  STATE_ENDPOINT_BITS,
  STATE_ENDPOINT_MASK,
  STATE_ORIGINATOR_MASK,
  STATE_ORIGINATOR_SHIFT,
  STATE_SEQUENCE_KNOWN,
  STATE_SYN,
  STATE_SYN_ACK,
} from './row.ts'

/* What the STATE word of a row says. */

// Letters that a side gets once, as bits of its seen field.
export const SEEN_SYN = 1
export const SEEN_FIN = 2
export const SEEN_RST = 4
export const SEEN_DATA = 8
export const SEEN_ACK = 16
export const SEEN_SEVERAL = 32
export const SEEN_FIN_RST = 64

export function endpointState(state: number, side: number): number {
  return (state >>> (side * STATE_ENDPOINT_BITS)) & STATE_ENDPOINT_MASK
}

/** 0 unknown, 1 the low side, 2 the high side. */
export function originatorOf(state: number): number {
  return (state >>> STATE_ORIGINATOR_SHIFT) & STATE_ORIGINATOR_MASK
}

export function isSequenceKnown(state: number, side: number): boolean {
  return (state & (STATE_SEQUENCE_KNOWN << side)) !== 0
}

/** Whether SYN_SEQUENCE of the side tells where its stream begins. */
export function isSynKnown(state: number, side: number): boolean {
  const originator = originatorOf(state)
  if (originator === 0) return false
  return (state & (side + 1 === originator ? STATE_SYN | STATE_SYN_ACK : STATE_SYN_ACK)) !== 0
}

/** Both ends have ended it, or one has reset it: what comes next on this key may be another connection. */
export function isClosed(state: number): boolean {
  const low = endpointState(state, 0)
  const high = endpointState(state, 1)
  return (low === CLOSED && high === CLOSED) || low === RESET || high === RESET
}

/** Nothing but SYNs so far. */
export function isAttempt(state: number): boolean {
  const low = endpointState(state, 0)
  const high = endpointState(state, 1)
  return (low === SYN_SENT && high === INACTIVE) || (low === INACTIVE && high === SYN_SENT)
}
