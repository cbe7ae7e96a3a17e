import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { streamSource } from '../../src/capture/byte-source.ts'
import { openSource } from '../../src/capture/open.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { gzip, pcap } from '../support/captures.ts'
import { filler, join, patched, writer } from '../support/octets.ts'
import { dripping, pieces, type ReadCapture, readCapture } from '../support/reading.ts'
import { readerSeed } from './reader-seeds.ts'
import { BEGIN_NS, mixedPcapng, RECORDS } from './samples.ts'
import { MAGIC, stored } from './zstd-frames.ts'

const { u16, u32 } = writer(true)
/** Made with `zstd -19 --check` of 3,000 records: two blocks. */
const MANY = readerSeed('many-blocks.pcap.zst')
const MIXED = readerSeed('pcapng.zst')

const skippable = (length: number, number = 0) => join(u32(0x184d2a50 + number, length), new Uint8Array(length))

/** What is read, or why nothing can be. */
async function outcome(bytes: Uint8Array): Promise<ReadCapture | string> {
  return readCapture(bytes).catch((error: Error) => error.message)
}

describe('a zstd capture', () => {
  it('holds the records of the capture inside', async () => {
    expect(await readCapture(MIXED)).toEqual(await readCapture(mixedPcapng()))
    const { records, damage } = await readCapture(MANY)
    expect([records.length, records.at(-1)?.ns, damage]).toEqual([3000, BEGIN_NS + 2_999_000n, undefined])
  })

  it.each([1, 7, 1000])('gives the same from reads of %i bytes', async (size) => {
    expect(await readCapture(dripping(MIXED, size))).toEqual(await readCapture(MIXED))
    expect((await readCapture(dripping(MANY, size))).records.length).toBe(3000)
  })

  it('may have several frames, and frames that are passed over between them', async () => {
    const bytes = mixedPcapng()
    const parts = [0, 10, 500, bytes.length].map((from, index, all) => bytes.subarray(from, all[index + 1]))
    const [first = bytes, second = bytes, third = bytes] = parts
    const packed = join(
      skippable(4),
      stored(first),
      skippable(0, 15),
      stored(second),
      stored(third),
      skippable(300_000),
    )
    expect(await readCapture(packed)).toEqual(await readCapture(bytes))
  })

  it('may have blocks of any size, and empty ones', async () => {
    const bytes = pcap(RECORDS)
    expect(await readCapture(stored(bytes, { blockSize: 1 }))).toEqual(await readCapture(bytes))
    const empty = join(MAGIC, [0, 0x38], [0, 0, 0], [0, 0, 0], stored(bytes).subarray(6))
    expect(await readCapture(empty)).toEqual(await readCapture(bytes))
  })

  it('may hold a run of bytes', async () => {
    const frame = new Uint8Array(100_000).fill(7)
    const bytes = pcap([{ ns: BEGIN_NS, frame }])
    const run = 1 | (1 << 1) | (frame.length << 3)
    const head = stored(bytes.subarray(0, -frame.length)).slice()
    head[6] = (head[6] ?? 0) & 0xfe
    const packed = join(head, u16(run & 0xffff), [run >> 16], [7])
    expect(await readCapture(packed)).toEqual(await readCapture(bytes))
  })

  it('is read block by block, while it is still being made', async () => {
    const bytes = pcap(RECORDS)
    const packed = stored(bytes, { blockSize: 24 + 16 + 59 })
    const stream = new PassThrough()
    stream.write(packed.subarray(0, 6 + 3 + 24 + 16 + 59))
    const reader = await openSource(streamSource(stream), 'live', createOrigin())
    expect([reader.next() || ((await reader.fill()) && reader.next()), reader.end - reader.start]).toEqual([true, 59])
    await reader.close()
  })
})

describe('the checksum of a zstd capture', () => {
  it('is verified: whatever byte is changed, nothing wrong passes as right', async () => {
    const right = await readCapture(MIXED)
    for (let at = 4; at < MIXED.length; at += 3) {
      const seen = await outcome(patched(MIXED, at, [(MIXED[at] ?? 0) ^ 0x10]))
      if (typeof seen === 'string') continue
      // Some bits mean nothing. What a damaged block decompresses to is given out before its checksum comes.
      if (seen.damage === undefined) expect(seen, `changed at ${at}`).toEqual(right)
    }
  })

  it('is what the damage speaks of, and what came before is kept', async () => {
    const { records, damage } = await readCapture(patched(MANY, MANY.length - 1, [0]))
    expect([records.length, damage?.offset]).toEqual([3000, 24 + 3000 * 76])
    expect(damage?.problem).toBe('the zstd data is damaged: it does not decompress to what its checksums say')
  })
})

describe('a zstd capture that is cut', () => {
  it('at any byte, is read up to its last whole block', async () => {
    for (let length = 9; length < MIXED.length; length += 1) {
      expect(await outcome(MIXED.subarray(0, length))).toBe('sample could not be read: the zstd data is cut off')
    }
    const { records, damage } = await readCapture(MANY.subarray(0, MANY.length - 5))
    expect([records.length > 1000, damage?.problem]).toEqual([true, 'the zstd data is cut off'])
  })

  it('behind a frame that is passed over', async () => {
    const bytes = join(stored(pcap(RECORDS)), skippable(50).subarray(0, 30))
    expect((await readCapture(bytes)).damage?.problem).toBe('the zstd data is cut off')
  })
})

describe('what is no capture in zstd is refused with one sentence', () => {
  it.each([
    ['a text', stored(Buffer.from('hello, world')), /^sample is not a capture: it begins with 68 65 6c 6c/],
    ['nothing', stored(new Uint8Array(0)), 'sample is empty; wanted a pcap or pcapng capture'],
    ['only frames that are passed over', skippable(3), 'sample is empty; wanted a pcap or pcapng capture'],
    ['gzip', stored(gzip(pcap(RECORDS))), /^sample is not a capture: it begins with 1f 8b/],
    ['zstd again', stored(MIXED), /^sample is compressed twice, .*zstd -d/],
    [
      'lz4 behind a frame of either',
      join(skippable(3), u32(0x184d2204), filler(30)),
      'sample could not be read: behind the zstd data stands something else',
    ],
    [
      'a dictionary',
      join(MAGIC, [3, 0x38], u32(77), [1, 0, 0]),
      'sample could not be read: the zstd data needs a dictionary; decompress it first with zstd -d -D',
    ],
    [
      'a window of 2 GB',
      stored(pcap(RECORDS), { windowDescriptor: 21 << 3 }),
      'sample could not be read: a zstd frame wants a window of 2147483648 bytes; the most accepted is 134217728',
    ],
    [
      'one segment of 4 GB',
      join(MAGIC, [0xa0], u32(0xffffffff), [1, 0, 0]),
      'sample could not be read: a zstd frame wants a window of 4294967295 bytes; the most accepted is 134217728',
    ],
    [
      'one segment of an absurd size',
      join(MAGIC, [0xe0], u32(0, 0x80000000), [1, 0, 0]),
      /^sample could not be read: a zstd frame wants a window of 9223372036854776000 bytes/,
    ],
    ['a block that is too large', join(MAGIC, [0, 0x38], [0xff, 0xff, 0xff], filler(9)), /the zstd data is damaged/],
    ['a block of no kind', join(MAGIC, [0, 0x38], [7, 0, 0], filler(9)), /the zstd data is damaged/],
    ['weights that never end', readerSeed('one-weight.zst'), /the zstd data is damaged/],
  ] as const)('%s', async (_name, bytes, sentence) => {
    const said = await outcome(bytes)
    expect(typeof said).toBe('string')
    if (typeof sentence === 'string') expect(said).toBe(sentence)
    else expect(said).toMatch(sentence)
  })

  it('and a large text takes no more than a block of it', async () => {
    let asked = 0
    const packed = stored(Buffer.alloc(8_000_000, 'hello '))
    const source = pieces(packed)
    const counting = {
      ...source,
      read: async (target: Uint8Array) => {
        const count = await source.read(target)
        asked += count
        return count
      },
    }
    await expect(readCapture(counting)).rejects.toThrow(/not a capture/)
    expect(asked).toBeLessThan(2_000_000)
  })
})

it('a small zstd file that holds much is read in little memory', async () => {
  // 400 runs of 128 KiB zeros: as a pcap, 3.3 million records of nothing.
  const run = join(u16((1 << 1) | (0x20000 << 3)), [0x10], [0])
  const zeros = Array.from({ length: 400 }, () => run)
  const packed = join(
    stored(pcap([])).subarray(0, 6),
    stored(pcap([]))
      .subarray(6)
      .with(0, 24 << 3),
    ...zeros,
    [1, 0, 0],
  )
  const reader = await openSource(pieces(packed), 'bomb', createOrigin())
  const before = process.memoryUsage().rss
  let records = 0
  do while (reader.next()) records += 1
  while (await reader.fill())
  await reader.close()
  expect([records, reader.damage]).toEqual([(400 * 0x20000) / 16, undefined])
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000)
})
