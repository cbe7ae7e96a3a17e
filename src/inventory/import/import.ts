import type { Inventory } from '../inventory.ts'
import { EMPTY_INVENTORY } from '../inventory.ts'
import { InventoryError } from '../inventory-error.ts'
import { parseInventory } from '../read.ts'
import { decodeUnicode, encodeLike } from '../text.ts'
import { type Deployment, joinDeployments } from './deployment.ts'
import { addHostAddresses } from './host-addresses.ts'
import { type MergedEndpoint, mergeEndpoints } from './merge.ts'
import { type MergedPort, mergePorts } from './merge-ports.ts'
import { topologyPorts } from './moved-ports.ts'
import { unknownRoleNames } from './pool-roles.ts'
import { proposalsOf } from './proposals.ts'
import { type Additions, editInventory, newInventory } from './write-inventory.ts'

/** What an import comes to. */
export interface Imported {
  readonly endpoints: readonly MergedEndpoint[]
  /** How many documented ports the files have something to say of. */
  readonly portsRead: number
  readonly ports: readonly MergedPort[]
  /** Machines and interfaces of which no file says what they do. */
  readonly withoutRole: readonly string[]
  /** Role names of the files that are not known here. */
  readonly unknownRoles: readonly string[]
  /** Names of the hosts files that are nobody's. */
  readonly strangers: readonly string[]
  readonly remarks: readonly string[]
  /** The whole inventory as it is to be written; undefined where nothing changes, or there is nothing to write. */
  readonly bytes: Uint8Array | undefined
}

/** An inventory that is there already. */
export interface Existing {
  readonly bytes: Uint8Array
  readonly file: string
}

/** Merges what files say into an inventory, or makes one of it. */
export function importDeployment(parts: readonly Deployment[], existing: Existing | undefined): Imported {
  const inventory = existing === undefined ? EMPTY_INVENTORY : readExisting(existing)
  const deployment = joinDeployments(parts)
  const proposals = proposalsOf(deployment)
  const { endpoints, strangers } = addHostAddresses(proposals.endpoints, inventory.entries, deployment.hosts)
  const merged = mergeEndpoints(inventory, endpoints)
  const known = topologyPorts(deployment)
  const ports = mergePorts(inventory.ports ?? [], known)
  const added = ports.filter(({ change }) => change === 'added').map(({ port }) => port)
  return {
    endpoints: merged.endpoints,
    portsRead: known.length,
    ports,
    withoutRole: proposals.withoutRole,
    unknownRoles: unknownRoleNames(deployment),
    strangers,
    remarks: deployment.remarks,
    bytes: written({ entries: merged.entries, filled: merged.filled, ports: added }, existing),
  }
}

function readExisting({ bytes, file }: Existing): Inventory {
  return isBlank(bytes) ? EMPTY_INVENTORY : parseInventory(bytes, file)
}

/** Whether a file holds comments at most: it is then written as a new one, below them. */
function isBlank(bytes: Uint8Array): boolean {
  const decoded = decodeUnicode(bytes)
  return 'text' in decoded && /^(?:[ \t]*(?:#[^\n]*)?\n?)*$/.test(decoded.text)
}

function written(additions: Additions, existing: Existing | undefined): Uint8Array | undefined {
  if (existing === undefined || isBlank(existing.bytes)) return writtenNew(additions, existing)
  const { entries, filled, ports } = additions
  if (entries.length + filled.size + ports.length === 0) return undefined
  const bytes = encodeLike(editInventory(textOf(existing), additions), existing.bytes)
  // Nothing that cannot be read again may take the place of what could.
  parseInventory(bytes, existing.file)
  return bytes
}

function writtenNew(additions: Additions, existing: Existing | undefined): Uint8Array | undefined {
  const text = newInventory(additions)
  if (text === undefined) return undefined
  if (existing === undefined) return Buffer.from(text)
  const before = textOf(existing)
  return encodeLike(before === '' || before.endsWith('\n') ? before + text : `${before}\n${text}`, existing.bytes)
}

/** The text of an inventory that has been read; a table has no place for what an import adds. */
function textOf({ bytes, file }: Existing): string {
  const decoded = decodeUnicode(bytes)
  if ('text' in decoded && (isBlank(bytes) || /^\s*(?:#|\{|---|['"]?\w+['"]?\s*:)/.test(decoded.text)))
    return decoded.text
  throw new InventoryError(`${file} is a table, into which nothing is merged; wanted an inventory in YAML`)
}
