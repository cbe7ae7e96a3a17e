import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generate } from './bench/generate.ts'

/* Threads of the built program that end before they are done: what is preloaded into them makes them. */

const MAIN = resolve('dist/main.js')
const PRELOAD = pathToFileURL(fileURLToPath(new URL('./support/failing-thread.mjs', import.meta.url))).href
const CAPTURE = 'many.pcap'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  mkdirSync(join(folder, 'temporary'))
  cpSync('captures', join(folder, 'captures'), { recursive: true })
  await generate({ kind: 'mixed', packets: 6000, seed: 2, format: 'pcap', path: join(folder, CAPTURE) })
  const { code, err } = analyze('captures/director.pcapng', '1', {})
  if (code !== 0) throw new Error(err)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function analyze(capture: string, jobs: string, failing: Readonly<Record<string, string>>): Ended {
  const args = ['analyze', capture, '-i', 'captures/director.yaml', '-d', 'before.db', '-j', jobs]
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', PRELOAD, MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, ...failing, TMPDIR: join(folder, 'temporary') },
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { code: status, out: stdout, err: stderr }
}

describe('a thread that fails ends the analysis with a sentence, and the database stays as it was', () => {
  it.each([
    ['throws', '0', '2'],
    ['throws', '0', '8'],
    ['exits', '0', '3'],
    ['throws-later', '0', '2'],
    ['throws-later', '20000', '3'],
    ['exits-later', '20000', '3'],
    ['out-of-memory', '0', '2'],
  ])('where it %s, after %s looks, of %s jobs', (how, after, jobs) => {
    const database = readFileSync(join(folder, 'before.db'))
    const { code, out, err } = analyze(CAPTURE, jobs, { FAILING_THREAD: how, FAILING_AFTER: after })
    expect({ code, out }, err).toEqual({ code: 2, out: '' })
    expect(err.trimEnd().split('\n').length, err).toBe(1)
    expect(err).toContain(CAPTURE)
    expect(err).toContain('thread')
    expect(readFileSync(join(folder, 'before.db')).equals(database)).toBe(true)
    expect(readdirSync(folder).filter((name) => name.startsWith('before.db'))).toEqual(['before.db'])
    expect(readdirSync(join(folder, 'temporary'))).toEqual([])
  })

  it('and without failures the same capture is analysed', () => {
    const { code, err } = analyze(CAPTURE, '3', {})
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })
})
