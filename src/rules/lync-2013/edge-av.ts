import { correction, port, portRange, relatedPage, table, withdrawal } from '../notation.ts'
import type { Reference } from '../reference.ts'
import type { Rule } from '../rule.ts'
import { edgeNotes, edgeTables } from './citations.ts'

// The A/V service of an Edge.

// The range lies over the Centralized Logging ports 50001-50003: roles and bytes tell them apart.
const MEDIA_PORTS = portRange(50000, 59999)

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
      relatedPage(
        'av-requirements',
        'avreq-in-443',
        'Clients come from any source port, a partner Edge from 50000-59999.',
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
    protocol: 'srtp',
    purpose: 'Media from partners on Office Communications Server 2007 only',
    references: edgeTables('ext-av-rtp-udp-in'),
  },
  {
    id: 'edge-av-media-tcp',
    originators: ['any'],
    responders: ['edge-av'],
    transport: 'tcp',
    ports: MEDIA_PORTS,
    protocol: 'srtp',
    purpose: 'Media from partners on Office Communications Server 2007 only',
    references: edgeTables('ext-av-rtp-tcp-in'),
  },
  {
    id: 'edge-av-to-media-udp',
    originators: ['edge-av'],
    responders: ['any'],
    transport: 'udp',
    ports: MEDIA_PORTS,
    protocol: 'srtp',
    purpose: 'Media to partners on Office Communications Server 2007, read with the range as destination',
    references: [
      ...edgeTables('ext-av-rtp-udp-out'),
      ...sourceRangeMisread('ext-av-rtp-udp-out', 'UDP 3478 (edge-av-to-turn-3478)'),
    ],
  },
  {
    id: 'edge-av-to-media-tcp',
    originators: ['edge-av'],
    responders: ['any'],
    transport: 'tcp',
    ports: MEDIA_PORTS,
    protocol: 'srtp',
    purpose: 'Media to federation partners, read with the range as destination',
    references: [
      table('single-edge-nat', 'edge1nat-ext-av-rtp-tcp-out'),
      correction('single-edge-public', 'edge1pub-ext-av-rtp-tcp-out', 'The row prints Access Edge and means A/V Edge.'),
      ...sourceRangeMisread('ext-av-rtp-tcp-out', 'TCP 443 (edge-av-to-turn-443)'),
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
    references: edgeTables('pic-av-stun-in-3478'),
  },
  {
    id: 'edge-av-to-pic-turn-3478',
    originators: ['edge-av'],
    responders: ['pic-partner'],
    transport: 'udp',
    ports: port(3478),
    protocol: 'ms-turn',
    purpose: 'Audio and video to Windows Live Messenger, a service that ended in March 2013 outside mainland China',
    references: edgeTables('pic-av-stun-out-3478'),
  },
  {
    id: 'edge-av-to-pic-media-tcp',
    originators: ['edge-av'],
    responders: ['pic-partner'],
    transport: 'tcp',
    ports: MEDIA_PORTS,
    protocol: 'srtp',
    purpose: 'Audio and video to Windows Live Messenger, read with the range as destination',
    references: [
      ...edgeTables('pic-av-rtp-tcp-out'),
      ...sourceRangeMisread('pic-av-rtp-tcp-out', 'TCP 443 (edge-av-to-turn-443)'),
    ],
  },
]

/** The outbound media rows print the A/V Edge's own port range in a column that reads as the destination's. */
function sourceRangeMisread(row: string, destination: string): readonly Reference[] {
  const says = `50000-59999 is the source port of A/V Edge; the destination is ${destination}, as av-requirements says.`
  return edgeNotes(withdrawal, row, says)
}
