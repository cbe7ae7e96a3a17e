/** What a capture says beside its records: only pcapng does. Texts come from the file and are not made safe to show. */
export interface CaptureNotes {
  /** The interfaces that were recorded on, as far as they are kept; `interfaceCount` counts all. */
  readonly interfaces: readonly NotedInterface[]
  readonly interfaceCount: number
  /** Names that the recording host or a person gave to addresses. */
  readonly names: readonly NotedName[]
  readonly counts: RecordingCounts
  /**
   * Packets that were lost while recording. An interface's own statistics and the losses noted at its packets tell of
   * the same packets, so the larger counts. Undefined where the file says nothing, which is not the same as 0.
   */
  readonly dropped: number | undefined
}

export interface NotedInterface {
  readonly name: string | undefined
  readonly description: string | undefined
  readonly linkType: number
  /** The interface's own addresses, as far as they are kept. */
  readonly addresses: readonly NotedAddress[]
}

/** Four signed 32-bit words as in Packet: an IPv4 address stands in the last, behind 0, 0 and 0xffff. */
export interface NotedAddress {
  readonly family: 4 | 6
  readonly words: readonly [number, number, number, number]
}

export interface NotedName {
  readonly address: NotedAddress
  readonly name: string
}

/**
 * Packets that the statistics of the interfaces count, summed over interfaces and sections; undefined where none does.
 */
export interface RecordingCounts {
  readonly received: number | undefined
  readonly droppedByInterface: number | undefined
  readonly acceptedByFilter: number | undefined
  readonly droppedBySystem: number | undefined
  readonly delivered: number | undefined
}

const NO_COUNTS: RecordingCounts = {
  received: undefined,
  droppedByInterface: undefined,
  acceptedByFilter: undefined,
  droppedBySystem: undefined,
  delivered: undefined,
}

export const NO_NOTES: CaptureNotes = {
  interfaces: [],
  interfaceCount: 0,
  names: [],
  counts: NO_COUNTS,
  dropped: undefined,
}
