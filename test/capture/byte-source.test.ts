import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type ByteSource, gunzipSource } from '../../src/capture/byte-source.ts'
import { filler, join } from '../support/octets.ts'
import { dripping, pieces } from '../support/reading.ts'

const MIB = 1024 * 1024
/** Less than is read at once, and a thousand times as much when it is inflated. */
const ZEROS = join(...new Array<Uint8Array>(32).fill(gzipSync(new Uint8Array(MIB))))
/** As long as no number of chunks, and not all alike. */
const SEVENS = filler(7 * 300_000).map((_, index) => index % 7)

interface Inflated {
  readonly count: number
  readonly failure?: string
}

/** All that a source gives out in reads of `size` bytes, and what it throws then. */
async function inflated(source: ByteSource, size = 100_000): Promise<Inflated> {
  const target = new Uint8Array(size)
  let count = 0
  try {
    for (let more = await source.read(target); more > 0; more = await source.read(target)) count += more
    return { count }
  } catch (error) {
    return { count, failure: (error as Error).message }
  } finally {
    await source.close()
  }
}

describe('a gzip source', () => {
  it('holds some chunks of what its bytes inflate to, and not all of it', async () => {
    const source = gunzipSource(pieces(ZEROS))
    const before = process.memoryUsage().external
    expect(await source.read(new Uint8Array(MIB))).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(process.memoryUsage().external - before).toBeLessThan(4 * MIB)
    expect((await inflated(source)).count).toBeGreaterThan(31 * MIB)
  })

  it.each([1000, 65_536, MIB])('gives out the bytes that were compressed, in reads of %i bytes', async (size) => {
    const source = gunzipSource(dripping(join(gzipSync(SEVENS), gzipSync(SEVENS)), 1500))
    const target = new Uint8Array(size)
    const got: Uint8Array[] = []
    for (let more = await source.read(target); more > 0; more = await source.read(target)) {
      got.push(target.slice(0, more))
    }
    expect(Buffer.concat(got).equals(Buffer.concat([SEVENS, SEVENS]))).toBe(true)
  })

  it('gives out all that stands before something that is not gzip, then throws again and again', async () => {
    const source = gunzipSource(pieces(ZEROS, filler(100)))
    expect(await inflated(source)).toEqual({ count: 32 * MIB, failure: 'incorrect header check' })
    await expect(source.read(new Uint8Array(10))).rejects.toThrow('incorrect header check')
  })

  it('gives out all that stands before a cut, then throws', async () => {
    const cut = gzipSync(SEVENS, { level: 0 }).subarray(0, 1_000_000)
    const { count, failure } = await inflated(gunzipSource(dripping(cut, 70_000)))
    expect(count).toBeGreaterThan(999_000)
    expect(failure).toBe('unexpected end of file')
  })

  it('that is closed ends the read under way', async () => {
    const source = gunzipSource(pieces(ZEROS))
    const target = new Uint8Array(MIB)
    await source.read(target)
    const reads = [source.read(target)]
    await source.close()
    expect((await Promise.allSettled(reads)).length).toBe(1)
  })
})
