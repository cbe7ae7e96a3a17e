import { BEGINNING_MISSING } from '../evidence/proof.ts'
import type { Packet } from '../wire/packet.ts'
import { SYN } from '../wire/tcp.ts'
import { coldRow, type FlowTable, hotRow } from './flow-table.ts'
import { PROOF, STATE, SYN_SEQUENCE } from './row.ts'
import { isSynKnown } from './state-word.ts'

/** What looking at the payload of a TCP segment needs of its packet. */
export type StreamPiece = Pick<Packet, 'seq' | 'tcpFlags' | 'payload' | 'payloadEnd' | 'payloadLength' | 'clock'>

/** Sequence number of the first byte of the segment's payload. Data that comes with a SYN begins behind it. */
export function payloadSequence(packet: StreamPiece): number {
  return packet.tcpFlags & SYN ? (packet.seq + 1) | 0 : packet.seq
}

/** Where the side's stream begins; at this payload, where nothing tells, and then its beginning is noted as missing. */
export function beginningOf(table: FlowTable, flow: number, side: number, sequence: number): number {
  const { hot, cold } = table
  const row = coldRow(flow)
  if (isSynKnown(hot[hotRow(flow) + STATE]!, side)) return (cold[row + SYN_SEQUENCE + side]! + 1) | 0
  cold[row + PROOF] = cold[row + PROOF]! | BEGINNING_MISSING
  return sequence
}

/**
 * Whether the first payload of a side may be a keep-alive: it repeats the last byte, which is nothing to begin with.
 */
export function mayBeKeepAlive({ hot }: FlowTable, flow: number, side: number, packet: StreamPiece): boolean {
  return packet.payloadLength === 1 && !isSynKnown(hot[hotRow(flow) + STATE]!, side)
}
