import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { noteBlocks, text } from '../../capture/noted.ts'
import { pcap } from '../../support/captures.ts'
import { filler, join, type Octets, writer } from '../../support/octets.ts'
import { ethernet, ipv4, udp } from '../../support/packets.ts'
import { createCaptureFile } from './capture-file.ts'

/* Captures that are hostile by their form. Each writer takes how many, or how many megabytes. */

const MIB = 1 << 20
const FRAME = ethernet(ipv4(udp({ payload: [1] })))
const { section, describe, option, packet, block, u32 } = noteBlocks(true)

/** Interfaces, each with a packet of its own. */
export function interfaces(path: string, count: number): void {
  const file = createCaptureFile(path)
  const described = describe(join(option(2, text('eth0')), option(3, filler(200))))
  const { u32 } = writer(true)
  file.bytes(section())
  for (let at = 0; at < count; at += 1) {
    file.bytes(described)
    file.bytes(block(6, join(u32(at, 0, 0, FRAME.length, FRAME.length), FRAME, new Uint8Array(-FRAME.length & 3))))
  }
  file.close()
}

/** Packets with as many options as fit, none of which is longer than its header. */
export function options(path: string, megabytes: number): void {
  const file = createCaptureFile(path)
  file.bytes(join(section(), describe()))
  const many = packet(join(...Array.from({ length: 16_000 }, () => option(7, []))))
  for (let left = megabytes * MIB; left > 0; left -= many.length) file.bytes(many)
  file.close()
}

/** Names for addresses, in blocks that are just short enough to be read. */
export function names(path: string, megabytes: number): void {
  const { names: nameBlock, nameRecord } = noteBlocks(true)
  const file = createCaptureFile(path)
  file.bytes(join(section(), describe()))
  const many = nameBlock(
    ...Array.from({ length: 20_000 }, (_, at) => nameRecord(1, [10, at >> 16, (at >> 8) & 255, at & 255], `h${at}`)),
  )
  for (let left = megabytes * MIB; left > 0; left -= many.length) file.bytes(many)
  file.close()
}

/** A file whose end is a hole: it says that it is long, and takes no room. */
function sparse(path: string, begin: Uint8Array, length: number, end: Octets): void {
  const file = openSync(path, 'w')
  writeSync(file, begin)
  ftruncateSync(file, begin.length + length)
  writeSync(file, Uint8Array.from(end), 0, end.length, begin.length + length)
  closeSync(file)
}

/** A pcap capture of nothing but zeros: each sixteen are a record without a frame. */
export function zeros(path: string, megabytes: number): void {
  sparse(path, pcap([]), megabytes * MIB, [])
}

/** One block that nobody needs, and a packet behind it. */
export function longBlock(path: string, megabytes: number): void {
  const length = megabytes * MIB
  sparse(path, join(section(), describe(), u32(0xbad, length)), length - 12, join(u32(length), packet()))
}

/** Each megabyte of gzip is a gigabyte of zeros. */
export function gzipBomb(path: string, megabytes: number): void {
  const member = gzipSync(new Uint8Array(64 * MIB), { level: 9 })
  const file = createCaptureFile(path)
  file.bytes(gzipSync(pcap([])))
  for (let left = megabytes; left > 0; left -= 64) file.bytes(member)
  file.close()
}

/** Each four bytes of zstd are 128 KiB of zeros: frames of run-length blocks, RFC 8878 section 3.1.1.2. */
export function zstdBomb(path: string, megabytes: number): void {
  const { u32: littleEndian } = writer(true)
  const run = 128 * 1024
  const rawBlock = (bytes: Uint8Array, isLast: boolean) => {
    const header = (bytes.length << 3) | (isLast ? 1 : 0)
    return join([header & 255, (header >> 8) & 255, header >> 16], bytes)
  }
  const runBlock = (isLast: boolean) => {
    const header = (run << 3) | 2 | (isLast ? 1 : 0)
    return [header & 255, (header >> 8) & 255, header >> 16, 0]
  }
  // No checksum, no content size, a window of 128 KiB.
  const frame = join(littleEndian(0xfd2fb528), [0, 7 << 3])
  const runs = join(...Array.from({ length: 511 }, () => runBlock(false)), runBlock(true))
  const parts = Array.from({ length: Math.ceil(megabytes / 64) }, () => join(frame, runs))
  writeFileSync(path, join(frame, rawBlock(pcap([]), true), ...parts))
}
