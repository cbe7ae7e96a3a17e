import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Conversation, keyText } from '../../src/judge/conversation.ts'
import type { Observation } from '../../src/judge/observation.ts'
import type { Database } from '../../src/store/open.ts'
import {
  readCaptureRefs,
  readCertainConversations,
  readInferredFlows,
  readObservations,
} from '../../src/store/read-observed.ts'
import { type CaptureRef, createRowWriter, removeOrphans, writeCapture } from '../../src/store/write.ts'
import { conversation, JUDGE, opened, unoriented } from '../judge/samples.ts'
import { emptyDatabase } from '../support/analysis.ts'
import { flow, ORIGIN_NS, record, writeJudged } from './rows.ts'

function start(fields = {}): { readonly db: Database; readonly capture: CaptureRef } {
  const db = emptyDatabase()
  return { db, capture: writeCapture(db, record(fields)) }
}

const count = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1))
const time = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(2 ** 53 - 1, 86_400e9 + 1))

describe('what is written is read back as it was', () => {
  test('captures', () => {
    const { db } = start()
    writeCapture(db, record({ point: 'second', files: [], originNs: 5n }))
    expect(readCaptureRefs(db)).toEqual([
      { number: 1, point: 'dir01/trace', originNs: ORIGIN_NS, resolutionNs: 1 },
      { number: 2, point: 'second', originNs: 5n, resolutionNs: 1 },
    ])
  })

  test('certain conversations', () => {
    const numbers = fc.record({
      origPackets: count,
      respPackets: count,
      origBytes: count,
      respBytes: count,
      origIpBytes: count,
      respIpBytes: count,
      accepted: count,
    })
    const made = fc.record({
      numbers,
      established: count,
      refused: count,
      firstNs: time,
      lastNs: time,
      broadcast: fc.constantFrom(0, 1),
    })
    fc.assert(
      fc.property(fc.array(made, { maxLength: 5 }), (several) => {
        const { db, capture } = start()
        const written = several.map(({ numbers: sums, established, refused, ...fields }, index) =>
          conversation({ ...fields, ...sums, respPort: 5000 + index, flows: 7, outcomes: { established, refused } }),
        )
        const writer = createRowWriter(db, capture)
        writeJudged(writer, written)
        const byPort = (a: Conversation, b: Conversation) => a.respPort - b.respPort
        const read = [...readCertainConversations(db, capture)].map(({ conversation }) => conversation)
        expect(read.sort(byPort)).toEqual(written)
      }),
      { numRuns: 30 },
    )
  })

  test('and assumed ones are not read: they come out of the observations again', () => {
    const { db, capture } = start()
    writeJudged(createRowWriter(db, capture), [conversation({ certain: false, basis: 'rules' })])
    expect([...readCertainConversations(db, capture)]).toEqual([])
  })

  test('observations', () => {
    const sums = {
      established: count,
      onlyLow: count,
      onlyHigh: count,
      midstream: count,
      lowPackets: count,
      highPackets: count,
      lowBytes: count,
      highBytes: count,
      lowIpBytes: count,
      highIpBytes: count,
    }
    const made = fc.record({
      ...sums,
      flows: count,
      broadcast: count,
      firstNs: time,
      lastNs: time,
      first: fc.constantFrom('low' as const, 'high' as const),
    })
    fc.assert(
      fc.property(fc.array(made, { maxLength: 5 }), (several) => {
        const { db, capture } = start()
        const written: readonly Observation[] = several.map((fields, index) => ({
          ...unoriented(`10.0.0.1:${index} - 2001:db8::1:2000 udp`),
          lowPort: index,
          highAddress: '2001:db8::1',
          highPort: 65535,
          service: 'none',
          ...fields,
        }))
        const writer = createRowWriter(db, capture)
        for (const seen of written) writer.observation(seen)
        expect([...readObservations(db, capture)].sort((a, b) => a.lowPort - b.lowPort)).toEqual(written)
      }),
      { numRuns: 30 },
    )
  })

  test.each(['low', 'high'] as const)(
    'kept flows whose direction was inferred, with the originator as the low end: %s',
    (originator) => {
      const { db, capture } = start()
      const seen = flow({ high: { ...flow().high, bytes: 7, state: 3 } })
      const kept = { flow: seen, history: 'DadA', conversation: 77, direction: { originator, basis: 'rules' } } as const
      createRowWriter(db, capture).flow(kept)
      const [read] = readInferredFlows(db, capture)
      const other = originator === 'low' ? 'high' : 'low'
      expect(read).toEqual({
        id: expect.any(Number),
        history: 'DadA',
        flow: { ...seen, low: seen[originator], high: seen[other], first: originator === 'low' ? 'low' : 'high' },
      })
    },
  )

  test('kept flows whose direction is certain stay as they are', () => {
    const { db, capture } = start()
    const writer = createRowWriter(db, capture)
    for (const basis of ['handshake', 'content', 'listener'] as const) {
      writer.flow({ flow: flow(), history: '', conversation: 1, direction: { originator: 'low', basis } })
    }
    expect(readInferredFlows(db, capture)).toEqual([])
  })
})

describe('ids', () => {
  function ids(db: Database, table: string): unknown {
    return db.prepare(`SELECT id FROM ${table} ORDER BY id`).pluck().all()
  }

  test('come from the capture point and what the row is, not from what else stands there', () => {
    const write = (before: readonly Conversation[]) => {
      const { db, capture } = start()
      const writer = createRowWriter(db, capture)
      return writeJudged(writer, [...before, conversation()]).get(keyText(conversation()))
    }
    expect(write([opened('director > front-end tcp 444')])).toBe(write([]))
    const { db, capture } = start({ point: 'other' })
    const elsewhere = writeJudged(createRowWriter(db, capture), [conversation()])
    expect(elsewhere.get(keyText(conversation()))).not.toBe(write([]))
  })

  test('are the same for a flow whichever way round it is taken', () => {
    const write = (originator: 'low' | 'high') => {
      const { db, capture } = start()
      createRowWriter(db, capture).flow({
        flow: flow(),
        history: '',
        conversation: 1,
        direction: { originator, basis: 'rules' },
      })
      return ids(db, 'flows')
    }
    expect(write('low')).toEqual(write('high'))
  })

  test('that meet are told apart by the next number', () => {
    const { db, capture } = start()
    const writer = createRowWriter(db, capture)
    const kept = {
      flow: flow(),
      history: '',
      conversation: 1,
      direction: { originator: 'low', basis: 'rules' },
    } as const
    writer.flow(kept)
    writer.flow(kept)
    const [first, second] = ids(db, 'flows') as number[]
    expect(second).toBe((first ?? 0) + 1)
  })
})

describe('a capture written again', () => {
  test('takes the place of what stood under its point, with all that hung on it', () => {
    const { db, capture } = start()
    const writer = createRowWriter(db, capture)
    writeJudged(writer, [conversation()])
    writer.observation({
      ...unoriented('10.0.0.1:1 - 10.0.0.2:2 udp'),
      service: 'none',
      flows: 1,
      established: 1,
      onlyLow: 0,
      onlyHigh: 0,
      midstream: 0,
      broadcast: 0,
      lowPackets: 1,
      highPackets: 1,
      lowBytes: 0,
      highBytes: 0,
      lowIpBytes: 0,
      highIpBytes: 0,
      firstNs: 0,
      lastNs: 0,
    })
    writer.flow({ flow: flow(), history: '', conversation: 1, direction: { originator: 'low', basis: 'rules' } })
    writeCapture(db, record({ records: 11, files: [], anomalies: new Map() }))
    removeOrphans(db)
    const counts = (
      [
        'captures',
        'capture_files',
        'capture_anomalies',
        'conversations',
        'observations',
        'flows',
        'placements',
        'judgements',
      ] as const
    ).map((table) => [table, db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()])
    expect(Object.fromEntries(counts)).toEqual({
      captures: 1,
      capture_files: 0,
      capture_anomalies: 0,
      conversations: 0,
      observations: 0,
      flows: 0,
      placements: 0,
      judgements: 0,
    })
    expect(db.prepare('SELECT records FROM captures').pluck().get()).toBe(11)
  })

  test('leaves what other captures refer to', () => {
    const { db, capture } = start()
    const other = writeCapture(db, record({ point: 'other', files: [] }))
    for (const each of [capture, other]) {
      const writer = createRowWriter(db, each)
      writeJudged(writer, [conversation()])
    }
    writeCapture(db, record())
    removeOrphans(db)
    expect(db.prepare('SELECT capture, orig_name, resp_name, verdict FROM conversation_rows').all()).toEqual([
      { capture: 'other', orig_name: 'front-end', resp_name: 'director', verdict: 'expected' },
    ])
    expect(db.pragma('foreign_key_check')).toEqual([])
  })

  test('and what nobody refers to goes quickly, however many conversations there are', () => {
    const { db, capture } = start()
    const writer = createRowWriter(db, capture)
    const { answer } = JUDGE.judge(conversation(), [])
    db.transaction(() => {
      for (let index = 0; index < 20_000; index += 1) {
        writer.conversation(
          conversation({ origAddress: `10.1.0.${index}` }),
          { answer, orig: undefined, resp: undefined },
          'working',
        )
      }
      for (let index = 0; index < 2000; index += 1) {
        db.prepare("INSERT INTO placements (name, roles) VALUES ('gone', '[]')").run()
        db.prepare("INSERT INTO judgements (verdict, evidence, differs, remarks) VALUES ('gone', '', '[]', '[]')").run()
      }
    })()
    const started = performance.now()
    removeOrphans(db)
    expect(performance.now() - started).toBeLessThan(1000)
    expect(
      db.prepare('SELECT (SELECT count(*) FROM placements) + (SELECT count(*) FROM judgements)').pluck().get(),
    ).toBe(1)
  })
})
