import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Database, openToRead, openToWrite } from '../../src/store/open.ts'
import { readCaptures } from '../../src/store/read-captures.ts'
import { EVERY_ROW } from '../../src/store/read-filter.ts'
import { SUMMARY_KEYS, summarizeBy } from '../../src/store/read-summary.ts'
import { APPLICATION_ID, MIGRATIONS, schemaVersion } from '../../src/store/schema.ts'
import { portolan, rowsOf, shown } from '../cli/portolan.ts'
import {
  analyzed,
  emptyDatabase,
  inventoryOf,
  sample,
  sampleInventory,
  seenRows,
  temporaryFolder,
} from '../support/analysis.ts'

// A database as the first version left it: its schema, and of today's rows the columns that it had.

const TABLES = [
  'judged_by',
  'captures',
  'capture_files',
  'capture_anomalies',
  'placements',
  'judgements',
  'conversations',
  'observations',
  'flows',
] as const

function columnsOf(db: Database, table: string): readonly string[] {
  return (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => `"${name}"`)
}

const SETTING = { inventory: sampleInventory('director.yaml'), inventoryFile: sample('director.yaml') } as const

/** The bytes of a database of today with two captures. */
let today: Buffer
beforeAll(async () => {
  const db = openToWrite(':memory:')
  await analyzed(db, [sample('director.pcapng')], { ...SETTING, point: 'director' })
  await analyzed(db, [sample('edge.pcap')], { ...SETTING, point: 'edge', keep: 'findings' })
  today = db.serialize()
  db.close()
})

/** As the first version left it, or a later one. */
function firstVersion(path: string, version = 1, tables: readonly string[] = TABLES): Database {
  const from = new Sqlite(today)
  const db = new Sqlite(path)
  onTestFinished(() => {
    from.close()
    if (db.open) db.close()
  })
  db.pragma('foreign_keys = ON')
  for (const migration of MIGRATIONS.slice(0, version)) db.exec(migration)
  db.pragma(`user_version = ${version}`)
  db.pragma(`application_id = ${APPLICATION_ID}`)
  db.transaction(() => {
    for (const table of tables) {
      const columns = columnsOf(db, table)
      const insert = db.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => '?').join()})`)
      const rows = from.prepare(`SELECT ${columns.join()} FROM ${table}`).safeIntegers().raw().all()
      for (const row of rows) insert.run(row)
    }
  })()
  return db
}

/** Everything in the tables of the first version, and in its views, by the columns that they had there. */
function contents(db: Database, columns: ReadonlyMap<string, readonly string[]>): object {
  const all = [...columns].map(([table, names]) => {
    const rows = db.prepare(`SELECT ${names.join()} FROM ${table}`).safeIntegers().raw().all()
    const lines = rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}` : value)))
    return [table, lines.sort()]
  })
  return Object.fromEntries(all)
}

describe('a database of the first version', () => {
  test('is refused to readers with a sentence, until somebody writes', async () => {
    const path = join(temporaryFolder(), 'portolan.db')
    firstVersion(path).close()
    expect(() => openToRead(path)).toThrow(
      /was written by an older version of portolan; analyse .* to bring it up to date/,
    )
    const { code, err } = await portolan(['summary', '-d', path])
    expect([code, err]).toEqual([2, expect.stringContaining('older version of portolan')])
  })

  test('loses nothing', () => {
    const path = join(temporaryFolder(), 'portolan.db')
    const before = firstVersion(path)
    const names = [...TABLES, 'conversation_rows', 'flow_rows']
    const columns = new Map(names.map((table) => [table, columnsOf(before, table)]))
    const wanted = contents(before, columns)
    expect(before.prepare('SELECT count(*) FROM flows').pluck().get()).toBeGreaterThan(50)
    before.close()
    const db = openToWrite(path)
    expect(schemaVersion(db)).toBe(MIGRATIONS.length)
    expect(contents(db, columns)).toEqual(wanted)
    expect(db.pragma('foreign_key_check')).toEqual([])
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    const unlike = `SELECT count(*) FROM flows f JOIN conversations c ON c.id = f.conversation
      WHERE (f.judgement, f.health, f.finding, f.orig_place, f.resp_place)
        IS NOT (c.judgement, c.health, c.finding, c.orig_place, c.resp_place)`
    expect(db.prepare(unlike).pluck().get()).toBe(0)
    db.close()
    openToRead(path).close()
  })

  test('has the sums and the findings that it would have today', () => {
    const path = join(temporaryFolder(), 'portolan.db')
    firstVersion(path).close()
    const db = openToWrite(path)
    const now = new Sqlite(today)
    for (const key of SUMMARY_KEYS) {
      expect(summarizeBy(db, key, EVERY_ROW)).toEqual(summarizeBy(now, key, EVERY_ROW))
      const findings = { ...EVERY_ROW, findingsOnly: true }
      expect(summarizeBy(db, key, findings)).toEqual(summarizeBy(now, key, findings))
    }
    expect(readCaptures(db)).toEqual(readCaptures(now).map((capture) => ({ ...capture, trust: null })))
    db.close()
    now.close()
  })

  test('and one of the second notes which certificates its captures present', () => {
    const path = join(temporaryFolder(), 'portolan.db')
    firstVersion(path, 2, [...TABLES, 'certificates', 'labels']).close()
    const db = openToWrite(path)
    const now = new Sqlite(today)
    const presented = 'SELECT capture, certificate FROM presented ORDER BY capture, certificate'
    expect(db.prepare(presented).all()).toEqual(now.prepare(presented).all())
    expect(db.prepare('SELECT count(*) FROM presented').pluck().get()).toBeGreaterThan(0)
    for (const key of SUMMARY_KEYS) {
      expect(summarizeBy(db, key, EVERY_ROW)).toEqual(summarizeBy(now, key, EVERY_ROW))
    }
    db.close()
    now.close()
  })

  test('is read by all commands', async () => {
    const path = join(temporaryFolder(), 'portolan.db')
    firstVersion(path).close()
    openToWrite(path).close()
    const database = ['-d', path]
    for (const format of ['table', 'json', 'ndjson', 'csv']) {
      for (const command of [['captures'], ['flows'], ['conversations'], ['conversations', '--findings']]) {
        expect(await shown([...command, ...database, '--format', format])).not.toBe('')
      }
      for (const key of SUMMARY_KEYS) {
        expect(await shown(['summary', '--by', key, ...database, '--format', format])).not.toBe('')
      }
    }
    expect(await shown(['summary', ...database])).toContain('Unexpected')
    const summary = JSON.parse(await shown(['summary', ...database, '--format', 'json'])) as {
      readonly captures: readonly { readonly trust: unknown }[]
    }
    expect(summary.captures.map(({ trust }) => trust)).toEqual([null, null])
    const [flow] = await rowsOf(['flows', ...database])
    expect(flow).toMatchObject({
      proof: expect.any(String),
      alert: null,
      orig_presents: null,
      icmp_error: null,
      process_id: null,
    })
    await shown(['captures', 'remove', 'edge', ...database])
    expect(await rowsOf(['captures', ...database])).toMatchObject([{ capture: 'director', trust: null }])
  })

  test('is judged again with what it holds', async () => {
    const path = join(temporaryFolder(), 'portolan.db')
    firstVersion(path).close()
    const db = openToWrite(path)
    onTestFinished(() => {
      db.close()
    })
    const inventory = inventoryOf('endpoints:\n  - { name: dir02.contoso.local, address: 10.0.0.16, role: front-end }')
    const [result] = await analyzed(db, [sample('director-midstream.pcap')], { inventory, point: 'new' })
    expect(result?.rejudged).toBe(2)
    const fresh = emptyDatabase()
    await analyzed(fresh, [sample('director.pcapng')], { inventory, point: 'director' })
    expect(judgedColumns(db)).toEqual(judgedColumns(fresh))
    expect(seenRows(db, 'new').flows.length).toBeGreaterThan(0)
  })
})

/** What the first version could know of the conversations of the Director. */
function judgedColumns(db: Database): unknown {
  return db
    .prepare(
      `SELECT id, proto, orig_addr, resp_addr, resp_port, orig_name, resp_name, verdict, rule, reason, nearest_rule,
         health, flows, established, refused, first, last
       FROM conversation_rows WHERE capture = 'director' ORDER BY id`,
    )
    .all()
}
