import { expect, test } from 'vitest'
import type { Conversation } from '../../src/judge/conversation.ts'
import { wantedIds } from '../../src/store/conversation-ids.ts'
import { createHostSums, MOST_HOSTS, readHostSums } from '../../src/store/host-sums.ts'
import type { Database } from '../../src/store/open.ts'
import { EVERY_ROW } from '../../src/store/read-filter.ts'
import { summarizeBy } from '../../src/store/read-summary.ts'
import { createSums } from '../../src/store/sums.ts'
import { createRowWriter, writeCapture } from '../../src/store/write.ts'
import { found, JUDGE, opened } from '../judge/samples.ts'
import { emptyDatabase } from '../support/analysis.ts'
import { ORIGIN_NS, record } from './rows.ts'

// The sums of hosts are kept for so many hosts of a capture and no more; a summary by host is the same either way.

/** What becomes of conversations: findings of both kinds, flaky ones, and what is neither. */
const JUDGED = found(JUDGE, [
  opened('front-end > director tcp 5061'),
  opened('edge-internal > director tcp 5061', { outcomes: { refused: 3 } }),
  opened('client-internal > director tcp 5061', { outcomes: { established: 2, refused: 1 } }),
  opened('other > director tcp 2222'),
])

/** A host for each number; every eighth has an IPv6 address. */
function address(host: number): string {
  const [high, low] = [host >>> 8, host & 0xff]
  return host % 8 === 0 ? `2001:db8::${host.toString(16)}` : `10.${high >>> 8}.${high & 0xff}.${low}`
}

function between(index: number, orig: number, resp: number, respPort: number): Conversation {
  const { conversation: like } = JUDGED[index % JUDGED.length]!
  const firstNs = (index * 7919) % 100_003
  const ends = { origAddress: address(orig), respAddress: address(resp), respPort }
  return { ...like, ...ends, origBytes: index, firstNs, lastNs: firstNs + index }
}

/** Writes them in the order of their ids, as an analysis does, because that is fastest. */
function write(db: Database, point: string, conversations: Iterable<Conversation>): void {
  const capture = writeCapture(db, record({ point, files: [], originNs: ORIGIN_NS + BigInt(point.length) }))
  const idOf = wantedIds(capture)
  const rows = Array.from(conversations, (each, index) => ({ each, id: idOf(each), ...JUDGED[index % JUDGED.length]! }))
  rows.sort((left, right) => left.id - right.id)
  const writer = createRowWriter(db, capture)
  for (const { each, judgement, health } of rows) writer.conversation(each, judgement, health)
  writer.finish()
}

/** Each two hosts once, and some of them once more. */
function* pairs(hosts: number): Generator<Conversation> {
  for (let host = 0; host < hosts; host += 2) yield between(host / 2, host, host + 1, 5061)
  for (let again = 0; again < 1000; again += 1) yield between(again, again, again * 3 + 1, 444)
}

/** A line for each host, as the conversations themselves say. */
function counted(db: Database): readonly string[] {
  const end = (side: 'orig' | 'resp') =>
    `SELECT ${side}_addr AS host, c.*, verdict = 'unexpected' OR health IS 'broken' AS is_finding
     FROM conversations c JOIN judgements j ON j.id = c.judgement`
  const rows = db
    .prepare(
      `SELECT host, count(*), sum(flows), sum(is_finding), sum(health IS 'broken'), sum(health IS 'flaky'),
         sum(orig_bytes + resp_bytes), CAST(min(first) AS TEXT), CAST(max(last) AS TEXT)
       FROM (${end('orig')} UNION ALL ${end('resp')}) GROUP BY host`,
    )
    .raw()
    .all() as readonly unknown[][]
  return rows.map((row) => row.join(' ')).sort()
}

function summarized(db: Database): readonly string[] {
  return summarizeBy(db, 'host', EVERY_ROW)
    .map(({ host, conversations, flows, findings, broken, flaky, bytes, first, last }) =>
      [host, conversations, flows, findings, broken, flaky, bytes, first, last].join(' '),
    )
    .sort()
}

test('the conversations are findings, broken and flaky ones, and others', () => {
  expect(JUDGED.map(({ judgement, health }) => [judgement.answer.verdict, health])).toEqual([
    ['expected', 'broken'],
    ['expected', 'working'],
    ['expected', 'flaky'],
    ['unexpected', null],
  ])
})

test('sums are kept of as many hosts as may be, and of no more', () => {
  const db = emptyDatabase()
  const capture = writeCapture(db, record())
  const sum = createSums(db).add(JUDGED[0]!.conversation, JUDGED[0]!.judgement, JUDGED[0]!.health)
  const sums = createHostSums(db, capture)
  for (const each of pairs(MOST_HOSTS)) sums.add(each, sum)
  sums.write()
  expect(readHostSums(db, [])?.map(({ count }) => count)).toEqual([MOST_HOSTS])
  sums.add(between(0, 0, MOST_HOSTS, 5061), sum)
  sums.write()
  expect(readHostSums(db, [])).toBeUndefined()
})

test('a summary by host is what the conversations come to, of more hosts too', () => {
  const db = emptyDatabase()
  db.transaction(() => {
    write(db, 'more', pairs(MOST_HOSTS + 2))
    write(db, 'few', pairs(10))
  })()
  expect(db.prepare('SELECT point FROM captures JOIN host_sums ON capture = id').pluck().all()).toEqual(['few'])
  const [lines, wanted] = [summarized(db), counted(db)]
  expect([lines.length, wanted.length]).toEqual([MOST_HOSTS + 2, MOST_HOSTS + 2])
  expect(lines.find((line, index) => line !== wanted[index])).toBeUndefined()
})
