import type { Finding } from '../judge/changes.ts'
import type { ConversationRow } from '../store/read-rows.ts'
import { writeSentence } from './blocks.ts'
import type { Column } from './columns.ts'
import { CONVERSATION_FIELDS } from './conversations.ts'
import { formatCount, formatCounted } from './format.ts'
import type { Format } from './formats.ts'
import { field, judgedColumns } from './judged.ts'
import type { Output } from './output.ts'
import type { Tone } from './terminal.ts'

/** A conversation that another inventory, other rules or another reading judge otherwise. */
export interface ChangeRow {
  readonly former: Finding
  /** Id that it had: another one where originator and responder have changed places. */
  readonly formerId: string
  readonly present: ConversationRow
  readonly turned: boolean
  /** Flows that were judged as the one and are judged as the other. */
  readonly flows: number
}

/** The columns of changes: what fits a line for people, everything for programs. */
export function changeColumns(format: Format, out: Output): readonly Column<ChangeRow>[] {
  return format === 'table' ? tableColumns(out) : FIELDS
}

function tableColumns(out: Output): readonly Column<ChangeRow>[] {
  const ends = judgedColumns(out)
    .filter(({ key }) => key === 'originator' || key === 'responder' || key === 'port')
    .map(ofPresent)
  return [
    ...ends,
    { key: 'before', title: 'before', value: ({ former }) => findingText(former), shrink: 16 },
    { key: 'after', title: 'after', value: ({ present }) => findingText(presentOf(present)), tone: toneOf, shrink: 16 },
    { key: 'direction', title: 'direction', value: ({ turned }) => (turned ? 'turned round' : ''), drop: 2 },
    { key: 'flows', title: 'flows', value: ({ flows }) => formatCount(flows), align: 'right', drop: 3 },
    { key: 'capture', title: 'capture', value: ({ present }) => present.capture, drop: 4 },
    { key: 'id', title: 'id', value: ({ present }) => present.id, drop: 1 },
  ]
}

/** A column of conversations, asked of what the change led to. */
function ofPresent({ tail, text, tone, note, value, ...column }: Column<ConversationRow>): Column<ChangeRow> {
  return {
    ...column,
    value: ({ present }) => value(present),
    ...(text && { text: ({ present }: ChangeRow) => text(present) }),
    ...(tone && { tone: ({ present }: ChangeRow) => tone(present) }),
    ...(note && { note: ({ present }: ChangeRow) => note(present) }),
    ...(tail && { tail: { of: ({ present }: ChangeRow) => tail.of(present), upTo: tail.upTo } }),
  }
}

function presentOf({ verdict, reason, rule, nearest_rule, health }: ConversationRow): Finding {
  return { verdict, reason, rule, nearestRule: nearest_rule, health }
}

/** 'expected director-edge-5061', 'wrong-port (director-rp-8080)', 'broken director-edge-5061', 'out-of-scope'. */
function findingText({ verdict, reason, rule, nearestRule, health }: Finding): string {
  const word = reason ?? (health === 'broken' || health === 'flaky' ? health : verdict)
  if (rule !== null) return `${word} ${rule}`
  return nearestRule === null ? word : `${word} (${nearestRule})`
}

function toneOf({ present: { verdict, health } }: ChangeRow): Tone | undefined {
  if (verdict === 'unexpected') return 'finding'
  return health === 'broken' || health === 'flaky' ? 'broken' : undefined
}

/** Of the conversation as it is now, then what it was. */
const FIELDS: readonly Column<ChangeRow>[] = [
  ...CONVERSATION_FIELDS.map(ofPresent),
  field('former_id', ({ formerId }) => formerId),
  field('former_verdict', ({ former }) => former.verdict),
  field('former_rule', ({ former }) => former.rule),
  field('former_reason', ({ former }) => former.reason),
  field('former_nearest_rule', ({ former }) => former.nearestRule),
  field('former_health', ({ former }) => former.health),
  field('turned', ({ turned }) => turned),
  field('changed_flows', ({ flows }) => flows),
]

/** What judging again came to. */
export interface Rejudged {
  readonly captures: number
  readonly conversations: number
  /** Conversations that are judged otherwise, and how many of them turned round. */
  readonly changed: number
  readonly turned: number
  readonly isDryRun: boolean
}

export function writeRejudged(out: Output, { captures, conversations, changed, turned, isDryRun }: Rejudged): void {
  const judged = `${formatCounted(conversations, 'conversation', 'conversations')} of ${formatCounted(captures, 'capture', 'captures')}`
  const others = changed === 0 ? 'none is judged otherwise' : `${formatCount(changed)} judged otherwise`
  const turns = turned === 0 ? '' : `, ${formatCount(turned)} of them turned round`
  const written = isDryRun ? ' Nothing was written: --dry-run.' : ''
  writeSentence(out, `Judged again: ${judged}; ${others}${turns}.${written}`)
}

export function writeLimit(out: Output, shown: number, total: number): void {
  out.write('\n')
  writeSentence(out, `${formatCount(shown)} of ${formatCount(total)} shown; --format csv shows everything.`, {
    tone: 'dim',
  })
}
