import { correction, port, table, withdrawal } from '../notation.ts'
import type { Rule } from '../rule.ts'

const THE_SERVER_HAS_443 = 'The reverse proxy page has 443 for Office Web Apps Server, which listens there only.'

export const OFFICE_WEB_APPS_RULES: readonly Rule[] = [
  {
    id: 'office-web-apps-443',
    originators: ['front-end'],
    responders: ['office-web-apps'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'https',
    purpose: 'Presentations handed to the Office Web Apps Server',
    references: [table('internal-servers', 'int-wac-443')],
  },
  {
    id: 'office-web-apps-rp-443',
    originators: ['reverse-proxy-internal'],
    responders: ['office-web-apps'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'https',
    purpose: 'Office Web Apps Server as the reverse proxy publishes it',
    references: [
      table('reverse-proxy', 'rp-int-wac-443'),
      correction('autodiscover', 'autod-int-4443', THE_SERVER_HAS_443),
    ],
  },
  {
    id: 'office-web-apps-rp-8080',
    originators: ['reverse-proxy-internal'],
    responders: ['office-web-apps'],
    transport: 'tcp',
    ports: port(8080),
    protocol: 'http',
    purpose: 'Office Web Apps Server behind the reverse proxy, as the Autodiscover page prints it',
    references: [
      table('autodiscover', 'autod-int-8080'),
      withdrawal('autodiscover', 'autod-int-8080', THE_SERVER_HAS_443),
    ],
  },
  {
    id: 'office-web-apps-rp-4443',
    originators: ['reverse-proxy-internal'],
    responders: ['office-web-apps'],
    transport: 'tcp',
    ports: port(4443),
    protocol: 'https',
    purpose: 'Office Web Apps Server behind the reverse proxy, as the Autodiscover page prints it',
    references: [
      table('autodiscover', 'autod-int-4443'),
      withdrawal('autodiscover', 'autod-int-4443', THE_SERVER_HAS_443),
    ],
  },
]
