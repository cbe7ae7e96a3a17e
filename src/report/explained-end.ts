import { parseAddress, pointIn } from '../inventory/address.ts'
import { formatRange } from '../inventory/address-range.ts'
import type { Inventory, InventoryEntry } from '../inventory/inventory.ts'
import { compileLookup } from '../inventory/lookup.ts'
import type { Role } from '../inventory/roles.ts'
import { createPlaceEnds } from '../judge/party.ts'
import type { JudgedRow } from '../store/read-rows.ts'
import { hasPorts, hostText } from './judged.ts'

/** One end of a flow, and why the inventory says of it what it says. */
export interface ExplainedEnd {
  readonly address: string
  /** Null where the transport has none, and for the many ports of a conversation's originator. */
  readonly port: number | null
  readonly name: string | null
  /** Those that it is judged by. */
  readonly roles: readonly Role[]
  /** The entries for the set of addresses that won, in the order of the file; none where nobody lists the address. */
  readonly entries: readonly InventoryEntry[]
  /** Entries that hold the address too, and are less specific. */
  readonly wider: readonly InventoryEntry[]
  readonly label: { readonly kind: string; readonly name: string } | null
}

export function explainEnds(
  inventory: Inventory,
  row: JudgedRow,
  origPort: number | null,
): readonly [orig: ExplainedEnd, resp: ExplainedEnd] {
  const parties = createPlaceEnds(compileLookup(inventory))(row.orig_addr, row.resp_addr)
  const label = (kind: string | null, name: string | null) => (kind === null || name === null ? null : { kind, name })
  const end = (address: string, index: 0 | 1) => {
    const { placement, roles } = parties[index]
    const entries = placement?.entries ?? []
    const wider = inventory.entries.filter((entry) => holds(entry, address) && !entries.includes(entry))
    return { address, name: placement?.name ?? null, roles, entries, wider }
  }
  const respPort = hasPorts(row.proto) ? row.resp_port : null
  return [
    { ...end(row.orig_addr, 0), port: origPort, label: label(row.orig_label_kind, row.orig_label) },
    { ...end(row.resp_addr, 1), port: respPort, label: label(row.resp_label_kind, row.resp_label) },
  ]
}

function holds({ ranges }: InventoryEntry, address: string): boolean {
  const point = parseAddress(address)
  return ranges.some(
    ({ family, first, last }) =>
      point !== undefined && point >= pointIn(family, first) && point <= pointIn(family, last),
  )
}

const LABEL_TEXTS: Readonly<Record<string, string>> = {
  certificate: 'its certificate says',
  dns: 'a name server calls it',
  capture: 'the capture file calls it',
  'asked-for': 'it was asked for as',
}

/** Who it is, what it does, and which line of the inventory says so. */
export function endTexts(end: ExplainedEnd, transport: string): readonly string[] {
  const port = end.port === null ? '' : `, ${transport} ${end.port}`
  const { label } = end
  return [
    hostText(end.name, end.address) + port,
    ...(end.entries.length === 0 ? [unlistedText(end)] : listedTexts(end)),
    ...(label === null || label.name === end.name ? [] : [`${LABEL_TEXTS[label.kind] ?? label.kind} ${label.name}`]),
  ]
}

function unlistedText({ roles }: ExplainedEnd): string {
  const counts = roles.length === 0 ? '' : `; towards the Internet side it counts as ${roles.join(', ')}`
  return `not in the inventory${counts}`
}

function listedTexts({ roles, entries, wider }: ExplainedEnd): readonly string[] {
  const places = entries.map((entry) => `${placeOf(entry)} (${rangesText(entry)})`).join(' and ')
  const others = wider.map((entry) => `'${entry.name}' (${rangesText(entry)}) at ${placeOf(entry)}`)
  return [
    `${roles.join(', ')}; ${places}`,
    ...(others.length === 0 ? [] : [`more specific than ${others.join(' and ')}, which has the address too`]),
  ]
}

function placeOf({ file, line }: InventoryEntry): string {
  return `${file}:${line}`
}

/** More ranges than this are counted. */
const MOST_RANGES = 3

function rangesText({ ranges }: InventoryEntry): string {
  const shown = ranges.slice(0, MOST_RANGES).map(formatRange)
  return shown.join(', ') + (ranges.length > shown.length ? ` and ${ranges.length - shown.length} more` : '')
}

export function endDocument(end: ExplainedEnd): object {
  const entry = ({ name, roles, ranges, file, line }: InventoryEntry) => {
    return { name, roles, addresses: ranges.map(formatRange), file, line }
  }
  return { ...end, entries: end.entries.map(entry), wider: end.wider.map(entry) }
}
