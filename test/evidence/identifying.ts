import { expect } from 'vitest'
import {
  FROM_ORIGINATOR,
  FROM_RESPONDER,
  type Identified,
  SERVICE_MASK,
  UNDECIDED,
} from '../../src/evidence/identified.ts'
import { identifyDatagram, identifyStream } from '../../src/evidence/identify.ts'
import { SERVICES } from '../../src/evidence/service.ts'
import type { Octets } from '../support/octets.ts'

/** Bytes on both sides of what an identifier is given, which it must neither read nor take for its own. */
const SURROUNDING = 37

/** Refuses what lies outside of its range, and counts the bytes that are read. */
export class WatchedView extends DataView<ArrayBuffer> {
  from = 0
  to = 0
  reads = 0

  override getUint8(at: number): number {
    this.#note(at, 1)
    return super.getUint8(at)
  }

  override getUint16(at: number, littleEndian = false): number {
    this.#note(at, 2)
    return super.getUint16(at, littleEndian)
  }

  override getUint32(at: number, littleEndian = false): number {
    this.#note(at, 4)
    return super.getUint32(at, littleEndian)
  }

  override getInt32(at: number, littleEndian = false): number {
    this.#note(at, 4)
    return super.getInt32(at, littleEndian)
  }

  #note(at: number, length: number): void {
    this.reads += length
    if (at < this.from || at + length > this.to)
      throw new Error(`read ${at} to ${at + length} of ${this.from} to ${this.to}`)
  }
}

/** A view whose range holds `bytes`, with others around them. */
export function watched(bytes: Octets): WatchedView {
  const whole = new Uint8Array(bytes.length + 2 * SURROUNDING).fill(0x41)
  whole.set(bytes, SURROUNDING)
  const view = new WatchedView(whole.buffer)
  view.from = SURROUNDING
  view.to = SURROUNDING + bytes.length
  return view
}

export function text(characters: string): Uint8Array {
  return new Uint8Array(Buffer.from(characters, 'latin1'))
}

/** What the first bytes of a stream are, as words; every prefix must be undecided or answer the same. */
export function stream(bytes: Octets): string {
  const { answer, from } = settled(bytes)
  const view = watched(bytes)
  for (let length = 0; length < bytes.length; length += 1) {
    view.to = view.from + length
    const early = identifyStream(view, view.from, view.to)
    expect([length, words(early)]).toEqual([length, length < from ? 'undecided' : words(answer)])
  }
  return words(answer)
}

/** How many of the bytes it takes to be sure. */
export function needed(bytes: Octets): number {
  return settled(bytes).from
}

function settled(bytes: Octets): { answer: Identified; from: number } {
  const view = watched(bytes)
  const answer = identifyStream(view, view.from, view.to)
  for (let from = 0; from < bytes.length; from += 1) {
    view.to = view.from + from
    if (identifyStream(view, view.from, view.to) !== UNDECIDED) return { answer, from }
  }
  return { answer, from: bytes.length }
}

export function datagram(bytes: Octets): string {
  const view = watched(bytes)
  return words(identifyDatagram(view, view.from, view.to))
}

export function words(answer: Identified): string {
  if (answer === UNDECIDED) return 'undecided'
  const service = SERVICES[answer & SERVICE_MASK] ?? `service ${answer & SERVICE_MASK}`
  if ((answer & FROM_ORIGINATOR) !== 0) return `${service} from originator`
  return (answer & FROM_RESPONDER) !== 0 ? `${service} from responder` : service
}
