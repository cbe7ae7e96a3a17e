import { withoutPort } from './authority.ts'
import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { HTTP, UNIDENTIFIED } from './service.ts'
import {
  COLON,
  CR,
  DIFFERS,
  find,
  LF,
  methodLength,
  octets,
  SLASH,
  SPACE,
  startsWith,
  startsWithFolded,
} from './text.ts'

const STATUS_LINE = octets('HTTP/1.# ###')
/** All that HTTP/0.9 has before its path. */
const SIMPLE_REQUEST = octets('GET /')
/** RFC 9113 section 3.4. */
const PREFACE = octets('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const VERSION = octets(' HTTP/1.#')
const HOST = octets('host:')
const AUTHORITY = octets('://')
const QUESTION_MARK = 0x3f
const NUMBER_SIGN = 0x23
const TAB = 0x09
/** A path of this many bytes without blank or control character is taken for one whose version comes later. */
const LONGEST_TARGET = 2048

/**
 * What the first segment of a path says of the Lync web application behind it, in any case of letters. 0 is every other
 * path. From Microsoft's planning pages for reverse proxies and mobility, its IIS requirements, and its page on
 * conferencing policies.
 */
export const PATH_FAMILIES = [
  'other',
  'Autodiscover',
  'abs',
  'CertProv',
  'groupexpansion',
  'RequestHandler',
  'ucwa',
  'Mcx',
  'meet',
  'dialin',
  'WebTicket',
  'lwa',
  'AutoUpdate',
  'Conf',
  'DataCollabWeb',
] as const

const FAMILY_SEGMENTS = PATH_FAMILIES.map((family) => octets(family.toLowerCase()))

/**
 * HTTP/1: a status line up to its code, or a request line with a method in capital letters (any: RPC_IN_DATA and
 * RPC_OUT_DATA are in no RFC) and `HTTP/1.` behind its target, RFC 9112 sections 3 and 4. The version is required
 * because RTSP, ICAP and others have request lines too; only `GET` and a path may end their line without one, as in
 * HTTP/0.9. HTTP/2 in clear: the whole preface of the client.
 */
export function identifyHttp(view: DataView, start: number, end: number): Identified {
  const status = startsWith(view, start, end, STATUS_LINE)
  if (status !== DIFFERS) return status === UNDECIDED ? UNDECIDED : HTTP | FROM_RESPONDER
  const preface = startsWith(view, start, end, PREFACE)
  if (preface !== DIFFERS) return preface === UNDECIDED ? UNDECIDED : HTTP | FROM_ORIGINATOR
  const method = methodLength(view, start, end)
  if (method <= DIFFERS) return method === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  return identifyTarget(view, start, start + method, end)
}

function identifyTarget(view: DataView, method: number, start: number, end: number): Identified {
  const most = end - start > LONGEST_TARGET ? start + LONGEST_TARGET : end
  let at = start
  while (at < most && view.getUint8(at) > SPACE) at += 1
  if (at === start + LONGEST_TARGET) return view.getUint8(start) === SLASH ? HTTP | FROM_ORIGINATOR : UNIDENTIFIED
  if (at === end) return UNDECIDED
  if (view.getUint8(at) === CR && startsWith(view, method, at, SIMPLE_REQUEST) > DIFFERS) {
    if (at + 1 === end) return UNDECIDED
    return view.getUint8(at + 1) === LF ? HTTP | FROM_ORIGINATOR : UNIDENTIFIED
  }
  const version = at === start ? DIFFERS : startsWith(view, at, end, VERSION)
  if (version <= DIFFERS) return version === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  return HTTP | FROM_ORIGINATOR
}

/**
 * Of a request: the range of its Host without the port in claim[0] and claim[1], equal where no whole Host line is
 * there, and the number of its path's family in claim[2].
 */
export function writeHttpClaim(view: DataView, start: number, end: number, claim: Int32Array): void {
  const method = methodLength(view, start, end)
  if (method <= DIFFERS) return
  claim[2] = pathFamily(view, start + method, end)
  const host = hostValue(view, start, end)
  if (host > 0) writeHost(view, host, find(view, host, end, LF), claim)
}

/** Whether more bytes cannot tell more of the claim: the Host line is whole, or the header lines are over. */
export function hasWholeHeader(view: DataView, start: number, end: number): boolean {
  return methodLength(view, start, end) <= DIFFERS || hostValue(view, start, end) !== NOT_YET
}

const NOT_YET = -1
const NO_HOST = -2

/** Where the value of the Host line begins; NOT_YET while more header lines may come, NO_HOST behind them. */
function hostValue(view: DataView, start: number, end: number): number {
  let at = find(view, start, end, LF) + 1
  while (at < end) {
    const first = view.getUint8(at)
    if (first === CR || first === LF) return NO_HOST
    const lineEnd = find(view, at, end, LF)
    const name = startsWithFolded(view, at, lineEnd, HOST)
    if (lineEnd < end && name > DIFFERS) return at + name
    at = lineEnd + 1
  }
  return NOT_YET
}

function writeHost(view: DataView, start: number, end: number, claim: Int32Array): void {
  let from = start
  let to = end
  while (from < to && isBlank(view.getUint8(from))) from += 1
  while (from < to && isBlank(view.getUint8(to - 1))) to -= 1
  claim[0] = from
  claim[1] = withoutPort(view, from, to)
}

function isBlank(octet: number): boolean {
  return octet === SPACE || octet === TAB || octet === CR
}

function pathFamily(view: DataView, target: number, end: number): number {
  const targetEnd = find(view, target, end, SPACE)
  let path = target
  if (target < end && view.getUint8(target) !== SLASH) {
    const scheme = find(view, target, targetEnd, COLON)
    if (startsWith(view, scheme, targetEnd, AUTHORITY) <= DIFFERS) return 0
    path = find(view, scheme + AUTHORITY.length, targetEnd, SLASH)
  }
  const segment = path + 1
  let segmentEnd = segment
  while (segmentEnd < targetEnd && !endsSegment(view.getUint8(segmentEnd))) segmentEnd += 1
  return segmentEnd < end ? familyOf(view, segment, segmentEnd) : 0
}

function endsSegment(octet: number): boolean {
  return octet === SLASH || octet === QUESTION_MARK || octet === NUMBER_SIGN
}

function familyOf(view: DataView, start: number, end: number): number {
  for (let family = 1; family < FAMILY_SEGMENTS.length; family += 1) {
    const segment = FAMILY_SEGMENTS[family]!
    if (segment.length === end - start && startsWithFolded(view, start, end, segment) > DIFFERS) return family
  }
  return 0
}
