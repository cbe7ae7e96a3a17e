import { correction, port, table } from '../notation.ts'
import type { Reference } from '../reference.ts'
import type { Rule } from '../rule.ts'
import {
  directorProse,
  directorTables,
  LOGGING_AGENT,
  listener,
  missingFromDirectorTables,
  REVERSE_PROXY_SENTENCE,
} from './citations.ts'

// What a Director answers and what it opens, apart from its SIP to the Edge (edge-internal.ts).

const EDGE_SENTENCE = 'SIP must pass from the Edge internal interface to Director, Front End pool and Front End Server.'
const BOTH_WAYS = 'The table has 444 from the Director only; the internal servers page has it between both servers.'
const WEB_FARM =
  'The table has web requests of clients only; the internal servers page has Directors call the web farm.'

export const DIRECTOR_RULES: readonly Rule[] = [
  {
    id: 'director-rp-8080',
    originators: ['reverse-proxy-internal'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(8080),
    protocol: 'http',
    purpose: 'External web site of the Director, for requests that reached the reverse proxy on port 80',
    references: [
      ...directorTables('rp-web-8080'),
      ...directorProse(REVERSE_PROXY_SENTENCE),
      table('reverse-proxy', 'rp-int-8080'),
      table('autodiscover', 'autod-int-8080'),
    ],
  },
  {
    id: 'director-rp-4443',
    originators: ['reverse-proxy-internal'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(4443),
    protocol: 'https',
    purpose: 'External web site of the Director, for requests that reached the reverse proxy on port 443',
    references: [
      ...directorTables('rp-web-4443'),
      ...directorProse(REVERSE_PROXY_SENTENCE),
      table('reverse-proxy', 'rp-int-4443'),
      table('autodiscover', 'autod-int-4443'),
    ],
  },
  {
    id: 'director-to-front-end-444',
    originators: ['director'],
    responders: ['front-end'],
    transport: 'tcp',
    ports: port(444),
    protocol: 'https',
    purpose: "Server-to-server calls from the Director to the user's pool",
    references: [
      ...directorTables('fe-444'),
      table('internal-servers', 'int-dir-444'),
      table('internal-servers', 'int-fe-focus-444'),
    ],
  },
  {
    id: 'director-client-80',
    originators: ['client-internal'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(80),
    protocol: 'http',
    purpose: 'Web services of the Director for internal users, in clear',
    references: [...directorTables('client-web-80'), usedByClients()],
  },
  {
    id: 'director-client-443',
    originators: ['client-internal'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'https',
    purpose: 'Web services of the Director for internal users',
    references: [...directorTables('client-web-443'), usedByClients()],
  },
  {
    id: 'director-edge-5061',
    originators: ['edge-internal'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(5061),
    protocol: 'sip-mtls',
    purpose: 'SIP of external users and partners, from the Edge to its next hop',
    references: [
      ...directorTables('edge-sip-5061'),
      ...directorProse(EDGE_SENTENCE),
      table('internal-servers', 'int-dir-sip-5061'),
    ],
  },
  logging(50001),
  logging(50002),
  logging(50003),
  {
    id: 'director-front-end-5061',
    originators: ['front-end'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(5061),
    protocol: 'sip-mtls',
    purpose: 'SIP from Front End Servers to the Director',
    references: [
      table('internal-servers', 'int-dir-sip-5061'),
      ...missingFromDirectorTables('The internal servers page has 5061 between Director and Front End.'),
    ],
  },
  {
    id: 'director-to-front-end-5061',
    originators: ['director'],
    responders: ['front-end'],
    transport: 'tcp',
    ports: port(5061),
    protocol: 'sip-mtls',
    purpose: "SIP from the Director to the user's pool",
    references: [
      table('internal-servers', 'int-fe-sip-5061'),
      ...missingFromDirectorTables('The internal servers page has 5061 between Director and Front End.'),
    ],
  },
  {
    id: 'director-client-5061',
    originators: ['client-internal'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(5061),
    protocol: 'sip-tls',
    purpose: 'Sign-in of internal users whose DNS points at the Director',
    references: [
      table('internal-servers', 'int-dir-sip-5061'),
      ...missingFromDirectorTables('The internal servers page has client connections to the Director on 5061.'),
      usedByClients(),
    ],
  },
  {
    id: 'director-front-end-444',
    originators: ['front-end'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(444),
    protocol: 'https',
    purpose: 'Server-to-server calls from a pool to the Director, client certificates among them',
    references: [table('internal-servers', 'int-dir-444'), ...missingFromDirectorTables(BOTH_WAYS)],
  },
  {
    id: 'director-to-web-farm-80',
    originators: ['director'],
    responders: ['front-end', 'director'],
    transport: 'tcp',
    ports: port(80),
    protocol: 'http',
    purpose: 'First request of a Director to the web farm, which then moves to 443',
    references: [table('internal-servers', 'int-dir-web-80'), ...missingFromDirectorTables(WEB_FARM)],
  },
  {
    id: 'director-to-web-farm-443',
    originators: ['director'],
    responders: ['front-end', 'director'],
    transport: 'tcp',
    ports: port(443),
    protocol: 'https',
    purpose: 'Requests of a Director to the web services of the web farm',
    references: [table('internal-servers', 'int-dir-web-443'), ...missingFromDirectorTables(WEB_FARM)],
  },
  {
    id: 'director-trusted-application-5060',
    originators: ['trusted-application'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(5060),
    protocol: 'sip',
    purpose: 'Static routes of trusted services such as remote call control, in clear; optional',
    references: [listener('int-dir-sip-5060')],
  },
  {
    // The row names every internal server as receiver; this is the Director's share of it.
    id: 'director-cms-445',
    originators: ['cms-master'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(445),
    protocol: 'smb',
    purpose: 'Configuration pushed from the Central Management store to the Director',
    references: [
      table('internal-servers', 'int-cms-smb-445'),
      ...missingFromDirectorTables('Replication reaches every internal server, as the internal servers page says.'),
    ],
  },
]

/** The page on certificates says that internal clients do not use the Director. */
function usedByClients(): Reference {
  return correction(
    'director-certificates',
    'comment on the default certificate',
    'The page has no internal clients at the Director; the port pages have them, and DNS decides.',
  )
}

/** Each of the three logging ports is a row, and so a rule, of its own. */
function logging(number: number): Rule {
  return {
    id: `director-cls-${number}`,
    originators: ['any'],
    responders: ['director'],
    transport: 'tcp',
    ports: port(number),
    protocol: 'wcf-mtls',
    purpose: 'Centralized Logging on the Director: commands to the agent, log results back',
    references: [
      table('director-dns-hlb', `dirdns-cls-${number}`),
      table('director-hlb', `dirhlb-cls-${number}`),
      LOGGING_AGENT,
      correction(
        'single-director',
        `dir1-cls-dir-${number}`,
        'The table points at the Edge, and at ClasAgent.exe; the pool pages have ClsAgent.exe on the Director.',
      ),
    ],
  }
}
