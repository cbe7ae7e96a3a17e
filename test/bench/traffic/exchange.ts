import {
  CONTENT_LENGTH_AT,
  CONTENT_LENGTH_DIGITS,
  type Dialogue,
  type Kind,
  REQUEST_NUMBER_AT,
  SEGMENT_LENGTH,
  writeDigits,
} from './dialogue.ts'
import type { Output } from './frame.ts'
import type { Random } from './random.ts'
import { APPLICATION_DATA, RECORD_HEADER_LENGTH } from './tls.ts'

/**
 * A request in one packet, its response in some segments, and an acknowledgement after every second segment and after
 * the last; or, without segments, one packet that only opens the window again. Positions count packets.
 */
export interface Exchange {
  position: number
  packets: number
  segments: number
  requestLength: number
  /** Of the last segment; those before it are full. */
  lastLength: number
}

export type ExchangePacket = 'request' | 'segment' | 'acknowledgement' | 'window-update'

/** A request, one segment and its acknowledgement. */
export const SHORTEST_EXCHANGE = 3

const SLICE_LENGTH = 6
/** How many segments responses have, of a hundred: the share of one is the first number, of two the second, ... */
const SEGMENT_SHARES = [18, 26, 18, 14, 10, 6, 4, 4]
const REQUEST_LENGTHS = { least: 160, most: 1200 }
/** The least holds the head of an HTTP response. */
const LAST_LENGTHS = { least: 320, most: SEGMENT_LENGTH }

const HTTP_REQUEST_DIGITS = 8

export const createExchange = (): Exchange => ({
  position: 0,
  packets: 0,
  segments: 0,
  requestLength: 0,
  lastLength: 0,
})

/** `room` is how many packets there may be; at least one. */
export function planExchange(exchange: Exchange, content: Dialogue['content'], room: number, random: Random): void {
  const wanted = content === 'slices' ? 1 : drawSegments(random)
  exchange.position = 0
  exchange.segments = room < SHORTEST_EXCHANGE ? 0 : Math.min(wanted, Math.floor(((room - 1) * 2) / 3))
  exchange.packets = 1 + exchange.segments + Math.ceil(exchange.segments / 2)
  exchange.requestLength = between(REQUEST_LENGTHS, random)
  exchange.lastLength = between(LAST_LENGTHS, random)
}

function drawSegments(random: Random): number {
  let left = random.below(100)
  let segments = 1
  for (const share of SEGMENT_SHARES) {
    if (left < share) break
    left -= share
    segments++
  }
  return segments
}

const between = ({ least, most }: { readonly least: number; readonly most: number }, random: Random): number =>
  least + random.below(most - least + 1)

export function exchangePacket({ position, packets, segments }: Exchange): ExchangePacket {
  if (segments === 0) return 'window-update'
  if (position === 0) return 'request'
  return position === packets - 1 || position % 3 === 0 ? 'acknowledgement' : 'segment'
}

/** How many segments of the response came before the one at the exchange's position. */
const segmentIndex = ({ position }: Exchange): number => position - 1 - Math.floor((position - 1) / 3)

/** Bytes that look like what they stand for; each packet takes a random stretch. */
export interface Filler {
  /** Cipher text: every byte value. */
  readonly cipher: Buffer
  /** Letters and digits. */
  readonly text: Buffer
}

const FILLER_LENGTH = 2 ** 20

export function createFiller(random: Random): Filler {
  const cipher = Buffer.alloc(FILLER_LENGTH)
  for (let at = 0; at < FILLER_LENGTH; at += 4) cipher.writeUInt32LE(random.uint32(), at)
  return { cipher, text: Buffer.from(cipher.toString('base64').slice(0, FILLER_LENGTH), 'latin1') }
}

/** Where frames are written, and what their contents are drawn from. */
export interface Pen {
  readonly kind: Kind
  readonly out: Output
  readonly filler: Filler
  readonly random: Random
}

/** Writes the request or the response's next segment at `at`; its sender has said `spoken` bytes. Returns its length. */
export function writeExchangePayload(
  pen: Pen,
  at: number,
  fromOrig: boolean,
  dialogue: Dialogue,
  exchange: Exchange,
  spoken: number,
): number {
  const { content, request, response } = dialogue
  if (content === 'slices') return writeSlice(pen, at, fromOrig ? request : response, spoken)
  const last = segmentIndex(exchange) === exchange.segments - 1
  const length = fromOrig ? exchange.requestLength : last ? exchange.lastLength : SEGMENT_LENGTH
  if (content === 'records') return writeRecord(pen, at, length)
  return fromOrig ? writeHttpRequest(pen, at, request) : writeHttpSegment(pen, at, length, response, exchange)
}

/** The sender's next bytes; it begins again when it has said all. */
function writeSlice({ out }: Pen, at: number, speech: Uint8Array, spoken: number): number {
  const start = spoken % speech.length
  const length = Math.min(SLICE_LENGTH, speech.length - start)
  for (let byte = 0; byte < length; byte++) out.bytes[at + byte] = speech[start + byte]!
  return length
}

/** Each segment is one whole TLS record. */
function writeRecord(pen: Pen, at: number, length: number): number {
  const { bytes, view } = pen.out
  const content = length - RECORD_HEADER_LENGTH
  bytes[at] = APPLICATION_DATA
  view.setUint16(at + 1, 0x0303)
  view.setUint16(at + 3, content)
  copyFiller(pen, at + RECORD_HEADER_LENGTH, content, pen.filler.cipher)
  return length
}

function writeHttpRequest({ out, random }: Pen, at: number, request: Uint8Array): number {
  out.bytes.set(request, at)
  writeDigits(out.bytes, at + REQUEST_NUMBER_AT, HTTP_REQUEST_DIGITS, random.below(10 ** HTTP_REQUEST_DIGITS))
  return request.length
}

function writeHttpSegment(pen: Pen, at: number, length: number, head: Uint8Array, exchange: Exchange): number {
  const headLength = exchange.position === 1 ? head.length : 0
  if (headLength > 0) {
    const body = (exchange.segments - 1) * SEGMENT_LENGTH + exchange.lastLength - headLength
    pen.out.bytes.set(head, at)
    writeDigits(pen.out.bytes, at + CONTENT_LENGTH_AT, CONTENT_LENGTH_DIGITS, body)
  }
  copyFiller(pen, at + headLength, length - headLength, pen.filler.text)
  return length
}

function copyFiller({ out, random }: Pen, at: number, length: number, filler: Buffer): void {
  const start = random.below(FILLER_LENGTH - length)
  filler.copy(out.bytes, at, start, start + length)
}
