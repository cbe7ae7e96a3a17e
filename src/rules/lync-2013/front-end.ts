import { port, table } from '../notation.ts'
import type { Rule } from '../rule.ts'
import { directorProse, REVERSE_PROXY_SENTENCE } from './citations.ts'

// What the sentences of the Director pages say of the Front End.

export const FRONT_END_RULES: readonly Rule[] = [
  {
    id: 'front-end-rp-8080',
    originators: ['reverse-proxy-internal'],
    responders: ['front-end'],
    transport: 'tcp',
    ports: port(8080),
    protocol: 'http',
    purpose: 'External web site of the pool, for requests that reached the reverse proxy on port 80',
    references: [
      ...directorProse(REVERSE_PROXY_SENTENCE, 'dir1-rp-fe-8080'),
      table('internal-servers', 'int-fe-web-8080'),
    ],
  },
  {
    id: 'front-end-rp-4443',
    originators: ['reverse-proxy-internal'],
    responders: ['front-end'],
    transport: 'tcp',
    ports: port(4443),
    protocol: 'https',
    purpose: 'External web site of the pool, for requests that reached the reverse proxy on port 443',
    references: [
      ...directorProse(REVERSE_PROXY_SENTENCE, 'dir1-rp-fe-4443'),
      table('internal-servers', 'int-fe-web-4443'),
    ],
  },
  {
    id: 'front-end-edge-5061',
    originators: ['edge-internal'],
    responders: ['front-end'],
    transport: 'tcp',
    ports: port(5061),
    protocol: 'sip-mtls',
    purpose: 'SIP from the Edge to a pool without passing the Director',
    references: [
      ...directorProse('The Edge speaks SIP to pool and Front End Server on 5061.', 'dir1-edge-fe-sip-5061'),
      table('internal-servers', 'int-fe-sip-5061'),
    ],
  },
]
