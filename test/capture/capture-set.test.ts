import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CaptureSet, captureSets, findCaptureSets, streamSet } from '../../src/capture/capture-set.ts'
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

describe('folders and patterns become capture sets', () => {
  const written = () => {
    write('edge/trace_00002_20260131120000.pcapng', pcapng(at(50)))
    write('edge/trace_00001_20260131130000.pcapng', pcapng(at(100)))
    write('edge/other.pcap1', pcap(at(2)))
    write('edge/other.pcap', gzip(pcap(at(1))))
    write('edge/inventory.yaml', Buffer.from('endpoints: []'))
    return join(folder, 'edge')
  }
  const SETS = {
    'edge/trace': ['edge/trace_00002_20260131120000.pcapng', 'edge/trace_00001_20260131130000.pcapng'],
    'edge/other': ['edge/other.pcap', 'edge/other.pcap1'],
  }

  it('of one point each, in the order of their first records', async () => {
    const edge = written()
    for (const argument of [edge, `${edge}/*`, `${folder}/e?ge`]) {
      const { sets, leftOut } = await findCaptureSets([argument], undefined)
      expect(shape(sets)).toEqual({ 'edge/other': SETS['edge/other'], 'edge/trace': SETS['edge/trace'] })
      expect(leftOut).toEqual([])
    }
    expect(shape((await findCaptureSets([`${edge}/*.pcapng`], undefined)).sets)).toEqual({
      'edge/trace': SETS['edge/trace'],
    })
    expect(shape((await findCaptureSets([edge], 'point')).sets)).toEqual({
      point: ['edge/other.pcap', 'edge/other.pcap1', ...SETS['edge/trace']],
    })
  })

  it('of which each file is taken once, however it was named', async () => {
    const edge = written()
    const { sets, leftOut } = await findCaptureSets(
      [edge, `${edge}/*.pcapng`, join(edge, 'other.pcap'), `${folder}/./edge`],
      undefined,
    )
    expect([shape(sets), leftOut]).toEqual([SETS, []])
  })

  it('without what is no capture, which is said where its name promises one', async () => {
    const edge = written()
    const trace = write('edge/trace.etl', filler(100))
    const empty = write('edge/trace_00003.pcap', new Uint8Array(0))
    write('edge/readme.txt', Buffer.from('hello, world'))
    const copy = write('edge/copy.pcap', pcap(at(2)))
    const { sets, leftOut } = await findCaptureSets([edge], undefined)
    expect(sets.flatMap(({ inputs }) => inputs).length).toBe(4)
    expect(leftOut).toEqual([
      `${trace} is an event trace of Windows (netsh trace or pktmon); convert it first with etl2pcapng`,
      `${empty} is empty; wanted a pcap or pcapng capture`,
      `${join(edge, 'other.pcap1')} is the same capture as ${copy}; it is read once`,
    ])
  })

  it('or are refused where they hold none', async () => {
    const none = join(folder, 'none')
    mkdirSync(none)
    await expect(findCaptureSets([none], undefined)).rejects.toThrow(`${none} holds no capture`)
    const trace = write('none/trace.etl', filler(100))
    await expect(findCaptureSets([`${none}/*.etl`], undefined)).rejects.toThrow(
      `${none}/*.etl holds no capture: ${trace} is an event trace of Windows (netsh trace or pktmon); convert it first with etl2pcapng`,
    )
    await expect(findCaptureSets([`${none}/*.pcap`], undefined)).rejects.toThrow(/^nothing matches /)
    await expect(findCaptureSets([trace], undefined)).rejects.toThrow(/event trace/)
  })

  it('and a file that is named by itself twice is refused as before', async () => {
    const file = write('edge/a.pcap', pcap(at(1)))
    await expect(findCaptureSets([file, file], undefined)).rejects.toThrow(/name it once$/)
  })
})

it('a file is read to where it ended when it was looked into', async () => {
  const path = write('set/t_00001.pcap', pcap(at(1)))
  const [set] = await captureSets([path], undefined)
  const input = set?.inputs[0]
  appendFileSync(path, pcap(at(2)).subarray(24))
  const origin = createOrigin()
  const reader = await input?.open(origin)
  expect(reader && (await readRecords(reader, origin)).records.length).toBe(1)
  expect([input?.length, input?.state?.size]).toEqual([100, 100])
})

it('the bytes to read of a compressed file are not known', async () => {
  const [set] = await captureSets([write('set/t.pcap.gz', gzip(pcap(at(1))))], undefined)
  expect(set?.inputs[0]?.length).toBeUndefined()
})

it('a stream is a set of its own', () => {
  const { set } = streamSet(new PassThrough(), 'live')
  expect(set).toMatchObject({ point: 'live', folder: undefined, inputs: [{ path: '-', identity: undefined }] })
})
