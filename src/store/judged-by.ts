import type { Inventory } from '../inventory/inventory.ts'
import type { RuleSet } from '../rules/pack.ts'
import type { Database } from './open.ts'

/** What all captures of one database are judged by. */
export interface JudgedBy {
  /** The file that the inventory was read from; undefined where there is none. */
  readonly inventoryFile: string | undefined
  readonly inventory: Inventory
  readonly rules: RuleSet
}

interface Row {
  readonly inventory_file: string | null
  readonly inventory: string
  readonly rules: string
}

/** Undefined in a database that holds nothing yet. */
export function readJudgedBy(db: Database): JudgedBy | undefined {
  const row = db.prepare('SELECT inventory_file, inventory, rules FROM judged_by').get() as Row | undefined
  if (row === undefined) return undefined
  return {
    inventoryFile: row.inventory_file ?? undefined,
    inventory: JSON.parse(row.inventory) as Inventory,
    rules: JSON.parse(row.rules) as RuleSet,
  }
}

export function writeJudgedBy(db: Database, { inventoryFile, inventory, rules }: JudgedBy): void {
  db.prepare('INSERT OR REPLACE INTO judged_by VALUES (1, ?, ?, ?)').run(
    inventoryFile ?? null,
    JSON.stringify(inventory),
    JSON.stringify(rules),
  )
}

/** Whether both give the same judgements; where a line of the inventory stands is no part of it. */
export function isSameJudgedBy(left: JudgedBy, right: JudgedBy): boolean {
  return (
    whoIsWho(left.inventory) === whoIsWho(right.inventory) && JSON.stringify(left.rules) === JSON.stringify(right.rules)
  )
}

function whoIsWho({ entries, ports = [] }: Inventory): string {
  return JSON.stringify([
    entries.map(({ name, roles, ranges }) => [name, roles, ranges]),
    ports.map(({ role, transport, documented, actual }) => [role, transport, documented, actual]),
  ])
}
