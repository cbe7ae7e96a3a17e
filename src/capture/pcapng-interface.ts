import type { NotedAddress, NotedInterface } from './capture-notes.ts'
import { ipv4Address, ipv6Address } from './pcapng-names.ts'
import { readText, walkOptions } from './pcapng-options.ts'
import { createCounts } from './pcapng-statistics.ts'
import { TickClock, type TimeOrigin } from './time.ts'

// Interface description block and its options, draft-ietf-opsawg-pcapng section 4.2.
const LINK_TYPE = 8
const SNAP_LENGTH = 12
const OPTIONS = 16
export const SMALLEST_INTERFACE = 20
const IF_NAME = 2
const IF_DESCRIPTION = 3
const IF_IPV4_ADDRESS = 4
const IF_IPV6_ADDRESS = 5
const IF_TSRESOL = 9
const IF_TSOFFSET = 14

const MICROSECONDS = 6

/** More addresses than this of one interface are not noted. */
const MOST_ADDRESSES = 64

/** An interface of the section that is being read. */
export interface Interface {
  readonly linkType: number
  /** 0 means no limit. */
  readonly snapLength: number
  readonly clock: TickClock
  /** What its latest statistics said. */
  readonly counts: Float64Array
  /** Packets lost according to its packets; NaN while none says so. */
  droppedAtPackets: number
}

export interface DescribedInterface {
  readonly described: Interface
  readonly note: NotedInterface
  /** False when it has more options than are looked at. */
  readonly isWhole: boolean
}

/** Reads a whole block that is long enough. */
export function readInterface(
  view: DataView,
  at: number,
  length: number,
  littleEndian: boolean,
  origin: TimeOrigin,
): DescribedInterface {
  let resolution = MICROSECONDS
  let offsetSeconds = 0n
  let name: string | undefined
  let description: string | undefined
  const addresses: NotedAddress[] = []
  const isWhole = walkOptions(view, at + OPTIONS, at + length - 4, littleEndian, (type, value, size) => {
    if (type === IF_TSRESOL && size >= 1) resolution = view.getUint8(value)
    else if (type === IF_TSOFFSET && size >= 8) offsetSeconds = view.getBigInt64(value, littleEndian)
    else if (type === IF_NAME) name ??= readText(view, value, size)
    else if (type === IF_DESCRIPTION) description ??= readText(view, value, size)
    else if (addresses.length >= MOST_ADDRESSES) return
    else if (type === IF_IPV4_ADDRESS && size >= 4) addresses.push(ipv4Address(view, value))
    else if (type === IF_IPV6_ADDRESS && size >= 16) addresses.push(ipv6Address(view, value))
  })
  const linkType = view.getUint16(at + LINK_TYPE, littleEndian)
  const described: Interface = {
    linkType,
    snapLength: view.getUint32(at + SNAP_LENGTH, littleEndian),
    clock: new TickClock(origin, resolution, offsetSeconds),
    counts: createCounts(),
    droppedAtPackets: Number.NaN,
  }
  return { described, note: { name, description, linkType, addresses }, isWhole }
}
