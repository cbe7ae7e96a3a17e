import { withoutPort } from './authority.ts'
import { FROM_ORIGINATOR, FROM_RESPONDER, type Identified, UNDECIDED } from './identified.ts'
import { NET_FRAMING, UNIDENTIFIED } from './service.ts'
import { DIFFERS, find, octets, SLASH, startsWith } from './text.ts'
import { identifyTls } from './tls-start.ts'

// Records of .NET message framing, [MC-NMF] section 2.2.3.
const VERSION_RECORD = 0x00
const MODE_RECORD = 0x01
const VIA_RECORD = 0x02
const KNOWN_ENCODING_RECORD = 0x03
const EXTENSIBLE_ENCODING_RECORD = 0x04
const FAULT_RECORD = 0x08
const UPGRADE_REQUEST_RECORD = 0x09
const UPGRADE_RESPONSE_RECORD = 0x0a
const PREAMBLE_ACK_RECORD = 0x0b

/** Version 1.0, then the type of the mode record. */
const VERSION_AND_MODE = Uint8Array.of(VERSION_RECORD, 1, 0, MODE_RECORD)
const MODE_OFFSET = 4
const FIRST_MODE = 1
const LAST_MODE = 4
const VIA_OFFSET = 5
const SCHEME = octets('net.')
const AUTHORITY = octets('://')
const TLS_UPGRADE = octets('application/ssl-tls')
const FAULTS = octets('http://schemas.microsoft.com/ws/2006/05/framing/faults/')

/** Bits of a length in each of its bytes; another byte follows where the highest bit is set. */
const LENGTH_BITS = 7
const LENGTH_MORE = 0x80
const LONGEST_LENGTH = 5

/** What tlsBehindFraming() answers where TLS does not come. */
const NO_TLS = -2

/**
 * The preamble of .NET message framing, [MC-NMF]. The initiator: version 1.0, a mode of four and a via URI whose scheme
 * begins with `net.` (10 bytes known). The receiver: an upgrade response with a TLS hello behind it, or a fault with
 * its URI; one that accepts without upgrade sends a single byte, which proves nothing.
 */
export function identifyNetFraming(view: DataView, start: number, end: number): Identified {
  if (start === end) return UNDECIDED
  switch (view.getUint8(start)) {
    case VERSION_RECORD:
      return identifyInitiator(view, start, end)
    case UPGRADE_RESPONSE_RECORD: {
      const tls = identifyTls(view, start + 1, end)
      if (tls === UNDECIDED) return UNDECIDED
      return (tls & FROM_RESPONDER) !== 0 ? NET_FRAMING | FROM_RESPONDER : UNIDENTIFIED
    }
    case FAULT_RECORD:
      return identifyFault(view, start, end)
    default:
      return UNIDENTIFIED
  }
}

function identifyInitiator(view: DataView, start: number, end: number): Identified {
  const version = startsWith(view, start, end, VERSION_AND_MODE)
  if (version <= DIFFERS) return version === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  if (start + MODE_OFFSET >= end) return UNDECIDED
  const mode = view.getUint8(start + MODE_OFFSET)
  if (mode < FIRST_MODE || mode > LAST_MODE) return UNIDENTIFIED
  const via = start + VIA_OFFSET
  if (via >= end) return UNDECIDED
  if (view.getUint8(via) !== VIA_RECORD) return UNIDENTIFIED
  const text = textStart(view, via + 1, end)
  if (text === UNDECIDED) return UNDECIDED
  const scheme = startsWith(view, text, end, SCHEME)
  if (scheme <= DIFFERS) return scheme === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  return NET_FRAMING | FROM_ORIGINATOR
}

function identifyFault(view: DataView, start: number, end: number): Identified {
  const text = textStart(view, start + 1, end)
  if (text === UNDECIDED) return UNDECIDED
  const fault = startsWith(view, text, end, FAULTS)
  if (fault <= DIFFERS) return fault === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  return NET_FRAMING | FROM_RESPONDER
}

/**
 * Where TLS begins: behind the upgrade request of the initiator, or the receiver's one byte that accepts it. -1 where
 * more bytes are needed; -2 where the preamble ends without, or with an upgrade to something else.
 */
export function tlsBehindFraming(view: DataView, start: number, end: number): number {
  if (start === end) return UNDECIDED
  const first = view.getUint8(start)
  if (first === UPGRADE_RESPONSE_RECORD) return start + 1 < end ? start + 1 : UNDECIDED
  if (first === FAULT_RECORD || first === PREAMBLE_ACK_RECORD) return NO_TLS
  let at = start
  while (at < end) {
    const record = view.getUint8(at)
    if (record === UPGRADE_REQUEST_RECORD) return tlsBehindUpgrade(view, at, end)
    at = recordEnd(view, at, end, record)
    if (at === UNDECIDED || at === NO_TLS) return at
  }
  return UNDECIDED
}

function tlsBehindUpgrade(view: DataView, record: number, end: number): number {
  const text = textStart(view, record + 1, end)
  if (text === UNDECIDED) return UNDECIDED
  const length = textLength(view, record + 1, end)
  const name = startsWith(view, text, end, TLS_UPGRADE)
  if (length !== TLS_UPGRADE.length || name === DIFFERS) return NO_TLS
  return name === UNDECIDED || text + length >= end ? UNDECIDED : text + length
}

/** The place behind a record of the preamble; NO_TLS for one that ends or does not belong to it. */
function recordEnd(view: DataView, at: number, end: number, record: number): number {
  switch (record) {
    case VERSION_RECORD:
      return at + 3
    case MODE_RECORD:
    case KNOWN_ENCODING_RECORD:
      return at + 2
    case VIA_RECORD:
    case EXTENSIBLE_ENCODING_RECORD: {
      const text = textStart(view, at + 1, end)
      return text === UNDECIDED ? UNDECIDED : text + textLength(view, at + 1, end)
    }
    default:
      return NO_TLS
  }
}

/** Where the text behind a length begins; UNDECIDED where the length is not whole. */
function textStart(view: DataView, at: number, end: number): number {
  let behind = at
  while (behind < end && behind < at + LONGEST_LENGTH - 1 && view.getUint8(behind) >= LENGTH_MORE) behind += 1
  return behind < end ? behind + 1 : UNDECIDED
}

/** [MC-NMF] section 2.2.2: seven bits a byte, the least significant first. The length is whole. */
function textLength(view: DataView, at: number, end: number): number {
  const behind = textStart(view, at, end)
  let length = 0
  for (let index = behind - 1; index >= at; index -= 1) {
    length = length * 2 ** LENGTH_BITS + (view.getUint8(index) & (LENGTH_MORE - 1))
  }
  return length
}

/** The range of the host in the initiator's via URI, without its port. */
export function writeNetFramingClaim(view: DataView, start: number, end: number, claim: Int32Array): void {
  const via = start + VIA_OFFSET
  const text = textStart(view, via + 1, end)
  if (text === UNDECIDED || view.getUint8(via) !== VIA_RECORD) return
  const textEnd = text + textLength(view, via + 1, end)
  if (textEnd > end) return
  const scheme = find(view, text, textEnd, AUTHORITY[0]!)
  if (startsWith(view, scheme, textEnd, AUTHORITY) <= DIFFERS) return
  const host = scheme + AUTHORITY.length
  claim[0] = host
  claim[1] = withoutPort(view, host, find(view, host, textEnd, SLASH))
}
