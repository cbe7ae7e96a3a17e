import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CaptureSet, captureSets, streamSet } from '../../src/capture/capture-set.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { blocks, gzip, pcap, pcapng } from '../support/captures.ts'
import { filler, join as joinBytes } from '../support/octets.ts'
import { readRecords } from '../support/reading.ts'
import { BEGIN_NS } from './samples.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, bytes)
  return path
}

/** A capture whose only record was taken so many seconds after the beginning. */
const at = (seconds: number) => [{ ns: BEGIN_NS + BigInt(seconds) * 1_000_000_000n, frame: filler(60) }]

function shape(sets: readonly CaptureSet[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    sets.map(({ point, inputs }) => [point, inputs.map(({ path }) => path.slice(folder.length + 1))]),
  )
}

describe('files become capture sets', () => {
  it('of one point each, in the order of their first records', async () => {
    const paths = [
      write('edge/trace_00002_20260131130000.pcapng', pcapng(at(100))),
      write('edge/trace_00010_20260131120000.pcapng', pcapng(at(-7))),
      write('edge/trace_00001_20260131120000.pcapng.gz', gzip(pcapng(at(50)))),
      write('edge-2/trace_00001_20260131120000.pcap', pcap(at(1))),
      write('edge/other.pcap', pcap(at(2))),
    ]
    expect(shape(await captureSets(paths, undefined))).toEqual({
      'edge/trace': [
        'edge/trace_00010_20260131120000.pcapng',
        'edge/trace_00001_20260131120000.pcapng.gz',
        'edge/trace_00002_20260131130000.pcapng',
      ],
      'edge-2/trace': ['edge-2/trace_00001_20260131120000.pcap'],
      'edge/other': ['edge/other.pcap'],
    })
  })

  it('of the point that the user named', async () => {
    const paths = [write('a/b.pcap', pcap(at(9))), write('c/d.pcapng', pcapng(at(3)))]
    const sets = await captureSets(paths, 'director')
    expect(shape(sets)).toEqual({ director: ['c/d.pcapng', 'a/b.pcap'] })
    expect(sets[0]?.folder).toBeUndefined()
  })

  it('of two points when folders of one name lie in different places', async () => {
    const paths = [write('monday/edge/trace.pcap', pcap(at(1))), write('tuesday/edge/trace.pcap', pcap(at(2)))]
    const sets = await captureSets(paths, undefined)
    expect(sets.map(({ point }) => point)).toEqual(['edge/trace', 'edge/trace'])
    expect(sets.map((set) => set.folder)).toEqual([join(folder, 'monday/edge'), join(folder, 'tuesday/edge')])
  })

  it('with those that begin at the same time, or hold nothing, in the order of their names', async () => {
    const same = (name: string, extra: number) => write(name, pcap([...at(5), ...at(5 + extra)]))
    const paths = [
      write('set/t_00004.pcap', pcap([])),
      same('set/t_00003.pcap', 3),
      same('set/t_00002.pcap', 2),
      write('set/t_00001.pcap', pcap([], { snapLength: 96 })),
    ]
    expect(shape(await captureSets(paths, undefined))).toEqual({
      'set/t': ['set/t_00002.pcap', 'set/t_00003.pcap', 'set/t_00001.pcap', 'set/t_00004.pcap'],
    })
  })

  it('which share one origin of time', async () => {
    const paths = [write('set/t_00001.pcap', pcap(at(1))), write('set/t_00002.pcapng', pcapng(at(2)))]
    const [set] = await captureSets(paths, undefined)
    const origin = createOrigin()
    const times: bigint[] = []
    for (const input of set?.inputs ?? []) {
      const { records } = await readRecords(await input.open(origin), origin)
      times.push(...records.map(({ ns }) => ns - BEGIN_NS))
    }
    expect(times).toEqual([1_000_000_000n, 2_000_000_000n])
    expect(origin.ns).toBe(BEGIN_NS + 1_000_000_000n)
  })

  it('by their first time, even when their first record has none', async () => {
    const { section, interface: describeInterface, simple, enhanced } = blocks(true)
    const timeless = joinBytes(section(), describeInterface({ resolution: 9 }), simple(filler(60)))
    const early = joinBytes(timeless, enhanced({ frame: filler(60), ticks: BEGIN_NS }))
    const paths = [write('set/t_00001.pcap', pcap(at(5))), write('set/t_00002.pcapng', early)]
    expect(shape(await captureSets(paths, undefined))).toEqual({ 'set/t': ['set/t_00002.pcapng', 'set/t_00001.pcap'] })
  })
})

describe('files are refused', () => {
  it('when one of them is no capture', async () => {
    const bad = write('notes.pcap', filler(40))
    await expect(captureSets([write('a.pcap', pcap(at(1))), bad], undefined)).rejects.toThrow(
      /^.*notes.pcap is not a capture/,
    )
  })

  it('when one is named twice, under whatever name', async () => {
    const first = write('a/a.pcap', pcap(at(1)))
    const copy = write('b/b.pcap', pcap(at(1)))
    const sentence = `${copy} is the same capture as ${first}; name it once`
    await expect(captureSets([first, copy], undefined)).rejects.toThrow(sentence)
    await expect(captureSets([first, first], 'point')).rejects.toThrow(
      `${first} is the same capture as ${first}; name it once`,
    )
  })

  it('but not because several of a rotated set hold nothing', async () => {
    const paths = [
      write('set/t_00001.pcap', pcap([])),
      write('set/t_00002.pcap', pcap([])),
      write('set/t_00003.pcap', pcap(at(1))),
    ]
    const sets = await captureSets(paths, undefined)
    expect(shape(sets)).toEqual({ 'set/t': ['set/t_00003.pcap', 'set/t_00001.pcap', 'set/t_00002.pcap'] })
    expect(sets[0]?.inputs.map(({ identity }) => typeof identity)).toEqual(['string', 'undefined', 'undefined'])
  })
})

it('a stream is a set of its own', () => {
  const { set } = streamSet(new PassThrough(), 'live')
  expect(set).toMatchObject({ point: 'live', folder: undefined, inputs: [{ path: '-', identity: undefined }] })
})
