import { constants, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CaptureError } from '../../src/capture/capture-error.ts'
import { blocks, gzip, pcap, pcapng } from '../support/captures.ts'
import { filler, hex, join, patched, writer } from '../support/octets.ts'
import { dripping, drippingNow, type ReadCapture, readCapture } from '../support/reading.ts'
import { BEGIN_NS, mixedPcapng, RECORDS } from './samples.ts'

/** What is read of a capture, or the sentence that refuses it. Any other error fails the test. */
async function outcome(bytes: Uint8Array, size = bytes.length): Promise<ReadCapture | string> {
  try {
    const read = await readCapture(dripping(bytes, Math.max(1, size)))
    expect(await readCapture(drippingNow(bytes, bytes.length + 1))).toMatchObject(isGzip(bytes) ? {} : read)
    return read
  } catch (error) {
    if (error instanceof CaptureError) return error.message
    throw error
  }
}

/** How much inflates before damaged bytes depends on how they came. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** How many of the records end within the first `length` bytes. */
function wholeRecords(ends: readonly number[], length: number): number {
  return ends.filter((end) => end <= length).length
}

/** Where the records of a capture end, found by cutting: the shortest lengths that give one more record. */
function pcapEnds(recordHeader: number): readonly number[] {
  let at = 24
  return RECORDS.map(({ frame }) => {
    at += recordHeader + frame.length
    return at
  })
}

describe('pcap cut at every byte', () => {
  it.each([
    ['pcap', 16],
    ['pcap-ns', 16],
    ['pcap-modified', 24],
  ] as const)('%s is read up to there', async (format, recordHeader) => {
    const bytes = pcap(RECORDS, { format })
    const all = (await readCapture(bytes)).records
    const ends = pcapEnds(recordHeader)
    for (let length = 0; length <= bytes.length; length += 1) {
      const seen = await outcome(bytes.subarray(0, length))
      if (typeof seen === 'string') {
        expect(length).toBeLessThan(24)
        expect(seen).toMatch(/^sample (is|ends) .+/)
        continue
      }
      const whole = wholeRecords(ends, length)
      expect(seen.records, `cut at ${length}`).toEqual(all.slice(0, whole))
      const before = ends[whole - 1] ?? 24
      const damage = length === before ? undefined : { offset: before, problem: 'the last record is cut off' }
      expect(seen.damage, `cut at ${length}`).toEqual(damage)
    }
  })
})

/** Where the blocks of a little-endian pcapng section end. */
function blockEnds(bytes: Uint8Array, littleEndian: (at: number) => boolean): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const ends: number[] = []
  for (let at = 0; at < bytes.length; at = ends.at(-1) as number)
    ends.push(at + view.getUint32(at + 4, littleEndian(at)))
  return ends
}

describe('pcapng cut at every byte', () => {
  it('is read up to there, and the damage lies where the block that is cut begins', async () => {
    const bytes = mixedPcapng()
    const all = (await readCapture(bytes)).records
    const second = Buffer.from(bytes).indexOf(Buffer.from('0a0d0d0a', 'hex'), 4)
    const ends = blockEnds(bytes, (at) => at < second)
    let records = 0
    for (let length = 0; length <= bytes.length; length += 1) {
      const seen = await outcome(bytes.subarray(0, length))
      if (typeof seen === 'string') {
        expect(length).toBeLessThan(8)
        continue
      }
      expect(seen.records.length).toBeGreaterThanOrEqual(records)
      records = seen.records.length
      expect(seen.records, `cut at ${length}`).toEqual(all.slice(0, records))
      const before = Math.max(0, ...ends.filter((end) => end <= length))
      const damage = length === before ? undefined : { offset: before, problem: 'the last block is cut off' }
      expect(seen.damage, `cut at ${length}`).toEqual(damage)
    }
    expect(records).toBe(all.length)
  })
})

describe('gzip cut at every byte', () => {
  const records = Array.from({ length: 6 }, (_, index) => ({
    ns: BEGIN_NS + BigInt(index) * 1_000_000n,
    frame: filler(40 + index).map((byte) => (byte * (index + 3)) & 0xff),
  }))

  it.each([
    ['pcap', gzip(pcap(records))],
    ['pcapng', gzip(pcapng(records))],
  ])('%s: everything that inflates is read, and the cut is told', async (_name, packed) => {
    const all = (await readCapture(packed)).records
    expect(all.length).toBe(records.length)
    for (let length = 1; length < packed.length; length += 1) {
      const cut = packed.subarray(0, length)
      const seen = await outcome(cut)
      const inflated = length < 18 ? '' : await outcome(inflatable(cut))
      if (typeof seen === 'string') {
        expect(typeof inflated, `cut at ${length}`).toBe('string')
        continue
      }
      expect(seen.damage?.problem, `cut at ${length}`).toBeTruthy()
      if (typeof inflated === 'string') continue
      expect(seen.records.length, `cut at ${length}`).toBe(inflated.records.length)
      expect(seen.records).toEqual(all.slice(0, inflated.records.length))
    }
  })

  const many = gzip(
    pcap(
      Array.from({ length: 30_000 }, (_, index) => ({
        ns: BEGIN_NS + BigInt(index) * 1_000_000n,
        frame: filler(60).map((byte) => (byte * (index + 3)) & 0xff),
      })),
    ),
  )

  it.each([1 << 20, 65_536, 1000])(
    'a large one: everything that inflates is read, in pieces of %i bytes',
    async (size) => {
      const cut = many.subarray(0, many.length * 0.7)
      const inflated = await outcome(inflatable(cut))
      const seen = await outcome(cut, size)
      if (typeof seen === 'string' || typeof inflated === 'string') throw new Error('refused')
      expect(inflated.records.length).toBeGreaterThan(20_000)
      expect(seen.records.length).toBe(inflated.records.length)
      expect(seen.damage?.problem).toBeTruthy()
    },
  )

  it('what inflates before damaged bytes is read but for the last of it, and the damage is told', async () => {
    const middle = many.length >> 1
    const inflated = await outcome(inflatable(many.subarray(0, middle)))
    const seen = await outcome(patched(many, middle, new Uint8Array(64).fill(0xff)), 65_536)
    if (typeof seen === 'string' || typeof inflated === 'string') throw new Error('refused')
    // zlib gives out nothing of the chunk in which it fails.
    const lost = (inflated.records.length - seen.records.length) * 76
    expect(lost).toBeLessThan(600_000)
    expect(seen.damage?.problem).toBeTruthy()
  })
})

/** What zlib makes of the part of a gzip file that is there. */
function inflatable(cut: Uint8Array): Uint8Array {
  return new Uint8Array(gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }))
}

describe('lengths that cannot be', () => {
  const two = RECORDS.slice(0, 2)
  const first = 24 + 16 + (RECORDS[0]?.frame.length ?? 0)
  const { section, interface: describeInterface, enhanced, simple, block } = blocks(true)
  const open = join(section(), describeInterface())
  const good = enhanced({ frame: filler(4), ticks: 1n })
  const { u32 } = writer(true)

  it.each([0xffffffff, 0x80000000, 262_145])(
    'a captured length of %i ends the reading at that record',
    async (length) => {
      const seen = await outcome(patched(pcap(two), first + 8, u32(length)))
      expect(seen).toMatchObject({
        records: { length: 1 },
        damage: { offset: first, problem: `a record says it holds ${length} bytes; the most accepted is 262144` },
      })
    },
  )

  it('a snap length up to 16 MiB raises the largest record, a larger one does not', async () => {
    const damage = async (snapLength: number, captured: number) => {
      const seen = await outcome(patched(pcap(two, { snapLength }), first + 8, u32(captured)))
      return typeof seen === 'string' ? seen : seen.damage?.problem
    }
    expect(await damage(300_000, 300_000)).toBe('the last record is cut off')
    expect(await damage(300_000, 300_001)).toBe('a record says it holds 300001 bytes; the most accepted is 300000')
    expect(await damage(0x7fffffff, 300_000)).toBe('a record says it holds 300000 bytes; the most accepted is 262144')
  })

  it.each([
    ['zero', 0, 'a block says it is 0 bytes long; wanted a multiple of 4, at least 12'],
    ['eight', 8, 'a block says it is 8 bytes long; wanted a multiple of 4, at least 12'],
    ['no multiple of four', 41, 'a block says it is 41 bytes long; wanted a multiple of 4, at least 12'],
    ['too much for memory', 0xfffffffc, 'a block says it is 4294967292 bytes long; the most accepted is 17825792'],
    ['its trailer denies', 32, 'a block is 32 bytes long by its start and 36 by its end'],
  ])('a pcapng block whose length is %s ends the reading there', async (_name, length, problem) => {
    const bytes = join(open, good, good, good)
    const at = open.length + good.length
    const trailer = at + 28
    const seen = await outcome(patched(patched(bytes, trailer, u32(36)), at + 4, u32(length)))
    expect(seen).toMatchObject({ records: { length: 1 }, damage: { offset: at, problem } })
  })

  it('a block that is passed over has a length that can be, too', async () => {
    const seen = await outcome(patched(join(open, good, block(9, []), good), open.length + good.length + 4, u32(0)))
    expect(seen).toMatchObject({ records: { length: 1 }, damage: { offset: open.length + good.length } })
  })

  it.each([
    ['a packet block', block(6, new Uint8Array(16)), 'a packet block is 28 bytes long; wanted at least 32'],
    ['a simple packet block', block(3, []), 'a simple packet block is 12 bytes long; wanted at least 16'],
    [
      'an interface description',
      block(1, new Uint8Array(4)),
      'an interface description is 16 bytes long; wanted at least 20',
    ],
  ])('%s that is too short for its fields', async (_name, short, problem) => {
    expect(await outcome(join(open, good, short, good))).toMatchObject({
      records: { length: 1 },
      damage: { offset: open.length + good.length, problem },
    })
  })

  it('a section header that is too short, or has another byte-order magic', async () => {
    const short = join(u32(0x0a0d0d0a, 24, 0x1a2b3c4d), new Uint8Array(8), u32(24))
    expect(await outcome(join(open, good, short))).toMatchObject({
      records: { length: 1 },
      damage: { offset: open.length + good.length },
    })
    const magic = patched(section(), 8, [1, 2, 3, 4])
    expect(await outcome(join(magic, good))).toMatchObject({
      records: [],
      damage: { offset: 0, problem: 'a section header has the byte-order magic 0x1020304; wanted 0x1a2b3c4d' },
    })
  })

  it('a packet that says it holds more than its block', async () => {
    const more = enhanced({ frame: filler(4), capturedLength: 8 })
    expect(await outcome(join(open, good, more))).toMatchObject({
      records: { length: 1 },
      damage: {
        offset: open.length + good.length,
        problem: 'a packet says it holds 8 bytes; its block has room for 4',
      },
    })
  })

  it('a simple packet that says it is longer than its block has what its block holds', async () => {
    const seen = await outcome(join(open, simple(filler(8), 9000)))
    expect(seen).toMatchObject({ records: [{ originalLength: 9000, frame: hex(filler(8)) }], damage: undefined })
  })
})

describe('damaged in any other way', () => {
  it.each([
    ['pcap', pcap(RECORDS)],
    ['pcapng', mixedPcapng()],
    ['gzip', gzip(pcap(RECORDS))],
  ])('%s is read or refused, never thrown at', async (_name, bytes) => {
    const edits = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 })), {
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(edits, fc.integer({ min: 1, max: 200 }), async (changes, size) => {
        const changed = changes.reduce(
          (whole, [at, by]) => patched(whole, Math.min(at, whole.length - by.length), by),
          bytes,
        )
        const seen = await outcome(changed, size)
        if (typeof seen === 'string') expect(seen).toMatch(/^sample [^\n]+[^.]$/)
        else if (!isGzip(changed)) expect(seen).toEqual(await outcome(changed))
      }),
      { numRuns: 300 },
    )
  })
})
