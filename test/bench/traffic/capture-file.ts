import { createWriteStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'

export const FORMATS = ['pcap', 'pcapng', 'pcap.gz'] as const
export type Format = (typeof FORMATS)[number]

/** The captures begin on a working day of Lync Server 2013's time, in microseconds since 1970. */
const START_US = Date.UTC(2014, 5, 2, 6) * 1000

const ETHERNET = 1
const SNAP_LENGTH = 65_535

/** How a format puts a frame into the file. All numbers are little-endian; times have microseconds. */
export interface Framing {
  readonly fileHeader: Uint8Array
  /** Bytes in front of the frame. */
  readonly headerLength: number
  /** Writes what surrounds the frame at `frameAt`; returns where the next record starts. */
  readonly endRecord: (view: DataView, frameAt: number, length: number, timeUs: number) => number
}

const PCAP_HEADER_LENGTH = 16
const ENHANCED_PACKET = 6
const ENHANCED_PACKET_HEADER_LENGTH = 28

const words = (...values: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer)

const PCAP: Framing = {
  fileHeader: words(0xa1b2_c3d4, 0x0004_0002, 0, 0, SNAP_LENGTH, ETHERNET),
  headerLength: PCAP_HEADER_LENGTH,
  endRecord: (view, frameAt, length, timeUs) => {
    const time = START_US + timeUs
    const at = frameAt - PCAP_HEADER_LENGTH
    view.setUint32(at, Math.floor(time / 1e6), true)
    view.setUint32(at + 4, time % 1e6, true)
    view.setUint32(at + 8, length, true)
    view.setUint32(at + 12, length, true)
    return frameAt + length
  },
}

/** A section of unknown length with one interface, both without options, and then packets. */
const PCAPNG: Framing = {
  fileHeader: words(
    ...[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 0x0000_0001, 0xffff_ffff, 0xffff_ffff, 28],
    ...[1, 20, ETHERNET, SNAP_LENGTH, 20],
  ),
  headerLength: ENHANCED_PACKET_HEADER_LENGTH,
  endRecord: (view, frameAt, length, timeUs) => {
    const time = START_US + timeUs
    const at = frameAt - ENHANCED_PACKET_HEADER_LENGTH
    const padded = Math.ceil(length / 4) * 4
    const blockLength = ENHANCED_PACKET_HEADER_LENGTH + padded + 4
    view.setUint32(at, ENHANCED_PACKET, true)
    view.setUint32(at + 4, blockLength, true)
    view.setUint32(at + 8, 0, true)
    view.setUint32(at + 12, Math.floor(time / 2 ** 32), true)
    view.setUint32(at + 16, time % 2 ** 32, true)
    view.setUint32(at + 20, length, true)
    view.setUint32(at + 24, length, true)
    for (let pad = length; pad < padded; pad++) view.setUint8(frameAt + pad, 0)
    view.setUint32(frameAt + padded, blockLength, true)
    return frameAt + padded + 4
  },
}

export const framing = (format: Format): Framing => (format === 'pcapng' ? PCAPNG : PCAP)

export interface Sink {
  /** The bytes may be overwritten once this is done. */
  readonly write: (bytes: Uint8Array) => Promise<void>
  readonly close: () => Promise<void>
}

export async function openSink(path: string, format: Format): Promise<Sink> {
  return format === 'pcap.gz' ? openGzip(path) : plainSink(await open(path, 'w'))
}

function plainSink(file: FileHandle): Sink {
  return {
    write: async (bytes) => {
      for (let from = 0; from < bytes.length; ) {
        from += (await file.write(bytes, from)).bytesWritten
      }
    },
    close: () => file.close(),
  }
}

/** The fastest level: most of the bytes are cipher text, which no level makes smaller. */
function openGzip(path: string): Sink {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  const written = finished(gzip.pipe(createWriteStream(path)))
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        gzip.write(bytes, (error) => (error ? reject(error) : resolve()))
      }),
    close: async () => {
      gzip.end()
      await written
    },
  }
}
