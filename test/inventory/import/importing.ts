import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Imported, importDeployment } from '../../../src/inventory/import/import.ts'
import { parseImport } from '../../../src/inventory/import/read.ts'
import { InventoryError } from '../../../src/inventory/inventory-error.ts'

/** Our own document: a Director, a Front End, an Edge with three external addresses, and a gateway. */
export const TOPOLOGY_FILE = fileURLToPath(new URL('../topology/director-and-edge.xml', import.meta.url))
export const TOPOLOGY = readFileSync(TOPOLOGY_FILE, 'utf8')

export interface Merged {
  readonly imported: Imported
  /** The inventory as it is after the import. */
  readonly text: string
}

/** Imports files, given as name and content, into an inventory. */
export function importInto(
  before: string | Uint8Array | undefined,
  files: Readonly<Record<string, string | Uint8Array>>,
): Merged {
  const parts = Object.entries(files).map(([file, content]) => parseImport(Buffer.from(content), file))
  const bytes = before === undefined ? undefined : Buffer.from(before)
  const imported = importDeployment(parts, { file: 'inventory.yaml', bytes })
  return { imported, text: Buffer.from(imported.bytes ?? bytes ?? []).toString() }
}

/** What becomes of each endpoint, a line each: `added dir01 10.0.0.16 director`. */
export function changes({ imported }: Merged): readonly string[] {
  return imported.endpoints.map(({ change, name, addresses, roles }) =>
    [change, name, addresses.join(' '), roles.join('+')].filter((part) => part !== '').join(' | '),
  )
}

/** What is said of a file that cannot be imported, line by line; nothing where it can be. */
export function importRefusal(content: string | Uint8Array, file = 'topology.xml'): readonly string[] {
  try {
    parseImport(Buffer.from(content), file)
    return []
  } catch (error) {
    if (error instanceof InventoryError) return error.message.split('\n')
    throw error
  }
}
