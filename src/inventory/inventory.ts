import type { Role } from './roles.ts'

/**
 * A run of addresses, both ends included, in canonical text: IPv4 in dotted decimal, IPv6 as RFC 5952 writes it.
 * An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address.
 */
export interface AddressRange {
  readonly family: 4 | 6
  readonly first: string
  readonly last: string
  /** Prefix length, where the range was written as a network: only a network has a broadcast address. */
  readonly prefix?: number
}

/** One line of the inventory: a name, its addresses as they were written, and what they do. */
export interface InventoryEntry {
  readonly name: string
  /** In the order written, none twice. */
  readonly roles: readonly Role[]
  readonly ranges: readonly AddressRange[]
  /** Where the entry stands, for messages; `line` counts from 1. */
  readonly file: string
  readonly line: number
}

/** Who is who, in the order of the file. Plain data: a database holds it whole, as JSON. */
export interface Inventory {
  readonly entries: readonly InventoryEntry[]
}

export const EMPTY_INVENTORY: Inventory = { entries: [] }
