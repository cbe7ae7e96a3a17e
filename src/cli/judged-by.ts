import { existsSync } from 'node:fs'
import { EMPTY_INVENTORY, type Inventory } from '../inventory/inventory.ts'
import { readInventory } from '../inventory/read.ts'
import { DEFAULT_RULES, type RuleSet, selectRules } from '../rules/pack.ts'
import { READINGS } from '../rules/reference.ts'
import { readRules } from '../rules/user-pack.ts'
import { type JudgedBy, readJudgedBy } from '../store/judged-by.ts'
import type { Database } from '../store/open.ts'
import { choose } from './options.ts'
import type { RuleOptions } from './rule-options.ts'

export interface JudgedByOptions extends RuleOptions {
  readonly inventory?: string
}

/** The inventory that is used where it lies in the current folder and no other is named. */
const INVENTORY_HERE = 'inventory.yaml'

/**
 * What to judge by: what the command line names, else what the database was judged by, else the default. Everything
 * that can be wrong with the command line and its files is found before a database is opened; one that is not there yet
 * is undefined.
 */
export function parseJudgedBy(options: JudgedByOptions): (db: Database | undefined) => JudgedBy {
  const file = options.inventory ?? (existsSync(INVENTORY_HERE) ? INVENTORY_HERE : undefined)
  const inventory = file === undefined ? undefined : readInventory(file)
  const rulesFor = parseRules(options)
  return (db) => {
    const before = db && readJudgedBy(db)
    return { ...inventoryOf(file, inventory, before), rules: rulesFor(before?.rules) }
  }
}

/**
 * The rules that the command line names, else those that a database was judged by, else the default ones. Those of a
 * database are selected anew by name, so that it follows what a newer version of the program knows; packs of the
 * user are as they were when they were read.
 */
export function parseRules(options: RuleOptions): (before: RuleSet | undefined) => RuleSet {
  const reading = options.reading === undefined ? undefined : choose('--reading', options.reading, READINGS)
  const named = options.rules === undefined ? undefined : readRules(options.rules)
  named?.(reading ?? 'full')
  return (before) => {
    const admitted = reading ?? before?.reading ?? 'full'
    if (named !== undefined) return named(admitted)
    return selectRules(before?.names ?? DEFAULT_RULES, admitted, before?.userPacks)
  }
}

function inventoryOf(
  file: string | undefined,
  inventory: Inventory | undefined,
  before: JudgedBy | undefined,
): Pick<JudgedBy, 'inventoryFile' | 'inventory'> {
  if (inventory !== undefined) return { inventoryFile: file, inventory }
  return before ?? { inventoryFile: undefined, inventory: EMPTY_INVENTORY }
}
