import { gzipSync } from 'node:zlib'
import { join, type Octets, writer } from './octets.ts'

/** One packet as a capture shall hold it. */
export interface Recorded {
  /** Nanoseconds since 1970. */
  readonly ns: bigint
  readonly frame: Uint8Array
  /** Where the snap length cut the frame. */
  readonly originalLength?: number
}

export const PCAP_MAGIC = { pcap: 0xa1b2c3d4, 'pcap-ns': 0xa1b23c4d, 'pcap-modified': 0xa1b2cd34 } as const

export interface PcapForm {
  readonly format?: keyof typeof PCAP_MAGIC
  readonly littleEndian?: boolean
  readonly linkType?: number
  readonly snapLength?: number
  readonly major?: number
}

export function pcap(records: readonly Recorded[], form: PcapForm = {}): Uint8Array {
  const { u16, u32 } = writer(form.littleEndian ?? true)
  const format = form.format ?? 'pcap'
  const nsPerFraction = format === 'pcap-ns' ? 1n : 1000n
  const header = join(
    u32(PCAP_MAGIC[format]),
    u16(form.major ?? 2, 4),
    u32(0, 0, form.snapLength ?? 262_144, form.linkType ?? 1),
  )
  const extra = format === 'pcap-modified' ? new Uint8Array(8) : []
  const body = records.flatMap(({ ns, frame, originalLength }) => {
    const fraction = Number((ns % 1_000_000_000n) / nsPerFraction)
    return [u32(Number(ns / 1_000_000_000n), fraction, frame.length, originalLength ?? frame.length), extra, frame]
  })
  return join(header, ...body)
}

export interface InterfaceForm {
  readonly linkType?: number
  readonly snapLength?: number
  /** The octet of if_tsresol. */
  readonly resolution?: number
  readonly offsetSeconds?: bigint
}

export interface PacketForm {
  readonly frame: Uint8Array
  readonly originalLength?: number
  readonly interface?: number
  readonly ticks?: bigint
  /** Where it shall not be the right one. */
  readonly capturedLength?: number
  /** The options behind the frame, each with its number; enhanced packet blocks only. */
  readonly options?: readonly (readonly [number, Octets])[]
}

/** The blocks of one byte order. */
export interface Blocks {
  block(type: number, body: Octets): Uint8Array
  section(major?: number, minor?: number): Uint8Array
  interface(form?: InterfaceForm): Uint8Array
  enhanced(packet: PacketForm): Uint8Array
  obsolete(packet: PacketForm): Uint8Array
  simple(frame: Uint8Array, originalLength?: number): Uint8Array
}

export function blocks(littleEndian: boolean): Blocks {
  const { u16, u32, i64 } = writer(littleEndian)
  const block = (type: number, body: Octets) => {
    const padded = join(body, padding(body.length))
    const length = u32(padded.length + 12)
    return join(u32(type), length, padded, length)
  }
  const option = (type: number, value: Octets) => join(u16(type, value.length), value, padding(value.length))
  const packet = ({ frame, ticks = 0n, ...form }: PacketForm) =>
    join(
      u32(Number(ticks >> 32n), Number(ticks & 0xffffffffn)),
      u32(form.capturedLength ?? frame.length, form.originalLength ?? frame.length),
      frame,
    )
  const options = (each: PacketForm['options']) =>
    each === undefined ? [] : join(...each.map(([type, value]) => option(type, value)), u16(0, 0))
  return {
    block,
    section: (major = 1, minor = 0) => block(0x0a0d0d0a, join(u32(0x1a2b3c4d), u16(major, minor), i64(-1n))),
    interface: ({ linkType = 1, snapLength = 262_144, resolution, offsetSeconds } = {}) =>
      block(
        1,
        join(
          u16(linkType, 0),
          u32(snapLength),
          option(2, Buffer.from('eth0')),
          resolution === undefined ? [] : option(9, [resolution]),
          offsetSeconds === undefined ? [] : option(14, i64(offsetSeconds)),
          u16(0, 0),
        ),
      ),
    enhanced: (form) =>
      block(6, join(u32(form.interface ?? 0), packet(form), padding(form.frame.length), options(form.options))),
    obsolete: (form) => block(2, join(u16(form.interface ?? 0, 0xffff), packet(form))),
    simple: (frame, originalLength = frame.length) => block(3, join(u32(originalLength), frame)),
  }
}

/** A pcapng capture of one section and one interface with times in nanoseconds. */
export function pcapng(
  records: readonly Recorded[],
  form: { littleEndian?: boolean; linkType?: number } = {},
): Uint8Array {
  const { section, interface: describe, enhanced } = blocks(form.littleEndian ?? true)
  const packets = records.map(({ ns, ...packet }) => enhanced({ ...packet, ticks: ns }))
  return join(section(), describe({ linkType: form.linkType ?? 1, resolution: 9 }), ...packets)
}

export function gzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes))
}

function padding(length: number): Uint8Array {
  return new Uint8Array(-length & 3)
}
