import type { Role } from '../../inventory/roles.ts'
import { port, portsOf, relatedPage, withdrawal } from '../notation.ts'
import type { Rule } from '../rule.ts'
import { EDGE_MEDIA } from './media-ranges.ts'

// Users on both sides of a hybrid deployment: what the Edge and Lync Online open to each other.

const BOTH_WAYS = 'Open inbound and outbound for a hybrid deployment.'

type Service = Pick<Rule, 'transport' | 'ports' | 'protocol' | 'purpose'>

export const OFFICE_365_RULES: readonly Rule[] = [
  ...bothWays('edge-access', '5061', 'hyb-sip-5061', {
    transport: 'tcp',
    ports: port(5061),
    protocol: 'sip-mtls',
    purpose: 'Signalling of a hybrid deployment',
  }),
  ...bothWays('edge-webconf', '443', 'hyb-psom-443', {
    transport: 'tcp',
    ports: port(443),
    protocol: 'psom-tls',
    purpose: 'Data sharing of a hybrid deployment',
  }),
  ...bothWays('edge-av', '443', 'hyb-stun-443', {
    transport: 'tcp',
    ports: port(443),
    protocol: 'ms-turn-pseudo-tls',
    purpose: 'Media of a hybrid deployment over TCP',
  }),
  ...bothWays('edge-av', '3478', 'hyb-stun-3478', {
    transport: 'udp',
    ports: port(3478),
    protocol: 'ms-turn',
    purpose: 'Media of a hybrid deployment over UDP',
  }),
  {
    id: 'edge-av-to-office-365-media-tcp',
    originators: ['edge-av'],
    responders: ['office-365'],
    transport: 'tcp',
    ports: portsOf(EDGE_MEDIA),
    mediaRange: EDGE_MEDIA,
    protocol: 'srtp',
    purpose: 'Media of a hybrid deployment, read with the range as destination',
    references: [
      relatedPage('hybrid', 'hyb-rtp', 'Open outbound for audio and video sessions.'),
      withdrawal(
        'hybrid',
        'hyb-rtp',
        '50000-59999 is the source port of A/V Edge; the destination is TCP 443, as av-requirements says.',
      ),
    ],
  },
]

function bothWays(edge: Role, number: string, row: string, service: Service): readonly Rule[] {
  const references = [relatedPage('hybrid', row, BOTH_WAYS)]
  return [
    { id: `${edge}-office-365-${number}`, originators: ['office-365'], responders: [edge], ...service, references },
    { id: `${edge}-to-office-365-${number}`, originators: [edge], responders: ['office-365'], ...service, references },
  ]
}
