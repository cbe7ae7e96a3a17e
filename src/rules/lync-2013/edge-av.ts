import { correction, port, portsOf, relatedPage, table, withdrawal } from '../notation.ts'
import type { Rule } from '../rule.ts'
import { balancedEdge, edgeNotes, edgeTables, publicImNotes } from './citations.ts'
import { EDGE_MEDIA } from './media-ranges.ts'

// The A/V service of an Edge.

const MEDIA_PORTS = portsOf(EDGE_MEDIA)

const MEANS_AV = 'The page prints the Access address and means A/V Edge, as the Edge pages have it.'
const NOT_LOGGING = '50001-50003 are Centralized Logging on internal addresses; here the bytes must be media.'
// The outbound media rows print the A/V Edge's own port range in a column that reads as the destination's.
const TO_443 = '50000-59999 is the source port of A/V Edge; the destination is TCP 443, as av-requirements says.'
const TO_3478 = '50000-59999 is the source port of A/V Edge; the destination is UDP 3478, as av-requirements says.'
const RANGE_SETTING = relatedPage(
  'edge-port-ranges',
  'media ports',
  'Start 50000, count 10000: one range for audio, video and application sharing.',
)

export const EDGE_AV_RULES: readonly Rule[] = [
  {
    id: 'edge-av-turn-3478',
    originators: ['any'],
    responders: ['edge-av'],
    transport: 'udp',
    ports: port(3478),
    protocol: 'ms-turn',
    purpose: 'Allocation and checks of media candidates over UDP',
    references: [
      ...edgeTables('ext-av-stun-udp-in'),
      ...balancedEdge('node-av-stun-udp-in', 'vip-av-stun-3478'),
      relatedPage('av-requirements', 'avreq-in-3478', 'Media of clients and partner Edges, from any source port.'),
    ],
  },
  {
    id: 'edge-av-turn-443',
    originators: ['any'],
    responders: ['edge-av'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'ms-turn-pseudo-tls',
    purpose: 'Allocation of media candidates, and media, over TCP',
    references: [
      ...edgeTables('ext-av-stun-tcp-in'),
      ...balancedEdge('node-av-stun-tcp-in', 'vip-av-stun-443'),
      relatedPage(
        'av-requirements',
        'avreq-in-443',
        'Clients come from any source port, a partner Edge from 50000-59999.',
      ),
      relatedPage(
        'edge-topology',
        'single FQDN and IP address',
        'A/V Edge keeps 443 where all services share one address; the help of Set-CsEdgeServer prints 444.',
      ),
    ],
  },
  {
    id: 'edge-av-to-turn-3478',
    originators: ['edge-av'],
    responders: ['any'],
    transport: 'udp',
    ports: port(3478),
    originatorPorts: port(3478),
    protocol: 'ms-turn',
    purpose: "Finding the partner Edge's version, and media between Edges",
    references: [
      ...edgeTables('ext-av-stun-udp-out'),
      ...balancedEdge('node-av-stun-udp-out'),
      relatedPage('av-requirements', 'avreq-out-3478', 'Source and destination port are both 3478.'),
    ],
  },
  {
    id: 'edge-av-to-turn-443',
    originators: ['edge-av'],
    responders: ['any'],
    transport: 'tcp',
    ports: port(443),
    originatorPorts: MEDIA_PORTS,
    protocol: 'ms-turn-pseudo-tls',
    purpose: 'Media to partner Edges over TCP; the range 50000-59999 is its source port',
    references: [
      ...edgeTables('ext-av-stun-tcp-out'),
      ...balancedEdge('node-av-stun-tcp-out'),
      relatedPage(
        'av-requirements',
        'avreq-out-443',
        'The source port is in 50000-59999, the destination port is 443.',
      ),
    ],
  },
  {
    id: 'edge-av-media-udp',
    originators: ['any'],
    responders: ['edge-av'],
    transport: 'udp',
    ports: MEDIA_PORTS,
    mediaRange: EDGE_MEDIA,
    protocol: 'srtp',
    purpose: 'Media from partners on Office Communications Server 2007 only',
    references: [...edgeTables('ext-av-rtp-udp-in'), ...balancedEdge('node-av-rtp-udp-in'), RANGE_SETTING],
  },
  {
    id: 'edge-av-media-tcp',
    originators: ['any'],
    responders: ['edge-av'],
    transport: 'tcp',
    ports: MEDIA_PORTS,
    mediaRange: EDGE_MEDIA,
    protocol: 'srtp',
    purpose: 'Media from partners on Office Communications Server 2007 only',
    references: [
      ...edgeTables('ext-av-rtp-tcp-in'),
      ...balancedEdge('node-av-rtp-tcp-in'),
      RANGE_SETTING,
      ...edgeNotes(correction, 'ext-av-rtp-tcp-in', NOT_LOGGING),
      correction('scaled-edge-hlb', 'edgehlb-node-av-rtp-tcp-in', NOT_LOGGING),
    ],
  },
  {
    id: 'edge-av-to-media-udp',
    originators: ['edge-av'],
    responders: ['any'],
    transport: 'udp',
    ports: MEDIA_PORTS,
    mediaRange: EDGE_MEDIA,
    protocol: 'srtp',
    purpose: 'Media to partners on Office Communications Server 2007, read with the range as destination',
    references: [
      ...edgeTables('ext-av-rtp-udp-out'),
      ...balancedEdge('node-av-rtp-udp-out'),
      ...edgeNotes(withdrawal, 'ext-av-rtp-udp-out', TO_3478),
      withdrawal('scaled-edge-hlb', 'edgehlb-node-av-rtp-udp-out', TO_3478),
    ],
  },
  {
    id: 'edge-av-to-media-tcp',
    originators: ['edge-av'],
    responders: ['any'],
    transport: 'tcp',
    ports: MEDIA_PORTS,
    mediaRange: EDGE_MEDIA,
    protocol: 'srtp',
    purpose: 'Media to federation partners, read with the range as destination',
    references: [
      table('single-edge-nat', 'edge1nat-ext-av-rtp-tcp-out'),
      table('scaled-edge-dns-nat', 'edgednsnat-ext-av-rtp-tcp-out'),
      table('scaled-edge-dns-public', 'edgednspub-ext-av-rtp-tcp-out'),
      ...balancedEdge('node-av-rtp-tcp-out'),
      correction('single-edge-public', 'edge1pub-ext-av-rtp-tcp-out', MEANS_AV),
      ...edgeNotes(withdrawal, 'ext-av-rtp-tcp-out', TO_443),
      withdrawal('scaled-edge-hlb', 'edgehlb-node-av-rtp-tcp-out', TO_443),
    ],
  },
  {
    id: 'edge-av-pic-turn-3478',
    originators: ['pic-partner'],
    responders: ['edge-av'],
    transport: 'udp',
    ports: port(3478),
    protocol: 'ms-turn',
    purpose: 'Audio and video from Windows Live Messenger, a service that ended in March 2013 outside mainland China',
    references: [...edgeTables('pic-av-stun-in-3478'), ...publicImNotes(correction, 'pic-av-stun-in-3478', MEANS_AV)],
  },
  {
    id: 'edge-av-to-pic-turn-3478',
    originators: ['edge-av'],
    responders: ['pic-partner'],
    transport: 'udp',
    ports: port(3478),
    protocol: 'ms-turn',
    purpose: 'Audio and video to Windows Live Messenger, a service that ended in March 2013 outside mainland China',
    references: [...edgeTables('pic-av-stun-out-3478'), ...publicImNotes(correction, 'pic-av-stun-out-3478', MEANS_AV)],
  },
  {
    id: 'edge-av-to-pic-media-tcp',
    originators: ['edge-av'],
    responders: ['pic-partner'],
    transport: 'tcp',
    ports: MEDIA_PORTS,
    mediaRange: EDGE_MEDIA,
    protocol: 'srtp',
    purpose: 'Audio and video to Windows Live Messenger, read with the range as destination',
    references: [
      ...edgeTables('pic-av-rtp-tcp-out'),
      ...publicImNotes(correction, 'pic-av-rtp-tcp-out', MEANS_AV),
      ...edgeNotes(withdrawal, 'pic-av-rtp-tcp-out', TO_443),
      ...publicImNotes(withdrawal, 'pic-av-rtp-tcp-out', TO_443),
    ],
  },
]
