import { alertMeaning } from '../evidence/tls-alert.ts'
import { failuresOf, type PortAnswer, type PortEnds, type PortStanding } from '../judge/port-check.ts'
import type { PortRow } from '../store/read-port-check.ts'
import type { Column } from './columns.ts'
import { formatCount, formatCounted, formatTimeUtc } from './format.ts'
import type { Format } from './formats.ts'
import { field, timeText } from './judged.ts'
import { type Language, roleName } from './language.ts'
import type { Output } from './output.ts'
import type { Tone } from './terminal.ts'

/** The columns of documented ports: what fits a line for people, everything for programs. */
export function portColumns(format: Format, out: Output): readonly Column<PortRow>[] {
  return format === 'table' ? tableColumns(out) : PORT_FIELDS
}

/** Of a long answer that much says what happened: a failed handshake with what most alerts mean. */
const LEAST_ANSWER = 34

function tableColumns(out: Output): readonly Column<PortRow>[] {
  const time = timeText(out)
  const { language = 'en' } = out
  return [
    hostColumn('from', ({ orig }) => orig, language),
    hostColumn('to', ({ resp }) => resp, language),
    { key: 'port', title: 'port', value: portText },
    { key: 'answer', title: 'answer', value: answerText, tone: answerTone, shrink: LEAST_ANSWER },
    {
      key: 'attempts',
      title: 'attempts',
      value: (row) => formatCount(attempts(row)),
      align: 'right',
      drop: 1,
    },
    { key: 'rule', title: 'rule', value: ({ inForce }) => inForce.rule.id, shrink: 20, drop: 2 },
    { key: 'last', title: 'last', value: ({ last }) => time(last), drop: 3 },
    { key: 'capture', title: 'capture', value: ({ capture }) => capture, drop: 4 },
  ]
}

function hostColumn(key: string, endsOf: (row: PortRow) => PortEnds, language: Language): Column<PortRow> {
  const longest = 15
  return {
    key,
    title: key,
    value: (row) => endsText(endsOf(row), language),
    tail: { of: (row) => endsTail(endsOf(row)), upTo: longest },
    shrink: 12,
  }
}

/** A host; of several what they have in common, and how many they are. */
function endsText(ends: PortEnds, language: Language): string {
  const roles = ends.roles.map((role) => roleName(role, language)).join(', ')
  const what = ends.name ?? (ends.address !== null ? '' : roles === '' ? 'not listed' : roles)
  return [what, endsTail(ends)].filter((part) => part !== '').join(' ')
}

function endsTail({ address, hosts }: PortEnds): string {
  return address ?? `(${formatCounted(hosts, 'host', 'hosts')})`
}

function portText({ transport, port, inForce }: PortRow): string {
  const documented = inForce.rule.ports.map(({ first, last }) => rangeText(first, last))
  return `${transport} ${port ?? documented.join(', ')}`
}

/** What the port answered, in the words of PortQry, and what else there was to it. */
function answerText(row: PortRow): string {
  const { standing, listening } = row
  const tried = formatCounted(attempts(row), 'attempt', 'attempts')
  switch (standing) {
    case 'broken':
      return failuresText(row)
    case 'flaky':
      return `LISTENING (${formatCount(listening)} of ${formatCount(attempts(row))}), ${failuresText(row)}`
    case 'wrong-protocol':
      return 'LISTENING, another protocol'
    case 'withheld':
      return `WITHHELD (${tried}, answers missing)`
    case 'working':
      return 'LISTENING'
  }
}

/** What failed attempts met, the most frequent first. */
function failuresText(row: PortRow): string {
  const { transport, alert, icmpError, icmpSender } = row
  const kinds: readonly (readonly [count: number, answer: PortAnswer | string, how: string])[] = [
    [row.handshakeFailed, 'HANDSHAKE FAILED', alert === null ? '' : alertMeaning(alert)],
    [row.notListening, 'NOT LISTENING', icmpError === 'port-unreachable' ? 'port unreachable' : 'reset'],
    [row.prohibited, `PROHIBITED BY ${icmpSender ?? 'a router'}`, ''],
    [row.filtered, transport === 'udp' ? 'LISTENING or FILTERED' : 'FILTERED', unansweredText(row)],
  ]
  const met = kinds.filter(([count]) => count > 0).sort(([left], [right]) => right - left)
  return met.map(([count, answer, how]) => `${answer}${parentheses(count, answer, how)}`).join(', ')
}

function unansweredText({ transport, icmpError, icmpSender }: PortRow): string {
  if (icmpError === 'unreachable') return `unreachable, says ${icmpSender}`
  return transport === 'udp' ? '' : 'no answer'
}

/** How often stands where it was not once; of what was not answered always, because that is what one doubts. */
function parentheses(count: number, answer: string, how: string): string {
  const isCounted = count > 1 || answer.endsWith('FILTERED')
  const inside = [isCounted ? formatCounted(count, 'attempt', 'attempts') : '', how].filter((part) => part !== '')
  return inside.length === 0 ? '' : ` (${inside.join(', ')})`
}

function attempts(row: PortRow): number {
  return row.listening + failuresOf(row) + row.withheld
}

const TONES: Readonly<Record<PortStanding, Tone | undefined>> = {
  broken: 'broken',
  flaky: 'broken',
  'wrong-protocol': 'finding',
  withheld: 'dim',
  working: undefined,
}

function answerTone({ standing }: PortRow): Tone | undefined {
  return TONES[standing]
}

const PORT_FIELDS: readonly Column<PortRow>[] = [
  field('rule', ({ inForce }) => inForce.rule.id),
  field('capture', ({ capture }) => capture),
  field('standing', ({ standing }) => standing),
  field('answer', ({ answer }) => answer),
  field('says', answerText),
  field('proto', ({ transport }) => transport),
  field('port', ({ port }) => port),
  field('ports', ({ inForce }) => inForce.rule.ports.map(({ first, last }) => rangeText(first, last))),
  ...endFields('orig', ({ orig }) => orig),
  ...endFields('resp', ({ resp }) => resp),
  field('attempts', attempts),
  field('listening', ({ listening }) => listening),
  field('not_listening', ({ notListening }) => notListening),
  field('filtered', ({ filtered }) => filtered),
  field('prohibited', ({ prohibited }) => prohibited),
  field('handshake_failed', ({ handshakeFailed }) => handshakeFailed),
  field('withheld', ({ withheld }) => withheld),
  field('alert', ({ alert }) => (alert === null ? null : alertMeaning(alert))),
  field('icmp_error', ({ icmpError }) => icmpError),
  field('icmp_sender', ({ icmpSender }) => icmpSender),
  field('first', ({ first }) => formatTimeUtc(first)),
  field('last', ({ last }) => formatTimeUtc(last)),
  field('references', ({ inForce }) => inForce.references.map(({ page, where }) => `${page}: ${where}`)),
]

function endFields(side: string, endsOf: (row: PortRow) => PortEnds): readonly Column<PortRow>[] {
  return [
    field(`${side}_addr`, (row) => endsOf(row).address),
    field(`${side}_name`, (row) => endsOf(row).name),
    field(`${side}_roles`, (row) => endsOf(row).roles),
    field(`${side}_hosts`, (row) => endsOf(row).hosts),
  ]
}

function rangeText(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`
}
