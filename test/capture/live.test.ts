import { PassThrough } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { createGzip, constants as zlib } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { streamSource } from '../../src/capture/byte-source.ts'
import { openSource } from '../../src/capture/open.ts'
import type { CaptureReader } from '../../src/capture/reader.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { pcap, pcapng, type Recorded } from '../support/captures.ts'
import { filler } from '../support/octets.ts'
import { BEGIN_NS } from './samples.ts'

/* What `tcpdump -w -` or `dumpcap -w -` writes into a pipe: a little now, a little later. */

const RECORDS: readonly Recorded[] = Array.from({ length: 5 }, (_, index) => ({
  ns: BEGIN_NS + BigInt(index) * 1_000_000_000n,
  frame: filler(60),
}))

/** The next record, as soon as it is there. */
async function nextRecord(reader: CaptureReader): Promise<boolean> {
  while (!reader.next()) if (!(await reader.fill())) return false
  return true
}

describe('a live stream', () => {
  it.each([
    ['pcap', pcap, 24, 76],
    ['pcapng', pcapng, 68, 92],
  ] as const)('of %s gives every record as soon as it has come', async (_name, build, header, length) => {
    const bytes = build(RECORDS)
    const stream = new PassThrough()
    stream.write(bytes.subarray(0, header))
    const reader = await openSource(streamSource(stream), 'live', createOrigin())
    for (let index = 0; index < RECORDS.length; index += 1) {
      expect(reader.next()).toBe(false)
      const coming = nextRecord(reader)
      const at = header + index * length
      stream.write(bytes.subarray(at, at + 50))
      await wait(5)
      stream.write(bytes.subarray(at + 50, at + length))
      expect([await coming, reader.end - reader.start]).toEqual([true, 60])
    }
    const end = reader.fill()
    stream.end()
    expect([await end, reader.damage]).toEqual([false, undefined])
    await reader.close()
  })

  it('in gzip gives every record as soon as its bytes were flushed', async () => {
    const bytes = pcap(RECORDS)
    const gzip = createGzip({ flush: zlib.Z_SYNC_FLUSH })
    const stream = new PassThrough()
    gzip.pipe(stream)
    gzip.write(bytes.subarray(0, 24 + 76))
    const reader = await openSource(streamSource(stream), 'live', createOrigin())
    expect(await nextRecord(reader)).toBe(true)
    gzip.write(bytes.subarray(24 + 76, 24 + 2 * 76))
    expect(await nextRecord(reader)).toBe(true)
    await reader.close()
  })

  it('that is interrupted ends with what has come', async () => {
    const stream = new PassThrough()
    const source = streamSource(stream)
    stream.write(pcap(RECORDS).subarray(0, 24 + 76))
    const reader = await openSource(source, 'live', createOrigin())
    expect(await nextRecord(reader)).toBe(true)
    const more = nextRecord(reader)
    source.interrupt()
    expect([await more, reader.damage]).toEqual([false, undefined])
    await reader.close()
  })
})
