import { correction, port, prose, table, topology, withdrawal } from '../notation.ts'
import type { Rule } from '../rule.ts'
import { balancedEdge, edgeTables, LOGGING_AGENT, xmppFederation } from './citations.ts'

// The internal interface of an Edge.

// For media the pages say plain "any" and name branch users in the remark; the conferencing and Mediation
// services of the pools send media the same way. The hardware load balanced page names servers, Directors among them.
const MEDIA_SENDERS = ['client-internal', 'director', 'front-end', 'mediation', 'sba', 'sbs'] as const
const CLIENTS_TOO = 'The row names servers as usual senders; internal clients send their media the same way.'

const NEXT_HOP_SENTENCE = 'Director, pool and Front End Server need 5061 to the Edge internal interface as well.'

export const EDGE_INTERNAL_RULES: readonly Rule[] = [
  logging(50001),
  logging(50002),
  logging(50003),
  {
    id: 'edge-internal-next-hop-5061',
    originators: ['director', 'front-end'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(5061),
    protocol: 'sip-mtls',
    purpose: 'SIP from the next hop back to the Edge, as the Director pages ask for it',
    references: [
      prose('single-director', 'dir1-sip-edge-5061', NEXT_HOP_SENTENCE),
      prose('director-dns-hlb', 'dirdns-sip-edge-5061', NEXT_HOP_SENTENCE),
      prose('director-hlb', 'dirhlb-sip-edge-5061', NEXT_HOP_SENTENCE),
    ],
  },
  {
    id: 'edge-internal-sip-5061',
    originators: ['any'],
    usualOriginators: ['director', 'front-end', 'load-balancer'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(5061),
    protocol: 'sip-mtls',
    purpose: 'SIP from the next hop or a pool to the Edge',
    references: [...edgeTables('int-sip-out-5061'), ...balancedEdge('vip-int-sip-out-5061')],
  },
  {
    id: 'edge-internal-to-next-hop-5061',
    originators: ['edge-internal'],
    responders: ['any'],
    usualResponders: ['director', 'front-end'],
    transport: 'tcp',
    ports: port(5061),
    protocol: 'sip-mtls',
    purpose: 'SIP from the Edge to the next hop or a pool',
    references: [...edgeTables('int-sip-in-5061'), ...balancedEdge('vip-int-sip-in-5061')],
  },
  {
    id: 'edge-internal-mras-5062',
    originators: ['any'],
    usualOriginators: ['front-end', 'sba', 'sbs', 'load-balancer'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(5062),
    protocol: 'sip-mtls',
    purpose: 'Media relay credentials (A/V authentication)',
    references: [...edgeTables('int-mras-5062'), ...balancedEdge('vip-int-mras-5062')],
  },
  {
    id: 'edge-internal-turn-3478',
    originators: ['any'],
    usualOriginators: MEDIA_SENDERS,
    responders: ['edge-internal'],
    transport: 'udp',
    ports: port(3478),
    protocol: 'ms-turn',
    purpose: 'First choice for media between internal and external users',
    references: [
      ...edgeTables('int-stun-3478'),
      ...balancedEdge('node-int-stun-3478', 'vip-int-stun-3478'),
      correction('scaled-edge-hlb', 'edgehlb-node-int-stun-3478', CLIENTS_TOO),
    ],
  },
  {
    id: 'edge-internal-turn-443',
    originators: ['any'],
    usualOriginators: MEDIA_SENDERS,
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'ms-turn-pseudo-tls',
    purpose: 'Media where UDP does not pass; file transfer and desktop sharing',
    references: [
      ...edgeTables('int-stun-443'),
      ...balancedEdge('node-int-stun-443', 'vip-int-stun-443'),
      correction('scaled-edge-hlb', 'edgehlb-node-int-stun-443', CLIENTS_TOO),
    ],
  },
  {
    id: 'edge-internal-psom-8057',
    originators: ['any'],
    usualOriginators: ['front-end'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(8057),
    protocol: 'psom-mtls',
    purpose: 'Web conferencing data; each Front End Server connects out to the Edge',
    references: [
      ...edgeTables('int-psom-8057'),
      ...balancedEdge('node-int-psom-8057'),
      correction(
        'scaled-edge-hlb',
        'edgehlb-node-int-psom-8057',
        'The row has Directors among the usual senders; all other pages have Front Ends only.',
      ),
    ],
  },
  {
    id: 'edge-internal-xmpp-23456',
    originators: ['any'],
    usualOriginators: ['front-end'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(23456),
    protocol: 'xmpp-gateway-mtls',
    purpose: 'XMPP gateway of the pool to the XMPP proxy of the Edge',
    references: [
      ...edgeTables('int-xmpp-23456'),
      ...balancedEdge('node-int-xmpp-23456'),
      ...xmppFederation('xmpp-int-23456'),
      correction('xmpp-federation', 'xmpp-int-23456', 'The page prints no transport: it is TCP.'),
      correction('federation', 'xmpp-int-23456', 'The page prints no transport: it is TCP.'),
      topology(
        'XmppFederationProxy, XptServer',
        "The Edge has 23456; 5098, which the help of Set-CsEdgeServer prints, is the Front End's.",
      ),
    ],
  },
  {
    id: 'edge-internal-replication-4443',
    originators: ['any'],
    usualOriginators: ['cms-master'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(4443),
    protocol: 'https',
    purpose: 'Configuration pushed from the Central Management store to the Edge; nothing of the reverse proxy',
    references: [...edgeTables('int-repl-4443'), ...balancedEdge('node-int-repl-4443')],
  },
  {
    id: 'edge-internal-to-turn-443',
    originators: ['edge-internal'],
    responders: ['any'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'ms-turn-pseudo-tls',
    purpose: 'Media where UDP does not pass, opened by the Edge',
    references: [
      ...balancedEdge('vip-int-stun-443-rev'),
      withdrawal(
        'scaled-edge-hlb',
        'edgehlb-vip-int-stun-443-rev',
        'No other page has this direction, and the page of 2015 dropped it.',
      ),
    ],
  },
]

/** Each of the three logging ports is a row, and so a rule, of its own. */
function logging(number: number): Rule {
  return {
    id: `edge-internal-cls-${number}`,
    originators: ['any'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(number),
    protocol: 'wcf-mtls',
    purpose: 'Centralized Logging on the Edge: commands to the agent, log results back',
    references: [
      // The single Director's page has these rows too. They are kept as published; director-cls-* has what it meant.
      table('single-director', `dir1-cls-${number}`),
      ...edgeTables(`int-cls-${number}`),
      ...balancedEdge(`node-int-cls-${number}`),
      LOGGING_AGENT,
    ],
  }
}
