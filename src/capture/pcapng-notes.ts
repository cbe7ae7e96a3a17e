import type { CaptureNotes, NotedInterface, NotedName } from './capture-notes.ts'
import { BLOCK_BODY } from './pcapng-blocks.ts'
import { type Interface, readInterface, SMALLEST_INTERFACE } from './pcapng-interface.ts'
import { readNames } from './pcapng-names.ts'
import {
  addToTally,
  createCounts,
  readStatistics,
  recordingCounts,
  SMALLEST_STATISTICS,
  STATISTICS_INTERFACE,
  said,
} from './pcapng-statistics.ts'
import { INTERFACES_TOO_MANY, NAMES_TOO_MANY, OPTIONS_TOO_MANY } from './reader.ts'
import type { TimeOrigin } from './time.ts'

const BLOCK_END = 4

/**
 * More interfaces than this in one section are counted and not kept; packets that name them are counted and left out.
 */
const MOST_INTERFACES = 65_536

/** More interfaces than this of one file are not noted for people. */
const MOST_NOTED_INTERFACES = 256

/** Gathers what the blocks of a pcapng capture say beside its packets. */
export class PcapngNotes {
  /** Of the section that is being read, by number. */
  interfaces: Interface[] = []

  readonly #origin: TimeOrigin
  readonly #anomalies: Uint32Array
  readonly #noted: NotedInterface[] = []
  readonly #names: NotedName[] = []
  #interfaceCount = 0
  /** Of the sections that came to their end. */
  readonly #tally = { counts: createCounts(), dropped: Number.NaN }

  constructor(origin: TimeOrigin, anomalies: Uint32Array) {
    this.#origin = origin
    this.#anomalies = anomalies
  }

  startSection(): void {
    for (const from of this.interfaces) addToTally(this.#tally, from)
    this.interfaces = []
  }

  /** Says what is wrong with the block, where something is. */
  takeInterface(view: DataView, at: number, length: number, littleEndian: boolean): string | undefined {
    if (length < SMALLEST_INTERFACE) {
      return `an interface description is ${length} bytes long; wanted at least ${SMALLEST_INTERFACE}`
    }
    this.#interfaceCount += 1
    if (this.interfaces.length >= MOST_INTERFACES) {
      this.#anomalies[INTERFACES_TOO_MANY]! += 1
      return undefined
    }
    const { described, note, isWhole } = readInterface(view, at, length, littleEndian, this.#origin)
    this.interfaces.push(described)
    if (this.#noted.length < MOST_NOTED_INTERFACES) this.#noted.push(note)
    if (!isWhole) this.#anomalies[OPTIONS_TOO_MANY]! += 1
    return undefined
  }

  /** Statistics of an interface that was not described tell nothing. */
  takeStatistics(view: DataView, at: number, length: number, littleEndian: boolean): void {
    if (length < SMALLEST_STATISTICS) return
    const from = this.interfaces[view.getUint32(at + STATISTICS_INTERFACE, littleEndian)]
    if (from === undefined) return
    const isWhole = readStatistics(view, at, length, littleEndian, from.counts)
    if (!isWhole) this.#anomalies[OPTIONS_TOO_MANY]! += 1
  }

  takeNames(view: DataView, at: number, length: number, littleEndian: boolean): void {
    const leftOut = readNames(view, at + BLOCK_BODY, at + length - BLOCK_END, littleEndian, this.#names)
    this.#anomalies[NAMES_TOO_MANY]! += leftOut
  }

  soFar(): CaptureNotes {
    const tally = { counts: this.#tally.counts.slice(), dropped: this.#tally.dropped }
    for (const from of this.interfaces) addToTally(tally, from)
    return {
      interfaces: this.#noted,
      interfaceCount: this.#interfaceCount,
      names: this.#names,
      counts: recordingCounts(tally.counts),
      dropped: said(tally.dropped),
    }
  }
}
