import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type AnalyzeResult, analyze } from '../../src/analyze.ts'
import { captureSets } from '../../src/capture/capture-set.ts'
import { EMPTY_INVENTORY, type Inventory } from '../../src/inventory/inventory.ts'
import { parseInventory, readInventory } from '../../src/inventory/read.ts'
import { DEFAULT_RULES, type RuleSet, selectRules } from '../../src/rules/pack.ts'
import type { Keep } from '../../src/store/capture-record.ts'
import { type Database, openToWrite } from '../../src/store/open.ts'

/** The path of a sample capture or inventory. */
export function sample(name: string): string {
  return fileURLToPath(new URL(`../../captures/${name}`, import.meta.url))
}

export function sampleInventory(name: string): Inventory {
  return readInventory(sample(name))
}

/** An inventory as its YAML text would be read from `inventory.yaml`. */
export function inventoryOf(yaml: string): Inventory {
  return parseInventory(Buffer.from(yaml), 'inventory.yaml')
}

export const FULL_RULES: RuleSet = selectRules(DEFAULT_RULES, 'full')

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A database in memory that closes when the test ends. */
export function emptyDatabase(): Database {
  const db = openToWrite(':memory:')
  onTestFinished(() => {
    db.close()
  })
  return db
}

export interface Setting {
  readonly inventory?: Inventory
  readonly inventoryFile?: string
  readonly rules?: RuleSet
  readonly point?: string
  readonly keep?: Keep
}

/** Analyses the files, of one point or of several. */
export async function analyzed(
  db: Database,
  paths: readonly string[],
  setting: Setting = {},
): Promise<readonly AnalyzeResult[]> {
  const { inventory = EMPTY_INVENTORY, inventoryFile, rules = FULL_RULES, point, keep = 'all' } = setting
  const results: AnalyzeResult[] = []
  for (const set of await captureSets(paths, point)) {
    results.push(await analyze(db, set, { inventory, inventoryFile, rules }, keep))
  }
  return results
}

/** The rows of a capture point that people see, in the order of their ids: a line of JSON each. */
export interface SeenRows {
  readonly conversations: readonly string[]
  readonly flows: readonly string[]
}

export function seenRows(db: Database, point: string): SeenRows {
  return { conversations: lines(db, 'conversation_rows', point), flows: lines(db, 'flow_rows', point) }
}

function lines(db: Database, view: string, point: string): readonly string[] {
  const rows = db.prepare(`SELECT * FROM ${view} WHERE capture = ? ORDER BY id`).safeIntegers().all(point)
  return rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? value.toString() : value)))
}

/** A seen row with numbers as JavaScript has them. */
export type Row = Readonly<Record<string, unknown>>

export function rowsOf(db: Database, view: 'conversation_rows' | 'flow_rows'): readonly Row[] {
  return db.prepare(`SELECT * FROM ${view} ORDER BY id`).all() as Row[]
}
