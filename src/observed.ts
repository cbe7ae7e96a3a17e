import type { NotedInterface, NotedName } from './capture/capture-notes.ts'
import type { FlowLog } from './flow/flow-log.ts'
import type { SourceAddress } from './flow/outbound-sources.ts'
import type { WallClock } from './intervals.ts'
import type { CaptureFile } from './store/capture-record.ts'

/** What was read from a capture set, packet by packet. */
export interface Observed {
  readonly log: FlowLog
  readonly files: readonly CaptureFile[]
  readonly formats: readonly string[]
  readonly linkTypes: readonly string[]
  readonly records: number
  readonly packets: number
  readonly bytes: number
  readonly anomalies: ReadonlyMap<string, number>
  /** Records of which a short snap length kept only the beginning. */
  readonly cutRecords: number
  /** Records taken more than a millisecond before the one in front of them. */
  readonly backwardRecords: number
  /** Packets that the capturing system lost; null where no file says. */
  readonly droppedPackets: number | null
  /** What the files say of their interfaces, and the names that they give to addresses. */
  readonly interfaces: readonly NotedInterface[]
  readonly names: readonly NotedName[]
  /** What the capturing host sends from, where the files say which way frames went. */
  readonly outboundSources: readonly SourceAddress[]
  /** Nanoseconds since 1970. */
  readonly originNs: bigint
  /** Times are whole multiples of it: 1 or 1000. */
  readonly resolutionNs: number
  /** Nanoseconds since the origin; undefined where no record had a time. */
  readonly firstNs: number | undefined
  readonly lastNs: number | undefined
}

export interface Progress {
  /** Bytes read of the set, and records. */
  readonly bytes: number
  readonly records: number
}

/** Whoever follows a stream wants what was read so far, again and again. */
export interface Following {
  readonly intervalMs: number
  readonly clock: WallClock
  /**
   * Takes what would have been observed had the stream ended here, and says whether it stored that. Its log is closed
   * then.
   */
  store(soFar: Observed): boolean
}
