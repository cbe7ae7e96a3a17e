import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { pointIn } from '../../src/inventory/address.ts'
import { type IdPrefix, idText } from '../../src/store/ids.ts'
import { type Database, openToRead, openToWrite } from '../../src/store/open.ts'
import { fieldsOf } from '../../src/store/read-fields.ts'
import { EVERY_ROW, type RowFilter } from '../../src/store/read-filter.ts'
import {
  CONVERSATION_SORTS,
  type ConversationRow,
  countConversations,
  countFlows,
  FLOW_SORTS,
  type FlowRow,
  readConversations,
  readFlows,
} from '../../src/store/read-rows.ts'
import { analyzed, sample, sampleInventory } from '../support/analysis.ts'

let db: Database
beforeAll(async () => {
  db = openToWrite(':memory:')
  const inventory = sampleInventory('director.yaml')
  await analyzed(db, [sample('director.pcapng')], { inventory, point: 'b' })
  await analyzed(db, [sample('edge.pcap')], { inventory, point: 'c' })
  db.exec('UPDATE capture_files SET identity = NULL')
  // The same conversations at the same times, so that only their point tells them apart.
  await analyzed(db, [sample('director.pcapng')], { inventory, point: 'a' })
  return () => {
    db.close()
  }
})

const span = (first: string, last = first, family: 4 | 6 = 4) => ({
  first: pointIn(family, first),
  last: pointIn(family, last),
})

const FILTERS: readonly Partial<RowFilter>[] = [
  {},
  { findingsOnly: true },
  { verdicts: ['unexpected', 'out-of-scope'], healths: [] },
  { reasons: ['wrong-port', 'exposed', 'unknown-source'] },
  { healths: ['working', 'broken'] },
  { roles: ['director', 'edge-internal'] },
  { hostNames: ['dir01.contoso.local'] },
  { hostNames: ['dir01.contoso.local'], hostSpans: [span('10.0.0.20')] },
  { hostSpans: [span('10.0.0.16')] },
  { hostSpans: [span('10.0.0.1', '10.0.2.255'), span('192.0.2.20', '192.0.2.30')] },
  { hostSpans: [span('0.0.0.0', '255.255.255.255')] },
  { hostSpans: [span('::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 6)] },
  { hostSpans: [span('2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 6)] },
  {
    ports: [
      { first: 443, last: 444 },
      { first: 5061, last: 5061 },
    ],
  },
  { outcomes: ['refused', 'unanswered'] },
  { captures: ['a', 'c'], verdicts: ['expected'] },
]

const shown = (filter: object) =>
  JSON.stringify(filter, (_, value) => (typeof value === 'bigint' ? String(value) : value))

test('a row says what the views say of it, which people see in an SQLite shell', () => {
  const seen = (view: string, prefix: IdPrefix) =>
    [...fieldsOf(db.prepare(`SELECT * FROM ${view} ORDER BY id`), [])].map(({ id, conversation, ...fields }) => ({
      ...fields,
      id: idText(prefix, id as number),
      ...(conversation === undefined ? {} : { conversation: idText('c', conversation as number) }),
    }))
  const read = (rows: Iterable<FlowRow | ConversationRow>) => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))
  const flows = read(readFlows(db, EVERY_ROW))
  expect(flows.length).toBeGreaterThan(50)
  expect(seen('flow_rows', 'f')).toMatchObject(flows)
  expect(seen('conversation_rows', 'c')).toMatchObject(read(readConversations(db, EVERY_ROW)))
})

/** The rows of a page must be those that the whole order begins with, which the views give. */
describe('a page', () => {
  test.each(FILTERS.map((filter) => [shown(filter), filter] as const))(
    'of %s is the beginning of everything',
    (_, asked) => {
      const filter = { ...EVERY_ROW, ...asked }
      for (const by of [undefined, 'orig_bytes', 'rule'] as const) {
        const order = by && { by, descending: true }
        const conversations = [...readConversations(db, filter, order)]
        const flows = [...readFlows(db, filter, order)]
        expect([...readConversations(db, filter, order, 30)]).toEqual(conversations.slice(0, 30))
        expect([...readFlows(db, filter, order, 30)]).toEqual(flows.slice(0, 30))
        expect(countConversations(db, filter)).toBe(conversations.length)
        expect(countFlows(db, filter)).toBe(flows.length)
      }
    },
  )

  const ORDERS = [false, true].flatMap((descending) => [
    ...CONVERSATION_SORTS.map((by) => ['conversations', by, descending, readConversations] as const),
    ...FLOW_SORTS.map((by) => ['flows', by, descending, readFlows] as const),
  ])

  test.each(ORDERS)(
    'of %s sorted by %s, descending %s, is the beginning of the whole order',
    (_, by, descending, read) => {
      const order = { by, descending } as never
      const all = [...read(db, EVERY_ROW, order)]
      for (const limit of [1, 20]) expect([...read(db, EVERY_ROW, order, limit)]).toEqual(all.slice(0, limit))
    },
  )

  const RANKED = ['verdict', 'rule', 'nearest_rule', 'orig_name', 'resp_name', 'capture', 'resp_port'] as const
  test.each(RANKED)('sorted by %s is the beginning of everything that a filter lets through', (by) => {
    for (const asked of FILTERS) {
      for (const descending of [false, true]) {
        const [filter, order] = [
          { ...EVERY_ROW, ...asked },
          { by, descending },
        ]
        const all = [...readConversations(db, filter, order)]
        for (const limit of [1, 40])
          expect([...readConversations(db, filter, order, limit)]).toEqual(all.slice(0, limit))
      }
    }
  })

  test('is the same of a database that is only read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'page-'))
    const path = join(folder, 'copy.db')
    db.prepare('VACUUM INTO ?').run(path)
    const copy = openToRead(path)
    const order = { by: 'orig_bytes', descending: true } as const
    expect([...readConversations(copy, EVERY_ROW, order, 20)]).toEqual([...readConversations(db, EVERY_ROW, order, 20)])
    expect(countFlows(copy, EVERY_ROW)).toBe(countFlows(db, EVERY_ROW))
    copy.close()
    rmSync(folder, { recursive: true })
  })

  test('is whole where more rows are alike than are read beyond it', () => {
    db.exec('SAVEPOINT alike; UPDATE conversations SET first = 5; UPDATE flows SET start = 5')
    const all = [...readConversations(db, EVERY_ROW)]
    expect(all.length).toBeGreaterThan(110)
    expect([...readConversations(db, EVERY_ROW, undefined, 3)]).toEqual(all.slice(0, 3))
    const byHealth = { by: 'health', descending: true } as const
    expect([...readConversations(db, EVERY_ROW, byHealth, 3)]).toEqual(
      [...readConversations(db, EVERY_ROW, byHealth)].slice(0, 3),
    )
    db.exec('ROLLBACK TO alike; RELEASE alike')
  })
})
