import type { CaptureRow } from '../store/read-captures.ts'
import type { Column } from './columns.ts'
import { formatBytes, formatCount, formatTimeUtc } from './format.ts'
import type { Format } from './formats.ts'
import { field, timeText } from './judged.ts'
import type { Output } from './output.ts'
import { TRUST_FIELDS, trustFigures, trustSentence } from './trust.ts'

/** The columns of capture points. */
export function captureColumns(format: Format, out: Output): readonly Column<CaptureRow>[] {
  return format === 'table' ? tableColumns(timeText(out)) : CAPTURE_FIELDS
}

function tableColumns(time: (ns: bigint) => string): readonly Column<CaptureRow>[] {
  return [
    { key: 'capture', title: 'capture', value: ({ point }) => point, shrink: 16 },
    { key: 'first', title: 'first', value: ({ first }) => (first === null ? '' : time(first)) },
    { key: 'last', title: 'last', value: ({ last }) => (last === null ? '' : time(last)), drop: 3 },
    count('files', ({ files }) => files.length, 4),
    count('packets', ({ packets }) => packets, 0),
    count('flows', ({ flows }) => flows, 0),
    count('conversations', ({ conversations }) => conversations, 2),
    {
      ...count('findings', ({ findings }) => findings, 0),
      tone: ({ findings }) => (findings > 0 ? 'finding' : undefined),
    },
    { key: 'bytes', title: 'bytes', value: ({ bytes }) => formatBytes(bytes), align: 'right', drop: 5 },
    { key: 'keep', title: 'flows kept', value: ({ keep }) => keep, drop: 6 },
    {
      key: 'marks',
      title: 'marks',
      value: ({ marks }) => (marks.length > 0 ? 'damaged' : ''),
      tone: () => 'broken',
      drop: 1,
    },
  ]
}

function count(key: string, value: (row: CaptureRow) => number, drop: number): Column<CaptureRow> {
  return { key, title: key, value: (row) => formatCount(value(row)), align: 'right', drop }
}

export const CAPTURE_FIELDS: readonly Column<CaptureRow>[] = [
  field('capture', ({ point }) => point),
  field('files', ({ files }) => files),
  field('formats', ({ formats }) => formats),
  field('link_types', ({ linkTypes }) => linkTypes),
  field('first', ({ first }) => (first === null ? null : formatTimeUtc(first))),
  field('last', ({ last }) => (last === null ? null : formatTimeUtc(last))),
  field('records', ({ records }) => records),
  field('packets', ({ packets }) => packets),
  field('bytes', ({ bytes }) => bytes),
  field('flows', ({ flows }) => flows),
  field('conversations', ({ conversations }) => conversations),
  field('findings', ({ findings }) => findings),
  field('keep', ({ keep }) => keep),
  field('marks', ({ marks }) => marks),
  field('trust', ({ trust }) => (trust === null ? null : trustSentence(trust))),
  ...TRUST_FIELDS.map((key) =>
    field<CaptureRow>(key, ({ trust }) => (trust === null ? null : trustFigures(trust)[key])),
  ),
  field('anomalies', ({ anomalies }) => anomalies.map(({ name, count: times }) => `${name}=${times}`)),
]
