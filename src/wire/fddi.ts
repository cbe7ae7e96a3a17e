import { type Decoded, LINK_HEADER_CUT, NOT_IP } from './decoded.ts'
import { decodeLlc } from './ether-type.ts'
import type { Packet } from './packet.ts'

// Frame control, destination and source (ISO 9314-2); behind them stands LLC.
const FRAME_CONTROL = 0
const DESTINATION_HIGH = 1
const DESTINATION_LOW = 3
const LENGTH = 13

/** Class and format bits of the frame control; the lower ones are a priority. */
const CLASS_MASK = 0xf0
const LLC_ASYNCHRONOUS = 0x50
const LLC_SYNCHRONOUS = 0xd0

export function decodeFddi(view: DataView, at: number, end: number, packet: Packet): Decoded {
  if (end - at < LENGTH) return LINK_HEADER_CUT
  const frameClass = view.getUint8(at + FRAME_CONTROL) & CLASS_MASK
  if (frameClass !== LLC_ASYNCHRONOUS && frameClass !== LLC_SYNCHRONOUS) return NOT_IP
  packet.linkBroadcast = view.getUint16(at + DESTINATION_HIGH) === 0xffff && view.getInt32(at + DESTINATION_LOW) === -1
  return decodeLlc(view, at + LENGTH, end, packet)
}
