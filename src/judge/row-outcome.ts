import { datagramConnState, tcpConnState } from '../flow/conn-state.ts'
import { alertOf, ICMP_ERRORS } from '../flow/flow.ts'
import {
  BYTES_F64,
  EVIDENCE,
  ICMP_ERROR,
  PACKETS,
  PROTOCOL,
  STATE,
  STATE_BEYOND_SYN,
  STATE_SYN,
  STATE_SYN_ACK,
} from '../flow/row.ts'
import { endpointState } from '../flow/state-word.ts'
import { datagramOutcome, type Outcome, tcpOutcome, withEvidence } from './outcome.ts'

/** IANA protocol number. */
export const TCP_NUMBER = 6

/** What outcomeOf() says of a flow, straight from its row; `orig` is the side of its originator. */
export function outcomeOfRow(rows: Int32Array, doubles: Float64Array, row: number, orig: number): Outcome {
  const isAlerted = alertOf(rows[row + EVIDENCE]!) !== undefined
  return withEvidence(outcomeOfPackets(rows, doubles, row, orig), isAlerted, ICMP_ERRORS[rows[row + ICMP_ERROR]!])
}

function outcomeOfPackets(rows: Int32Array, doubles: Float64Array, row: number, orig: number): Outcome {
  const state = rows[row + STATE]!
  const resp = 1 - orig
  if ((rows[row + PROTOCOL]! & 0xff) !== TCP_NUMBER) {
    const spoke = datagramConnState(rows[row + PACKETS + orig] !== 0, rows[row + PACKETS + resp] !== 0)
    return datagramOutcome(spoke)
  }
  const bytes = (row + BYTES_F64) >> 1
  const silent = doubles[bytes] === 0 && doubles[bytes + 1] === 0
  const connState = tcpConnState(endpointState(state, orig), endpointState(state, resp), silent)
  const handshakeSeen = (state & (STATE_SYN | STATE_SYN_ACK)) !== 0
  return tcpOutcome(connState, handshakeSeen, (state & STATE_BEYOND_SYN) !== 0, doubles[bytes + resp]! > 0)
}
