import type { Column } from '../../src/report/columns.ts'

export interface SampleRow {
  readonly id: number
  readonly name: string
  readonly roles: readonly string[]
  readonly port: number | null
  readonly bytes: number
  readonly assumed: boolean
  readonly verdict: 'expected' | 'unexpected'
  readonly history: string
}

export const SAMPLE_COLUMNS: readonly Column<SampleRow>[] = [
  { key: 'id', title: 'id', value: ({ id }) => id, align: 'right' },
  { key: 'name', title: 'name', value: ({ name }) => name, shrink: 8 },
  { key: 'roles', title: 'roles', value: ({ roles }) => roles, shrink: 6, drop: 1 },
  { key: 'port', title: 'port', value: ({ port }) => port, align: 'right' },
  {
    key: 'bytes',
    title: 'bytes',
    value: ({ bytes }) => bytes,
    text: ({ bytes }) => `${bytes / 1000} kB`,
    align: 'right',
    drop: 2,
  },
  { key: 'assumed', title: 'assumed', value: ({ assumed }) => assumed, drop: 3 },
  {
    key: 'verdict',
    title: 'verdict',
    value: ({ verdict }) => verdict,
    tone: ({ verdict }) => (verdict === 'unexpected' ? 'finding' : 'expected'),
  },
  { key: 'conn_history', title: 'history', value: ({ history }) => history, drop: 4 },
  { key: 'community_id', title: 'community', value: ({ id }) => `1:${id}`, table: false },
]

const ROW: SampleRow = {
  id: 1,
  name: 'dir01.contoso.local',
  roles: ['director'],
  port: 5061,
  bytes: 1500,
  assumed: false,
  verdict: 'expected',
  history: 'ShADadFf',
}

export const SAMPLE_ROWS: readonly SampleRow[] = [
  ROW,
  { ...ROW, id: 2, name: '서울 클라이언트 네트워크', roles: ['client-internal', 'other'], bytes: 98000 },
  { ...ROW, id: 30, name: 'party 🎉 e\u0301dge', port: null, assumed: true, verdict: 'unexpected' },
  { ...ROW, id: 4, name: 'evil\x1b[2J\u202egpj', roles: [], verdict: 'unexpected', history: 'S' },
]
