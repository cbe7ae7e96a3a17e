import { TCP } from '../wire/transport.ts'
import { HIGH, LOW } from './flow-key.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import { BYTES_F64, PENDING_BYTES, PROTOCOL, STATE, STATE_BEYOND_SYN } from './row.ts'
import { originatorOf } from './tcp-state.ts'

/**
 * Whether a TCP flow never got further than an attempt: its originator has sent nothing but SYNs and resets, and its
 * responder no payload. Whether the responder answered the SYN does not matter: a server that is flooded does.
 */
export function isOnlyAttempt({ hot, coldDoubles }: FlowTable, flow: number): boolean {
  const row = hotRow(flow)
  const state = hot[row + STATE]!
  const originator = originatorOf(state)
  if (originator === 0 || (state & STATE_BEYOND_SYN) !== 0 || (hot[row + PROTOCOL]! & 0xff) !== TCP) return false
  const responder = originator === 1 ? HIGH : LOW
  if (hot[row + PENDING_BYTES + responder] !== 0) return false
  return coldDoubles[((coldRow(flow) + BYTES_F64) >> 1) + responder] === 0
}
