import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generate } from '../bench/generate.ts'
import { gzip } from '../support/captures.ts'
import { stored } from './zstd-frames.ts'

/* Compressed captures that are large enough for a thread of their own, read by the built program. */

const MAIN = resolve('dist/main.js')
const PRELOAD = pathToFileURL(fileURLToPath(new URL('../support/failing-thread.mjs', import.meta.url))).href
const ENOUGH = 8 * 1024 * 1024
/** Lists name the point, which else is called like the file. */
const POINT = ['--point', 'one']

let folder: string
let whole: Uint8Array
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  mkdirSync(join(folder, 'temporary'))
  await generate({ kind: 'mixed', packets: 30_000, seed: 7, format: 'pcap', path: join(folder, 'many.pcap') })
  whole = readFileSync(join(folder, 'many.pcap'))
  write('many.pcap.gz', gzip(whole))
  write('many.pcap.zst', stored(whole))
  mkdirSync(join(folder, 'side'))
  write('side/one.pcap.gz', gzip(whole))
  write('side/other.pcap.zst', stored(whole))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function write(name: string, bytes: Uint8Array): void {
  writeFileSync(join(folder, name), bytes)
  if (statSync(join(folder, name)).size < ENOUGH) throw new Error(`${name} is too small for a thread`)
}

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function portolan(args: readonly string[], failing: Readonly<Record<string, string>> = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', PRELOAD, MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, ...failing, TMPDIR: join(folder, 'temporary') },
    encoding: 'utf8',
    timeout: 20_000,
    maxBuffer: 2 ** 28,
  })
  return { code: status, out: stdout, err: stderr }
}

const analyze = (capture: string, db: string, more: readonly string[] = [], failing = {}) =>
  portolan(['analyze', capture, '-i', 'bench.yaml', '-d', db, ...more], failing)

/** What the analysis says, and the conversations and flows that it stored. */
function analyzed(capture: string, ...more: readonly string[]): readonly string[] {
  rmSync(join(folder, 'new.db'), { force: true })
  const { code, out, err } = analyze(capture, 'new.db', more)
  if (code !== 0) throw new Error(err)
  const lists = ['conversations', 'flows'].map((list) => portolan([list, '--format', 'json', '-d', 'new.db']))
  expect(lists.map((list) => [list.code, list.err])).toEqual(lists.map(() => [0, '']))
  return [err, out, ...lists.map((list) => list.out)]
}

describe('a capture that a thread decompresses', () => {
  it.each(['gz', 'zst'])('is judged as it is without compression: %s', (form) => {
    expect(analyzed(`many.pcap.${form}`)).toEqual(analyzed('many.pcap'))
  })

  it('is judged as it is alone where another one is read beside it', () => {
    expect(analyzed('side', '-j', '2')).toEqual(analyzed('side'))
  })

  it.each([
    ['cut.gz', 'unexpected end of file', () => gzip(whole).subarray(0, ENOUGH + 1000)],
    ['cut.zst', 'the zstd data is cut off', () => stored(whole).subarray(0, ENOUGH + 1000)],
    ['other.zst', 'behind the zstd data stands something else', () => Buffer.concat([stored(whole), Buffer.alloc(9)])],
  ])('is judged up to where it is damaged: %s', (name, problem, bytes) => {
    write(name, bytes())
    const [warning = '', , ...lists] = analyzed(name, ...POINT)
    const [, offset] = /^Warning: \S+ was judged up to byte (\d+), where (.*)\.\n$/.exec(warning) ?? []
    expect(warning).toContain(problem)
    expect(Number(offset)).toBeGreaterThan(8_000_000)
    writeFileSync(join(folder, 'same.pcap'), whole.subarray(0, Number(offset)))
    const [, , ...expected] = analyzed('same.pcap', ...POINT)
    expect(lists.map((list, index) => list === expected[index])).toEqual([true, true])
  })

  it('is refused where it is compressed twice', () => {
    write('twice.gz', gzip(stored(whole)))
    expect(analyze('twice.gz', 'none.db').err).toMatch(/^twice\.gz is compressed twice, .*\n$/)
  })
})

describe('a thread that decompresses and fails ends the analysis with a sentence', () => {
  it.each([
    ['throws', '0', 'many.pcap.gz'],
    ['exits', '0', 'many.pcap.zst'],
    ['throws-later', '0', 'many.pcap.gz'],
    ['exits-later', '150', 'many.pcap.zst'],
    ['exits', '0', 'side'],
    ['exits-later', '3000', 'side'],
  ])('where it %s, after %s looks: %s', (how, after, capture) => {
    analyze('many.pcap', 'before.db')
    const database = readFileSync(join(folder, 'before.db'))
    const failing = { FAILING_THREAD: how, FAILING_AFTER: after }
    const { code, out, err } = analyze(capture, 'before.db', ['-j', '2'], failing)
    expect({ code, out }, err).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^a thread that (?:decompressed many|read side)\S+ (?:failed: |ended before).*\n$/)
    expect(readFileSync(join(folder, 'before.db')).equals(database)).toBe(true)
    expect(readdirSync(join(folder, 'temporary'))).toEqual([])
  })

  it('and there is none for a small capture', () => {
    writeFileSync(join(folder, 'few.pcap.gz'), gzip(whole.subarray(0, 1_000_000)))
    expect(analyze('few.pcap.gz', 'few.db', [], { FAILING_THREAD: 'throws' }).code).toBe(0)
  })
})
