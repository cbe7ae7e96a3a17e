import type { ConversationRow, FlowRow } from '../../src/store/read-rows.ts'

const JUDGED = {
  id: 'f0123456789',
  capture: 'edge01/trace',
  proto: 'tcp',
  orig_addr: '10.1.0.10',
  resp_addr: '10.0.0.16',
  resp_port: 5061,
  orig_name: 'Seoul clients',
  resp_name: 'dir01.contoso.local',
  orig_roles: ['client-internal'],
  resp_roles: ['director'],
  orig_packets: 10,
  resp_packets: 8,
  orig_bytes: 1_000,
  resp_bytes: 2_500,
  orig_ip_bytes: 1_500,
  resp_ip_bytes: 2_900,
  direction_basis: 'handshake',
  service: 'none',
  evidence: 'unknown',
  verdict: 'expected',
  rule: 'director-client-5061',
  reason: null,
  nearest_rule: null,
  remarks: [],
  health: 'working',
} as const

export const FLOW_ROW: FlowRow = {
  ...JUDGED,
  orig_port: 50_000,
  start: 1_795_000_000_123_456_789n,
  end: 1_795_000_001_623_456_789n,
  conn_state: 'SF',
  history: 'ShADadFf',
  outcome: 'established',
  conversation: 'c0123456789',
}

export const CONVERSATION_ROW: ConversationRow = {
  ...JUDGED,
  id: 'c0123456789',
  first: FLOW_ROW.start,
  last: FLOW_ROW.end,
  flows: 4,
  established: 3,
  handshake_failed: 0,
  refused: 0,
  unanswered: 1,
  prohibited: 0,
  one_sided: 0,
  midstream: 0,
  pack: 'lync-2013',
  differs: [],
}

export const UNEXPECTED = {
  verdict: 'unexpected',
  rule: null,
  pack: null,
  reason: 'wrong-port',
  nearest_rule: 'director-rp-8080',
  health: null,
} as const
