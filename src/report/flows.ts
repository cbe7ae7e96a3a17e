import type { FlowRow } from '../store/read-rows.ts'
import type { Column } from './columns.ts'
import { communityId } from './community-id.ts'
import { formatBytes, formatCount, formatDuration } from './format.ts'
import type { Format } from './formats.ts'
import {
  field,
  hasPorts,
  isNarrow,
  JUDGEMENT_FIELDS,
  judgedColumns,
  outcomeTone,
  PROOF_FIELDS,
  proofColumns,
  timeText,
} from './judged.ts'
import type { Output } from './output.ts'
import { createTimeUtc } from './utc-time.ts'

/** The columns of flows: what fits a line for people, everything for programs. */
export function flowColumns(format: Format, out: Output): readonly Column<FlowRow>[] {
  return format === 'table' ? tableColumns(out) : FIELDS
}

function tableColumns(out: Output): readonly Column<FlowRow>[] {
  return [
    { key: 'start', title: 'start', value: ({ start }) => timeText(out)(start), drop: 3.2 },
    ...judgedColumns(out),
    {
      key: 'outcome',
      title: 'outcome',
      value: ({ outcome }) => outcome,
      tone: outcomeTone,
      shrink: isNarrow(out) ? 7 : 0,
      drop: 3,
    },
    {
      key: 'duration',
      title: 'duration',
      value: (row) => formatDuration(durationOf(row)),
      align: 'right',
      drop: 6,
    },
    {
      key: 'packets',
      title: 'packets',
      value: ({ orig_packets, resp_packets }) => formatCount(orig_packets + resp_packets),
      align: 'right',
      drop: 7,
    },
    {
      key: 'bytes',
      title: 'bytes',
      value: ({ orig_bytes, resp_bytes }) => formatBytes(orig_bytes + resp_bytes),
      align: 'right',
      drop: 5,
    },
    { key: 'conn_state', title: 'state', value: ({ conn_state }) => conn_state, drop: 8 },
    ...proofColumns(4.5),
    { key: 'remarks', title: 'remarks', value: ({ remarks }) => remarks, drop: 9 },
    { key: 'capture', title: 'capture', value: ({ capture }) => capture, drop: 10 },
    { key: 'id', title: 'id', value: ({ id }) => id, drop: 1 },
  ]
}

const timeUtc = createTimeUtc()

/** In the order of the stable interface; what a later version observes is null until then. */
const FIELDS: readonly Column<FlowRow>[] = [
  field('id', ({ id }) => id),
  field('capture', ({ capture }) => capture),
  field('proto', ({ proto }) => proto),
  field('orig_addr', ({ orig_addr }) => orig_addr),
  field('orig_port', ({ proto, orig_port }) => (hasPorts(proto) ? orig_port : null)),
  field('resp_addr', ({ resp_addr }) => resp_addr),
  field('resp_port', ({ proto, resp_port }) => (hasPorts(proto) ? resp_port : null)),
  field('orig_name', ({ orig_name }) => orig_name),
  field('resp_name', ({ resp_name }) => resp_name),
  field('orig_roles', ({ orig_roles }) => orig_roles),
  field('resp_roles', ({ resp_roles }) => resp_roles),
  field('start', ({ start }) => timeUtc(start)),
  field('end', ({ end }) => timeUtc(end)),
  field('duration', durationOf),
  field('orig_packets', ({ orig_packets }) => orig_packets),
  field('resp_packets', ({ resp_packets }) => resp_packets),
  field('orig_bytes', ({ orig_bytes }) => orig_bytes),
  field('resp_bytes', ({ resp_bytes }) => resp_bytes),
  field('orig_ip_bytes', ({ orig_ip_bytes }) => orig_ip_bytes),
  field('resp_ip_bytes', ({ resp_ip_bytes }) => resp_ip_bytes),
  field('conn_state', ({ conn_state }) => conn_state),
  field('history', ({ history }) => history),
  field('outcome', ({ outcome }) => outcome),
  field('direction_basis', ({ direction_basis }) => direction_basis),
  field('service', ({ service }) => service),
  ...JUDGEMENT_FIELDS,
  field('orig_copies', ({ orig_copies }) => orig_copies),
  field('resp_copies', ({ resp_copies }) => resp_copies),
  field('fragments', ({ fragments }) => fragments),
  field('community_id', communityId),
  field('conversation', ({ conversation }) => conversation),
  field('encapsulation', ({ encapsulation }) => encapsulation),
  ...PROOF_FIELDS,
  field('process_id', ({ process_id }) => process_id),
]

/** In seconds. */
function durationOf({ start, end }: FlowRow): number {
  return Number(end - start) / 1e9
}
