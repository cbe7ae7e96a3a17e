import { correction, port, relatedPage } from '../notation.ts'
import type { Rule } from '../rule.ts'
import { balancedEdge, edgeTables } from './citations.ts'

// The Web Conferencing service of an Edge.

export const EDGE_WEBCONF_RULES: readonly Rule[] = [
  {
    id: 'edge-webconf-client-443',
    originators: ['any'],
    usualOriginators: ['client-external', 'load-balancer'],
    responders: ['edge-webconf'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'psom-tls',
    purpose: 'Web conferencing data of external users',
    references: [
      ...edgeTables('ext-webconf-443'),
      ...balancedEdge('vip-webconf-443'),
      correction(
        'scaled-edge-dns-public',
        'edgednspub-ext-webconf-443',
        'The page prints PSOM(TLS)TCP/443, without the slash after the protocol.',
      ),
    ],
  },
  {
    id: 'edge-webconf-client-444',
    originators: ['any'],
    usualOriginators: ['client-external', 'load-balancer'],
    responders: ['edge-webconf'],
    sharedWith: ['edge-access', 'edge-av'],
    transport: 'tcp',
    ports: port(444),
    protocol: 'psom-tls',
    purpose: 'Web conferencing data of external users where all Edge services share one address',
    references: [
      relatedPage(
        'edge-topology',
        'single FQDN and IP address',
        'With one address, 444 is recommended for Web Conferencing; A/V Edge keeps 443.',
      ),
    ],
  },
]
