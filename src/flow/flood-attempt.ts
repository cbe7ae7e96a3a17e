import { HIGH, LOW } from './flow-key.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import {
  BYTES_F64,
  EVIDENCE,
  EVIDENCE_ORIGINATOR_MASK,
  EVIDENCE_ORIGINATOR_SHIFT,
  IP_BYTES_F64,
  PACKETS,
  PENDING_BYTES,
  PENDING_IP_BYTES,
  PORTS,
  STATE,
  STATE_BEYOND_SYN,
} from './row.ts'
import { originatorOf } from './state-word.ts'

/** Nobody: the flow is no attempt. */
export const NO_SENDER = -1

/**
 * The side whose packets an attempt is made of: a flow that never got further than that.
 *
 * - Of a TCP flow whose handshake tells, the originator, when it has sent nothing but SYNs and resets, and its responder
 *   no payload. Whether the SYN was answered does not matter: a server that is flooded answers.
 * - Of other flows the only side that has sent anything.
 */
export function senderOf(table: FlowTable, flow: number): number {
  const { hot } = table
  const row = hotRow(flow)
  const state = hot[row + STATE]!
  const originator = originatorOf(state)
  if (originator === 0) {
    if (hot[row + PACKETS] === 0) return HIGH
    return hot[row + PACKETS + 1] === 0 ? LOW : NO_SENDER
  }
  if ((state & STATE_BEYOND_SYN) !== 0) return NO_SENDER
  return bytesOf(table, flow, 2 - originator) === 0 ? originator - 1 : NO_SENDER
}

/** Ports that no host calls from by itself (RFC 6335 section 6). */
const FIRST_USER_PORT = 1024

/** Whether the sender seems to answer: its payload says so, or its port. The calls are not in the capture. */
export function isAnswering({ hot, cold }: FlowTable, flow: number, sender: number): boolean {
  const row = hotRow(flow)
  if (originatorOf(hot[row + STATE]!) !== 0) return false
  const byContent = (cold[coldRow(flow) + EVIDENCE]! >>> EVIDENCE_ORIGINATOR_SHIFT) & EVIDENCE_ORIGINATOR_MASK
  if (byContent !== 0) return byContent !== sender + 1
  const ports = hot[row + PORTS]!
  const own = sender === LOW ? ports >>> 16 : ports & 0xffff
  const other = sender === LOW ? ports & 0xffff : ports >>> 16
  return own < other && own < FIRST_USER_PORT
}

/** Bytes of payload. */
export function bytesOf(table: FlowTable, flow: number, side: number): number {
  return sumOf(table, flow, BYTES_F64, PENDING_BYTES, side)
}

/** Bytes of IP packets. */
export function ipBytesOf(table: FlowTable, flow: number, side: number): number {
  return sumOf(table, flow, IP_BYTES_F64, PENDING_IP_BYTES, side)
}

function sumOf(table: FlowTable, flow: number, added: number, pending: number, side: number): number {
  const sum = table.rare.doubles[((table.rareRow(flow) + added) >> 1) + side]!
  return sum + table.hot[hotRow(flow) + pending + side]!
}
