import { describe, expect, it } from 'vitest'
import type { ByteSource } from '../../src/capture/byte-source.ts'
import { CaptureError } from '../../src/capture/capture-error.ts'
import { openSource } from '../../src/capture/open.ts'
import { type CaptureReader, OUTBOUND } from '../../src/capture/reader.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { readerSeeds } from '../capture/reader-seeds.ts'
import { hex, join } from '../support/octets.ts'
import { dripping, drippingNow } from '../support/reading.ts'
import { executing, FIRST_SEED, keepInput, type Random, randomFrom, runsOr } from './fuzzing.ts'

/*
 * Captures that were right once, changed at random: they are read or refused with a sentence, in time and memory that
 * their bytes bound, and the same however their bytes come. The random numbers are the same in every run, and others with
 * PORTOLAN_FUZZ_SEED; PORTOLAN_FUZZ_RUNS says how many mutants of each seed are read.
 */

const RUNS = runsOr(150)

const SEEDS = readerSeeds()
const SMALLEST_RECORD = 12
/** A deflated byte stands for at most 1,032; a block of zstd, of at least four bytes, for at most 128 KiB. */
const MOST_UNPACKED_PER_BYTE = 32 * 1024

/** Block types, option types, and lengths at their bounds. */
const TELLING = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 16, 28, 32, 0xff, 0xffff, 0x10000, 0x40000, 0x110_0000, 0x7fff_ffff]
const MORE_TELLING = [...TELLING, 0x8000_0000, 0xffff_fffc, 0xffff_ffff, 0x0a0d_0d0a, 0x1a2b_3c4d, 0x4d3c_2b1a] as const

function mutant(bytes: Uint8Array, random: Random): Uint8Array {
  let result: Uint8Array = bytes.slice()
  for (let change = random(4); change >= 0 && result.length > 0; change -= 1) result = changed(result, random)
  return result
}

/** With a number or a byte replaced, a part left out, repeated or moved, cut off, or with a part of another capture. */
function changed(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random(bytes.length)
  const to = Math.min(bytes.length, from + 1 + random(64))
  switch (random(9)) {
    case 0:
      return join(bytes.subarray(0, from), bytes.subarray(to))
    case 1:
      return join(bytes.subarray(0, to), bytes.subarray(from))
    case 2:
      return bytes.slice(0, from)
    case 3: {
      const other = SEEDS[random(SEEDS.length)]?.[1] ?? bytes
      return join(bytes.subarray(0, from), other.subarray(random(other.length)))
    }
    case 4:
    case 5:
    case 6:
      return withNumber(bytes, from & ~3, MORE_TELLING[random(MORE_TELLING.length)] ?? 0, random(2) === 0)
    default:
      return bytes.with(from, random(256))
  }
}

function withNumber(bytes: Uint8Array, at: number, number: number, littleEndian: boolean): Uint8Array {
  if (at + 4 > bytes.length) return bytes
  const copy = bytes.slice()
  new DataView(copy.buffer).setUint32(at, number, littleEndian)
  return copy
}

/** All that is said of a capture in one text, or the sentence that refuses it. Any other error fails the test. */
async function told(source: ByteSource, length: number): Promise<string> {
  try {
    return await readWhole(await openSource(source, 'sample', createOrigin()), length)
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    expect(error.message).toMatch(/^sample [^\n]+[^.]$/)
    return error.message
  }
}

async function readWhole(reader: CaptureReader, length: number): Promise<string> {
  const most = length * MOST_UNPACKED_PER_BYTE
  let digest = 0
  let records = 0
  let fills = 0
  try {
    do {
      while (reader.next()) {
        records += 1
        digest = (Math.imul(digest, 31) + recordDigest(reader)) | 0
      }
      fills += 1
      expect(records).toBeLessThanOrEqual(reader.offset / SMALLEST_RECORD)
      expect(fills).toBeLessThanOrEqual(most + 2)
    } while (await reader.fill())
  } finally {
    await reader.close()
  }
  expect(reader.offset).toBeLessThanOrEqual(most)
  return [records, digest, ending(reader), noted(reader), reader.anomalies.join(' ')].join('; ')
}

function recordDigest(reader: CaptureReader): number {
  const { view, start, end, linkType, originalLength, timeNs, direction, processId } = reader
  if (!(start <= end && start >= 0 && end <= view.byteLength)) throw new Error(`a record from ${start} to ${end}`)
  if (!(direction >= 0 && direction <= OUTBOUND && processId >= -1)) throw new Error(`${direction} ${processId}`)
  let sum = end - start + linkType * 7 + originalLength * 13 + (timeNs % 1e6) * 17 + direction * 19 + processId * 23
  for (let at = start; at < end; at += 1) sum = (Math.imul(sum, 33) + view.getUint8(at)) | 0
  return sum
}

function ending({ damage }: CaptureReader): string {
  if (damage === undefined) return 'whole'
  expect(damage.problem).toMatch(/^[^\n]+[^.]$/)
  expect(damage.offset).toBeGreaterThanOrEqual(0)
  return `${damage.problem} at ${damage.offset}`
}

function noted({ notes }: CaptureReader): string {
  const texts = [
    ...notes.interfaces.flatMap(({ name, description }) => [name ?? '', description ?? '']),
    ...notes.names.map(({ name }) => name),
  ]
  expect(notes.interfaces.length).toBeLessThanOrEqual(256)
  expect(notes.names.length).toBeLessThanOrEqual(10_000)
  for (const text of texts) expect(text.length).toBeLessThanOrEqual(255)
  const counts = [notes.dropped, ...Object.values(notes.counts)]
  for (const count of counts) expect(count === undefined || count >= 0).toBe(true)
  return `${notes.interfaceCount} interfaces, ${texts.join(',')}, ${counts.join(' ')}`
}

function isCompressed(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b) || (bytes[1] === 0xb5 && bytes[2] === 0x2f) || bytes[1] === 0x2a
}

/** The mutant is shown where something is wrong with it: it then becomes a seed. */
async function expectSound(bytes: Uint8Array, size: number): Promise<void> {
  executing(bytes)
  try {
    const whole = await told(dripping(bytes, bytes.length + 1), bytes.length)
    // How much decompresses before damage depends on how the bytes came.
    if (isCompressed(bytes)) return
    expect(await told(dripping(bytes, size), bytes.length)).toBe(whole)
    expect(await told(drippingNow(bytes, size), bytes.length)).toBe(whole)
  } catch (error) {
    keepInput(bytes)
    throw new Error(`${(error as Error).message}; reading ${hex(bytes)} ${size} bytes at once`, { cause: error })
  }
}

describe('changed captures', () => {
  it.each(SEEDS)(
    '%s: they are read or refused, the same however they come',
    async (name, bytes) => {
      const random = randomFrom(FIRST_SEED + name.length)
      await expectSound(bytes, 7)
      for (let run = 0; run < RUNS; run += 1) {
        const changedBytes = mutant(bytes, random)
        await expectSound(changedBytes, 1 + random(200))
      }
    },
    600_000,
  )

  it('take no more memory than the limits of the readers', () => {
    expect(process.memoryUsage().rss).toBeLessThan(1_000_000_000)
  })
})
