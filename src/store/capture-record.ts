import type { Trust } from '../judge/trust.ts'

/** One of the files that a capture was read from. */
export interface CaptureFile {
  readonly path: string
  /** Undefined for a stream. */
  readonly identity: string | undefined
  readonly damage: { readonly offset: number; readonly problem: string } | undefined
}

export const KEEPS = ['findings', 'all'] as const
/** Which flows are kept one by one. */
export type Keep = (typeof KEEPS)[number]

/** What a capture point recorded, apart from its conversations. */
export interface CaptureRecord {
  readonly point: string
  /** The folder that the point's name was made from; undefined where the user named the point. */
  readonly folder: string | undefined
  readonly files: readonly CaptureFile[]
  readonly formats: readonly string[]
  readonly linkTypes: readonly string[]
  readonly records: number
  /** Records that were decoded into packets. */
  readonly packets: number
  /** Bytes of the (decompressed) captures. */
  readonly bytes: number
  readonly flows: number
  readonly anomalies: ReadonlyMap<string, number>
  /** Nanoseconds since 1970 from which all other times of the capture count. */
  readonly originNs: bigint
  /** Times are whole multiples of it: 1 or 1000; that is how a double far from the origin still tells them exactly. */
  readonly resolutionNs: number
  /** Undefined where no record had a time. */
  readonly firstNs: number | undefined
  readonly lastNs: number | undefined
  readonly keep: Keep
  readonly trust: Trust
  /** Addresses of the interfaces that were recorded on, where the files name them. */
  readonly interfaceAddresses: readonly string[]
}

/** Where a capture's rows go: its number in the database, its name, and the origin of its times. */
export interface CaptureRef {
  readonly number: number
  readonly point: string
  readonly originNs: bigint
  readonly resolutionNs: number
}
