import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EMPTY_INVENTORY } from '../../src/inventory/inventory.ts'
import type { RuleCoverage } from '../../src/judge/coverage.ts'
import { selectRules } from '../../src/rules/pack.ts'
import type { Database } from '../../src/store/open.ts'
import { type Coverage, readCoverage } from '../../src/store/read-coverage.ts'
import { EVERY_ROW } from '../../src/store/read-filter.ts'
import { readPortCheck } from '../../src/store/read-port-check.ts'
import {
  analyzed,
  emptyDatabase,
  inventoryOf,
  type Setting,
  sample,
  sampleInventory,
  temporaryFolder,
} from '../support/analysis.ts'
import { captureOf } from '../support/director-capture.ts'

const SEED_RULES = selectRules(['lync-2013/single-director'], 'published')
const DIRECTOR = { inventory: sampleInventory('director.yaml'), point: 'dir01' }
const SEED: Setting = { ...DIRECTOR, rules: SEED_RULES }

/** Four of the nine rows, one connection for each. */
const FOUR_ROWS = [
  '10.0.0.30 > 10.0.0.16 tcp 8080 established',
  '10.0.0.16 > 10.0.0.40 tcp 444 established',
  '10.1.0.10 > 10.0.0.16 tcp 443 established',
  '10.0.0.20 > 10.0.0.16 tcp 5061 established',
]

function written(attempts: readonly string[]): string {
  const path = join(temporaryFolder(), 'made.pcap')
  writeFileSync(path, captureOf(attempts))
  return path
}

async function databaseOf(path: string, setting: Setting): Promise<Database> {
  const db = emptyDatabase()
  await analyzed(db, [path], setting)
  return db
}

async function coverageOf(path: string, setting: Setting, takenAt?: readonly string[]): Promise<Coverage> {
  return readCoverage(await databaseOf(path, setting), [], takenAt) as Coverage
}

/** The seed's rows with their status. */
const rowsWithStatus = ({ rules }: Coverage) =>
  Object.fromEntries(rules.map(({ inForce, status }) => [inForce.references[0]?.where, status]))

const text = (value: unknown) => JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? each.toString() : each))

describe('coverage of the seed', () => {
  test('of a Director capture with four rows exercised', async () => {
    const coverage = await coverageOf(written(FOUR_ROWS), SEED)
    expect(rowsWithStatus(coverage)).toEqual({
      'dir1-rp-web-8080': 'seen-working',
      'dir1-rp-web-4443': 'not-seen',
      'dir1-fe-444': 'seen-working',
      'dir1-client-web-80': 'not-seen',
      'dir1-client-web-443': 'seen-working',
      'dir1-edge-sip-5061': 'seen-working',
      'dir1-cls-50001': 'not-observable',
      'dir1-cls-50002': 'not-observable',
      'dir1-cls-50003': 'not-observable',
    })
    const unseen = coverage.rules.filter(({ status }) => status === 'not-seen')
    expect(unseen.map(({ limits }) => limits)).toEqual([['short-window'], ['short-window']])
    expect(coverage.captures[0]?.hosts.map(({ address }) => address)).toEqual(['10.0.0.16'])
  })

  test('of four rows with the Edge alone, which may also be where the capture was taken', async () => {
    const attempts = ['5061', '50001', '50002', '50003'].map((port, index) =>
      index === 0 ? `10.0.0.20 > 10.0.0.16 tcp ${port} established` : `10.0.0.16 > 10.0.0.20 tcp ${port} established`,
    )
    const coverage = await coverageOf(written(attempts), SEED)
    const unseen = coverage.rules.filter(({ status }) => status === 'not-seen')
    expect(unseen).toHaveLength(5)
    for (const { limits } of unseen) expect(limits).toEqual(['place-unsure', 'short-window'])
    const logging = coverage.rules.filter(({ inForce }) => inForce.rule.responders.includes('edge-internal'))
    for (const { limits } of logging) expect(limits).toEqual(['from-this-host-only'])
  })

  test('at the Edge, where its rows are observable and those of the Director are not', async () => {
    const attempts = [
      '10.0.0.20 > 10.0.0.16 tcp 5061 established',
      '10.0.0.40 > 10.0.0.20 tcp 50001 refused',
      '10.0.0.41 > 10.0.0.20 tcp 50002 unanswered',
    ]
    expect(rowsWithStatus(await coverageOf(written(attempts), SEED))).toEqual({
      'dir1-rp-web-8080': 'not-observable',
      'dir1-rp-web-4443': 'not-observable',
      'dir1-fe-444': 'not-observable',
      'dir1-client-web-80': 'not-observable',
      'dir1-client-web-443': 'not-observable',
      'dir1-edge-sip-5061': 'seen-working',
      'dir1-cls-50001': 'seen-refused',
      'dir1-cls-50002': 'seen-unanswered',
      'dir1-cls-50003': 'not-seen',
    })
  })

  test('of the sample has all nine rows, each with its page', async () => {
    const { rules } = await coverageOf(sample('director.pcapng'), SEED)
    expect(rules).toHaveLength(9)
    for (const { inForce, status, first } of rules) {
      expect(inForce.references.map(({ page }) => page)).toEqual(['single-director'])
      expect([status, first === null]).toEqual(['seen-working', false])
    }
  })
})

describe('coverage', () => {
  test('adds up what conversations have been judged', async () => {
    const db = await databaseOf(sample('director.pcapng'), DIRECTOR)
    const { rules } = readCoverage(db, []) as Coverage
    const flows = (each: RuleCoverage) => [each.inForce.rule.id, each.flows - each.wrongProtocol]
    const expected = db
      .prepare(
        `SELECT j.rule, sum(c.flows) FROM conversations c JOIN judgements j ON j.id = c.judgement
         WHERE j.rule IS NOT NULL GROUP BY j.rule`,
      )
      .raw()
      .all()
    expect(Object.fromEntries(rules.map(flows).filter(([, count]) => count !== 0))).toEqual(
      Object.fromEntries(expected as [string, number][]),
    )
    const mismatched = db
      .prepare(
        `SELECT sum(c.flows) FROM conversations c JOIN judgements j ON j.id = c.judgement
         WHERE j.reason = 'protocol-mismatch'`,
      )
      .pluck()
      .get()
    expect(rules.reduce((total, { wrongProtocol }) => total + wrongProtocol, 0)).toBe(mismatched)
  })

  test('knows all addresses of the Edge as one host', async () => {
    const { captures } = await coverageOf(sample('edge.pcap'), { inventory: sampleInventory('edge.yaml') })
    expect(captures[0]?.hosts.flatMap(({ roles }) => roles)).toEqual([
      ...['edge-internal', 'edge-internal', 'edge-access', 'edge-access', 'edge-av', 'edge-av', 'edge-webconf'],
    ])
  })

  test('takes the word of who says where the capture was taken', async () => {
    const at = await coverageOf(written(FOUR_ROWS), SEED, ['10.0.0.20'])
    expect(rowsWithStatus(at)).toMatchObject({ 'dir1-client-web-80': 'not-observable', 'dir1-cls-50001': 'not-seen' })
  })

  test('without an inventory observes nothing', async () => {
    const { rules } = await coverageOf(written(FOUR_ROWS), { rules: SEED_RULES })
    expect(new Set(rules.map(({ status }) => status))).toEqual(new Set(['not-observable']))
  })

  test('counts a rule at the port that the topology moved it to, in one line', async () => {
    const moved = { name: 'WebServer', role: 'director', transport: 'tcp', documented: 8080, actual: 8081 } as const
    const ports = [
      {
        ...moved,
        documented: { first: moved.documented, last: moved.documented },
        actual: [{ first: moved.actual, last: moved.actual }],
        file: 'inventory.yaml',
        line: 1,
      },
    ]
    const inventory = { ...sampleInventory('director.yaml'), ports }
    const path = written(['10.0.0.30 > 10.0.0.16 tcp 8081 established'])
    const db = await databaseOf(path, { ...SEED, inventory })
    const found = (readCoverage(db, []) as Coverage).rules.filter(
      ({ inForce }) => inForce.rule.id === 'director-rp-8080',
    )
    expect(found).toMatchObject([{ status: 'seen-working', flows: 1, inForce: { rule: { ports: [{ first: 8081 }] } } }])
  })

  test('of an empty database is none', () => {
    expect(readCoverage(emptyDatabase(), [])).toBeUndefined()
    expect(readPortCheck(emptyDatabase(), EVERY_ROW)).toEqual([])
  })

  test('of captures is of those that are named', async () => {
    const db = await databaseOf(written(FOUR_ROWS), SEED)
    await analyzed(db, [written(['10.0.0.16 > 10.0.0.20 tcp 50001 established'])], { ...SEED, point: 'other' })
    const status = (points: readonly string[]) => rowsWithStatus(readCoverage(db, points) as Coverage)['dir1-cls-50001']
    expect([status(['dir01']), status(['other']), status([])]).toEqual([
      ...['not-observable', 'seen-working', 'seen-working'],
    ])
  })
})

describe('coverage and ports of what was judged again', () => {
  const CHANGES = [
    [
      'another inventory',
      { inventory: inventoryOf('endpoints:\n  - { name: d, address: 10.0.0.16, role: front-end }') },
    ],
    ['other rules', { rules: selectRules(['lync-2013/internal-servers'], 'published') }],
    ['nothing but a narrower reading', { rules: selectRules(['lync-2013', 'windows-baseline'], 'prose') }],
    ['no inventory', { inventory: EMPTY_INVENTORY }],
  ] as const satisfies readonly (readonly [string, Setting])[]
  const seen = (db: Database) => [text(readCoverage(db, ['dir01'])), text(readPortCheck(db, EVERY_ROW))]

  test.each(CHANGES)('with %s are those of a fresh analysis', async (_, change) => {
    for (const capture of ['director.pcapng', 'director-midstream.pcap']) {
      const after = { ...DIRECTOR, ...change }
      const db = await databaseOf(sample(capture), DIRECTOR)
      const empty = written([])
      await analyzed(db, [empty], { ...after, point: 'empty' })
      const fresh = await databaseOf(sample(capture), after)
      expect(seen(db)).toEqual(seen(fresh))
    }
  })
})
