import { describe, expect, test } from 'vitest'
import type { CaptureSet } from '../../src/capture/capture-set.ts'
import { readCaptures, refuseKnownFiles, removeCapture } from '../../src/store/read-captures.ts'
import { createRowWriter, writeCapture } from '../../src/store/write.ts'
import { conversation, opened } from '../judge/samples.ts'
import { emptyDatabase } from '../support/analysis.ts'
import { flow, ORIGIN_NS, record, writeJudged } from './rows.ts'

function setOf(point: string, folder: string | undefined, ...identities: readonly (string | undefined)[]): CaptureSet {
  const inputs = identities.map((identity, index) => ({
    path: `${folder ?? ''}/file${index}`,
    identity,
    open: () => Promise.reject(new Error('is not opened here')),
  }))
  return { point, folder, inputs }
}

describe('a set whose files the database knows', () => {
  function known() {
    const db = emptyDatabase()
    writeCapture(db, record())
    return db
  }

  test.each<[string, CaptureSet]>([
    ['the same point, the same file', setOf('dir01/trace', '/captures/dir01', 'abc')],
    ['the same point, more files', setOf('dir01/trace', '/captures/dir01', 'abc', 'def')],
    ['the same point, other files', setOf('dir01/trace', '/captures/dir01', 'def')],
    ['the same point, named by the user', setOf('dir01/trace', undefined, 'abc')],
    ['another point, another file', setOf('edge01/trace', '/captures/edge01', 'def')],
    ['a stream', setOf('edge01/trace', undefined, undefined)],
  ])('is taken: %s', (_, set) => {
    expect(() => refuseKnownFiles(known(), set)).not.toThrow()
  })

  test.each<[string, CaptureSet, string]>([
    [
      'the same file under another point',
      setOf('edge01/trace', '/captures/edge01', 'def', 'abc'),
      '/captures/edge01/file1 stands in the database already, under capture point dir01/trace; remove it first with: portolan captures remove dir01/trace',
    ],
    [
      'the same file under a point that the user named',
      setOf('new', undefined, 'abc'),
      '/file0 stands in the database already, under capture point dir01/trace; remove it first with: portolan captures remove dir01/trace',
    ],
    [
      'the same point in another folder',
      setOf('dir01/trace', '/elsewhere/dir01', 'def'),
      'capture point dir01/trace was analysed from /captures/dir01, and this is /elsewhere/dir01; name this one with --point',
    ],
  ])('is refused: %s', (_, set, sentence) => {
    expect(() => refuseKnownFiles(known(), set)).toThrow(
      expect.objectContaining({ name: 'StoreError', message: sentence }),
    )
  })
})

describe('the list of captures', () => {
  test('says what was read, what was found and where it was damaged, in the order of the points', () => {
    const db = emptyDatabase()
    const damage = { offset: 77, problem: 'a record is cut off' }
    const files = [
      { path: 'a.pcap', identity: 'a', damage: undefined },
      { path: 'b.pcap', identity: 'b', damage },
    ]
    const second = writeCapture(db, record({ point: 'second', files }))
    const writer = createRowWriter(db, second)
    writeJudged(writer, [
      conversation(),
      opened('front-end > director tcp 1'),
      conversation({ respPort: 444, outcomes: { refused: 1 } }),
    ])
    writeCapture(db, record({ point: 'first', files: [], firstNs: undefined, lastNs: undefined, anomalies: new Map() }))
    expect(readCaptures(db)).toEqual([
      expect.objectContaining({
        point: 'first',
        conversations: 0,
        findings: 0,
        first: null,
        last: null,
        files: [],
        marks: [],
        anomalies: [],
      }),
      {
        point: 'second',
        formats: ['pcap'],
        linkTypes: ['ethernet'],
        records: 10,
        packets: 9,
        bytes: 1234,
        flows: 3,
        conversations: 3,
        findings: 2,
        first: ORIGIN_NS + 1n,
        last: ORIGIN_NS + 999_999_999n,
        keep: 'all',
        files: ['a.pcap', 'b.pcap'],
        marks: ['b.pcap: judged up to byte 77, where a record is cut off'],
        anomalies: [{ name: 'truncated', count: 1 }],
        trust: record().trust,
      },
    ])
  })
})

describe('removing a capture', () => {
  test('takes all that hangs on it, and nothing else', () => {
    const db = emptyDatabase()
    for (const point of ['a', 'b']) {
      const capture = writeCapture(db, record({ point, files: [{ path: point, identity: point, damage: undefined }] }))
      const writer = createRowWriter(db, capture)
      for (const id of writeJudged(writer, [conversation()]).values()) {
        writer.flow({ flow: flow(), history: '', conversation: id, direction: { originator: 'high', basis: 'rules' } })
      }
    }
    removeCapture(db, 'a')
    for (const view of ['conversation_rows', 'flow_rows']) {
      expect(db.prepare(`SELECT capture FROM ${view}`).pluck().all()).toEqual(['b'])
    }
    expect(db.prepare('SELECT identity FROM capture_files').pluck().all()).toEqual(['b'])
    expect(db.pragma('foreign_key_check')).toEqual([])
  })

  test('that is not there names those that are', () => {
    const db = emptyDatabase()
    expect(() => removeCapture(db, 'c')).toThrow('capture point c is not in the database; the database holds none')
    writeCapture(db, record({ point: 'b', files: [] }))
    writeCapture(db, record({ point: 'a', files: [] }))
    expect(() => removeCapture(db, 'c')).toThrow('capture point c is not in the database; it holds a, b')
  })
})
