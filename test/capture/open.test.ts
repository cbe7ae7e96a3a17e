import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streamSource } from '../../src/capture/byte-source.ts'
import { openCapture } from '../../src/capture/open.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { gzip, pcap, pcapng } from '../support/captures.ts'
import { filler, join, type Octets } from '../support/octets.ts'
import { readCapture, readRecords } from '../support/reading.ts'
import { BEGIN_NS, RECORDS } from './samples.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(joinPath(tmpdir(), 'portolan-test-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

function file(name: string, bytes: Octets): string {
  const path = joinPath(folder, name)
  writeFileSync(path, join(bytes))
  return path
}

/** The sentence that refuses a file, with FILE for its path. */
async function refusal(path: string): Promise<string> {
  try {
    const reader = await openCapture(path, createOrigin())
    await reader.close()
    return 'not refused'
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CaptureError') throw error
    return error.message.replaceAll(path, 'FILE')
  }
}

const text = (words: string) => Buffer.from(words, 'latin1')
const magic = (...octets: readonly number[]) => join(octets, filler(60))

describe('a file that is no capture is refused with one sentence', () => {
  it.each([
    ['empty.pcap', [], 'FILE is empty; wanted a pcap or pcapng capture'],
    ['one-byte', [0x1f], 'FILE is not a capture: it begins with 1f; wanted pcap or pcapng'],
    ['notes.txt', text('hello, world\n'), 'FILE is not a capture: it begins with 68 65 6c 6c; wanted pcap or pcapng'],
    ['short.pcap', [0xd4, 0xc3, 0xb2], 'FILE is not a capture: it begins with d4 c3 b2; wanted pcap or pcapng'],
    ['header.pcap', pcap([]).subarray(0, 23), 'FILE ends inside its file header: 23 bytes of 24'],
    ['snoop.snoop', text('snoop\0\0\0\0\0\0\x02'), /^FILE is a snoop capture; .*editcap/],
    ['netmon.cap', magic(0x47, 0x4d, 0x42, 0x55), /^FILE is a Network Monitor capture, .*Wireshark.* pcapng/],
    ['netmon1.cap', magic(0x52, 0x54, 0x53, 0x53), /^FILE is a Network Monitor 1 capture; .*Wireshark/],
    ['trace.etl', filler(4096), /^FILE is an event trace of Windows .*etl2pcapng/],
    ['TRACE.ETL', filler(4096), /^FILE is an event trace of Windows .*etl2pcapng/],
    ['capture.lz4', magic(0x04, 0x22, 0x4d, 0x18), /^FILE is compressed with lz4; .*lz4 -d/],
    ['old.lz4', magic(0x02, 0x21, 0x4c, 0x18), /^FILE is compressed with lz4; .*lz4 -d/],
    ['capture.xz', magic(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), /^FILE is compressed with xz; .*xz -d/],
    ['capture.7z', magic(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), 'FILE is a 7z archive; unpack it first'],
    ['twice.zst.gz', gzip(magic(0x28, 0xb5, 0x2f, 0xfd)), /^FILE is compressed twice, .*zstd -d/],
    ['capture.zip', text('PK\x03\x04 and the rest'), 'FILE is a zip archive; unpack it first'],
    ['portolan.db', text('SQLite format 3\0'), 'FILE is an SQLite database; wanted a pcap or pcapng capture'],
    ['empty.pcap.gz', gzip(new Uint8Array(0)), 'FILE is empty; wanted a pcap or pcapng capture'],
    ['notes.txt.gz', gzip(text('hello, world\n')), /^FILE is not a capture: it begins with 68 65 6c 6c/],
    ['netmon.cap.gz', gzip(magic(0x47, 0x4d, 0x42, 0x55)), /^FILE is a Network Monitor capture/],
    ['twice.pcap.gz', gzip(gzip(pcap(RECORDS))), /^FILE is not a capture: it begins with 1f 8b/],
    ['broken.gz', [0x1f, 0x8b, 8, 0, 1, 2, 3], /^FILE could not be read: /],
    ['large.txt.gz', gzip(Buffer.alloc(20_000_000, 'hello ')), /^FILE is not a capture/],
  ] as const)('%s', async (name, bytes, sentence) => {
    const said = await refusal(file(name, bytes))
    expect(said).not.toContain('\n')
    if (typeof sentence === 'string') expect(said).toBe(sentence)
    else expect(said).toMatch(sentence)
  })

  it('a folder, a missing file, and a file below a file', async () => {
    const inner = joinPath(folder, 'inner')
    mkdirSync(inner)
    expect(await refusal(inner)).toBe('FILE is a folder; wanted a capture file')
    expect(await refusal(joinPath(folder, 'missing.pcap'))).toBe('FILE does not exist; wanted a capture file')
    expect(await refusal(joinPath(file('plain', [1]), 'x'))).toMatch(/^FILE could not be opened: /)
  })

  it('a device, and with it a pipe that has a name', async () => {
    expect(await refusal('/dev/null')).toBe('FILE is not a regular file; wanted a capture file, or - for a stream')
  })
})

describe('a file', () => {
  it('is recognised by what it holds and not by its name', async () => {
    for (const name of ['trace.etl', 'photo.jpg', 'capture.zst']) {
      const origin = createOrigin()
      const { records } = await readRecords(await openCapture(file(name, gzip(pcap(RECORDS))), origin), origin)
      expect(records.length).toBe(RECORDS.length)
    }
  })

  it('in gzip may be followed by anything', async () => {
    const { records } = await readCapture(join(gzip(pcap(RECORDS)), new Uint8Array(3_000_000)))
    expect(records.length).toBe(RECORDS.length)
  })
})

describe('a stream', () => {
  const bytes = pcapng(RECORDS)

  it('is read as it comes', async () => {
    const stream = new PassThrough()
    const reading = readCapture(streamSource(stream))
    for (let at = 0; at < bytes.length; at += 100) stream.write(bytes.subarray(at, at + 100))
    stream.end()
    expect((await reading).records.length).toBe(RECORDS.length)
  })

  it.each([
    ['pcapng', bytes],
    ['gzip', gzip(pcap(Array.from({ length: 9000 }, () => ({ ns: BEGIN_NS, frame: filler(300) }))))],
  ])(
    'of %s that is interrupted ends there, and what came is kept',
    async (_name, sent) => {
      const stream = new PassThrough()
      const source = streamSource(stream)
      const reading = readCapture(source)
      stream.write(sent.subarray(0, sent.length - 9))
      setTimeout(() => source.interrupt(), 50)
      const { records, damage } = await reading
      expect(records.length).toBeGreaterThanOrEqual(3)
      expect(damage?.problem).toBeTruthy()
    },
    2000,
  )

  it.each([
    ['damaged', join(bytes, new Uint8Array(100))],
    ['damaged inside gzip', gzip(join(bytes, new Uint8Array(600_000)))],
  ])(
    'that is %s is let go of, though it stays open',
    async (_name, sent) => {
      const stream = new PassThrough()
      stream.write(sent)
      const { records, damage } = await readCapture(streamSource(stream))
      expect([records.length, damage?.offset]).toEqual([RECORDS.length, bytes.length])
      expect(stream.destroyed).toBe(true)
    },
    2000,
  )

  it('that is no capture is refused at once, though it stays open', async () => {
    const stream = new PassThrough()
    stream.write('hello, world')
    await expect(readCapture(streamSource(stream), 'standard input')).rejects.toThrow(
      /^standard input is not a capture/,
    )
    const packed = new PassThrough()
    packed.write(gzip(Buffer.alloc(1_000_000, 'hello ')))
    await expect(readCapture(streamSource(packed), 'standard input')).rejects.toThrow(
      /^standard input is not a capture/,
    )
  }, 2000)

  it('that fails is judged up to there', async () => {
    const stream = new PassThrough()
    const reading = readCapture(streamSource(stream))
    stream.write(bytes)
    setTimeout(() => stream.destroy(new Error('the cable was pulled')), 50)
    const { records, damage } = await reading
    expect([records.length, damage?.problem]).toEqual([RECORDS.length, 'the cable was pulled'])
  })
})
