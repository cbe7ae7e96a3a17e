import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { RPC, UNIDENTIFIED } from './service.ts'

// The common header of connection-oriented RPC, DCE 1.1 (C706) section 12.6.3.1.
const VERSION = 0
const MINOR_VERSION = 1
const TYPE = 2
const REPRESENTATION = 4
const FRAGMENT_LENGTH = 8
const AUTHENTICATION_LENGTH = 10
const HEADER = 16

const VERSION_5 = 5
const LITTLE_ENDIAN = 0x10
/** Integers in the high half, letters in the low one; then floating point, then two reserved bytes. */
const FLOATING_POINTS = 3

const REQUEST = 0
const RESPONSE = 2
const FAULT = 3
const BIND = 11
const BIND_ACK = 12
const BIND_NAK = 13
const ALTER_CONTEXT = 14
const ALTER_CONTEXT_RESPONSE = 15

/**
 * RPC of DCE and Microsoft over TCP: version 5.0 or 5.1, one of eight types, a data representation that exists, and a
 * fragment at least as long as its header and authentication (about 50 bits). The type tells who opened the flow.
 */
export function identifyRpc(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  if (view.getUint8(start + VERSION) !== VERSION_5) return UNIDENTIFIED
  if (end - start < HEADER) return UNDECIDED
  if (view.getUint8(start + MINOR_VERSION) > 1 || !hasLengths(view, start)) return UNIDENTIFIED
  switch (view.getUint8(start + TYPE)) {
    case BIND:
    case ALTER_CONTEXT:
    case REQUEST:
      return RPC | FROM_ORIGINATOR
    case BIND_ACK:
    case BIND_NAK:
    case ALTER_CONTEXT_RESPONSE:
    case RESPONSE:
    case FAULT:
      return RPC | FROM_RESPONDER
    default:
      return UNIDENTIFIED
  }
}

function hasLengths(view: DataView, start: number): boolean {
  const integers = view.getUint8(start + REPRESENTATION)
  if (integers !== LITTLE_ENDIAN && integers !== 0) return false
  if (view.getUint8(start + REPRESENTATION + 1) > FLOATING_POINTS) return false
  if (view.getUint16(start + REPRESENTATION + 2) !== 0) return false
  const fragment = view.getUint16(start + FRAGMENT_LENGTH, integers === LITTLE_ENDIAN)
  return fragment >= HEADER + view.getUint16(start + AUTHENTICATION_LENGTH, integers === LITTLE_ENDIAN)
}
