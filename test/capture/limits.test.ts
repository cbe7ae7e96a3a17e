import { createGzip, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { ByteSource } from '../../src/capture/byte-source.ts'
import { openSource } from '../../src/capture/open.ts'
import { type CaptureReader, RECORD_ANOMALIES } from '../../src/capture/reader.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { pcap } from '../support/captures.ts'
import { filler, join } from '../support/octets.ts'
import { pieces } from '../support/reading.ts'
import { noteBlocks, text } from './noted.ts'

/* Files that ask for more than they hold: each ends in bounded time and memory, and says or counts what was left out. */

const {
  section,
  describe: describeInterface,
  option,
  packet,
  block,
  names,
  nameRecord,
  statistics,
  u16,
  u32,
  i64,
} = noteBlocks(true)

interface Read {
  readonly reader: CaptureReader
  readonly records: number
  readonly anomalies: readonly string[]
  /** How much the process grew. */
  readonly megabytes: number
}

async function read(source: ByteSource): Promise<Read> {
  const before = process.memoryUsage().rss
  const reader = await openSource(source, 'sample', createOrigin())
  let records = 0
  do while (reader.next()) records += 1
  while (await reader.fill())
  await reader.close()
  const anomalies = RECORD_ANOMALIES.flatMap((name, index) => {
    const count = reader.anomalies[index] ?? 0
    return count > 0 ? [`${count} ${name}`] : []
  })
  return { reader, records, anomalies, megabytes: (process.memoryUsage().rss - before) / 1e6 }
}

/** A source of a beginning, then one part many times, then an end; it never stands in memory as a whole. */
function repeated(begin: Uint8Array, part: Uint8Array, times: number, end: Uint8Array = new Uint8Array(0)): ByteSource {
  const chunk = join(...Array.from({ length: Math.min(times, 1000) }, () => part))
  let left = times
  let rest = begin
  const more = () => {
    if (left > 0) rest = chunk.subarray(0, Math.min(left, 1000) * part.length)
    else if (left === 0) rest = end
    left = left > 0 ? Math.max(0, left - 1000) : -1
  }
  return {
    async read(target) {
      while (rest.length === 0 && left >= 0) more()
      const taken = rest.subarray(0, target.length)
      target.set(taken)
      rest = rest.subarray(taken.length)
      return taken.length
    },
    async close() {},
  }
}

describe('interfaces', () => {
  it('a million of them in one section: the first 65,536 are kept, the others counted', async () => {
    const from = describeInterface(join(option(2, text('eth0')), option(3, filler(200))))
    const last = (id: number) => block(6, join(u32(id, 0, 0, 4, 4), filler(4)))
    const { records, reader, anomalies, megabytes } = await read(
      repeated(section(), from, 1_000_000, join(last(65_535), last(65_536), last(999_999))),
    )
    expect([records, reader.damage]).toEqual([1, undefined])
    expect(anomalies).toEqual(['2 unknown-interface', `${1_000_000 - 65_536} interfaces-too-many`])
    expect(reader.notes).toMatchObject({ interfaceCount: 1_000_000, interfaces: { length: 256 } })
    expect(megabytes).toBeLessThan(200)
  })

  it('a hundred thousand sections with an interface each: only the last section’s is kept', async () => {
    const part = join(section(), describeInterface(), statistics(0, 2n, 1n))
    const { reader, megabytes } = await read(repeated(part, part, 100_000))
    expect(reader.notes).toMatchObject({ interfaceCount: 100_001, dropped: 100_001, counts: { received: 200_002 } })
    expect(megabytes).toBeLessThan(150)
  })
})

describe('options', () => {
  it('of no length do not loop, and more than 1,000 at an interface are counted', async () => {
    const many = (count: number) => join(...Array.from({ length: count }, () => option(7, [])))
    const { records, anomalies } = await read(
      pieces(join(section(), describeInterface(many(1000)), describeInterface(many(1001)), packet())),
    )
    expect([records, anomalies]).toEqual([1, ['1 options-too-many']])
  })

  it('more than 32 at a packet are counted, and those before count', async () => {
    const many = (count: number) =>
      packet(join(option(2, u32(1)), ...Array.from({ length: count }, () => option(7, []))))
    const open = join(section(), describeInterface())
    const { records, anomalies, reader } = await read(pieces(join(open, many(31), many(32), many(60_000))))
    expect([records, anomalies, reader.direction]).toEqual([3, ['2 options-too-many'], 1])
  })

  it('more than 1,000 at statistics are counted', async () => {
    const many = block(5, join(u32(0, 0, 0), ...Array.from({ length: 1001 }, () => option(5, i64(1n)))))
    const { reader, anomalies } = await read(pieces(join(section(), describeInterface(), many)))
    expect([reader.notes.dropped, anomalies]).toEqual([1, ['1 options-too-many']])
  })

  it('of more than 64 addresses leave the rest out', async () => {
    const addresses = Array.from({ length: 100 }, (_, index) => option(4, [10, 0, 0, index, 255, 255, 255, 0]))
    const { reader } = await read(pieces(join(section(), describeInterface(join(...addresses)))))
    expect(reader.notes.interfaces[0]?.addresses.length).toBe(64)
  })

  it('of long texts are cut', async () => {
    const { reader } = await read(
      pieces(join(section(), describeInterface(option(2, new Uint8Array(60_000).fill(65))))),
    )
    expect(reader.notes.interfaces[0]?.name).toBe('A'.repeat(255))
  })
})

describe('names', () => {
  it('more than 10,000 are counted and left out', async () => {
    const part = names(...Array.from({ length: 500 }, (_, index) => nameRecord(1, [10, 0, 0, index & 255], 'a', 'b')))
    const { reader, anomalies, megabytes } = await read(repeated(section(), part, 500))
    expect([reader.notes.names.length, anomalies]).toEqual([10_000, ['490000 names-too-many']])
    expect(megabytes).toBeLessThan(150)
  })

  it('in a block of more than 1 MiB are passed over and counted', async () => {
    const long = block(4, join(u16(1, 6), [10, 0, 0, 1], text('a\0'), new Uint8Array(2), new Uint8Array(1 << 20)))
    const { reader, anomalies } = await read(pieces(join(section(), describeInterface(), long, packet())))
    expect([reader.notes.names.length, reader.damage, anomalies]).toEqual([0, undefined, ['1 block-too-long']])
  })
})

describe('a block of 2 GB', () => {
  const GB2 = 0x80000000
  const open = join(section(), describeInterface())

  it.each([
    ['of a packet', 6],
    ['of an interface', 1],
  ])('%s is damage', async (_name, type) => {
    const { reader, megabytes } = await read(pieces(join(open, packet(), u32(type, GB2), filler(1000))))
    const problem = `a block says it is ${GB2} bytes long; the most accepted is 17825792`
    expect([reader.damage?.problem, megabytes < 100]).toEqual([problem, true])
  })

  it.each([
    ['of names', 4],
    ['that nobody needs', 0xbad],
  ])('%s is passed over, and is cut off when it is not there', async (_name, type) => {
    const cut = await read(pieces(join(open, packet(), u32(type, GB2), filler(1000))))
    expect([cut.records, cut.reader.damage?.problem]).toEqual([1, 'the last block is cut off'])
    const whole = join(u32(type, 0x10000000), new Uint8Array(4))
    const { records, reader, megabytes } = await read(
      repeated(join(open, whole), new Uint8Array(4), (0x10000000 - 16) / 4, join(u32(0x10000000), packet())),
    )
    expect([records, reader.damage, megabytes < 100]).toEqual([1, undefined, true])
  })
})

describe('a gzip file of little that inflates to much', () => {
  it('is read as a stream, in little memory', async () => {
    // Zeros are records of nothing: 128 MiB in 128 KiB of gzip.
    const packed = join(gzipSync(pcap([])), gzipSync(new Uint8Array(1 << 27)))
    expect(packed.length).toBeLessThan(200_000)
    const { records, reader, megabytes } = await read(pieces(packed))
    expect([records, reader.damage]).toEqual([(1 << 27) / 16, undefined])
    expect(megabytes).toBeLessThan(250)
  })

  it('that is no capture is refused at once', async () => {
    const packed = await new Promise<Uint8Array>((resolve) => {
      const gzip = createGzip()
      const parts: Buffer[] = []
      gzip.on('data', (part: Buffer) => parts.push(part))
      gzip.on('end', () => resolve(Buffer.concat(parts)))
      for (let index = 0; index < 50; index += 1) gzip.write(Buffer.alloc(1 << 20, 'hello '))
      gzip.end()
    })
    await expect(read(pieces(packed))).rejects.toThrow(/not a capture/)
  })
})
