import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { formatBytes } from '../../src/report/format.ts'
import { sample } from '../support/analysis.ts'
import { readCapture } from '../support/reading.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const DIRECTOR = ['analyze', sample('director.pcapng'), '-i', sample('director.yaml')]

describe('analyze', () => {
  it('ends with the summary of what it read', async () => {
    const db = folder.path('summary.db')
    const { code, out, err } = await portolan([...DIRECTOR, '-d', db])
    expect([code, err]).toEqual([0, ''])
    expect(out).toBe(await shown(['summary', '-d', db]))
    expect(out).toMatch(/^capture {4}captures\/director\n/)
  })

  it('gives a program the captures and the summary as one document', async () => {
    const db = folder.path('document.db')
    const text = await shown([...DIRECTOR, '-d', db, '--format', 'json'])
    const { analyzed, rejudged, database, summary } = JSON.parse(text)
    expect({ analyzed, rejudged, database }).toEqual({ analyzed: ['captures/director'], rejudged: 0, database: db })
    expect(summary).toEqual(JSON.parse(await shown(['summary', '-d', db, '--format', 'ndjson'])))
    const one = await shown([...DIRECTOR, '-d', db, '--format', 'ndjson'])
    expect(one.split('\n')).toHaveLength(2)
    expect(JSON.parse(one)).toEqual(JSON.parse(text))
  })

  it('sums up only what it read, and names how much more there is', async () => {
    const db = folder.path('more.db')
    await shown([...DIRECTOR, '-d', db])
    const out = await shown(['analyze', sample('director-midstream.pcap'), '-d', db])
    expect(out).toMatch(/^capture {4}captures\/director-midstream \(and 1 more in the database\)\n/)
    const packets = await rowsOf<{ packets: number }>(['captures', '-d', db])
    expect(packets.map((capture) => capture.packets)).toEqual([expect.any(Number), expect.any(Number)])
    expect(out).toMatch(new RegExp(`^seen {7}${packets[1]?.packets} packets, `, 'm'))
  })

  it('keeps the flows of findings, or every flow', async () => {
    const db = folder.path('keep.db')
    await shown([...DIRECTOR, '-d', db])
    const ofFindings = await rowsOf(['flows', '-d', db])
    expect(ofFindings.length).toBeGreaterThan(0)
    expect(ofFindings.every(({ verdict, outcome }) => verdict === 'unexpected' || outcome !== 'established')).toBe(true)
    await shown([...DIRECTOR, '-d', db, '--keep', 'all'])
    const conversations = await rowsOf<{ flows: number }>(['conversations', '-d', db])
    const total = conversations.reduce((sum, { flows }) => sum + flows, 0)
    expect(await rowsOf(['flows', '-d', db])).toHaveLength(total)
  })

  it('says in its exit code what it was told to look for', async () => {
    const db = folder.path('fail.db')
    const codeFor = async (args: readonly string[], failOn: string) =>
      (await portolan([...args, '-d', db, '--fail-on', failOn])).code
    expect(await codeFor(DIRECTOR, 'none')).toBe(0)
    expect(await codeFor(DIRECTOR, 'unexpected')).toBe(1)
    expect(await codeFor(DIRECTOR, 'broken')).toBe(1)
    const quiet = ['analyze', sample('director-midstream.pcap'), '-i', quietInventory()]
    expect(await codeFor(quiet, 'unexpected')).toBe(0)
    expect(await codeFor(quiet, 'broken')).toBe(0)
  })

  it('tells unexpected from broken in its exit code', async () => {
    const db = folder.path('broken.db')
    await shown([...DIRECTOR, '-d', db])
    const unexpected = await rowsOf(['conversations', '-d', db, '--verdict', 'unexpected'])
    const broken = await rowsOf(['conversations', '-d', db, '--findings', '--verdict', 'expected'])
    expect(unexpected.length).toBeGreaterThan(0)
    expect(broken.length).toBeGreaterThan(0)
    expect(broken.every(({ health }) => health === 'broken')).toBe(true)
    expect((await portolan(['summary', '-d', db, '--fail-on', 'unexpected'])).code).toBe(1)
  })

  it('refuses to look for findings without an inventory, which would find none', async () => {
    const db = folder.path('unjudged.db')
    const args = ['analyze', sample('director-midstream.pcap'), '-d', db]
    const refused =
      '--fail-on broken needs an inventory, without which every conversation is out of scope; name one with \\S'
    const { code, out, err } = await portolan([...args, '--fail-on', 'broken'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(new RegExp(`^${refused}.*\n$`))
    expect(existsSync(db)).toBe(false)
    await shown([...args, '--fail-on', 'none'])
    const again = [
      ['analyze', sample('edge.pcap'), '-d', db],
      ['summary', '-d', db],
    ]
    for (const each of again) expect((await portolan([...each, '--fail-on', 'unexpected'])).code).toBe(2)
    expect(await rowsOf(['captures', '-d', db])).toHaveLength(1)
  })

  it('says how to write an inventory where there is none', async () => {
    const { code, err } = await portolan([
      'analyze',
      sample('director-midstream.pcap'),
      '-d',
      folder.path('without.db'),
    ])
    expect(code).toBe(0)
    expect(err).toMatch(/^There is no inventory, .*inventory --help.*\n$/)
  })

  it('judges again what stood there when the inventory changed, and says so', async () => {
    const db = folder.path('rejudge.db')
    await shown([...DIRECTOR, '-d', db])
    const midstream = ['analyze', sample('director-midstream.pcap'), '-d', db]
    expect((await portolan(midstream)).err).toBe('')
    const { err } = await portolan([...midstream, '-i', quietInventory()])
    expect(err).toBe(`The inventory, the rules or the reading changed: 1 capture of ${db} judged again.\n`)
    const fresh = folder.path('fresh.db')
    await shown(['analyze', sample('director.pcapng'), '-i', quietInventory(), '-d', fresh])
    const director = ['conversations', '--capture', 'captures/director', '--format', 'csv', '-d']
    expect(await shown([...director, db])).toBe(await shown([...director, fresh]))
  })

  it('judges by the rules and the reading of the database where none are named', async () => {
    const db = folder.path('rules.db')
    const named = ['-r', 'lync-2013/single-director', '--reading', 'published']
    await shown([...DIRECTOR, ...named, '-d', db])
    const { out, err } = await portolan(['analyze', sample('director-midstream.pcap'), '-d', db])
    expect(err).toBe('')
    expect(out).toContain('rules lync-2013/single-director; published reading\n')
    const again = await portolan(['analyze', sample('director-midstream.pcap'), '-d', db, '--reading', 'full'])
    expect(again.out).toContain('rules lync-2013/single-director; full reading\n')
    expect(again.err).toContain('1 capture of')
  })

  it('warns of a damaged file with the place of the damage', async () => {
    const path = folder.path('cut.pcapng')
    const bytes = readFileSync(sample('director.pcapng'))
    writeFileSync(path, bytes.subarray(0, 90_000))
    const { code, err, out } = await portolan([
      'analyze',
      path,
      '-i',
      sample('director.yaml'),
      '-d',
      folder.path('c.db'),
    ])
    expect(code).toBe(0)
    expect(err).toMatch(/^Warning: \S+cut\.pcapng was judged up to byte \d+, where .*\.\n$/)
    expect(out).toMatch(/^damaged {4}\S+cut\.pcapng: judged up to byte \d+/m)
  })

  it('reads nothing where two folders give the same capture point', async () => {
    const copies = ['a/traces', 'b/traces'].map((name) => folder.path(name))
    for (const copy of copies) mkdirSync(copy, { recursive: true })
    const files = [`${copies[0]}/dir.pcap`, `${copies[1]}/dir.pcap`] as const
    copyFileSync(sample('edge.pcap'), files[0])
    copyFileSync(sample('director-midstream.pcap'), files[1])
    const db = folder.path('twice.db')
    const { code, err } = await portolan(['analyze', ...files, '-d', db])
    expect(code).toBe(2)
    expect(err).toMatch(/ both give the capture point traces\/dir; analyse one of them apart, with --point\n$/)
    expect(existsSync(db)).toBe(false)
  })

  it('reads standard input under the name it is given, or as stdin', async () => {
    const input = () => new PassThrough().end(readFileSync(sample('edge.pcap')))
    const args = ['analyze', '-', '-i', sample('edge.yaml'), '-d', folder.path('stdin.db')]
    await shown(args, { input: input() })
    await shown([...args, '--point', 'edge01'], { input: input() })
    const captures = await rowsOf(['captures', '-d', folder.path('stdin.db')])
    const { records: wanted } = await readCapture(readFileSync(sample('edge.pcap')))
    expect(captures.map(({ capture, files, records }) => [capture, files, records])).toEqual([
      ['edge01', ['-'], wanted.length],
      ['stdin', ['-'], wanted.length],
    ])
  })

  it('keeps what it saw of a stream that Ctrl-C ends', async () => {
    const bytes = readFileSync(sample('edge.pcap'))
    const input = new PassThrough()
    input.write(bytes.subarray(0, 60_000))
    const db = folder.path('interrupted.db')
    const press = (interrupt: () => void) => setTimeout(interrupt, 100)
    const { code } = await portolan(['analyze', '-', '-d', db], { input, onListening: press })
    expect(code).toBe(0)
    const [capture] = await rowsOf<{ packets: number }>(['captures', '-d', db])
    expect(capture?.packets).toBeGreaterThan(100)
  })

  it('shows progress to somebody who watches, and takes it away again', async () => {
    const { err } = await portolan([...DIRECTOR, '-d', folder.path('watched.db')], { isWatched: true })
    expect(err).toMatch(/^(?:\rcaptures\/director: [^\r\n]* records[^\r\n]*)+\r[^\r\n]*$/)
    expect(err.endsWith('\r\x1b[K')).toBe(true)
    const { size } = statSync(sample('director.pcapng'))
    expect(err).toContain(` of ${formatBytes(size)} (`)
  })

  it('takes a number of jobs', async () => {
    const db = folder.path('jobs.db')
    expect((await portolan([...DIRECTOR, '-d', db, '-j', '1'])).code).toBe(0)
    expect((await portolan([...DIRECTOR, '-d', db, '-j', 'four'])).err).toContain("--jobs 'four'")
  })
})

/** Everybody is a client of somebody who is not listed: nothing can be unexpected or broken. */
function quietInventory(): string {
  const path = folder.path('quiet.yaml')
  writeFileSync(path, 'endpoints:\n  - { name: nobody, address: 192.168.255.1, role: other }\n')
  return path
}

describe('the database', () => {
  it('is the one that the environment names, unless the command line does', async () => {
    const env = { PORTOLAN_DATABASE: folder.path('env.db') }
    await shown(DIRECTOR, { env })
    copyFileSync(folder.path('env.db'), folder.path('named.db'))
    await shown(['captures', 'remove', 'captures/director', '-d', folder.path('named.db')], { env })
    expect(JSON.parse(await shown(['captures', '--format', 'json'], { env }))).toHaveLength(1)
  })
})
