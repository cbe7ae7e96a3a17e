import { alertMeaning } from '../evidence/tls-alert.ts'
import type { LabelKind } from '../judge/labels.ts'
import type { ConversationRow, FlowRow, JudgedRow } from '../store/read-rows.ts'
import type { Column } from './columns.ts'
import { formatTimeLocal, formatTimeShort } from './format.ts'
import { lineLimit, type Output } from './output.ts'
import { proofSentence } from './proof-sentence.ts'
import type { Tone } from './terminal.ts'

// What tables of flows, of conversations and of findings have in common.

/** Narrower terminals get short times and labels: the year, or where a label comes from, would take the place of names. */
const ROOMY_COLUMNS = 160
/** On narrower ones words may be cut, so that there is a place for them at all. */
const NARROW_COLUMNS = 100
/** A short address and the beginning of a name. */
const LEAST_HOST = 16
const LONGEST_IPV4 = 15
/** What port, the longest verdict and the id take beside two hosts, with the blanks between them. */
const BESIDE_HOSTS = 47

/** A time as a table has room for it: local, with its offset. */
export function timeText(out: Output): (ns: bigint) => string {
  return isRoomy(out) ? formatTimeLocal : formatTimeShort
}

export function isNarrow(out: Output): boolean {
  return lineLimit(out) < NARROW_COLUMNS
}

function isRoomy(out: Output): boolean {
  return lineLimit(out) >= ROOMY_COLUMNS
}

/** The name of a host beside its address. */
export function hostText(name: string | null, address: string): string {
  return name === null ? address : `${name} ${address}`
}

/** What an end is called: by the inventory, else between parentheses by the traffic. */
interface Called {
  readonly name: string | null
  readonly address: string
  readonly label: string | null
  readonly kind: LabelKind | null
}

/** A host; where there is room for it, its label with where that comes from. */
function endText({ name, address, label, kind }: Called, roomy: boolean): string {
  if (name !== null || label === null || kind === null) return hostText(name, address)
  return `(${roomy ? `${LABEL_WORDS[kind]} ` : ''}${label}) ${address}`
}

const LABEL_WORDS: Readonly<Record<LabelKind, string>> = {
  certificate: 'presents',
  dns: 'DNS name',
  capture: 'the capture names it',
  'asked-for': 'asked for as',
}

/** What programs get of it. */
function labelText(label: string | null, kind: LabelKind | null): string | null {
  return label === null || kind === null ? null : `${kind} ${label}`
}

/** Transport and port; the transport alone where it has no ports. */
export function portText(proto: string, port: number): string {
  return hasPorts(proto) ? `${proto} ${port}` : proto
}

export function hasPorts(proto: string): boolean {
  return proto === 'tcp' || proto === 'udp'
}

/** Who talked to whom, what came of it, and by which rule: an unexpected one shows the nearest between parentheses. */
export function judgedColumns(out: Output): readonly Column<JudgedRow>[] {
  const roomy = isRoomy(out)
  const hostWidth = Math.floor((lineLimit(out) - BESIDE_HOSTS) / 2)
  const shrink = Math.min(LEAST_HOST, hostWidth)
  // A longer address, which is one of IPv6, is cut rather than that two of them take the place of verdict and id.
  const upTo = Math.max(LONGEST_IPV4, hostWidth)
  return [
    {
      key: 'originator',
      title: 'originator',
      value: (row) => endText(originatorOf(row), roomy),
      tail: { of: ({ orig_addr }) => orig_addr, upTo },
      shrink,
    },
    {
      key: 'responder',
      title: 'responder',
      value: (row) => endText(responderOf(row), roomy),
      tail: { of: ({ resp_addr }) => resp_addr, upTo },
      shrink,
    },
    { key: 'port', title: 'port', value: ({ proto, resp_port }) => portText(proto, resp_port) },
    { key: 'verdict', title: 'verdict', value: verdictText, tone: verdictTone },
    {
      key: 'rule',
      title: 'rule',
      value: ruleText,
      tone: ({ rule }) => (rule === null ? 'dim' : undefined),
      shrink: 16,
      drop: 3.5,
    },
  ]
}

function originatorOf({ orig_name, orig_addr, orig_label, orig_label_kind }: JudgedRow): Called {
  return { name: orig_name, address: orig_addr, label: orig_label, kind: orig_label_kind }
}

function responderOf({ resp_name, resp_addr, resp_label, resp_label_kind }: JudgedRow): Called {
  return { name: resp_name, address: resp_addr, label: resp_label, kind: resp_label_kind }
}

function ruleText({ rule, nearest_rule }: JudgedRow): string {
  return rule ?? (nearest_rule === null ? '' : `(${nearest_rule})`)
}

/** In one word: of an unexpected one the reason, of an expected one that fails how it fares. */
function verdictText({ verdict, reason, health }: JudgedRow): string {
  if (reason !== null) return reason
  return health === 'broken' || health === 'flaky' ? health : verdict
}

function verdictTone({ verdict, health }: Pick<JudgedRow, 'verdict' | 'health'>): Tone {
  if (verdict === 'unexpected') return 'finding'
  if (verdict === 'out-of-scope') return 'dim'
  return health === 'broken' || health === 'flaky' ? 'broken' : 'expected'
}

/** What is asked of either kind of row for programs, from the evidence on. */
export const JUDGEMENT_FIELDS: readonly Column<JudgedRow>[] = [
  field('evidence', ({ evidence }) => evidence),
  field('verdict', ({ verdict }) => verdict),
  field('rule', ({ rule }) => rule),
  field('reason', ({ reason }) => reason),
  field('nearest_rule', ({ nearest_rule }) => nearest_rule),
  field('remarks', ({ remarks }) => remarks),
]

/** What the bytes show besides the service. */
export const PROOF_FIELDS: readonly Column<JudgedRow>[] = [
  field('proof', proofSentence),
  field('alert', ({ alert }) => (alert === null ? null : alertMeaning(alert))),
  field('orig_presents', ({ orig_label, orig_label_kind }) => labelText(orig_label, orig_label_kind)),
  field('resp_presents', ({ resp_label, resp_label_kind }) => labelText(resp_label, resp_label_kind)),
  field('icmp_error', ({ icmp_error }) => icmp_error),
  field('icmp_sender', ({ icmp_sender }) => icmp_sender),
]

/** What people see of it where there is room. */
export function proofColumns(drop: number): readonly Column<JudgedRow>[] {
  return [
    { key: 'service', title: 'service', value: ({ service }) => (service === 'none' ? '' : service), drop },
    { key: 'proof', title: 'what the bytes show', value: proofSentence, shrink: 24, drop: drop + 10 },
  ]
}

/** A column for programs; its title is its name. */
export function field<Row>(key: string, value: Column<Row>['value']): Column<Row> {
  return { key, title: key, value }
}

/** How the flows of a conversation ended, the most frequent first: '12 established, 3 refused'. */
export function outcomesText(row: ConversationRow): string {
  const counts = OUTCOME_FIELDS.map((name) => [name.replace('_', '-'), row[name]] as const)
  const seen = counts.filter(([, count]) => count > 0).sort(([, left], [, right]) => right - left)
  return seen.map(([name, count]) => `${count} ${name}`).join(', ')
}

export const OUTCOME_FIELDS = [
  'established',
  'handshake_failed',
  'refused',
  'unanswered',
  'prohibited',
  'one_sided',
  'midstream',
] as const satisfies readonly (keyof ConversationRow)[]

const FAILURES: ReadonlySet<string> = new Set(['handshake-failed', 'refused', 'unanswered', 'prohibited'])

/** The tone of one flow's outcome. */
export function outcomeTone({ outcome }: FlowRow): Tone | undefined {
  return FAILURES.has(outcome) ? 'broken' : undefined
}
