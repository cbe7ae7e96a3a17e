import { port, table } from '../notation.ts'
import type { Rule } from '../rule.ts'

// The side of the reverse proxy that faces the Internet. What it opens is with the servers that it opens it to.

export const REVERSE_PROXY_RULES: readonly Rule[] = [
  {
    id: 'reverse-proxy-80',
    originators: ['any'],
    responders: ['reverse-proxy-external'],
    transport: 'tcp',
    ports: port(80),
    protocol: 'http',
    purpose: 'Redirection to HTTPS, and first requests of Autodiscover; optional',
    references: [table('reverse-proxy', 'rp-ext-80'), table('autodiscover', 'autod-ext-80')],
  },
  {
    id: 'reverse-proxy-443',
    originators: ['any'],
    responders: ['reverse-proxy-external'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'https',
    purpose: 'Published web services: address book, Autodiscover, meetings, dial-in, Office Web Apps',
    references: [table('reverse-proxy', 'rp-ext-443'), table('autodiscover', 'autod-ext-443')],
  },
]
