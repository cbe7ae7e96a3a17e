import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { againstOthers, thoseThatRun } from './against-others.ts'
import { growth } from './growth.ts'
import { atMost, type Line, linesTable, markdownTable } from './lines.ts'
import { openFlows } from './open-flows.ts'
import { type Bench, found, OTHERS, versionOf } from './programs.ts'
import { startUp } from './start-up.ts'
import { timeCommands } from './timing.ts'

/* The benchmark on next to nothing: that it measures, not what. */

const folder = mkdtempSync(join(tmpdir(), 'bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

const bench: Bench = { folder, main: resolve('dist/main.js'), scripts: undefined, runs: 1 }

const namesOf = (lines: readonly Line[]): readonly string[] => lines.map(({ what }) => what)

describe('the benchmark', () => {
  it('holds the time on a capture against every program that reads it', async () => {
    const { title, tables, lines } = await againstOthers(bench, 'mixed', 1000)
    expect(title).toMatch(/^mixed: 1000 packets, \d+ connections, \d+ at once$/)
    const names = OTHERS.filter(({ program }) => found(program) !== undefined).map(({ name }) => name)
    const measured = [...names, 'as pcapng, of the pcap time', '--jobs 2, of --jobs 1'].map((what) => `mixed: ${what}`)
    const leftOut = tables.slice(1).join('\n')
    expect(namesOf(lines)).toEqual(expect.arrayContaining(measured.filter((what) => !leftOut.includes(what.slice(7)))))
    expect(tables[0]).toMatch(/^\| portolan analyze --jobs 2 +\| +1 \| +\d+\.\d\d \|/m)
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['mixed-1000.pcapng', 'mixed-1000.pcap.gz']))
  })

  it('leaves a program out that fails, and says so', () => {
    const argv = [process.execPath, '-e', 'console.error("not allowed"); process.exitCode = 1']
    const { running, refusals } = thoseThatRun(
      { 'sad -r': () => ({ argv }), node: () => ({ argv: argv.slice(0, 1) }) },
      'x',
    )
    expect(Object.keys(running)).toEqual(['node'])
    expect(refusals[0]).toMatch(/^sad -r is left out: .* ended with exit code 1: not allowed$/)
  })

  it('measures growth over longer and longer captures', async () => {
    const { title, tables, lines } = await growth(bench, [2000, 20_000])
    expect(title).toMatch(/^growth: 42 connections at once; start-up is \d+ ms$/)
    const rows = (tables[0] ?? '').split('\n').slice(2)
    expect(rows.map((row) => row.split('|').slice(1, 3).map(Number))).toEqual([
      [2000, 60],
      [20_000, 600],
    ])
    expect(namesOf(lines)[0]).toBe('ns a packet beyond start-up, 2000 to 20000 packets')
  })

  it('measures what open flows take', async () => {
    const { title, lines } = await openFlows(bench, [50, 500])
    expect(title).toMatch(/^open flows: 550 connections in 8800 packets; base \d+ MB$/)
    expect(namesOf(lines)).toEqual(['bytes for each concurrent flow, beyond a fixed base'])
  })

  it('measures start-up', async () => {
    const { lines } = await startUp(bench)
    expect(namesOf(lines)).toEqual(['portolan --help, beyond node -e 0', 'a 100-packet capture analysed'])
  })

  it('says of a program that it is not there', () => {
    const version = versionOf({ program: 'no-such-program', version: ['--version'] })
    expect(version).toBe('no-such-program is not installed and left out')
  })
})

describe('a command', () => {
  it('is run once for each median, unless it takes longer than anybody waits', () => {
    const argv = [process.execPath, '-e', '0']
    const { patient, impatient } = timeCommands({ patient: { argv }, impatient: { argv, patienceSeconds: 0 } }, 3)
    expect([patient.runs, impatient.runs]).toEqual([3, 1])
    expect(patient.seconds).toBeGreaterThan(0)
  })

  it('that fails is an error with what it said', () => {
    const argv = [process.execPath, '-e', 'console.error("no such thing"); process.exitCode = 3']
    expect(() => timeCommands({ failing: { argv } }, 1)).toThrow(/ended with exit code 3: no such thing$/)
  })
})

describe('a line', () => {
  it('says whether its target is met', () => {
    expect(atMost('mixed: cat', 5, 5)).toEqual({
      what: 'mixed: cat',
      target: 'at most 5',
      measured: '5.00',
      isMet: true,
    })
    expect(atMost('mixed: tshark', 0.025, 0.0251).isMet).toBe(false)
    expect(atMost('peak', 256, 180.4, 'MB')).toMatchObject({ target: 'at most 256 MB', measured: '180 MB' })
  })

  it('is a row of a table in Markdown', () => {
    expect(linesTable([atMost('a', 2, 3)]).split('\n')).toEqual([
      '|     |    target | measured | met |',
      '| --- | --------: | -------: | --: |',
      '| a   | at most 2 |     3.00 |  no |',
    ])
    expect(markdownTable(['', 'x'], [['long name', '1']]).split('\n')[2]).toBe('| long name |   1 |')
  })
})
