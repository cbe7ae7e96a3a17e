import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sample } from '../support/analysis.ts'
import { readCapture } from '../support/reading.ts'
import { rowsOf, shown, temporaryFolder } from './portolan.ts'

/* What only a real process shows. Each takes some 150 ms to start, so there are few. */

const MAIN = resolve('dist/main.js')
const folder = temporaryFolder()
afterAll(folder.remove)

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args])
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, err }))
  return { child, ended }
}

describe('a process', () => {
  it('ends quietly when its reader has seen enough', async () => {
    const db = folder.path('pipe.db')
    await shown(['analyze', sample('edge.pcap'), '-i', sample('edge.yaml'), '-d', db, '--keep', 'all'])
    const { child, ended } = start('flows', '-d', db, '--format', 'json')
    child.stdout.destroy()
    expect(await ended).toEqual({ code: 0, signal: null, err: '' })
  })

  it('keeps what it saw of standard input when Ctrl-C ends it', async () => {
    const db = folder.path('stdin.db')
    const { child, ended } = start('analyze', '-', '--point', 'edge01', '-i', sample('edge.yaml'), '-d', db)
    child.stdout.resume()
    child.stdin.write(readFileSync(sample('edge.pcap')))
    await new Promise((resolve) => setTimeout(resolve, 1000))
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 0, signal: null, err: '' })
    expect((await rowsOf(['captures', '-d', db])).map(({ capture, records }) => [capture, records])).toEqual([
      ['edge01', (await readCapture(readFileSync(sample('edge.pcap')))).records.length],
    ])
  })
})
