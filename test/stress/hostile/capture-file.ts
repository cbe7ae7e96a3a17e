import { closeSync, openSync, writeSync } from 'node:fs'
import type { Octets } from '../../support/octets.ts'

/** Written at once. */
const BUFFER_LENGTH = 4 << 20
const RECORD_HEADER = 16
/** 31 January 2026, in seconds since 1970. */
const BEGIN_SECONDS = 1_769_817_600

/** A file of hundreds of megabytes, of which little stands in memory. */
export interface CaptureFile {
  /** Any bytes: a header, blocks. */
  bytes(bytes: Octets): void
  /** A record of a pcap capture, so many microseconds after its beginning. */
  record(frame: Uint8Array, timeUs: number): void
  /** The file's length. */
  close(): number
}

export function createCaptureFile(path: string): CaptureFile {
  const file = openSync(path, 'w')
  const buffer = new Uint8Array(BUFFER_LENGTH)
  const view = new DataView(buffer.buffer)
  let end = 0
  let written = 0
  const flush = () => {
    for (let at = 0; at < end; ) at += writeSync(file, buffer, at, end - at)
    written += end
    end = 0
  }
  const bytes = (more: Octets) => {
    if (end + more.length > BUFFER_LENGTH) flush()
    buffer.set(more, end)
    end += more.length
  }
  return {
    bytes,
    record(frame, timeUs) {
      if (end + RECORD_HEADER + frame.length > BUFFER_LENGTH) flush()
      view.setUint32(end, BEGIN_SECONDS + Math.floor(timeUs / 1e6), true)
      view.setUint32(end + 4, timeUs % 1e6, true)
      view.setUint32(end + 8, frame.length, true)
      view.setUint32(end + 12, frame.length, true)
      end += RECORD_HEADER
      bytes(frame)
    },
    close() {
      flush()
      closeSync(file)
      return written
    },
  }
}

/** A frame of Ethernet and IPv4 that is used again with other numbers. */
export interface Template {
  readonly frame: Uint8Array
  readonly view: DataView
}

export function template(frame: Uint8Array): Template {
  const copy = frame.slice()
  return { frame: copy, view: new DataView(copy.buffer) }
}

// Offsets into a frame of Ethernet and IPv4 without options.
export const IDENTIFICATION = 18
export const SRC_ADDRESS = 26
export const DST_ADDRESS = 30
export const SRC_PORT = 34
export const DST_PORT = 36
export const TCP_SEQUENCE = 38
