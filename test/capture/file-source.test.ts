import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileState } from '../../src/capture/file-source.ts'
import { openCapture } from '../../src/capture/open.ts'
import type { CaptureReader } from '../../src/capture/reader.ts'
import { createOrigin } from '../../src/capture/time.ts'
import { gzip, pcap, pcapng, type Recorded } from '../support/captures.ts'
import { filler } from '../support/octets.ts'
import { type ReadCapture, readRecords } from '../support/reading.ts'
import { BEGIN_NS } from './samples.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const records = (count: number): readonly Recorded[] =>
  Array.from({ length: count }, (_, index) => ({ ns: BEGIN_NS + BigInt(index) * 1000n, frame: filler(1000) }))

/** More than one window of records, so that the file is not read at once. */
const MANY = records(2000)

/** Reads a file of which something happens after its first window was taken. */
async function readWhile(path: string, happens: () => void): Promise<ReadCapture> {
  const origin = createOrigin()
  const reader = await openCapture(path, origin)
  expect(reader.next()).toBe(true)
  happens()
  return readRecords(reader, origin)
}

describe('what makes a file itself', () => {
  const identity = (name: string, bytes: Uint8Array) => fileState(file(name, bytes)).identity

  it('is its size, its beginning and its end, not its name', () => {
    const bytes = new Uint8Array(300_000)
    const changed = (at: number) => bytes.slice().fill(1, at, at + 1)
    const first = identity('a', bytes)
    expect(identity('b', bytes)).toBe(first)
    expect(identity('c', changed(0))).not.toBe(first)
    expect(identity('d', changed(299_999))).not.toBe(first)
    expect(identity('e', bytes.subarray(1))).not.toBe(first)
    expect(identity('f', changed(150_000))).toBe(first)
    expect(identity('g', new Uint8Array(0))).not.toBe(identity('h', new Uint8Array(1)))
  })

  it('stays as it was computed before: databases know captures by it', () => {
    expect(identity('i', filler(100))).toBe('84ed52d1d1f93a36315b74dd9c3b4fcb50faccf9bb658090eb5da05dcc0c8cc0')
  })
})

describe('a file that grows while it is read', () => {
  it.each([
    ['pcap', pcap(MANY)],
    ['pcapng', pcapng(MANY)],
  ])('%s is read to the end that it had', async (_name, bytes) => {
    const path = file('growing', bytes)
    const { records: read, damage } = await readWhile(path, () => appendFileSync(path, bytes.subarray(24)))
    expect([read.length, damage]).toEqual([MANY.length - 1, undefined])
  })

  it.each([
    ['pcap', pcap(MANY)],
    ['pcapng', pcapng(MANY)],
  ])('%s is not damaged when its last record was half written', async (_name, bytes) => {
    const path = file('half', bytes.subarray(0, -500))
    const { records: read, damage } = await readWhile(path, () => appendFileSync(path, bytes.subarray(-500)))
    expect([read.length, damage]).toEqual([MANY.length - 2, undefined])
  })

  it('is damaged when nothing more comes', async () => {
    const path = file('cut', pcap(MANY).subarray(0, -500))
    expect((await readWhile(path, () => {})).damage?.problem).toBe('the last record is cut off')
  })
})

describe('a file that is changed while it is read', () => {
  it.each([
    ['between records', 24 + 1016 * 1500],
    ['inside a record', 24 + 1016 * 1500 + 7],
  ])('and shrinks, %s, ends there', async (_name, length) => {
    const path = file('shrinking', pcap(MANY))
    const { records: read, damage } = await readWhile(path, () => truncateSync(path, length))
    expect(read.length).toBe(1499)
    expect(damage?.problem).toBe(`the file shrank from ${24 + 1016 * 2000} to ${length} bytes`)
  })

  it('and shrinks, in gzip, ends there', async () => {
    const noise = MANY.map((record, index) => ({ ...record, frame: record.frame.map((byte) => (byte * index) >> 3) }))
    const packed = gzip(pcap(noise))
    expect(packed.length).toBeGreaterThan(400_000)
    const path = file('shrinking.gz', packed)
    const { damage } = await readWhile(path, () => truncateSync(path, 300_000))
    expect(damage?.problem).toBe(`the file shrank from ${packed.length} to 300000 bytes`)
  })

  it('and is written anew under its name is marked', async () => {
    const path = file('rewritten', pcap(MANY))
    const other = pcap(MANY.map((record) => ({ ...record, ns: record.ns + 1_000_000_000n })))
    const { damage } = await readWhile(path, () => writeFileSync(path, other))
    expect(damage?.problem).toBe('the file was written anew')
  })

  it('and replaced by another is read as it was', async () => {
    const path = file('replaced', pcap(MANY))
    const { records: read, damage } = await readWhile(path, () => renameSync(file('other', pcap([])), path))
    expect([read.length, damage]).toEqual([MANY.length - 1, undefined])
  })
})

describe('a file that was looked into before', () => {
  const open = (path: string, known: ReturnType<typeof fileState>): Promise<CaptureReader> =>
    openCapture(path, createOrigin(), known)

  it('is read to the length it had then', async () => {
    const path = file('known', pcap(records(3)))
    const known = fileState(path)
    appendFileSync(path, pcap(records(2)).subarray(24))
    const origin = createOrigin()
    expect((await readRecords(await openCapture(path, origin, known), origin)).records.length).toBe(3)
  })

  it('is refused with a sentence when it is another by now', async () => {
    const path = file('another', pcap(records(3)))
    const known = fileState(path)
    writeFileSync(path, pcap(records(2)))
    await expect(open(path, known)).rejects.toThrow(
      `${path} could not be opened: the file shrank from 3072 to 2056 bytes`,
    )
    writeFileSync(path, pcap(records(5).slice(1)))
    await expect(open(path, known)).rejects.toThrow(`${path} could not be opened: the file was written anew`)
  })
})
