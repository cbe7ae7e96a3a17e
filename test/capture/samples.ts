import { blocks, pcap, pcapng, type Recorded } from '../support/captures.ts'
import { filler, join } from '../support/octets.ts'
import { ethernet, ipv4, tcp, udp } from '../support/packets.ts'

/** 2014-06-02T06:00:00Z. */
export const BEGIN_NS = 1_401_688_800_000_000_000n

/** Four records with whole microseconds, so that every format can hold them; one is cut, one has nothing captured. */
export const RECORDS: readonly Recorded[] = [
  { ns: BEGIN_NS + 999_999_000n, frame: ethernet(ipv4(tcp({ payload: filler(5) }))) },
  {
    ns: BEGIN_NS + 1_000_000_000n,
    frame: ethernet(ipv4(udp({ payload: filler(30) }))).subarray(0, 50),
    originalLength: 72,
  },
  { ns: BEGIN_NS + 1_000_001_000n, frame: new Uint8Array(0), originalLength: 60 },
  { ns: BEGIN_NS + 3_000_000_000n, frame: ethernet(ipv4(tcp({ payload: filler(3) }))) },
]

/** A pcapng capture with every kind of block, two sections of different byte order, and interfaces that differ. */
export function mixedPcapng(): Uint8Array {
  const little = blocks(true)
  const big = blocks(false)
  const frames = RECORDS.map(({ frame }) => frame)
  const [first = new Uint8Array(0), second = new Uint8Array(0)] = frames
  return join(
    little.section(),
    little.interface({ linkType: 1, resolution: 6 }),
    little.interface({ linkType: 113, resolution: 9, snapLength: 20 }),
    little.block(4, filler(16)),
    little.enhanced({ frame: first, ticks: BEGIN_NS / 1000n }),
    little.enhanced({ frame: filler(20), originalLength: 90, interface: 1, ticks: BEGIN_NS + 5n }),
    little.block(0xbad, filler(21)),
    little.obsolete({ frame: second, originalLength: 72, interface: 0, ticks: BEGIN_NS / 1000n + 7n }),
    little.simple(filler(6)),
    big.section(),
    big.interface({ linkType: 101, resolution: 0x80 | 20, offsetSeconds: 1_000_000_000n }),
    big.block(5, filler(24)),
    big.enhanced({ frame: filler(7), ticks: (401_688_801n << 20n) | 1n }),
    big.obsolete({ frame: filler(9), ticks: 401_688_802n << 20n }),
  )
}

/** The same records in every format that can hold them. */
export const TWINS: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['pcap, little-endian', pcap(RECORDS)],
  ['pcap, big-endian', pcap(RECORDS, { littleEndian: false })],
  ['pcap with nanoseconds, little-endian', pcap(RECORDS, { format: 'pcap-ns' })],
  ['pcap with nanoseconds, big-endian', pcap(RECORDS, { format: 'pcap-ns', littleEndian: false })],
  ['modified pcap, little-endian', pcap(RECORDS, { format: 'pcap-modified' })],
  ['modified pcap, big-endian', pcap(RECORDS, { format: 'pcap-modified', littleEndian: false })],
  ['pcapng, little-endian', pcapng(RECORDS)],
  ['pcapng, big-endian', pcapng(RECORDS, { littleEndian: false })],
]
