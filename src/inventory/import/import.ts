import { EMPTY_INVENTORY, type Inventory } from '../inventory.ts'
import { InventoryError } from '../inventory-error.ts'
import { decodeInventory, parseInventory } from '../read.ts'
import { encodeLike } from '../text.ts'
import { type Deployment, joinDeployments } from './deployment.ts'
import { addHostAddresses } from './host-addresses.ts'
import { type MergedEndpoint, mergeEndpoints } from './merge.ts'
import { type MergedPort, mergePorts } from './merge-ports.ts'
import { topologyPorts } from './moved-ports.ts'
import { unknownRoleNames } from './pool-roles.ts'
import { type Proposal, proposalsOf } from './proposals.ts'
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
  /** The whole inventory as it is to be written; undefined where nothing changes. */
  readonly bytes: Uint8Array | undefined
}

/** The inventory that is merged into. */
export interface Target {
  readonly file: string
  /** Undefined where there is no such file yet. */
  readonly bytes: Uint8Array | undefined
}

/** What became of endpoints that were proposed. */
export interface MergedProposals {
  readonly endpoints: readonly MergedEndpoint[]
  /** As in an import. */
  readonly bytes: Uint8Array | undefined
}

/** Merges what files say into an inventory, or makes one of it. */
export function importDeployment(parts: readonly Deployment[], target: Target): Imported {
  const inventory = inventoryIn(target)
  const deployment = joinDeployments(parts)
  const proposals = proposalsOf(deployment)
  const { endpoints, strangers } = addHostAddresses(proposals.endpoints, inventory.entries, deployment.hosts)
  const { entries, filled, endpoints: merged } = mergeEndpoints(inventory, endpoints)
  const known = topologyPorts(deployment)
  const ports = mergePorts(inventory.ports ?? [], known)
  const added = ports.filter(({ change }) => change === 'added').map(({ port }) => port)
  return {
    endpoints: merged,
    portsRead: known.length,
    ports,
    withoutRole: proposals.withoutRole,
    unknownRoles: unknownRoleNames(deployment),
    strangers,
    remarks: deployment.remarks,
    bytes: withAdditions({ entries, filled, ports: added }, target),
  }
}

/** Merges endpoints that no file names into an inventory, or makes one of them. */
export function mergeProposals(proposals: readonly Proposal[], target: Target): MergedProposals {
  const { entries, filled, endpoints } = mergeEndpoints(inventoryIn(target), proposals)
  return { endpoints, bytes: withAdditions({ entries, filled, ports: [] }, target) }
}

function inventoryIn(target: Target): Inventory {
  const text = textOf(target)
  return text === undefined || isBlank(text) ? EMPTY_INVENTORY : parseInventory(bytesOf(target), target.file)
}

/** Undefined where nothing changes. */
function withAdditions(additions: Additions, target: Target): Uint8Array | undefined {
  const before = textOf(target)
  const isNew = before === undefined || isBlank(before)
  const text = isNew ? newInventory(additions, before) : editInventory(before, additions)
  return text === before ? undefined : written(text, target)
}

/** The text of the inventory; undefined where there is none yet. A table has no place for what an import adds. */
function textOf({ file, bytes }: Target): string | undefined {
  const { text, format } = decodeInventory(bytes ?? new Uint8Array(), file)
  if (format === 'yaml') return bytes && text
  throw new InventoryError(`${file} is a table, into which nothing is merged; wanted an inventory in YAML`)
}

function bytesOf({ bytes }: Target): Uint8Array {
  return bytes ?? new Uint8Array()
}

/** Whether a text holds comments at most: the inventory is then written below them. */
function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line))
}

/** Nothing that cannot be read again may take the place of what could. */
function written(text: string | undefined, target: Target): Uint8Array | undefined {
  if (text === undefined) return undefined
  const bytes = encodeLike(text, bytesOf(target))
  parseInventory(bytes, target.file)
  return bytes
}
