import { type Blocks, blocks } from '../support/captures.ts'
import { filler, join, type Octets, type Writer, writer } from '../support/octets.ts'
import { BEGIN_NS } from './samples.ts'

/** Blocks that say something beside the packets, of one byte order. */
export interface NoteBlocks extends Blocks, Writer {
  option(type: number, value: Octets): Uint8Array
  describe(options?: Octets, linkType?: number): Uint8Array
  /** Numbers as the options 4 to 8; undefined ones are left out. */
  statistics(id: number, ...counts: readonly (bigint | undefined)[]): Uint8Array
  nameRecord(type: number, address: Octets, ...names: readonly string[]): Uint8Array
  names(...records: readonly Octets[]): Uint8Array
  packet(options?: Octets, frame?: Uint8Array): Uint8Array
}

export function noteBlocks(littleEndian: boolean): NoteBlocks {
  const all = blocks(littleEndian)
  const numbers = writer(littleEndian)
  const { u16, u32, i64 } = numbers
  const option = (type: number, value: Octets) =>
    join(u16(type, value.length), value, new Uint8Array(-value.length & 3))
  return {
    ...all,
    ...numbers,
    option,
    describe: (options = [], linkType = 1) => all.block(1, join(u16(linkType, 0), u32(0), options)),
    statistics: (id, ...counts) => {
      const said = counts.map((count, index) => (count === undefined ? [] : option(4 + index, i64(count))))
      return all.block(5, join(u32(id, 0, 0), ...said))
    },
    nameRecord: (type, address, ...names) => option(type, join(address, Buffer.from(`${names.join('\0')}\0`))),
    names: (...records) => all.block(4, join(...records, u16(0, 0))),
    packet: (options = [], frame = filler(6)) => {
      const ticks = BEGIN_NS / 1000n
      const head = u32(0, Number(ticks >> 32n), Number(ticks & 0xffffffffn), frame.length, frame.length)
      return all.block(6, join(head, frame, new Uint8Array(-frame.length & 3), options))
    },
  }
}

export const text = (words: string): Uint8Array => Buffer.from(words)

/** A capture as etl2pcapng and dumpcap write them together: interfaces with addresses, names, statistics, options. */
export function notedPcapng(littleEndian = true): Uint8Array {
  const { section, describe, option, u16, u32, i64, names, nameRecord, statistics, packet, block } =
    noteBlocks(littleEndian)
  return join(
    section(),
    describe(
      join(
        option(2, text('eth:3:0')),
        option(3, text('LWF over IfIndex 3')),
        option(4, [10, 0, 0, 16, 255, 255, 255, 255]),
        option(5, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 128]),
        u16(0, 0),
      ),
    ),
    describe(option(2, text('wifi:1')), 105),
    block(10, filler(24)),
    names(
      nameRecord(1, [10, 0, 0, 16], 'dir01.contoso.local', 'dir01'),
      nameRecord(2, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20], 'edge01.contoso.local'),
    ),
    packet(join(option(2, u32(1)), option(1, text('PID=1234 TID=5678')), u16(0, 0))),
    statistics(0, 10n, 1n),
    packet(join(option(2, u32(2)), option(8, u32(4321, 8765)), option(4, i64(3n)), u16(0, 0))),
    block(9, filler(40)),
    packet(),
    block(0xbad, filler(12)),
    statistics(0, 100n, 2n, 90n, 3n, 85n),
    statistics(1, 50n, 0n),
  )
}
