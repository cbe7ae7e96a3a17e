import { InventoryError } from '../../src/inventory/inventory-error.ts'
import { parseInventory } from '../../src/inventory/read.ts'

/** What is said of a text that is no inventory, line by line; nothing where it is one. */
export function refusal(text: string | Uint8Array, file = 'inventory.yaml'): readonly string[] {
  try {
    parseInventory(typeof text === 'string' ? new TextEncoder().encode(text) : text, file)
    return []
  } catch (error) {
    if (error instanceof InventoryError) return error.message.split('\n')
    throw error
  }
}
