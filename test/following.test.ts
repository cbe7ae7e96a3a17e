import { readFileSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type AnalyzeResult, analyze, type Following } from '../src/analyze.ts'
import { type CaptureSet, streamSet } from '../src/capture/capture-set.ts'
import { openSource } from '../src/capture/open.ts'
import { FLOW_LIMITS, type FlowLimits } from '../src/flow/flow-limits.ts'
import type { WallClock } from '../src/intervals.ts'
import type { Inventory } from '../src/inventory/inventory.ts'
import { type Database, openToWrite } from '../src/store/open.ts'
import { readCaptures } from '../src/store/read-captures.ts'
import {
  analyzed,
  emptyDatabase,
  FULL_RULES,
  inventoryOf,
  sample,
  sampleInventory,
  temporaryFolder,
} from './support/analysis.ts'
import { pcap, pcapng } from './support/captures.ts'
import { handClock } from './support/hand-clock.ts'
import { manyAttempts } from './support/many-flows.ts'
import { randomTraffic } from './support/random-traffic.ts'
import { pieces } from './support/reading.ts'

/* A stream that is followed: stored again and again while it is read. */

const POINT = 'live'

interface Setting {
  readonly inventory: Inventory
  readonly limits?: FlowLimits
}

/** A stream that gives these pieces one after the other, each a day after the one before. */
function slowStream(...parts: readonly Uint8Array[]): { readonly set: CaptureSet; readonly clock: WallClock } {
  const source = pieces(...parts)
  let days = 0
  const read = (target: Uint8Array) => {
    days += 1
    return source.read(target)
  }
  const path = '-'
  const open: CaptureSet['inputs'][number]['open'] = (origin) => openSource({ ...source, read }, path, origin)
  return {
    set: { point: POINT, folder: undefined, inputs: [{ path, identity: undefined, open }] },
    clock: { now: () => days * 86_400_000, after: () => () => {} },
  }
}

function analyzeStream(
  db: Database,
  set: CaptureSet,
  { inventory, limits = FLOW_LIMITS }: Setting,
  following?: Following,
): Promise<AnalyzeResult> {
  const judgedBy = { inventory, inventoryFile: undefined, rules: FULL_RULES }
  return analyze(db, set, judgedBy, 'all', { limits, following })
}

/** All that a database tells, but for the numbers that its tables refer to each other by. */
function told(db: Database): string {
  const all = (sql: string) => db.prepare(sql).all()
  const counts = ['placements', 'judgements', 'certificates'].map((table) => all(`SELECT count(*) FROM ${table}`))
  const observations = all(`SELECT o.*, l.fingerprint, h.fingerprint FROM observations o
    LEFT JOIN certificates l ON l.id = o.low_certificate LEFT JOIN certificates h ON h.id = o.high_certificate`)
  const seen = {
    counts,
    captures: readCaptures(db),
    conversations: all('SELECT * FROM conversation_rows ORDER BY id'),
    flows: all('SELECT * FROM flow_rows ORDER BY id'),
    sums: all('SELECT * FROM sum_rows')
      .map((row) => JSON.stringify(row))
      .sort(),
    labels: all('SELECT address, kind, name FROM labels')
      .map((row) => JSON.stringify(row))
      .sort(),
    observations: (observations as Record<string, unknown>[])
      .map((row) => JSON.stringify({ ...row, capture: 0, low_certificate: 0, high_certificate: 0 }))
      .sort(),
  }
  return JSON.stringify(seen, (_, value) => (typeof value === 'bigint' ? `${value}` : value), 1)
}

async function toldOfWhole(bytes: Uint8Array, setting: Setting): Promise<string> {
  const db = openToWrite(':memory:')
  try {
    await analyzeStream(db, slowStream(bytes).set, setting)
    return told(db)
  } finally {
    db.close()
  }
}

/** Follows the pieces and compares every state, and the last, with what a file of these bytes tells. Says how often. */
async function followed(parts: readonly Uint8Array[], setting: Setting): Promise<number> {
  const bytes = Buffer.concat(parts)
  const db = openToWrite(':memory:')
  const states: { readonly bytes: number; readonly text: string }[] = []
  const onStored = () => states.push({ bytes: readCaptures(db)[0]?.bytes ?? 0, text: told(db) })
  try {
    const { set, clock } = slowStream(...parts)
    await analyzeStream(db, set, setting, { intervalMs: 60_000, clock, onStored })
    expect(told(db)).toBe(await toldOfWhole(bytes, setting))
  } finally {
    db.close()
  }
  for (const state of states) {
    expect(state.text, `at byte ${state.bytes}`).toBe(await toldOfWhole(bytes.subarray(0, state.bytes), setting))
  }
  return states.length
}

/** Cuts at these shares of the length. */
function cut(bytes: Uint8Array, shares: readonly number[]): readonly Uint8Array[] {
  const places = [...new Set(shares.map((share) => Math.floor(share * bytes.length)))].sort((a, b) => a - b)
  return [...places, bytes.length].map((place, index) => bytes.subarray(places[index - 1] ?? 0, place))
}

const share = fc.double({ min: 0, max: 1, noNaN: true })
const DIRECTOR = sampleInventory('director.yaml')

describe('every state of a stream, and the last, is that of a file which ends there', () => {
  it.each([
    ['director.pcapng', 'director.yaml'],
    ['director-midstream.pcap', 'director.yaml'],
    ['duplicated.pcapng', 'director.yaml'],
    ['edge.pcap', 'edge.yaml'],
  ])('cut anywhere: %s', { timeout: 60_000 }, async (capture, inventory) => {
    const bytes = readFileSync(sample(capture))
    const setting = { inventory: sampleInventory(inventory) }
    await fc.assert(
      fc.asyncProperty(fc.array(share, { minLength: 1, maxLength: 4 }), async (shares) => {
        await followed(cut(bytes, shares), setting)
      }),
      { numRuns: 4, endOnFailure: true },
    )
    expect(await followed(cut(bytes, [0.3, 0.6]), setting)).toBeGreaterThan(1)
  })

  it.each([
    ['the usual limits', FLOW_LIMITS],
    ['limits that are soon reached', { openFlows: 3, attempts: 1, listedAttempts: 2, foldedAttempts: 2 }],
  ])('with random traffic, and %s', { timeout: 60_000 }, async (_name, limits) => {
    await fc.assert(
      fc.asyncProperty(
        randomTraffic,
        fc.array(share, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (records, shares, isNew) => {
          const bytes = isNew ? pcapng(records) : pcap(records)
          await followed(cut(bytes, shares), { inventory: DIRECTOR, limits })
        },
      ),
      { numRuns: 25, endOnFailure: true },
    )
  })

  it('in a flood, parts of which are folded and closed early', async () => {
    const inventory = inventoryOf(`endpoints:
  - { name: dir01, address: 10.0.0.16, role: director }
  - { name: some, address: 10.1.1.0/24, role: client-internal }
`)
    const bytes = manyAttempts(512, 6)
    const limits = { openFlows: 16, attempts: 4, listedAttempts: 6, foldedAttempts: 20 }
    const states = await followed(cut(bytes, [0.1, 0.35, 0.7, 0.9]), { inventory, limits })
    // The first interval begins with the first piece.
    expect(states).toBe(4)
    const db = emptyDatabase()
    await analyzeStream(db, slowStream(bytes).set, { inventory, limits })
    const anomalies = readCaptures(db)[0]?.anomalies.map(({ name }) => name)
    expect(anomalies).toEqual(expect.arrayContaining(['flows-closed-early', 'attempts-folded', 'attempts-left-out']))
  })
})

/** A stream by hand, and what is stored of it. */
function live(db: Database, setting: Setting = { inventory: DIRECTOR }) {
  const clock = handClock()
  const input = new PassThrough()
  const onStored = vi.fn()
  const { set, interrupt } = streamSet(input, POINT)
  const ended = analyzeStream(db, set, setting, { intervalMs: 60_000, clock, onStored })
  const arrive = async (bytes: Uint8Array) => {
    input.write(bytes)
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const records = () => readCaptures(db).find(({ point }) => point === POINT)?.records ?? 0
  return { clock, input, interrupt, ended, onStored, arrive, records }
}

describe('a stream that is followed', () => {
  const bytes = readFileSync(sample('director-midstream.pcap'))
  const whole = 24 + 16 + bytes.readUInt32LE(24 + 8)

  it('is stored while its writer pauses, and only where something new came', async () => {
    const { clock, input, ended, onStored, arrive, records } = live(emptyDatabase())
    await arrive(bytes.subarray(0, 24))
    clock.pass(30_000)
    expect([onStored.mock.calls.length, records()]).toEqual([0, 0])
    await arrive(bytes.subarray(24, whole))
    clock.pass(5000)
    expect([onStored.mock.calls.length, records()]).toEqual([1, 1])
    clock.pass(600_000)
    expect(onStored.mock.calls.length).toBe(1)
    input.end(bytes.subarray(whole))
    await ended
    expect(clock.pending).toBe(0)
    expect(records()).toBeGreaterThan(1)
  })

  it('waits for a record that has partly come', async () => {
    const db = emptyDatabase()
    const { clock, input, ended, arrive, records } = live(db)
    await arrive(bytes.subarray(0, whole + 20))
    clock.pass(5000)
    expect(records()).toBe(1)
    expect(readCaptures(db)[0]).toMatchObject({ marks: [], bytes: whole })
    input.end(bytes.subarray(whole + 20))
    expect((await ended).record.files).toEqual([{ path: '-', identity: undefined, damage: undefined }])
  })

  it('is stored whole when it is interrupted', async () => {
    const { clock, ended, arrive, records, interrupt } = live(emptyDatabase())
    await arrive(bytes.subarray(0, whole))
    clock.pass(5000)
    await arrive(bytes.subarray(whole))
    expect(records()).toBe(1)
    interrupt()
    const { record } = await ended
    expect([records(), record.records]).toEqual([record.records, record.records])
    expect(record.records).toBeGreaterThan(10)
  })

  it('lets an interval pass while another program keeps the database locked', async () => {
    const path = joinPath(temporaryFolder(), 'locked.db')
    const db = openToWrite(path)
    const other = openToWrite(path)
    onTestFinished(() => {
      db.close()
      other.close()
    })
    const { clock, input, ended, onStored, arrive, records } = live(db)
    const usual = db.pragma('busy_timeout')
    await arrive(bytes.subarray(0, whole))
    other.exec('BEGIN IMMEDIATE')
    clock.pass(5000)
    expect(onStored).not.toHaveBeenCalled()
    other.exec('ROLLBACK')
    expect(db.pragma('busy_timeout')).toEqual(usual)
    expect(records()).toBe(0)
    clock.pass(5000)
    expect(onStored).toHaveBeenCalledOnce()
    expect(records()).toBe(1)
    // A reader that has not finished keeps the writer from the file too.
    other.exec('BEGIN')
    other.prepare('SELECT * FROM captures').all()
    await arrive(bytes.subarray(whole))
    clock.pass(60_000)
    expect(onStored).toHaveBeenCalledOnce()
    expect(db.inTransaction).toBe(false)
    other.exec('COMMIT')
    input.end()
    await ended
    expect(records()).toBeGreaterThan(10)
  })

  it('ends with what keeps it from being stored', async () => {
    const db = emptyDatabase()
    const { clock, ended, arrive } = live(db)
    await arrive(bytes.subarray(0, whole))
    db.exec('DROP VIEW flow_rows; DROP TABLE flows')
    const failed = expect(ended).rejects.toThrow('no such table: flows')
    clock.pass(5000)
    await failed
    expect(clock.pending).toBe(0)
  })

  it('judges what else the database holds once', async () => {
    const db = emptyDatabase()
    await analyzed(db, [sample('director.pcapng')])
    const { clock, input, ended, onStored, arrive } = live(db)
    for (let turn = 0; turn < 3; turn += 1) {
      await arrive(turn === 0 ? bytes.subarray(0, whole) : bytes.subarray(whole * turn, whole * (turn + 1)))
      clock.pass(60_000)
    }
    expect(onStored.mock.calls.length).toBeGreaterThan(1)
    input.end(bytes.subarray(whole * 3))
    expect((await ended).rejudged).toBe(1)
  })
})
