import { createHash } from 'node:crypto'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { readInventory } from '../../src/inventory/read.ts'
import { type Database, openToRead, openToWrite } from '../../src/store/open.ts'
import { analyzed, sample, seenRows, temporaryFolder } from '../support/analysis.ts'
import { manyAttempts } from '../support/many-flows.ts'
import { start } from './process.ts'

const DIRECTOR = '  - { name: dir01, address: 10.0.0.16, role: director }\n'
const CLIENTS = '  - { name: clients, address: 10.1.0.0/16, role: client-internal }\n'

/** A capture with many flows and two inventories that judge it differently. */
function material(folder: string): { readonly capture: string; readonly inventories: readonly [string, string] } {
  const capture = join(folder, 'many.pcap')
  writeFileSync(capture, manyAttempts(700, 4))
  const inventories = [join(folder, 'clients.yaml'), join(folder, 'strangers.yaml')] as const
  writeFileSync(inventories[0], `endpoints:\n${DIRECTOR}${CLIENTS}`)
  writeFileSync(inventories[1], `endpoints:\n${DIRECTOR}`)
  return { capture, inventories }
}

/** All that people see of the point, and all that must agree with it. */
function state(db: Database): string {
  return db
    .transaction(() => {
      const { conversations, flows } = seenRows(db, 'point')
      const judgedBy = db.prepare('SELECT inventory, rules FROM judged_by').get()
      const capture = db.prepare('SELECT point, flows, keep FROM captures').all()
      return createHash('sha256')
        .update(JSON.stringify([conversations, flows, judgedBy, capture]))
        .digest('hex')
    })
    .deferred()
}

async function stateAfter(folder: string, capture: string, inventory: string): Promise<string> {
  const db = openToWrite(join(folder, 'wanted.db'))
  await analyzed(db, [capture], { inventory: readInventory(inventory), inventoryFile: inventory, point: 'point' })
  const wanted = state(db)
  db.close()
  return wanted
}

describe('two processes that write to one database', () => {
  test('wait for each other, and both captures are in it', async () => {
    const folder = temporaryFolder()
    const { capture, inventories } = material(folder)
    const database = join(folder, 'portolan.db')
    const writers = [
      start('analyze', { database, point: 'many', paths: [capture], inventories: [inventories[0]] }),
      start('analyze', {
        database,
        point: 'director',
        paths: [sample('director.pcapng')],
        inventories: [inventories[0]],
      }),
      start('analyze', { database, point: 'edge', paths: [sample('edge.pcap')], inventories: [inventories[0]] }),
    ]
    await Promise.all(writers.map(({ ready }) => ready))
    for (const writer of writers) writer.go()
    const ends = await Promise.all(writers.map(({ ended }) => ended))
    expect(ends).toEqual(writers.map(() => ({ status: 0, output: '' })))
    const db = openToRead(database)
    expect(db.prepare('SELECT point FROM captures ORDER BY point').pluck().all()).toEqual(['director', 'edge', 'many'])
    const counts = db.prepare('SELECT sum(flows) - (SELECT count(*) FROM flow_rows) FROM captures').pluck().get()
    expect(counts).toBe(0)
    expect(db.pragma('foreign_key_check')).toEqual([])
    db.close()
    expect(readdirSync(folder).filter((name) => name.startsWith('portolan'))).toEqual(['portolan.db'])
  })

  test('a writer waits for another that takes its time', async () => {
    const folder = temporaryFolder()
    const { inventories } = material(folder)
    const database = join(folder, 'portolan.db')
    const db = openToWrite(database)
    const writer = start('analyze', {
      database,
      point: 'edge',
      paths: [sample('edge.pcap')],
      inventories: [inventories[0]],
    })
    await writer.ready
    db.exec('BEGIN IMMEDIATE')
    writer.go()
    let hasEnded = false
    const ended = writer.ended.then((end) => {
      hasEnded = true
      return end
    })
    await wait(700)
    expect(hasEnded).toBe(false)
    db.exec('COMMIT')
    expect(await ended).toEqual({ status: 0, output: '' })
    expect(db.prepare('SELECT point FROM captures').pluck().all()).toEqual(['edge'])
    db.close()
  })
})

describe('a reader', () => {
  test('reads the previous state while a writer writes, without waiting', async () => {
    const folder = temporaryFolder()
    const { capture, inventories } = material(folder)
    const database = join(folder, 'portolan.db')
    const writer = openToWrite(database)
    await analyzed(writer, [capture], { inventory: readInventory(inventories[0]), point: 'point' })
    const before = state(writer)
    writer.exec('BEGIN IMMEDIATE; DELETE FROM captures; DELETE FROM judged_by')
    const started = performance.now()
    const reader = openToRead(database)
    expect(state(reader)).toBe(before)
    expect(performance.now() - started).toBeLessThan(2000)
    writer.exec('COMMIT')
    expect(state(reader)).not.toBe(before)
    reader.close()
    writer.close()
  })

  test('sees one whole state or the other, while a process writes again and again', async () => {
    const folder = temporaryFolder()
    const { capture, inventories } = material(folder)
    const states = [
      await stateAfter(folder, capture, inventories[0]),
      await stateAfter(folder, capture, inventories[1]),
    ]
    const database = join(folder, 'wanted.db')
    const writer = start('analyze-for-ever', { database, point: 'point', paths: [capture], inventories })
    await writer.ready
    writer.go()
    const seen = new Set<string>()
    let longest = 0
    const end = performance.now() + 2000
    while (performance.now() < end) {
      const started = performance.now()
      const db = openToRead(database)
      seen.add(state(db))
      db.close()
      longest = Math.max(longest, performance.now() - started)
      await wait(20)
    }
    writer.process.kill('SIGKILL')
    await writer.ended
    expect([...seen].filter((one) => !states.includes(one))).toEqual([])
    expect(seen.size).toBe(2)
    expect(longest).toBeLessThan(5000)
  })
})

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 2000
  while (!isSo() && performance.now() < end) await wait(1)
}

describe('a writer that is killed', () => {
  test('leaves the previous state or the new one, never half of one', async () => {
    const folder = temporaryFolder()
    const { capture, inventories } = material(folder)
    const states = [
      await stateAfter(folder, capture, inventories[0]),
      await stateAfter(folder, capture, inventories[1]),
    ]
    const database = join(folder, 'wanted.db')
    let midway = 0
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const writer = start('analyze-for-ever', { database, point: 'point', paths: [capture], inventories })
      await writer.ready
      writer.go()
      await wait(130 + 53 * attempt)
      // Every other one in the middle of its transaction, as soon as it is seen there.
      if (attempt % 2 === 0) await until(() => existsSync(`${database}-journal`))
      writer.process.kill('SIGKILL')
      expect((await writer.ended).status).toBeNull()
      if (existsSync(`${database}-journal`)) midway += 1
      const db = openToWrite(database)
      expect(states).toContain(state(db))
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      expect(db.pragma('foreign_key_check')).toEqual([])
      expect(
        db.prepare('SELECT count(*) FROM flows WHERE conversation NOT IN (SELECT id FROM conversations)').pluck().get(),
      ).toBe(0)
      db.close()
      expect(existsSync(`${database}-journal`)).toBe(false)
    }
    expect(midway).toBeGreaterThan(0)
  }, 30_000)
})
