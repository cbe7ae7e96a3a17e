import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sample } from '../support/analysis.ts'
import { portolan, rowsOf } from './portolan.ts'

/* The first analysis into a database that is not there yet. Real processes run what `npm run build` made of src. */

const MAIN = resolve('dist/main.js')
const PRELOAD = pathToFileURL(fileURLToPath(new URL('../support/failing-thread.mjs', import.meta.url))).href

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-cli-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function start(args: readonly string[], failing: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', PRELOAD, MAIN, 'analyze', ...args], {
    env: { ...process.env, ...failing },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  return { child, ended: once(child, 'close').then(([code]) => ({ code, err })) }
}

describe('a first analysis that fails leaves nothing where its database would be', () => {
  const database = () => join(folder, 'new.db')

  it('because its stream is no capture', async () => {
    const input = new PassThrough().end('no capture at all\n')
    const { code, err } = await portolan(['analyze', '-', '-d', database()], { input })
    expect([code, err.trimEnd().split('\n').at(-1)]).toEqual([
      2,
      expect.stringMatching(/^standard input is not a capture/),
    ])
    expect(readdirSync(folder)).toEqual([])
  })

  it('because its stream ends before it begins, when Ctrl-C is pressed', async () => {
    const { child, ended } = start(['-', '-i', sample('edge.yaml'), '-d', database()])
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(existsSync(database())).toBe(false)
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 2, err: expect.stringMatching(/^standard input is empty.*\n$/) })
    expect(readdirSync(folder)).toEqual([])
  })

  it('because one of its threads dies', async () => {
    const failing = { FAILING_THREAD: 'throws', FAILING_AFTER: '0' }
    const { ended } = start([sample('edge.pcap'), '-i', sample('edge.yaml'), '-j', '2', '-d', database()], failing)
    expect(await ended).toEqual({
      code: 2,
      err: expect.stringMatching(/^a thread that read .*edge\.pcap failed: .*\n$/),
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('because the rules ask for what the database cannot say', async () => {
    const { code } = await portolan(['analyze', sample('edge.pcap'), '-d', database(), '--fail-on', 'broken'])
    expect([code, readdirSync(folder)]).toEqual([2, []])
  })

  it('and an empty file stays one', async () => {
    writeFileSync(database(), '')
    const input = new PassThrough().end('no capture at all\n')
    expect((await portolan(['analyze', '-', '-d', database()], { input })).code).toBe(2)
    expect([readdirSync(folder), readFileSync(database()).length]).toEqual([['new.db'], 0])
  })
})

describe('processes that begin with the same new database at once', () => {
  const INVENTORY = ['-i', sample('director.yaml')] as const

  it('all succeed, although one of them fails', { timeout: 60_000 }, async () => {
    const database = join(folder, 'new.db')
    const captures = ['director.pcapng', 'edge.pcap', 'duplicated.pcapng', 'director-midstream.pcap']
    const good = captures.map((name) => start([sample(name), ...INVENTORY, '-d', database]))
    const failing = { FAILING_THREAD: 'throws', FAILING_AFTER: '0' }
    const bad = start([sample('edge.pcap'), '--point', 'bad', ...INVENTORY, '-j', '2', '-d', database], failing)
    for (const { ended } of good) expect(await ended).toEqual({ code: 0, err: '' })
    expect((await bad.ended).code).toBe(2)
    const points = (await rowsOf(['captures', '-d', database])).map(({ capture }) => capture)
    expect(points).toEqual(captures.map((name) => `captures/${name.replace(/\.\w+$/, '')}`).sort())
    expect(readdirSync(folder)).toEqual(['new.db'])
  })
})
