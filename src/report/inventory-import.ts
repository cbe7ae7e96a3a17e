import type { Imported } from '../inventory/import/import.ts'
import type { MergedPort } from '../inventory/import/merge-ports.ts'
import { formatSpan } from '../inventory/ports.ts'
import { cut } from '../inventory/problems.ts'
import type { Role } from '../inventory/roles.ts'
import { writeHeading, writeSentence } from './blocks.ts'
import type { Column } from './columns.ts'
import { formatCounted } from './format.ts'
import { fullPartyName } from './language.ts'
import type { Output } from './output.ts'
import type { Tone } from './terminal.ts'

/** What becomes of something that the files say, in the order in which it is shown: what is left to do stands last. */
const CHANGES = ['known', 'added', 'address added', 'differs', 'no role', 'no address'] as const

/** One thing that the files say. */
export interface ImportRow {
  readonly change: (typeof CHANGES)[number]
  readonly kind: 'endpoint' | 'port'
  readonly name: string
  readonly addresses: readonly string[]
  readonly roles: readonly Role[]
  /** Of a port: `tcp 443`, and what stands in its place. */
  readonly documented: string | null
  readonly actual: readonly string[]
  readonly remark: string
}

export function importColumns({ language = 'en' }: Output): readonly Column<ImportRow>[] {
  const rolesText = ({ roles }: ImportRow) => roles.map((role) => fullPartyName(role, language)).join(', ')
  return [
    { key: 'change', title: 'change', value: ({ change }) => change, tone: toneOf },
    { key: 'kind', title: 'kind', value: ({ kind }) => kind, table: false },
    { key: 'name', title: 'name', value: ({ name }) => name, tail: { of: partOf, upTo: 12 }, shrink: 12 },
    { key: 'addresses', title: 'addresses', value: ({ addresses }) => addresses, text: placeText, shrink: 15 },
    { key: 'roles', title: 'roles', value: ({ roles }) => roles, text: rolesText, shrink: 14 },
    { key: 'documented', title: 'documented', value: ({ documented }) => documented, table: false },
    { key: 'actual', title: 'actual', value: ({ actual }) => actual, table: false },
    { key: 'remark', title: 'remark', value: ({ remark }) => remark, shrink: 16 },
  ]
}

function toneOf({ change }: ImportRow): Tone | undefined {
  if (change === 'differs') return 'finding'
  if (change === 'no address' || change === 'no role') return 'broken'
  return change === 'known' ? 'dim' : undefined
}

/** What tells the endpoints of one machine apart: `internal`, `av public`. */
function partOf({ name }: ImportRow): string {
  return / (.*)$/.exec(name)?.[1] ?? ''
}

/** Ports have their numbers where endpoints have their addresses. */
function placeText({ addresses, documented, actual }: ImportRow): string {
  return documented === null ? addresses.join(', ') : `${documented} is ${actual.join(', ')}`
}

/** All that the files say, grouped by what becomes of it. */
export function importRows({ endpoints, ports, withoutRole }: Imported): readonly ImportRow[] {
  const rows: readonly ImportRow[] = [
    ...endpoints.map((endpoint) => ({ ...endpoint, kind: 'endpoint' as const, documented: null, actual: [] })),
    ...ports.map(portRow),
    ...withoutRole.map((name) => ({ ...NOTHING, change: 'no role' as const, name })),
  ]
  return CHANGES.flatMap((change) => rows.filter((row) => row.change === change))
}

const NOTHING: Omit<ImportRow, 'change' | 'name'> = {
  kind: 'endpoint',
  addresses: [],
  roles: [],
  documented: null,
  actual: [],
  remark: '',
}

function portRow({ change, port, remark }: MergedPort): ImportRow {
  const documented = `${port.transport} ${formatSpan(port.documented)}`
  return {
    ...NOTHING,
    change,
    kind: 'port',
    name: port.name,
    roles: [port.role],
    documented,
    actual: port.actual.map(formatSpan),
    remark,
  }
}

/** Below the table: what was written, and what is left to do. */
export function writeImport(out: Output, imported: Imported, file: string, isPrinted: boolean): void {
  const rows = importRows(imported)
  if (rows.length > 0) out.write('\n')
  writeSentence(out, changeSentence(imported, rows, file, isPrinted))
  for (const note of notesOf(imported)) writeSentence(out, note, { hang: 2 })
  const open = rows.filter(({ change }) => change === 'no address').map(({ name }) => name)
  if (open.length > 0) writeOpen(out, open, file)
}

function changeSentence({ bytes }: Imported, rows: readonly ImportRow[], file: string, isPrinted: boolean): string {
  const counted = [
    countedAs(rows, (row) => isEndpoint(row, 'added'), 'entry added', 'entries added'),
    countedAs(rows, (row) => isEndpoint(row, 'address added'), 'address added', 'addresses added'),
    countedAs(rows, ({ kind, change }) => kind === 'port' && change === 'added', 'port added', 'ports added'),
    countedAs(rows, ({ change }) => change === 'known', 'known already', 'known already'),
    countedAs(rows, ({ change }) => change === 'differs', 'differs and was not written', 'differ and were not written'),
    countedAs(rows, ({ change }) => change === 'no role', 'without a role', 'without a role'),
    countedAs(rows, ({ change }) => change === 'no address', 'without an address', 'without an address'),
  ].filter((text) => text !== undefined)
  const what = counted.length === 0 ? 'the files name nobody' : counted.join(', ')
  if (isPrinted) return `Nothing was written to a file: ${what}.`
  return bytes === undefined ? `${file} stays as it is: ${what}.` : `${file} was written: ${what}.`
}

function isEndpoint(row: ImportRow, change: ImportRow['change']): boolean {
  return row.kind === 'endpoint' && row.change === change
}

function countedAs(
  rows: readonly ImportRow[],
  belongs: (row: ImportRow) => boolean,
  one: string,
  many: string,
): string | undefined {
  const count = rows.filter(belongs).length
  return count === 0 ? undefined : formatCounted(count, one, many)
}

/** More names than this make a sentence nobody reads. */
const MOST_NAMES = 10

function notesOf({ ports, portsRead, unknownRoles, strangers, remarks }: Imported): readonly string[] {
  const moved = ports.filter(({ port }) => port.isMoved).length
  const isOrAre = moved === 1 ? 'is' : 'are'
  return [
    ...(portsRead > 0
      ? [
          `Of ${formatCounted(portsRead, 'port', 'ports')} in the files, ${moved} ${isOrAre} not where the documentation has it.`,
        ]
      : []),
    ...(unknownRoles.length > 0 ? [`Services that are not known here: ${listed(unknownRoles)}.`] : []),
    ...(strangers.length > 0
      ? [`Names of hosts files that are nobody's, and were left out: ${listed(strangers)}.`]
      : []),
    ...remarks.map((remark) => `${remark.charAt(0).toUpperCase()}${remark.slice(1)}.`),
  ]
}

function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, MOST_NAMES)
    .map((name) => cut(name))
    .join(', ')
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown
}

function writeOpen(out: Output, names: readonly string[], file: string): void {
  out.write('\n')
  writeHeading(out, 'Without an address')
  for (const name of names) writeSentence(out, name, { indent: 2 })
  out.write('\n')
  writeSentence(out, 'Until they have one, their traffic is judged as that of strangers. Three ways to give it:')
  const ways = [
    `a hosts file that has their names: portolan inventory import <hosts> -o ${file}`,
    `DNS answers or certificate names in a capture: portolan inventory suggest <capture> -i ${file}`,
    `by hand: write the address in the place of 'unknown' in ${file}`,
  ]
  ways.forEach((way, index) => {
    writeSentence(out, `${index + 1}. ${way}`, { indent: 2, hang: 5 })
  })
}
