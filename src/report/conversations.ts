import type { ConversationRow } from '../store/read-rows.ts'
import type { Column } from './columns.ts'
import { formatBytes, formatCount } from './format.ts'
import type { Format } from './formats.ts'
import {
  field,
  hasPorts,
  isNarrow,
  JUDGEMENT_FIELDS,
  judgedColumns,
  OUTCOME_FIELDS,
  outcomesText,
  PROOF_FIELDS,
  proofColumns,
  timeText,
} from './judged.ts'
import type { Output } from './output.ts'
import { createTimeUtc } from './utc-time.ts'

/** The columns of conversations: what fits a line for people, everything for programs. */
export function conversationColumns(format: Format, out: Output): readonly Column<ConversationRow>[] {
  return format === 'table' ? tableColumns(out) : CONVERSATION_FIELDS
}

function tableColumns(out: Output): readonly Column<ConversationRow>[] {
  const time = timeText(out)
  return [
    { key: 'first', title: 'first', value: ({ first }) => time(first), drop: 4 },
    ...judgedColumns(out),
    outcomesColumn(out),
    FLOWS,
    BYTES,
    { key: 'last', title: 'last', value: ({ last }) => time(last), drop: 8 },
    ...proofColumns(5.5),
    { key: 'remarks', title: 'remarks', value: ({ remarks }) => remarks, drop: 7 },
    { key: 'capture', title: 'capture', value: ({ capture }) => capture, drop: 9 },
    ID,
  ]
}

/** How flows ended says more of what fails than the rule does, and less of what is unexpected than the nearest rule. */
const OUTCOMES_DROP = 3
const UNEXPECTED_OUTCOMES_DROP = 4

function outcomesColumn(out: Output, drop = OUTCOMES_DROP): Column<ConversationRow> {
  return {
    key: 'outcomes',
    title: 'outcomes',
    value: outcomesText,
    note: healthNote,
    shrink: isNarrow(out) ? 10 : 14,
    drop,
  }
}

const OF_ALL_PROOFS =
  'Health counts all flows between the same two hosts to the same port together, whatever their bytes prove: a flaky row may show only those that succeeded, or only those that failed, where another row has the rest.'

/** Of a flaky row whose own outcomes do not show why it is. */
function healthNote({ health, ...row }: ConversationRow): string | undefined {
  if (health !== 'flaky') return undefined
  const fails = row.handshake_failed + row.prohibited + row.refused + row.unanswered > 0
  const succeeds = row.established + row.midstream > 0
  return fails && succeeds ? undefined : OF_ALL_PROOFS
}

const FLOWS: Column<ConversationRow> = {
  key: 'flows',
  title: 'flows',
  value: ({ flows }) => formatCount(flows),
  align: 'right',
  drop: 5,
}

/** `explain` asks for it, so that little else stays longer. */
const ID: Column<ConversationRow> = { key: 'id', title: 'id', value: ({ id }) => id, drop: 1 }

const BYTES: Column<ConversationRow> = {
  key: 'bytes',
  title: 'bytes',
  value: ({ orig_bytes, resp_bytes }) => formatBytes(orig_bytes + resp_bytes),
  align: 'right',
  drop: 6,
}

/** The columns of conversations that fail, in a summary. */
export function failingColumns(out: Output): readonly Column<ConversationRow>[] {
  return [...judgedColumns(out), FLOWS, outcomesColumn(out), ID]
}

/** The columns of unexpected conversations, in a summary. */
export function unexpectedColumns(out: Output): readonly Column<ConversationRow>[] {
  return [...judgedColumns(out), FLOWS, outcomesColumn(out, UNEXPECTED_OUTCOMES_DROP), ID]
}

const timeUtc = createTimeUtc()

export const CONVERSATION_FIELDS: readonly Column<ConversationRow>[] = [
  field('id', ({ id }) => id),
  field('capture', ({ capture }) => capture),
  field('proto', ({ proto }) => proto),
  field('orig_addr', ({ orig_addr }) => orig_addr),
  field('resp_addr', ({ resp_addr }) => resp_addr),
  field('resp_port', ({ proto, resp_port }) => (hasPorts(proto) ? resp_port : null)),
  field('orig_name', ({ orig_name }) => orig_name),
  field('resp_name', ({ resp_name }) => resp_name),
  field('orig_roles', ({ orig_roles }) => orig_roles),
  field('resp_roles', ({ resp_roles }) => resp_roles),
  field('first', ({ first }) => timeUtc(first)),
  field('last', ({ last }) => timeUtc(last)),
  field('flows', ({ flows }) => flows),
  ...OUTCOME_FIELDS.map((name) => field<ConversationRow>(name, (row) => row[name])),
  field('orig_packets', ({ orig_packets }) => orig_packets),
  field('resp_packets', ({ resp_packets }) => resp_packets),
  field('orig_bytes', ({ orig_bytes }) => orig_bytes),
  field('resp_bytes', ({ resp_bytes }) => resp_bytes),
  field('orig_ip_bytes', ({ orig_ip_bytes }) => orig_ip_bytes),
  field('resp_ip_bytes', ({ resp_ip_bytes }) => resp_ip_bytes),
  field('direction_basis', ({ direction_basis }) => direction_basis),
  field('service', ({ service }) => service),
  ...JUDGEMENT_FIELDS,
  field('pack', ({ pack }) => pack),
  field('differs', ({ differs }) => differs),
  field('health', ({ health }) => health),
  field('orig_copies', ({ orig_copies }) => orig_copies),
  field('resp_copies', ({ resp_copies }) => resp_copies),
  ...PROOF_FIELDS,
]
