import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SERVICES } from '../../src/evidence/service.ts'
import { ICMP_ERRORS } from '../../src/flow/flow.ts'
import { type Conversation, keyText } from '../../src/judge/conversation.ts'
import type { Observation } from '../../src/judge/observation.ts'
import type { Database } from '../../src/store/open.ts'
import {
  readCaptureRefs,
  readCertainConversations,
  readDoubts,
  readInferredFlows,
  readObservations,
} from '../../src/store/read-observed.ts'
import { type CaptureRef, createRowWriter, removeOrphans, writeCapture, writeLabels } from '../../src/store/write.ts'
import { certificate, conversation, JUDGE, observation, opened } from '../judge/samples.ts'
import { emptyDatabase } from '../support/analysis.ts'
import { flow, ORIGIN_NS, record, writeJudged } from './rows.ts'

function start(fields = {}): { readonly db: Database; readonly capture: CaptureRef } {
  const db = emptyDatabase()
  return { db, capture: writeCapture(db, record(fields)) }
}

const count = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1))
const time = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(2 ** 53 - 1, 86_400e9 + 1))

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

/** Traffic names things as it likes: whatever a text can hold must come back. */
const text = fc.oneof(
  fc.constantFrom('a\0b', "o'brien; DROP TABLE flows", '=1+1', '\x1b[2J\u202e', '서울', '🎉', 'í\x95\x9c', ''),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const moment = fc.option(fc.constantFrom(0, -1, 1_700_000_000_000, Date.UTC(9999, 11, 31, 23, 59, 59)), {
  nil: undefined,
})
/** Of one fingerprint there is one certificate. */
const presented = fc
  .record({ names: fc.array(text, { maxLength: 3 }), subject: text, issuer: text, notBefore: moment, notAfter: moment })
  .map((fields) => certificate(fields.names, { ...fields, fingerprint: JSON.stringify(fields) }))
const evidence = {
  proof: fc.integer({ min: 0, max: 2 ** 19 - 1 }),
  alert: maybe(fc.integer({ min: 0, max: 255 })),
  claim: maybe(text),
  icmpError: fc.constantFrom(...ICMP_ERRORS),
  icmpSender: fc.constantFrom(undefined, '10.0.0.1', '2001:db8::1'),
}

describe('what is written is read back as it was', () => {
  test('captures', () => {
    const { db } = start()
    writeCapture(db, record({ point: 'second', files: [], originNs: 5n }))
    expect(readCaptureRefs(db)).toEqual([
      { number: 1, point: 'dir01/trace', originNs: ORIGIN_NS, resolutionNs: 1 },
      { number: 2, point: 'second', originNs: 5n, resolutionNs: 1 },
    ])
  })

  test('and what their doubts rest on', () => {
    const db = emptyDatabase()
    const trusted = writeCapture(db, record())
    const trust = { ...record().trust, missingBytes: 300, damagedFiles: 1, droppedPackets: 5 }
    const doubted = writeCapture(db, record({ point: 'second', files: [], trust }))
    expect(readDoubts(db, trusted)).toEqual([])
    expect(readDoubts(db, doubted)).toEqual(['loss', 'cut-off'])
    db.exec('UPDATE captures SET trust = NULL')
    expect(readDoubts(db, doubted)).toEqual([])
  })

  test('certain conversations', () => {
    const numbers = fc.record({
      origPackets: count,
      respPackets: count,
      origBytes: count,
      respBytes: count,
      origIpBytes: count,
      respIpBytes: count,
      origCopies: count,
      respCopies: count,
      accepted: count,
      expired: count,
    })
    const made = fc.record({
      ...evidence,
      numbers,
      service: fc.constantFrom(...SERVICES),
      origCertificate: maybe(presented),
      respCertificate: maybe(presented),
      failed: count,
      prohibited: count,
      established: count,
      refused: count,
      firstNs: time,
      lastNs: time,
      broadcast: fc.constantFrom(0, 1),
    })
    fc.assert(
      fc.property(fc.array(made, { maxLength: 5 }), (several) => {
        const { db, capture } = start()
        const written = several.map(({ numbers: sums, failed, ...fields }, index) => {
          const { established, refused, prohibited, ...rest } = fields
          const outcomes = { established, refused, prohibited, 'handshake-failed': failed }
          return conversation({ ...rest, ...sums, respPort: 5000 + index, flows: 7, outcomes })
        })
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
      lowRefused: count,
      lowProhibited: count,
      highRefused: count,
      highProhibited: count,
      midstream: count,
      handshakeFailed: count,
      lowCopies: count,
      highCopies: count,
      expired: count,
      lowPackets: count,
      highPackets: count,
      lowBytes: count,
      highBytes: count,
      lowIpBytes: count,
      highIpBytes: count,
    }
    const made = fc.record({
      ...sums,
      ...evidence,
      service: fc.constantFrom(...SERVICES),
      lowCertificate: maybe(presented),
      highCertificate: maybe(presented),
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
          ...observation('10.0.0.1:0 - 10.0.0.2:2000 udp'),
          lowPort: index,
          highAddress: '2001:db8::1',
          highPort: 65535,
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
      const seen = flow({
        high: { ...flow().high, bytes: 7, state: 3, copies: 9, certificate: certificate(['high']) },
        low: { ...flow().low, certificate: certificate(['low', '*.contoso.local']) },
        service: 'tls',
        proof: 2 ** 18,
        alert: 0,
        claim: 'a\0b',
        pathFamily: 31,
        icmpError: 'prohibited',
        icmpSender: '2001:db8::1',
        processId: 0xfffffffe,
      })
      const kept = { flow: seen, history: 'DadA', conversation: 77, direction: { originator, basis: 'rules' } } as const
      createRowWriter(db, capture).flow(kept)
      const [read] = readInferredFlows(db, capture)
      const other = originator === 'low' ? 'high' : 'low'
      expect(read).toEqual({
        id: expect.any(Number),
        history: 'DadA',
        basis: 'rules',
        conversation: 77,
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
    expect([...readInferredFlows(db, capture)]).toEqual([])
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
    writer.observation(observation('10.0.0.1:1 - 10.0.0.2:2 udp'))
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

  test('takes its labels and certificates with it, and leaves those of others', () => {
    const db = emptyDatabase()
    const both = certificate(['shared.contoso.local'])
    const captures = (['a', 'b'] as const).map((point) => {
      const capture = writeCapture(db, record({ point, files: [] }))
      const writer = createRowWriter(db, capture)
      const own = certificate([`${point}.contoso.local`])
      const [id = 0] = writeJudged(writer, [conversation({ origCertificate: both, respCertificate: own })]).values()
      const seen = certificate([`${point}-observed.contoso.local`])
      writer.observation(observation('10.0.0.1:1 - 10.0.0.2:2 tcp', { highCertificate: seen, lowCertificate: both }))
      const low = { ...flow().low, certificate: certificate([`${point}-flow.contoso.local`]) }
      const direction = { originator: 'low', basis: 'handshake' } as const
      writer.flow({ flow: flow({ low }), history: '', conversation: id, direction })
      writeLabels(db, capture, new Map([['10.0.0.16', { kind: 'dns', name: `${point}.contoso.local` }]]))
      return capture
    })
    const certificates = () => db.prepare('SELECT names FROM certificates ORDER BY names').pluck().all()
    const labels = () => db.prepare('SELECT capture, address, kind, name FROM labels ORDER BY capture').raw().all()
    expect(certificates()).toHaveLength(7)
    expect(labels()).toEqual(
      captures.map(({ number, point }) => [number, '10.0.0.16', 'dns', `${point}.contoso.local`]),
    )
    writeCapture(db, record({ point: 'a', files: [] }))
    removeOrphans(db)
    const left = ['b-flow.contoso.local', 'b-observed.contoso.local', 'b.contoso.local', 'shared.contoso.local']
    expect(certificates()).toEqual(left.map((name) => JSON.stringify([name])))
    expect(labels()).toEqual([[captures[1]?.number, '10.0.0.16', 'dns', 'b.contoso.local']])
    writeCapture(db, record({ point: 'b', files: [] }))
    removeOrphans(db)
    expect([certificates(), labels()]).toEqual([[], []])
  })

  test('a certificate that several ends and captures present stands there once', () => {
    const { db, capture } = start()
    const shared = certificate(['pool.contoso.local'])
    for (const each of [capture, writeCapture(db, record({ point: 'other', files: [] }))]) {
      const writer = createRowWriter(db, each)
      writeJudged(writer, [conversation({ origCertificate: shared, respCertificate: { ...shared } })])
    }
    expect(db.prepare('SELECT count(*) FROM certificates').pluck().get()).toBe(1)
  })

  test('a label is of its capture alone', () => {
    const { db, capture } = start()
    const other = writeCapture(db, record({ point: 'other', files: [] }))
    for (const each of [capture, other]) writeJudged(createRowWriter(db, each), [conversation()])
    const { respAddress } = conversation()
    writeLabels(db, other, new Map([[respAddress, { kind: 'asked-for', name: 'dir01.contoso.local' }]]))
    const seen = db
      .prepare('SELECT capture, orig_label, resp_label, resp_label_kind FROM conversation_rows')
      .raw()
      .all()
    expect(seen.toSorted()).toEqual([
      ['dir01/trace', null, null, null],
      ['other', null, 'dir01.contoso.local', 'asked-for'],
    ])
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
      writer.finish()
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
