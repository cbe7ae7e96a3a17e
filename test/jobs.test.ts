import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/* Several threads share the flows of a capture: the built program runs, because threads do not run TypeScript. */

const MAIN = resolve('dist/main.js')
const SAMPLES = [
  ['director.pcapng', 'director.yaml'],
  ['director-midstream.pcap', 'director.yaml'],
  ['edge.pcap', 'edge.yaml'],
  ['duplicated.pcapng', 'director.yaml'],
] as const

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  cpSync('captures', join(folder, 'captures'), { recursive: true })
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function portolan(...args: readonly string[]): string {
  return execFileSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function exportsWith(jobs: number, capture: string, inventory: string): readonly string[] {
  const database = `${jobs}-${capture}.db`
  portolan(
    'analyze',
    `captures/${capture}`,
    '-i',
    `captures/${inventory}`,
    '-d',
    database,
    '--keep',
    'all',
    '-j',
    `${jobs}`,
  )
  const from = ['-d', database, '--format', 'json']
  const sums = ['host', 'port'].map((key) => portolan('summary', '--by', key, ...from))
  const labels = portolan('flows', '-d', database, '--limit', 'all')
  return [portolan('flows', ...from), portolan('conversations', ...from), portolan('summary', ...from), labels, ...sums]
}

describe('the number of jobs', () => {
  it.each(SAMPLES)('changes nothing in %s', (capture, inventory) => {
    const one = exportsWith(1, capture, inventory)
    expect(JSON.parse(one[0] as string).length).toBeGreaterThan(3)
    for (const jobs of [2, 3, 8]) expect(exportsWith(jobs, capture, inventory)).toEqual(one)
  })

  it('changes nothing in a capture that is cut off', () => {
    const cut = join(folder, 'captures/cut.pcap')
    cpSync('captures/edge.pcap', cut)
    truncateSync(cut, 100_001)
    expect(exportsWith(3, 'cut.pcap', 'edge.yaml')).toEqual(exportsWith(1, 'cut.pcap', 'edge.yaml'))
  })

  it('is a whole number above 0', () => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'analyze', 'captures/edge.pcap', '-j', '0'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect([status, stderr.trim()]).toEqual([2, "--jobs '0' is not a whole number above 0"])
  })
})
