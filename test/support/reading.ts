import type { ByteSource } from '../../src/capture/byte-source.ts'
import type { Damage } from '../../src/capture/capture-error.ts'
import { openSource } from '../../src/capture/open.ts'
import { type CaptureFormat, type CaptureReader, RECORD_ANOMALIES } from '../../src/capture/reader.ts'
import { absoluteNs, createOrigin, type TimeOrigin } from '../../src/capture/time.ts'
import { hex } from './octets.ts'

/** A record with everything that a reader says of it. */
export interface ReadRecord {
  /** Nanoseconds since 1970. */
  readonly ns: bigint
  readonly linkType: number
  readonly originalLength: number
  readonly frame: string
}

export interface ReadCapture {
  readonly format: CaptureFormat
  readonly records: readonly ReadRecord[]
  readonly damage: Damage | undefined
  readonly anomalies: readonly string[]
}

/** A source that gives the pieces one after the other. */
export function pieces(...parts: readonly Uint8Array[]): ByteSource {
  const left = parts.filter((part) => part.length > 0)
  return {
    async read(target) {
      const [part] = left
      if (part === undefined) return 0
      const count = Math.min(part.length, target.length)
      target.set(part.subarray(0, count))
      if (count === part.length) left.shift()
      else left[0] = part.subarray(count)
      return count
    },
    async close() {},
  }
}

/** A source that gives `size` bytes at a time. */
export function dripping(bytes: Uint8Array, size: number): ByteSource {
  let at = 0
  return {
    async read(target) {
      const part = bytes.subarray(at, at + Math.min(size, target.length))
      target.set(part)
      at += part.length
      return part.length
    },
    async close() {},
  }
}

/** The same, without waiting, as a file gives its bytes. */
export function drippingNow(bytes: Uint8Array, size: number): ByteSource {
  let at = 0
  const readNow = (target: Uint8Array) => {
    const part = bytes.subarray(at, at + Math.min(size, target.length))
    target.set(part)
    at += part.length
    return part.length
  }
  return { readNow, read: async (target) => readNow(target), async close() {} }
}

/** All that a capture holds. Throws CaptureError where there is none. */
export async function readCapture(source: ByteSource | Uint8Array, name = 'sample'): Promise<ReadCapture> {
  const origin = createOrigin()
  const reader = await openSource(source instanceof Uint8Array ? pieces(source) : source, name, origin)
  return readRecords(reader, origin)
}

/** Reads to the end and closes the reader. */
export async function readRecords(reader: CaptureReader, origin: TimeOrigin): Promise<ReadCapture> {
  const records: ReadRecord[] = []
  try {
    do {
      while (reader.next()) records.push(recordOf(reader, origin))
    } while (await reader.fill())
  } finally {
    await reader.close()
  }
  const anomalies = RECORD_ANOMALIES.filter((_, index) => (reader.anomalies[index] ?? 0) > 0)
  return { format: reader.format, records, damage: reader.damage, anomalies }
}

function recordOf(reader: CaptureReader, origin: TimeOrigin): ReadRecord {
  const { view, start, end, linkType, originalLength, timeNs } = reader
  const frame = hex(new Uint8Array(view.buffer, view.byteOffset + start, end - start))
  // A record before the first one with a time has none.
  return {
    ns: absoluteNs(origin.ns ?? 0n, origin.resolutionNs, Number.isNaN(timeNs) ? 0 : timeNs),
    linkType,
    originalLength,
    frame,
  }
}
