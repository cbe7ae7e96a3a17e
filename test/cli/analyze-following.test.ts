import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sample } from '../support/analysis.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const BYTES = readFileSync(sample('edge.pcap'))
const INVENTORY = ['-i', sample('edge.yaml')] as const

/** Asks until the answer is another one, or the test has taken too long. */
async function changed(ask: () => Promise<string>, from: string): Promise<string> {
  let answer = from
  while (answer === from) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    answer = await ask()
  }
  return answer
}

describe('analyze -', () => {
  it('can be asked while its stream goes on, and while it pauses', { timeout: 60_000 }, async () => {
    const db = folder.path('live.db')
    const args = ['analyze', '-', '--point', 'edge01', ...INVENTORY, '-d', db, '--keep', 'all', '--interval', '1']
    const child = spawn(process.execPath, [resolve('dist/main.js'), ...args], { stdio: ['pipe', 'ignore', 'pipe'] })
    let err = ''
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    const ended = once(child, 'close')
    /** The number of packets, as another program sees it; none where there is no database or capture yet. */
    const packets = async () => {
      const { code, out } = await portolan(['captures', '-d', db, '--format', 'json'])
      return code === 0
        ? JSON.parse(out)
            .map((capture: { packets: number }) => capture.packets)
            .join()
        : ''
    }
    child.stdin.write(BYTES.subarray(0, 40_000))
    const first = await changed(packets, '')
    const conversations = await rowsOf(['conversations', '-d', db])
    child.stdin.write(BYTES.subarray(40_000, 90_000))
    const second = await changed(packets, first)
    expect(Number(first)).toBeGreaterThan(10)
    expect(Number(second)).toBeGreaterThan(Number(first))
    expect(conversations.length).toBeGreaterThan(1)
    child.stdin.end(BYTES.subarray(90_000))
    expect([await ended, err]).toEqual([[0, null], ''])

    const whole = folder.path('whole.db')
    await shown(['analyze', sample('edge.pcap'), '--point', 'edge01', ...INVENTORY, '-d', whole, '--keep', 'all'])
    for (const command of ['conversations', 'flows', 'coverage']) {
      expect(await rowsOf([command, '-d', db])).toEqual(await rowsOf([command, '-d', whole]))
    }
  })

  it.each([
    [['-', '--interval', '1.5'], "--interval '1.5' is not a whole number of seconds from 0 to 86,400"],
    [['-', '--interval', '86401'], "--interval '86401' is not a whole number of seconds from 0 to 86,400"],
    [[sample('edge.pcap'), '--interval', '9'], "--interval is for standard input ('-'); files are stored at their end"],
  ])('refuses %j', async (args, sentence) => {
    const { code, err } = await portolan(['analyze', ...args, '-d', folder.path('refused.db')])
    expect([code, err]).toEqual([2, `${sentence}\n`])
  })
})
