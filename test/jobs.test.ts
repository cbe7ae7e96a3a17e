import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generate } from './bench/generate.ts'
import { type Analysis, type BuiltPortolan, differences, exportsOf, startPortolan } from './support/built-portolan.ts'
import { gzip, pcap, pcapng, type Recorded } from './support/captures.ts'
import { corpusFolder } from './support/corpus.ts'
import { flowLine, observeFlows, setOf } from './support/observing.ts'
import { randomTraffic } from './support/random-traffic.ts'
import { drippingNow } from './support/reading.ts'

/* Several threads share the flows of a capture; nothing that anybody can export tells how many. */

const MAIN = resolve('dist/main.js')
const SAMPLES = [
  ['director.pcapng', 'director.yaml'],
  ['director-midstream.pcap', 'director.yaml'],
  ['edge.pcap', 'edge.yaml'],
  ['duplicated.pcapng', 'director.yaml'],
] as const
const MORE_JOBS = [2, 3, 8] as const

let folder: string
let built: BuiltPortolan
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  cpSync('captures', join(folder, 'captures'), { recursive: true })
  built = await startPortolan(folder)
})
afterAll(async () => {
  await built.stop()
  rmSync(folder, { recursive: true })
})

const exported = (analysis: Analysis) => exportsOf(built, folder, analysis)

/** Compares what every number of jobs exports, and returns it. */
async function expectSame(
  capture: string,
  inventory: string,
  how: Pick<Analysis, 'point' | 'readAtMost'> = {},
): Promise<Readonly<Record<string, string>>> {
  const one = await exported({ capture, inventory, jobs: 1, ...(how.point === undefined ? {} : { point: how.point }) })
  for (const jobs of MORE_JOBS) {
    const seen = await exported({ capture, inventory, jobs, ...how })
    expect(differences(one, seen), `${capture} with ${jobs} jobs`).toEqual([])
  }
  return one
}

function countOf(json: string | undefined): number {
  return (JSON.parse(json ?? '[]') as readonly unknown[]).length
}

describe('the number of jobs', () => {
  it.each(SAMPLES)('changes nothing in %s', async (capture, inventory) => {
    const { flows, coverage } = await expectSame(`captures/${capture}`, `captures/${inventory}`)
    expect(countOf(flows)).toBeGreaterThan(3)
    expect(countOf(coverage)).toBeGreaterThan(3)
  })

  it('changes nothing in a capture that is cut off', async () => {
    const cut = join(folder, 'cut.pcap')
    cpSync('captures/edge.pcap', cut)
    truncateSync(cut, 100_001)
    const { analyzed } = await expectSame('cut.pcap', 'captures/edge.yaml')
    expect(analyzed).toContain('Warning: cut.pcap was judged up to byte')
  })

  it('changes nothing where each of several capture points is read by a thread of its own', async () => {
    const { flows, analyzed } = await expectSame('captures', 'captures/director.yaml')
    expect(analyzed).toContain('captures/director, ')
    expect(countOf(flows)).toBeGreaterThan(100)
  })

  it('changes nothing in a rotated set, and in a compressed capture', async () => {
    const records = fc.sample(randomTraffic, { numRuns: 8, seed: 5 }).flat()
    const half = records.length >> 1
    mkdirOf('rotated', [
      ['r_00001_20140602060000.pcap', pcap(records.slice(0, half), { format: 'pcap-ns' })],
      ['r_00002_20140602070000.pcapng', gzip(pcapng(records.slice(half)))],
    ])
    const { flows } = await expectSame('rotated', 'captures/director.yaml')
    expect(countOf(flows)).toBeGreaterThan(20)
  })

  it.each([
    ['mixed', undefined],
    ['mixed', 70_001],
    ['small', 4099],
  ] as const)(
    'changes nothing in thousands of %s packets, read at most %s bytes at a time',
    async (kind, readAtMost) => {
      const path = join(folder, `${kind}.pcap`)
      if (!existsSync(path)) await generate({ kind, packets: 12_000, seed: 11, format: 'pcap', path })
      const { flows } = await expectSame(`${kind}.pcap`, 'bench.yaml', { readAtMost })
      expect(countOf(flows)).toBeGreaterThan(300)
    },
  )

  it('is a whole number above 0', () => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'analyze', 'captures/edge.pcap', '-j', '0'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect([status, stderr.trim()]).toEqual([2, "--jobs '0' is not a whole number above 0"])
  })
})

function mkdirOf(name: string, files: readonly (readonly [name: string, bytes: Uint8Array])[]): void {
  const path = mkdtempSync(join(folder, `${name}-`))
  for (const [file, bytes] of files) writeFileSync(join(path, file), bytes)
  cpSync(path, join(folder, name), { recursive: true })
}

describe('of random traffic', () => {
  const FORMS: Readonly<Record<string, (records: readonly Recorded[]) => Uint8Array>> = {
    'random.pcap': (records) => pcap(records, { format: 'pcap-ns' }),
    'random.pcapng': (records) => pcapng(records),
    'random.pcap.gz': (records) => gzip(pcap(records)),
  }
  /** From a byte at a time to more than there is. */
  const readSize = fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 4096 }), fc.constant(undefined))

  it('every number of jobs, and every size of the read window, exports the same', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        randomTraffic,
        fc.constantFrom(...Object.keys(FORMS)),
        fc.tuple(readSize, readSize, readSize, readSize),
        async (records, capture, sizes) => {
          const bytes = FORMS[capture]?.(records) ?? new Uint8Array(0)
          writeFileSync(join(folder, capture), bytes)
          const inventory = 'captures/director.yaml'
          const whole = await exported({ capture, inventory, jobs: 1 })
          for (const [index, jobs] of [1, ...MORE_JOBS].entries()) {
            const readAtMost = sizes[index]
            const seen = await exported({ capture, inventory, jobs, readAtMost })
            expect(differences(whole, seen), `${jobs} jobs, ${readAtMost} bytes at a time`).toEqual([])
          }
        },
      ),
      { numRuns: 10, endOnFailure: true },
    )
  })

  it('every size of the read window gives the same flows', async () => {
    const [records = []] = fc.sample(randomTraffic, { numRuns: 1, seed: 4 })
    const bytes = pcapng(records.slice(0, 24))
    const { flows } = await observeFlows(setOf(bytes))
    const whole = flows.map(flowLine)
    expect(whole.length).toBeGreaterThan(2)
    for (let size = 1; size <= bytes.length; size += 1) {
      const seen = await observeFlows(setOf(drippingNow(bytes, size)))
      expect(seen.flows.map(flowLine), `${size} bytes at a time`).toEqual(whole)
    }
  })

  it('sizes of the read window from a byte to the whole file export the same with three jobs', {
    timeout: 120_000,
  }, async () => {
    const [records = []] = fc.sample(randomTraffic, { numRuns: 1, seed: 3 })
    const bytes = pcap(records.slice(0, 16), { format: 'pcap-ns' })
    writeFileSync(join(folder, 'short.pcap'), bytes)
    const analysis = { capture: 'short.pcap', inventory: 'captures/director.yaml', jobs: 3 }
    const whole = await exported(analysis)
    for (const readAtMost of sizesUpTo(bytes.length)) {
      const seen = await exported({ ...analysis, readAtMost })
      expect(differences(whole, seen), `${readAtMost} bytes at a time`).toEqual([])
    }
  })
})

/** Every small size, then in larger and larger steps. */
function sizesUpTo(length: number): readonly number[] {
  const sizes: number[] = []
  for (let size = 1; size < length; size += 1 + (size >> 2)) sizes.push(size)
  return sizes
}

const isCorpusThere = existsSync(corpusFolder)

describe.skipIf(!isCorpusThere)(`captures of ${corpusFolder}`, () => {
  // One stream of very different captures, of which some are damaged; what is no capture is left out.
  it.each(['', 'bad'])('are the same with every number of jobs, all of folder "%s" as one point', async (name) => {
    const capture = join(corpusFolder, name)
    const { flows, analyzed } = await expectSame(capture, 'captures/director.yaml', { point: 'corpus' })
    expect(countOf(flows)).toBeGreaterThan(30)
    expect(analyzed?.includes('Warning: ')).toBe(name === 'bad')
  })

  it('are the same with two jobs as with one, each as a point of its own', { timeout: 120_000 }, async () => {
    const analysis = { capture: corpusFolder, inventory: 'captures/director.yaml' }
    const one = await exported({ ...analysis, jobs: 1 })
    expect(differences(one, await exported({ ...analysis, jobs: 2 }))).toEqual([])
  })
})

// Says why the rest is missing, where it is.
it.skipIf(!isCorpusThere)(`there are captures in ${corpusFolder}, or in the folder that PORTOLAN_CORPUS names`, () => {
  expect(readdirSync(corpusFolder).length).toBeGreaterThan(10)
})
