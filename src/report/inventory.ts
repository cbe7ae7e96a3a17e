import { formatRange } from '../inventory/address-range.ts'
import type { Inventory, InventoryEntry } from '../inventory/inventory.ts'
import type { Column } from './columns.ts'
import { formatCounted } from './format.ts'
import { fullPartyName } from './language.ts'
import type { Output } from './output.ts'

/** The columns of an inventory's entries. */
export function inventoryColumns({ language = 'en' }: Output): readonly Column<InventoryEntry>[] {
  return [
    { key: 'line', title: 'line', value: ({ line }) => line, align: 'right' },
    { key: 'name', title: 'name', value: ({ name }) => name, shrink: 12 },
    { key: 'addresses', title: 'addresses', value: ({ ranges }) => ranges.map(formatRange), shrink: 18 },
    {
      key: 'roles',
      title: 'roles',
      value: ({ roles }) => roles,
      text: ({ roles }) => roles.map((role) => fullPartyName(role, language)).join(', '),
      shrink: 14,
    },
  ]
}

/** What was understood, in one sentence. */
export function inventorySentence(file: string, { entries, ports = [] }: Inventory): string {
  const ranges = entries.flatMap((entry) => entry.ranges)
  const addresses = ranges.filter(({ first, last }) => first === last).length
  const open = entries.filter((entry) => entry.ranges.length === 0).length
  const roles = new Set(entries.flatMap((entry) => entry.roles)).size
  const parts = [
    formatCounted(entries.length, 'entry', 'entries'),
    formatCounted(addresses, 'address', 'addresses'),
    formatCounted(ranges.length - addresses, 'network or range', 'networks and ranges'),
    formatCounted(roles, 'role', 'roles'),
    ...(open > 0 ? [formatCounted(open, 'entry without an address', 'entries without an address')] : []),
    ...(ports.length > 0 ? [formatCounted(ports.length, 'moved port', 'moved ports')] : []),
  ]
  return `${file} is in order: ${parts.join(', ')}.`
}
