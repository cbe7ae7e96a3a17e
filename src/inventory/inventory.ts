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
  /** Empty where the address is not known yet, which the file writes as `unknown`. */
  readonly ranges: readonly AddressRange[]
  /** Where the entry stands, for messages; `line` counts from 1. */
  readonly file: string
  readonly line: number
}

/** A run of port numbers, both ends included. */
export interface PortSpan {
  readonly first: number
  readonly last: number
}

/** A documented port that this deployment has elsewhere. It holds for every endpoint of the role. */
export interface MovedPort {
  /** What listens there; for people. */
  readonly name: string
  readonly role: Role
  readonly transport: 'tcp' | 'udp'
  /** Where the documentation has it. */
  readonly documented: PortSpan
  /** Where the endpoints of the role have it, in ascending order: several where they differ. */
  readonly actual: readonly PortSpan[]
  readonly file: string
  readonly line: number
}

/** Who is who, in the order of the file. Plain data: a database holds it whole, as JSON. */
export interface Inventory {
  readonly entries: readonly InventoryEntry[]
  /** Absent where nothing was moved; no two are about the same role, transport and documented port. */
  readonly ports?: readonly MovedPort[]
}

export const EMPTY_INVENTORY: Inventory = { entries: [] }
