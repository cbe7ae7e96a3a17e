import { type Identified, UNDECIDED } from './identified.ts'
import { SIP, UNIDENTIFIED } from './service.ts'
import { CR, DIFFERS, LF, methodLength, octets, startsWith, startsWithOneOf } from './text.ts'

const STATUS_LINE = octets('SIP/2.0 ### ')
const SCHEMES = [octets('sip:'), octets('sips:'), octets('tel:')] as const

/**
 * SIP in clear, RFC 3261 sections 7.1 and 7.2: a status line up to its code, or a method in capital letters (any:
 * Microsoft's SERVICE, BENOTIFY and NEGOTIATE are in no RFC) before a `sip:`, `sips:` or `tel:` URI, which no other
 * protocol has there. The CRLF pairs that keep a connection open may come first. Both ends send requests: it has no
 * direction.
 */
export function identifySip(view: DataView, start: number, end: number): Identified {
  const at = skipKeepAlives(view, start, end)
  if (at === UNDECIDED) return UNDECIDED
  const status = startsWith(view, at, end, STATUS_LINE)
  if (status !== DIFFERS) return status === UNDECIDED ? UNDECIDED : SIP
  const method = methodLength(view, at, end)
  if (method <= DIFFERS) return method === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  const scheme = startsWithOneOf(view, at + method, end, SCHEMES)
  if (scheme <= DIFFERS) return scheme === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  return SIP
}

/** The place of the first byte behind the CRLF pairs. */
function skipKeepAlives(view: DataView, start: number, end: number): number {
  let at = start
  while (at < end && view.getUint8(at) === CR) {
    if (at + 1 === end) return UNDECIDED
    if (view.getUint8(at + 1) !== LF) return at
    at += 2
  }
  return at === end ? UNDECIDED : at
}
