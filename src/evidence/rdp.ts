import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { RDP, UNIDENTIFIED } from './service.ts'
import { DIFFERS, octets, startsWith } from './text.ts'

// TPKT, RFC 1006 section 6, and the connection request and confirm of X.224 behind it, section 13.3 there.
const TPKT_VERSION = 3
const LENGTH = 2
const INDICATOR = 4
const CODE = 5
const DESTINATION = 6
const CLASS = 10
const VARIABLE = 11
/** What the length indicator does not count: the four bytes of TPKT and itself. */
const UNCOUNTED = 5

const CONNECTION_REQUEST = 0xe0
const CONNECTION_CONFIRM = 0xd0

// Behind it in RDP, [MS-RDPBCGR] sections 2.2.1.1 and 2.2.1.2.
const COOKIE = octets('Cookie: mst')
const NEGOTIATION_REQUEST = 1
const NEGOTIATION_RESPONSE = 2
const NEGOTIATION_FAILURE = 3
const NEGOTIATION_LENGTH = 8

/**
 * RDP: a connection request or confirm of X.224 whose two lengths agree, class 0, and behind it nothing, a cookie of
 * RDP, or its negotiation. Other protocols on X.224 have parameters there.
 */
export function identifyRdp(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  if (view.getUint8(start) !== TPKT_VERSION) return UNIDENTIFIED
  if (start + 1 < end && view.getUint8(start + 1) !== 0) return UNIDENTIFIED
  if (end - start < VARIABLE) return UNDECIDED
  const length = view.getUint16(start + LENGTH)
  const code = view.getUint8(start + CODE)
  if (length < VARIABLE || view.getUint8(start + INDICATOR) !== length - UNCOUNTED) return UNIDENTIFIED
  if (view.getUint8(start + CLASS) !== 0) return UNIDENTIFIED
  if (code === CONNECTION_REQUEST && view.getUint16(start + DESTINATION) === 0) {
    return length === VARIABLE ? RDP | FROM_ORIGINATOR : identifyRequest(view, start + VARIABLE, end)
  }
  if (code !== CONNECTION_CONFIRM) return UNIDENTIFIED
  return length === VARIABLE ? RDP | FROM_RESPONDER : identifyConfirm(view, start + VARIABLE, end)
}

function identifyRequest(view: DataView, at: number, end: number): Identified {
  if (at === end) return UNDECIDED
  if (view.getUint8(at) === NEGOTIATION_REQUEST) return identifyNegotiation(view, at, end, FROM_ORIGINATOR)
  const cookie = startsWith(view, at, end, COOKIE)
  if (cookie <= DIFFERS) return cookie === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  return RDP | FROM_ORIGINATOR
}

function identifyConfirm(view: DataView, at: number, end: number): Identified {
  if (at === end) return UNDECIDED
  const type = view.getUint8(at)
  if (type !== NEGOTIATION_RESPONSE && type !== NEGOTIATION_FAILURE) return UNIDENTIFIED
  return identifyNegotiation(view, at, end, FROM_RESPONDER)
}

function identifyNegotiation(view: DataView, at: number, end: number, direction: number): Identified {
  if (end - at < 4) return UNDECIDED
  return view.getUint16(at + 2, true) === NEGOTIATION_LENGTH ? RDP | direction : UNIDENTIFIED
}
