import { statSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { captureSets, streamSet } from '../../src/capture/capture-set.ts'
import { progressLine, totalBytes } from '../../src/cli/progress.ts'
import { captureOutput } from '../report/captured-output.ts'
import { sample } from '../support/analysis.ts'

describe('the progress line', () => {
  it('tells bytes, packets, rate and time left, and is written anew', () => {
    const out = captureOutput(100)
    let time = 0
    const line = progressLine(out, 'edge01', 400_000_000, () => time)
    line.update({ bytes: 1_000_000, records: 1_500 })
    time = 2_000
    line.update({ bytes: 100_000_000, records: 150_000 })
    line.clear()
    expect(out.text()).toBe(
      '\redge01: 1.0 MB of 400.0 MB (0.3%), 1,500 records\x1b[K' +
        '\redge01: 100.0 MB of 400.0 MB (25.0%), 150,000 records, 50.0 MB/s, 6 s left\x1b[K' +
        '\r\x1b[K',
    )
  })

  it('is drawn ten times a second at most', () => {
    const out = captureOutput(80)
    let time = 0
    const line = progressLine(out, 'x', undefined, () => time)
    for (; time < 1000; time += 10) line.update({ bytes: time, records: time })
    expect(out.writes()).toBe(10)
  })

  it('tells when the database was brought up to date, at once', () => {
    const out = captureOutput(100)
    const line = progressLine(out, 'edge01', undefined, () => 0)
    line.update({ bytes: 1_000, records: 15 })
    line.stored(Date.UTC(2026, 10, 22, 12, 30, 3))
    line.clear()
    const [, before, after] = out.text().replaceAll('\x1b[K', '').split('\r')
    expect(before).toBe('edge01: 1.0 kB, 15 records')
    expect(after).toMatch(/^edge01: 1\.0 kB, 15 records, stored 11-2\d \d\d:\d\d:03[+-][\d:]+$/)
  })

  it('fits the terminal, and its label acts on nothing', () => {
    const out = captureOutput(30)
    progressLine(out, '서울\x1b[2J', 1e9, () => 0).update({ bytes: 5e8, records: 1e6 })
    expect(out.text()).toBe('\r서울\\x1b[2J: 500.0 MB of 1.0…\x1b[K')
  })

  it('leaves nothing to clear where nothing was shown', () => {
    const out = captureOutput(80)
    progressLine(out, 'x', 1).clear()
    expect(out.text()).toBe('')
  })
})

describe('the bytes to read', () => {
  it('are those of the files, and unknown of a stream', async () => {
    const [set] = await captureSets([sample('edge.pcap')], undefined)
    expect(set && (await totalBytes(set))).toBe(statSync(sample('edge.pcap')).size)
    expect(await totalBytes(streamSet(new PassThrough(), 'x').set)).toBeUndefined()
  })
})
