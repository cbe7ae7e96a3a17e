import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/store/open.ts'
import { EVERY_ROW } from '../../src/store/read-filter.ts'
import { readSummary, summarizeBy } from '../../src/store/read-summary.ts'
import { createRowWriter, writeCapture } from '../../src/store/write.ts'
import { conversation } from '../judge/samples.ts'
import { analyzed, emptyDatabase, inventoryOf, sample, sampleInventory } from '../support/analysis.ts'
import { ORIGIN_NS, record, writeJudged } from './rows.ts'

// What a summary reads of hosts and of the first findings stands in the database ready to be read; without it, the same is
// made of all conversations.

const POINTS = [[], ['a'], ['b'], ['a', 'c']] as const

function byHost(db: Database): unknown {
  return POINTS.map((captures) => summarizeBy(db, 'host', { ...EVERY_ROW, captures }))
}

function withoutSums<Result>(db: Database, read: () => Result): Result {
  db.exec('SAVEPOINT without; DELETE FROM host_sums')
  const result = read()
  db.exec('ROLLBACK TO without; RELEASE without')
  return result
}

async function threeCaptures(): Promise<Database> {
  const db = emptyDatabase()
  const inventory = sampleInventory('director.yaml')
  await analyzed(db, [sample('director.pcapng')], { inventory, point: 'a' })
  await analyzed(db, [sample('edge.pcap')], { inventory, point: 'b' })
  db.exec('UPDATE capture_files SET identity = NULL')
  await analyzed(db, [sample('director.pcapng')], { inventory, point: 'c' })
  return db
}

describe('the sums of hosts', () => {
  test('are what the conversations of each host come to, also of several captures', async () => {
    const db = await threeCaptures()
    const hosts = summarizeBy(db, 'host', EVERY_ROW)
    expect(hosts.length).toBeGreaterThan(10)
    expect(hosts.some(({ host = '' }) => host.includes(':'))).toBe(true)
    expect(db.prepare('SELECT count(*) FROM host_sums').pluck().get()).toBe(3)
    expect(byHost(db)).toEqual(withoutSums(db, () => byHost(db)))
  })

  test('are those of today when another inventory came', async () => {
    const db = await threeCaptures()
    const inventory = inventoryOf('endpoints: [{ name: all, address: 10.0.0.0/8, role: client-internal }]')
    await analyzed(db, [sample('director-midstream.pcap')], { inventory, point: 'd' })
    expect(byHost(db)).toEqual(withoutSums(db, () => byHost(db)))
  })

  test('are those of each of many hosts', () => {
    const db = emptyDatabase()
    for (const point of ['a', 'b']) {
      const capture = writeCapture(db, record({ point, files: [] }))
      const all = Array.from({ length: 2500 }, (_, host) =>
        conversation({ origAddress: `10.1.${host >> 8}.${host & 255}` }),
      )
      writeJudged(createRowWriter(db, capture), all)
    }
    expect(byHost(db)).toEqual(withoutSums(db, () => byHost(db)))
  })

  test('keep times apart that no double tells apart', () => {
    const db = emptyDatabase()
    const origins = [ORIGIN_NS, ORIGIN_NS - 40_000_000_000_000_007n, ORIGIN_NS + 3n]
    for (const [index, originNs] of origins.entries()) {
      const point = String.fromCharCode('a'.charCodeAt(0) + index)
      const capture = writeCapture(db, record({ point, files: [], originNs }))
      const times = {
        firstNs: Number(ORIGIN_NS - originNs) + 1 - index,
        lastNs: Number(ORIGIN_NS - originNs) + 5 + index,
      }
      writeJudged(createRowWriter(db, capture), [conversation(times)])
    }
    expect(byHost(db)).toEqual(withoutSums(db, () => byHost(db)))
  })
})

describe('the conversations that a summary names', () => {
  test('are the first of each kind, also of several captures', async () => {
    const db = await threeCaptures()
    for (const points of POINTS) {
      const few = readSummary(db, points, 4)
      // More than are kept ready are looked for among all conversations.
      const many = readSummary(db, points, 1000)
      for (const kind of ['unexpected', 'broken', 'flaky'] as const) {
        expect(few?.[kind]).toEqual(many?.[kind].slice(0, 4))
        expect(readSummary(db, points, 20)?.[kind]).toEqual(many?.[kind].slice(0, 20))
      }
    }
  })
})
