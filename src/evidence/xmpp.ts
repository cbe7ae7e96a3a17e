import { type Identified, UNDECIDED } from './identified.ts'
import { UNIDENTIFIED, XMPP } from './service.ts'
import { CR, DIFFERS, find, LF, octets, SLASH, SPACE, startsWith } from './text.ts'

const PROLOGUE = octets('<?xml ')
const STREAM = octets('<stream:stream')
/** Any of them makes the element a stream of XMPP, RFC 6120 section 4.8. */
const NAMESPACES = [
  octets('jabber:server'),
  octets('jabber:client'),
  octets('http://etherx.jabber.org/streams'),
] as const
const FEATURES = octets('<stream:features')
const STARTTLS = octets('<starttls')
const PROCEED = octets('<proceed')
const TO = octets('to=')
const FROM = octets('from=')

const LESS = 0x3c
const GREATER = 0x3e
const QUOTE = 0x22
const APOSTROPHE = 0x27
const TAB = 0x09

/** What tlsBehindXmpp() answers where TLS does not come. */
const NO_TLS = -2

/**
 * An XMPP stream: an XML declaration or none, then `<stream:stream` with one of the three namespaces of XMPP in it, RFC
 * 6120 section 4. Both sides open one, so it has no direction.
 */
export function identifyXmpp(view: DataView, start: number, end: number): Identified {
  const at = streamTag(view, start, end)
  if (at <= DIFFERS) return at === UNDECIDED ? UNDECIDED : UNIDENTIFIED
  const tag = start + at
  const behind = tagEnd(view, tag, end)
  for (let index = tag; index < behind; index += 1) {
    const before = view.getUint8(index - 1)
    if ((before === QUOTE || before === APOSTROPHE) && isNamespace(view, index, behind)) return XMPP
  }
  return behind === end ? UNDECIDED : UNIDENTIFIED
}

function isNamespace(view: DataView, at: number, end: number): boolean {
  for (let index = 0; index < NAMESPACES.length; index += 1) {
    if (startsWith(view, at, end, NAMESPACES[index]!) > DIFFERS) return true
  }
  return false
}

/** How far from `start` the name of the stream's opening tag ends; DIFFERS or UNDECIDED. */
function streamTag(view: DataView, start: number, end: number): number {
  const prologue = startsWith(view, start, end, PROLOGUE)
  let at = start
  if (prologue > DIFFERS) {
    at = find(view, start, end, GREATER) + 1
    while (at < end && isSpace(view.getUint8(at))) at += 1
  }
  const stream = at >= end ? UNDECIDED : startsWith(view, at, end, STREAM)
  if (stream > DIFFERS) return at + stream - start
  return prologue === UNDECIDED ? UNDECIDED : stream
}

/**
 * Where TLS begins: behind the `<starttls/>` of the side that opened the stream, or the `<proceed/>` of the other. -1
 * where more bytes are needed; -2 where another element comes instead. Stream features offer TLS and are passed over.
 */
export function tlsBehindXmpp(view: DataView, start: number, end: number): number {
  const opening = streamTag(view, start, end)
  if (opening <= DIFFERS) return opening === UNDECIDED ? UNDECIDED : NO_TLS
  let at = tagEnd(view, start + opening, end)
  while (at < end) {
    if (isSpace(view.getUint8(at))) at += 1
    else {
      const features = startsWith(view, at, end, FEATURES)
      if (features === DIFFERS) return tlsBehindElement(view, at, end)
      if (features === UNDECIDED) return UNDECIDED
      at = elementEnd(view, at, end)
    }
  }
  return UNDECIDED
}

function tlsBehindElement(view: DataView, at: number, end: number): number {
  const starttls = startsWith(view, at, end, STARTTLS)
  const proceed = startsWith(view, at, end, PROCEED)
  if (starttls <= DIFFERS && proceed <= DIFFERS) {
    return starttls === UNDECIDED || proceed === UNDECIDED ? UNDECIDED : NO_TLS
  }
  let tls = elementEnd(view, at, end)
  while (tls < end && isSpace(view.getUint8(tls))) tls += 1
  return tls < end ? tls : UNDECIDED
}

/** The place behind the element that begins at `at`; `end` where its last tag is not there. */
function elementEnd(view: DataView, start: number, end: number): number {
  let depth = 0
  let at = start
  do {
    at = find(view, at, end, LESS)
    const behind = tagEnd(view, at, end)
    if (behind >= end) return behind
    if (view.getUint8(at + 1) === SLASH) depth -= 1
    else if (view.getUint8(behind - 2) !== SLASH) depth += 1
    at = behind
  } while (depth > 0)
  return at
}

/** The place behind the tag that `start` is in; `end` where its end is not there. A `>` in quotes does not end it. */
function tagEnd(view: DataView, start: number, end: number): number {
  let quote = 0
  for (let at = start; at < end; at += 1) {
    const octet = view.getUint8(at)
    if (quote !== 0) {
      if (octet === quote) quote = 0
    } else if (octet === QUOTE || octet === APOSTROPHE) quote = octet
    else if (octet === GREATER) return at + 1
  }
  return end
}

/**
 * The range of the stream's `to`, which names the other side; of its `from`, the sender, where there is no `to`, with 1
 * in claim[2].
 */
export function writeXmppClaim(view: DataView, start: number, end: number, claim: Int32Array): void {
  const opening = streamTag(view, start, end)
  if (opening <= DIFFERS) return
  const from = start + opening
  const to = tagEnd(view, from, end)
  if (writeAttribute(view, from, to, TO, claim)) return
  if (writeAttribute(view, from, to, FROM, claim)) claim[2] = 1
}

function writeAttribute(view: DataView, start: number, end: number, name: Uint8Array, claim: Int32Array): boolean {
  let quote = 0
  for (let at = start; at < end; at += 1) {
    const octet = view.getUint8(at)
    if (quote !== 0) {
      if (octet === quote) quote = 0
    } else if (octet === QUOTE || octet === APOSTROPHE) quote = octet
    else if (isSpace(octet) && startsWith(view, at + 1, end, name) > DIFFERS) {
      return writeValue(view, at + 1 + name.length, end, claim)
    }
  }
  return false
}

function writeValue(view: DataView, at: number, end: number, claim: Int32Array): boolean {
  if (at >= end) return false
  const close = find(view, at + 1, end, view.getUint8(at))
  if (close >= end) return false
  claim[0] = at + 1
  claim[1] = close
  return true
}

function isSpace(octet: number): boolean {
  return octet === SPACE || octet === LF || octet === CR || octet === TAB
}
