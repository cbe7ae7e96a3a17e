import { describe, expect, it } from 'vitest'
import type { ByteSource } from '../../src/capture/byte-source.ts'
import { gzip, pcap, pcapng } from '../support/captures.ts'
import { dripping, drippingNow, pieces, readCapture } from '../support/reading.ts'
import { mixedPcapng, RECORDS } from './samples.ts'

/** A source that has its bytes at hand every other time, as another thread's are. */
function hesitating(bytes: Uint8Array, size: number): ByteSource {
  const source = drippingNow(bytes, size)
  let isAtHand = true
  return {
    ...source,
    readNow(target) {
      isAtHand = !isAtHand
      return isAtHand ? source.readNow?.(target) : undefined
    },
  }
}

const CAPTURES: readonly (readonly [string, Uint8Array])[] = [
  ['pcap', pcap(RECORDS)],
  ['modified pcap', pcap(RECORDS, { format: 'pcap-modified', littleEndian: false })],
  ['pcapng', mixedPcapng()],
  ['pcap in gzip', gzip(pcap(RECORDS))],
  ['pcapng in gzip', gzip(pcapng(RECORDS))],
]

describe.each(CAPTURES)('%s', (_name, bytes) => {
  it('gives the same records however its bytes are split', async () => {
    const whole = await readCapture(bytes)
    expect(whole.records.length).toBeGreaterThanOrEqual(RECORDS.length)
    for (let at = 1; at < bytes.length; at += 1) {
      const split = await readCapture(pieces(bytes.subarray(0, at), bytes.subarray(at)))
      expect(split, `split at ${at}`).toEqual(whole)
    }
  })

  it.each([1, 2, 3, 7, 100])('gives the same records from reads of %i bytes', async (size) => {
    const whole = await readCapture(bytes)
    expect(await readCapture(dripping(bytes, size))).toEqual(whole)
    expect(await readCapture(drippingNow(bytes, size))).toEqual(whole)
    expect(await readCapture(hesitating(bytes, size))).toEqual(whole)
  })
})
