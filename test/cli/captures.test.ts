import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { sample } from '../support/analysis.ts'
import { readCapture } from '../support/reading.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

const folder = temporaryFolder()
const db = folder.path('captures.db')
beforeEach(async () => {
  await shown(['analyze', sample('director.pcapng'), sample('edge.pcap'), '-i', sample('edge.yaml'), '-d', db])
})
afterAll(folder.remove)

const recordsIn = async (name: string) => (await readCapture(readFileSync(sample(name)))).records.length

describe('captures', () => {
  it('lists what the database holds, with or without the word list', async () => {
    const rows = await rowsOf(['captures', '-d', db])
    expect(rows.map(({ capture, records, formats, link_types: links }) => [capture, records, formats, links])).toEqual([
      ['captures/director', await recordsIn('director.pcapng'), ['pcapng'], ['ethernet']],
      ['captures/edge', await recordsIn('edge.pcap'), ['pcap'], ['linux-sll2']],
    ])
    expect(await rowsOf(['captures', 'list', '-d', db])).toEqual(rows)
  })

  it('remove takes a point out with all that was seen there', async () => {
    const { out } = await portolan(['captures', 'remove', 'captures/edge', '-d', db])
    expect(out).toBe(`captures/edge was taken out of ${db}.\n`)
    const left = await rowsOf<{ capture: string }>(['conversations', '-d', db])
    expect(new Set(left.map(({ capture }) => capture))).toEqual(new Set(['captures/director']))
  })

  it('remove takes out all points that are named, or none', async () => {
    const { code, err } = await portolan(['captures', 'remove', 'captures/edge', 'captures/dir', '-d', db])
    expect([code, err]).toEqual([2, 'capture point captures/dir is not in the database; it holds captures/director\n'])
    expect(await rowsOf(['captures', '-d', db])).toHaveLength(2)
  })

  it('remove makes no database', async () => {
    const none = folder.path('none.db')
    expect((await portolan(['captures', 'remove', 'x', '-d', none])).code).toBe(2)
    expect(existsSync(none)).toBe(false)
  })

  it('refuses a command that it does not have', async () => {
    const { code, err } = await portolan(['captures', 'remve', 'captures/edge', '-d', db])
    expect([code, err]).toEqual([2, "'remve' is not a command of 'portolan captures'; did you mean 'remove'?\n"])
  })
})
