import type { Role } from '../inventory/roles.ts'
import type { SummaryKey, SummaryRow } from '../store/read-summary.ts'
import { writeHeading } from './blocks.ts'
import type { Column } from './columns.ts'
import { formatBytes, formatCount, formatTimeUtc } from './format.ts'
import type { Format } from './formats.ts'
import { field, hasPorts, hostText, portText, timeText } from './judged.ts'
import { type Language, roleName } from './language.ts'
import type { Output } from './output.ts'
import { render } from './render.ts'
import type { Tone } from './terminal.ts'

/** Writes conversations added up by a key; in a table the rules of each pack stand under its name. */
export function writeSummaryBy(out: Output, format: Format, key: SummaryKey, rows: readonly SummaryRow[]): void {
  const empty = 'No conversation has one.'
  if (format !== 'table') render(out, format, summaryFields(key), rows)
  else if (key !== 'rule' || rows.length === 0) render(out, format, tableColumns(out, key), rows, empty)
  else writeByPack(out, rows)
}

function writeByPack(out: Output, rows: readonly SummaryRow[]): void {
  const packs = [...new Set(rows.map(({ pack }) => pack))].sort()
  for (const [index, pack] of packs.entries()) {
    if (index > 0) out.write('\n')
    writeHeading(out, pack ?? '')
    render(
      out,
      'table',
      tableColumns(out, 'rule'),
      rows.filter((row) => row.pack === pack),
    )
  }
}

/** An IPv6 address with all its digits. */
const LONGEST_ADDRESS = 39

/** What a table shows of a key. */
const KEY_COLUMNS: Readonly<Record<Exclude<SummaryKey, 'roles' | 'host'>, readonly Column<SummaryRow>[]>> = {
  verdict: [{ key: 'verdict', title: 'verdict', value: ({ verdict = '' }) => verdict, tone: verdictTone }],
  reason: [{ key: 'reason', title: 'reason', value: ({ reason = '' }) => reason, tone: () => 'finding' }],
  rule: [{ key: 'rule', title: 'rule', value: ({ rule = '' }) => rule }],
  port: [{ key: 'port', title: 'port', value: ({ proto = '', port = 0 }) => portText(proto, port) }],
  capture: [{ key: 'capture', title: 'capture', value: ({ capture = '' }) => capture, shrink: 20 }],
}

function verdictTone({ verdict }: SummaryRow): Tone | undefined {
  return verdict === 'unexpected' ? 'finding' : undefined
}

function keyColumns(key: SummaryKey, language: Language): readonly Column<SummaryRow>[] {
  if (key === 'host') return hostColumns(language)
  return key === 'roles' ? rolesColumns(language) : KEY_COLUMNS[key]
}

function rolesColumns(language: Language): readonly Column<SummaryRow>[] {
  const text = (roles: readonly Role[] | undefined) => rolesText(roles, language)
  return [
    { key: 'originator', title: 'originator', value: ({ orig_roles }) => text(orig_roles), shrink: 12 },
    { key: 'responder', title: 'responder', value: ({ resp_roles }) => text(resp_roles), shrink: 12 },
  ]
}

function hostColumns(language: Language): readonly Column<SummaryRow>[] {
  return [
    {
      key: 'host',
      title: 'host',
      value: ({ name = null, host = '' }) => hostText(name, host),
      tail: { of: ({ host = '' }) => host, upTo: LONGEST_ADDRESS },
      shrink: 20,
    },
    { key: 'roles', title: 'roles', value: ({ roles }) => rolesText(roles, language), shrink: 12, drop: 3 },
  ]
}

/** An address that the inventory does not list has no roles. */
function rolesText(roles: readonly Role[] = [], language: Language): string {
  return roles.length === 0 ? '(not listed)' : roles.map((role) => roleName(role, language)).join(', ')
}

function tableColumns(out: Output, key: SummaryKey): readonly Column<SummaryRow>[] {
  const time = timeText(out)
  return [
    ...keyColumns(key, out.language ?? 'en'),
    count('flows', ({ flows }) => flows),
    CONVERSATIONS,
    {
      ...count('findings', ({ findings }) => findings),
      tone: ({ findings }) => (findings > 0 ? 'finding' : undefined),
    },
    ...BROKEN_COLUMNS,
    { key: 'bytes', title: 'bytes', value: ({ bytes }) => formatBytes(bytes), align: 'right', drop: 2 },
    { key: 'first', title: 'first', value: ({ first }) => time(first), drop: 4 },
    { key: 'last', title: 'last', value: ({ last }) => time(last), drop: 5 },
  ]
}

const CONVERSATIONS: Column<SummaryRow> = {
  ...count('conversations', ({ conversations }) => conversations),
  drop: 0.5,
}

const BROKEN_COLUMNS: readonly Column<SummaryRow>[] = [
  {
    ...count('broken', ({ broken }) => broken),
    tone: ({ broken }) => (broken > 0 ? 'broken' : undefined),
  },
  {
    ...count('flaky', ({ flaky }) => flaky),
    tone: ({ flaky }) => (flaky > 0 ? 'broken' : undefined),
    drop: 1,
  },
]

/** The columns of rules in the summary of everything. */
export const RULE_COLUMNS: readonly Column<SummaryRow>[] = [
  ...KEY_COLUMNS.rule,
  CONVERSATIONS,
  count('flows', ({ flows }) => flows),
  ...BROKEN_COLUMNS,
  { key: 'bytes', title: 'bytes', value: ({ bytes }) => formatBytes(bytes), align: 'right', drop: 2 },
]

function count(key: string, value: (row: SummaryRow) => number): Column<SummaryRow> {
  return { key, title: key, value: (row) => formatCount(value(row)), align: 'right' }
}

const KEY_FIELDS: Readonly<Record<SummaryKey, readonly Column<SummaryRow>[]>> = {
  verdict: [field('verdict', ({ verdict = null }) => verdict)],
  reason: [field('reason', ({ reason = null }) => reason)],
  rule: [field('pack', ({ pack = null }) => pack), field('rule', ({ rule = null }) => rule)],
  roles: [
    field('orig_roles', ({ orig_roles = [] }) => orig_roles),
    field('resp_roles', ({ resp_roles = [] }) => resp_roles),
  ],
  host: [
    field('host', ({ host = null }) => host),
    field('name', ({ name = null }) => name),
    field('roles', ({ roles = [] }) => roles),
  ],
  port: [
    field('proto', ({ proto = null }) => proto),
    field('port', ({ proto = '', port = null }) => (hasPorts(proto) ? port : null)),
  ],
  capture: [field('capture', ({ capture = null }) => capture)],
}

/** What is added up, for programs. */
export const SUM_FIELDS: readonly Column<SummaryRow>[] = [
  field('flows', ({ flows }) => flows),
  field('conversations', ({ conversations }) => conversations),
  field('findings', ({ findings }) => findings),
  field('broken', ({ broken }) => broken),
  field('flaky', ({ flaky }) => flaky),
  field('bytes', ({ bytes }) => bytes),
  field('first', ({ first }) => formatTimeUtc(first)),
  field('last', ({ last }) => formatTimeUtc(last)),
]

export function summaryFields(key: SummaryKey): readonly Column<SummaryRow>[] {
  return [...KEY_FIELDS[key], ...SUM_FIELDS]
}
