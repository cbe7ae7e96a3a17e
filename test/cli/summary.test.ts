import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SUMMARY_KEYS } from '../../src/store/read-summary.ts'
import { sample } from '../support/analysis.ts'
import { portolan, rowsOf, shown, temporaryFolder } from './portolan.ts'

interface Summed {
  readonly flows: number
  readonly conversations: number
  readonly findings: number
  readonly broken: number
  readonly flaky: number
  readonly bytes: number
}

const folder = temporaryFolder()
const db = folder.path('two.db')

beforeAll(async () => {
  await shown(['analyze', sample('director.pcapng'), sample('edge.pcap'), '-i', sample('edge.yaml'), '-d', db])
})
afterAll(folder.remove)

function total(rows: readonly Summed[]): Summed {
  const sum = (name: keyof Summed) => rows.reduce((so, row) => so + row[name], 0)
  return {
    flows: sum('flows'),
    conversations: sum('conversations'),
    findings: sum('findings'),
    broken: sum('broken'),
    flaky: sum('flaky'),
    bytes: sum('bytes'),
  }
}

describe('summary --by', () => {
  it.each(SUMMARY_KEYS)('%s has findings first', async (key) => {
    const findings = (await rowsOf<Summed>(['summary', '--by', key, '-d', db])).map((row) => row.findings)
    expect(findings.length).toBeGreaterThan(1)
    expect(findings).toEqual([...findings].sort((left, right) => right - left))
  })

  it('adds up to the same whatever everything has', async () => {
    const byVerdict = total(await rowsOf<Summed>(['summary', '--by', 'verdict', '-d', db]))
    expect(byVerdict.flows).toBeGreaterThan(150)
    for (const key of ['roles', 'port', 'capture']) {
      expect(total(await rowsOf<Summed>(['summary', '--by', key, '-d', db]))).toEqual(byVerdict)
    }
  })

  it('counts a conversation for both of its hosts', async () => {
    const byVerdict = total(await rowsOf<Summed>(['summary', '--by', 'verdict', '-d', db]))
    const byHost = total(await rowsOf<Summed>(['summary', '--by', 'host', '-d', db]))
    expect(byHost.conversations).toBe(2 * byVerdict.conversations)
  })

  it('reason and rule share out what is unexpected and what is expected', async () => {
    const verdicts = await rowsOf<Summed & { verdict: string }>(['summary', '--by', 'verdict', '-d', db])
    const of = (wanted: string) => total(verdicts.filter(({ verdict }) => verdict === wanted))
    expect(total(await rowsOf<Summed>(['summary', '--by', 'reason', '-d', db]))).toEqual(of('unexpected'))
    expect(total(await rowsOf<Summed>(['summary', '--by', 'rule', '-d', db]))).toEqual(of('expected'))
  })

  it('says for programs what the key is', async () => {
    const keysOf = async (key: string) => Object.keys((await rowsOf(['summary', '--by', key, '-d', db]))[0] ?? {})
    const sums = ['flows', 'conversations', 'findings', 'broken', 'flaky', 'bytes', 'first', 'last']
    expect(await keysOf('rule')).toEqual(['pack', 'rule', ...sums])
    expect(await keysOf('roles')).toEqual(['orig_roles', 'resp_roles', ...sums])
    expect(await keysOf('host')).toEqual(['host', 'name', 'roles', ...sums])
    expect(await keysOf('port')).toEqual(['proto', 'port', ...sums])
  })

  it('takes only the captures that are named', async () => {
    const edge = await rowsOf<{ capture: string }>([
      'summary',
      '--by',
      'capture',
      '--capture',
      'captures/edge',
      '-d',
      db,
    ])
    expect(edge.map(({ capture }) => capture)).toEqual(['captures/edge'])
  })
})

describe('summary', () => {
  it('is one document for programs, its findings those of the conversations', async () => {
    const document = JSON.parse(await shown(['summary', '--format', 'json', '-d', db]))
    const unexpected = await rowsOf(['conversations', '--verdict', 'unexpected', '--sort', 'flows:desc', '-d', db])
    expect(document.unexpected).toEqual({ conversations: unexpected.length, first: unexpected.slice(0, 20) })
    const broken = await rowsOf([
      'conversations',
      '--findings',
      '--verdict',
      'expected',
      '--sort',
      'flows:desc',
      '-d',
      db,
    ])
    expect(document.broken).toEqual({ conversations: broken.length, first: broken.slice(0, 20) })
    expect(document.reasons).toEqual(await rowsOf(['summary', '--by', 'reason', '-d', db]))
    const captures = await rowsOf<{ trust: string }>(['captures', '-d', db])
    expect(document.captures).toEqual(captures)
    for (const capture of captures) {
      expect(capture).toMatchObject({
        trust: expect.stringContaining('TCP flows'),
        doubts: expect.any(Array),
        tcp_flows: expect.any(Number),
        missing_bytes: 0,
      })
    }
    expect(document.judged_by).toEqual({
      inventory: sample('edge.yaml'),
      rules: ['lync-2013', 'windows-baseline'],
      reading: 'full',
    })
  })

  it('shows twenty findings and says how to see the others', async () => {
    const count = (await rowsOf(['conversations', '--verdict', 'unexpected', '-d', db])).length
    expect(count).toBeGreaterThan(20)
    const text = await shown(['summary', '-d', db])
    expect(text).toContain(`\nand ${count - 20} more: portolan conversations --verdict unexpected\n`)
    expect(text).toContain('captures   captures/director, captures/edge\n')
    expect(text).toContain('each counted in every capture that saw it')
  })

  it('is no CSV as a whole', async () => {
    const { code, err } = await portolan(['summary', '--format', 'csv', '-d', db])
    expect([code, err.split('\n').length]).toEqual([2, 2])
    expect(err).toContain('wanted --format table, json or ndjson')
  })

  it('of an empty database says how to fill it', async () => {
    const empty = folder.path('empty.db')
    await shown(['analyze', sample('edge.pcap'), '-i', sample('edge.yaml'), '-d', empty])
    await shown(['captures', 'remove', 'captures/edge', '-d', empty])
    expect(await shown(['summary', '-d', empty])).toContain('The database holds no capture')
    expect(JSON.parse(await shown(['summary', '-d', empty, '--format', 'json']))).toEqual({ captures: [] })
    expect((await portolan(['summary', '-d', empty, '--fail-on', 'broken'])).code).toBe(0)
  })

  it('ends with 1 where it shows what --fail-on names', async () => {
    for (const [failOn, code] of [
      ['none', 0],
      ['unexpected', 1],
      ['broken', 1],
    ] as const) {
      expect((await portolan(['summary', '-d', db, '--fail-on', failOn])).code).toBe(code)
    }
    expect((await portolan(['summary', '-d', db, '--by', 'port', '--fail-on', 'unexpected'])).code).toBe(1)
  })
})
