import type { ByteWindow } from './byte-window.ts'
import type { Damage } from './capture-error.ts'
import { readInterfaceOptions } from './pcapng-options.ts'
import {
  CAPTURED_ABOVE_ORIGINAL,
  type CaptureReader,
  RECORD_ANOMALIES,
  RECORD_WITHOUT_TIME,
  recordLimit,
  TIME_OUT_OF_RANGE,
  TIME_ROUNDED,
  UNKNOWN_INTERFACE,
  UNREADABLE_SECTION,
} from './reader.ts'
import { isExact, TickClock, type TimeOrigin } from './time.ts'

// Block types and the fields inside them, draft-ietf-opsawg-pcapng section 4. All offsets count from the block's start.
export const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const OBSOLETE_PACKET = 2
const SIMPLE_PACKET = 3
const ENHANCED_PACKET = 6

const BLOCK_LENGTH = 4
const BLOCK_BODY = 8
/** Type and length in front, length again at the end. */
const SMALLEST_BLOCK = 12

const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const BYTE_ORDER_MAGIC_SWAPPED = 0x4d3c2b1a
const SECTION_VERSION_MAJOR = 12
const SECTION_VERSION_MINOR = 14
const SMALLEST_SECTION_HEADER = 28

const INTERFACE_LINK_TYPE = 8
const INTERFACE_SNAP_LENGTH = 12
const INTERFACE_OPTIONS = 16
const SMALLEST_INTERFACE = 20

const PACKET_INTERFACE = 8
const PACKET_TIME_HIGH = 12
const PACKET_TIME_LOW = 16
const PACKET_CAPTURED_LENGTH = 20
const PACKET_ORIGINAL_LENGTH = 24
const PACKET_FRAME = 28
const SMALLEST_PACKET = 32

const SIMPLE_ORIGINAL_LENGTH = 8
const SIMPLE_FRAME = 12
const SMALLEST_SIMPLE_PACKET = 16

/** The longest block that is taken into memory; other kinds of block are passed over whatever their length. */
const LARGEST_BLOCK = 17 * 1024 * 1024

/** More interfaces than this in one section are not kept; packets that name them are counted and left out. */
const MOST_INTERFACES = 65_536

interface Interface {
  readonly linkType: number
  /** 0 means no limit. */
  readonly snapLength: number
  readonly clock: TickClock
}

export class PcapngReader implements CaptureReader {
  readonly format = 'pcapng'
  readonly anomalies = new Uint32Array(RECORD_ANOMALIES.length)
  view: DataView
  start = 0
  end = 0
  originalLength = 0
  linkType = -1
  /** NaN until a packet block with a time has come. */
  timeNs = Number.NaN
  damage: Damage | undefined

  readonly #window: ByteWindow
  readonly #origin: TimeOrigin
  #littleEndian = true
  #interfaces: Interface[] = []
  /** In a section of a version that is not known, everything up to the next section header is passed over. */
  #sectionReadable = false
  #wanted = SMALLEST_BLOCK
  /** Bytes of a block that is passed over without being read into the window. */
  #skip = 0

  /** The window must stand at a section header block. */
  constructor(window: ByteWindow, origin: TimeOrigin) {
    this.#window = window
    this.#origin = origin
    this.view = window.view
  }

  get offset(): number {
    return this.#window.offsetOf(this.#window.start)
  }

  next(): boolean {
    const window = this.#window
    const view = window.view
    while (window.end - window.start >= SMALLEST_BLOCK) {
      const at = window.start
      const type = view.getUint32(at, this.#littleEndian)
      if (type === SECTION_HEADER && !this.#readByteOrder(view, at)) return false
      const length = view.getUint32(at + BLOCK_LENGTH, this.#littleEndian)
      if (length < SMALLEST_BLOCK || length % 4 !== 0) {
        return this.#stop(`a block says it is ${length} bytes long; wanted a multiple of 4, at least ${SMALLEST_BLOCK}`)
      }
      if (!isRead(type)) {
        if (!this.#pass(length)) return false
        continue
      }
      if (length > LARGEST_BLOCK) {
        return this.#stop(`a block says it is ${length} bytes long; the most accepted is ${LARGEST_BLOCK}`)
      }
      if (at + length > window.end) {
        this.#wanted = length
        return false
      }
      const repeated = view.getUint32(at + length - 4, this.#littleEndian)
      if (repeated !== length) {
        return this.#stop(`a block is ${length} bytes long by its start and ${repeated} by its end`)
      }
      if (this.#read(type, view, at, length)) {
        window.start = at + length
        return true
      }
      if (this.damage) return false
      window.start = at + length
    }
    return false
  }

  async fill(): Promise<boolean> {
    if (this.damage) return false
    const window = this.#window
    const offset = this.offset
    const skipped = this.#skip === 0 || (await window.skip(this.#skip))
    this.#skip = 0
    const filled = skipped && (await window.fill(this.#wanted))
    this.view = window.view
    this.#wanted = SMALLEST_BLOCK
    if (filled) return true
    if (window.failure) this.damage = { offset: window.offsetOf(window.end), problem: window.failure.message }
    else if (!skipped) this.damage = { offset, problem: 'the last block is cut off' }
    else if (window.end > window.start) this.damage = { offset: this.offset, problem: 'the last block is cut off' }
    return false
  }

  close(): Promise<void> {
    return this.#window.close()
  }

  /** A section header says its byte order inside its body, so it is looked at before its length. */
  #readByteOrder(view: DataView, at: number): boolean {
    const magic = view.getUint32(at + BLOCK_BODY)
    if (magic === BYTE_ORDER_MAGIC) this.#littleEndian = false
    else if (magic === BYTE_ORDER_MAGIC_SWAPPED) this.#littleEndian = true
    else return this.#stop(`a section header has the byte-order magic 0x${magic.toString(16)}; wanted 0x1a2b3c4d`)
    return true
  }

  /** Moves over a block that is not needed; false when some of it is not in the window yet. */
  #pass(length: number): boolean {
    const window = this.#window
    if (window.start + length <= window.end) {
      window.start += length
      return true
    }
    this.#skip = length
    return false
  }

  /** Takes one whole block; true when it holds a record. */
  #read(type: number, view: DataView, at: number, length: number): boolean {
    if (type === SECTION_HEADER) return this.#readSection(view, at, length)
    if (!this.#sectionReadable) return false
    if (type === INTERFACE_DESCRIPTION) return this.#readInterface(view, at, length)
    if (type === SIMPLE_PACKET) return this.#readSimplePacket(view, at, length)
    return this.#readPacket(type, view, at, length)
  }

  #readSection(view: DataView, at: number, length: number): false {
    if (length < SMALLEST_SECTION_HEADER) {
      return this.#stop(`a section header is ${length} bytes long; wanted at least ${SMALLEST_SECTION_HEADER}`)
    }
    const major = view.getUint16(at + SECTION_VERSION_MAJOR, this.#littleEndian)
    const minor = view.getUint16(at + SECTION_VERSION_MINOR, this.#littleEndian)
    // Versions 1.0 and 1.2 are the same format (section 4.1).
    this.#sectionReadable = major === 1 && (minor === 0 || minor === 2)
    if (!this.#sectionReadable) this.anomalies[UNREADABLE_SECTION]! += 1
    this.#interfaces = []
    return false
  }

  #readInterface(view: DataView, at: number, length: number): false {
    if (length < SMALLEST_INTERFACE) {
      return this.#stop(`an interface description is ${length} bytes long; wanted at least ${SMALLEST_INTERFACE}`)
    }
    if (this.#interfaces.length >= MOST_INTERFACES) return false
    const options = readInterfaceOptions(view, at + INTERFACE_OPTIONS, at + length - 4, this.#littleEndian)
    this.#interfaces.push({
      linkType: view.getUint16(at + INTERFACE_LINK_TYPE, this.#littleEndian),
      snapLength: view.getUint32(at + INTERFACE_SNAP_LENGTH, this.#littleEndian),
      clock: new TickClock(this.#origin, options.resolution, options.offsetSeconds),
    })
    return false
  }

  #readPacket(type: number, view: DataView, at: number, length: number): boolean {
    if (length < SMALLEST_PACKET) {
      return this.#stop(`a packet block is ${length} bytes long; wanted at least ${SMALLEST_PACKET}`)
    }
    const littleEndian = this.#littleEndian
    // The obsolete block has 16 bits of interface, then 16 bits of drop count.
    const id =
      type === ENHANCED_PACKET
        ? view.getUint32(at + PACKET_INTERFACE, littleEndian)
        : view.getUint16(at + PACKET_INTERFACE, littleEndian)
    const from = this.#interfaces[id]
    if (from === undefined) return this.#unknownInterface()
    const capturedLength = view.getUint32(at + PACKET_CAPTURED_LENGTH, littleEndian)
    if (!this.#fits(capturedLength, from, length - SMALLEST_PACKET)) return false
    const time = from.clock.toNs(
      view.getUint32(at + PACKET_TIME_HIGH, littleEndian),
      view.getUint32(at + PACKET_TIME_LOW, littleEndian),
    )
    this.#takeTime(time)
    this.linkType = from.linkType
    this.start = at + PACKET_FRAME
    this.end = this.start + capturedLength
    this.originalLength = view.getUint32(at + PACKET_ORIGINAL_LENGTH, littleEndian)
    if (capturedLength > this.originalLength) this.anomalies[CAPTURED_ABOVE_ORIGINAL]! += 1
    return true
  }

  /** A simple packet belongs to the section's first interface and carries no time: it has the time of the record before. */
  #readSimplePacket(view: DataView, at: number, length: number): boolean {
    if (length < SMALLEST_SIMPLE_PACKET) {
      return this.#stop(`a simple packet block is ${length} bytes long; wanted at least ${SMALLEST_SIMPLE_PACKET}`)
    }
    const from = this.#interfaces[0]
    if (from === undefined) return this.#unknownInterface()
    this.originalLength = view.getUint32(at + SIMPLE_ORIGINAL_LENGTH, this.#littleEndian)
    const room = length - SMALLEST_SIMPLE_PACKET
    const snapped = from.snapLength === 0 ? this.originalLength : Math.min(this.originalLength, from.snapLength)
    this.linkType = from.linkType
    this.start = at + SIMPLE_FRAME
    this.end = this.start + Math.min(room, snapped)
    this.anomalies[RECORD_WITHOUT_TIME]! += 1
    return true
  }

  /** A time that cannot be is replaced by the one before it. */
  #takeTime(time: number): void {
    if (Number.isNaN(time)) {
      this.anomalies[TIME_OUT_OF_RANGE]! += 1
      return
    }
    this.timeNs = time
    if (this.#origin.resolutionNs === 1 && !isExact(time)) this.anomalies[TIME_ROUNDED]! += 1
  }

  #unknownInterface(): false {
    this.anomalies[UNKNOWN_INTERFACE]! += 1
    return false
  }

  #fits(capturedLength: number, from: Interface, room: number): boolean {
    const limit = Math.min(room, recordLimit(from.snapLength))
    if (capturedLength <= limit) return true
    return this.#stop(`a packet says it holds ${capturedLength} bytes; its block has room for ${limit}`)
  }

  #stop(problem: string): false {
    this.damage = { offset: this.offset, problem }
    return false
  }
}

function isRead(type: number): boolean {
  return (
    type === ENHANCED_PACKET ||
    type === SIMPLE_PACKET ||
    type === OBSOLETE_PACKET ||
    type === INTERFACE_DESCRIPTION ||
    type === SECTION_HEADER
  )
}
