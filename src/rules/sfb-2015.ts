import { gone, port, table, topology } from './notation.ts'
import type { Amendment } from './reference.ts'
import type { Rule } from './rule.ts'

// Where Skype for Business Server 2015 differs from Lync Server 2013, and nothing else: chosen beside lync-2013, it adds
// these rules, and lets some of lync-2013 allow nothing.

const NO_LONGER_ANY = 'The table names the senders where the pages of Lync Server 2013 have any.'
const NO_OCS = 'The table has no media from partners on Office Communications Server 2007.'
const NO_MESSENGER = 'Windows Live Messenger is no longer mentioned.'

export const SFB_2015_RULES: readonly Rule[] = [
  {
    id: 'sfb-edge-internal-mras-5062',
    originators: ['front-end', 'sba', 'sbs'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(5062),
    protocol: 'sip-mtls',
    purpose: 'Media relay credentials (A/V authentication)',
    references: [table('edge-requirements-2015', 'internal table: SIP/MTLS 5062')],
  },
  {
    id: 'sfb-edge-internal-psom-8057',
    originators: ['front-end'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(8057),
    protocol: 'psom-mtls',
    purpose: 'Web conferencing data; each Front End Server connects out to the Edge',
    references: [table('edge-requirements-2015', 'internal table: PSOM/MTLS 8057')],
  },
  {
    id: 'sfb-edge-internal-xmpp-23456',
    originators: ['front-end'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(23456),
    protocol: 'xmpp-gateway-mtls',
    purpose: 'XMPP gateway of the pool to the XMPP proxy of the Edge',
    references: [table('edge-requirements-2015', 'internal table: XMPP/MTLS 23456')],
  },
  {
    id: 'sfb-edge-internal-replication-4443',
    originators: ['cms-master'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(4443),
    protocol: 'https',
    purpose: 'Configuration pushed from the Central Management store to the Edge',
    references: [table('edge-requirements-2015', 'internal table: HTTPS 4443')],
  },
  {
    id: 'sfb-edge-internal-skype-search-4443',
    originators: ['front-end'],
    responders: ['edge-internal'],
    transport: 'tcp',
    ports: port(4443),
    protocol: 'https-mtls',
    purpose: 'Search of the Skype directory through the Edge',
    references: [topology('topo-skypesearch-4443', 'Topology documents of 2015 and later only.')],
  },
]

export const SFB_2015_AMENDMENTS: readonly Amendment[] = [
  { rule: 'front-end-to-file-store-445', reference: table('server-ports-2015', 'Front End to file store, SMB 445') },

  { rule: 'edge-internal-next-hop-5061', reference: table('edge-requirements-2015', 'internal table: SIP/MTLS 5061') },
  { rule: 'director-edge-5061', reference: table('edge-requirements-2015', 'internal table: SIP/MTLS 5061') },
  { rule: 'front-end-edge-5061', reference: table('edge-requirements-2015', 'internal table: SIP/MTLS 5061') },
  narrowed('edge-internal-sip-5061', 'SIP/MTLS 5061'),
  narrowed('edge-internal-to-next-hop-5061', 'SIP/MTLS 5061'),
  narrowed('edge-internal-mras-5062', 'SIP/MTLS 5062'),
  narrowed('edge-internal-psom-8057', 'PSOM/MTLS 8057'),
  narrowed('edge-internal-xmpp-23456', 'XMPP/MTLS 23456'),
  narrowed('edge-internal-replication-4443', 'HTTPS 4443'),
  dropped('edge-internal-to-turn-443', 'internal virtual addresses', 'The Edge opens no 443 to the internal network.'),

  dropped('edge-av-media-udp', 'external table', NO_OCS),
  dropped('edge-av-media-tcp', 'external table', NO_OCS),
  dropped('edge-av-pic-turn-3478', 'external table', NO_MESSENGER),
  dropped('edge-av-to-pic-turn-3478', 'external table', NO_MESSENGER),
  dropped('edge-av-to-pic-media-tcp', 'external table', NO_MESSENGER),
  dropped('edge-access-pic-turn-3478', 'external table', NO_MESSENGER),
  dropped('edge-access-to-pic-turn-3478', 'external table', NO_MESSENGER),
  dropped('edge-access-to-pic-media-tcp', 'external table', NO_MESSENGER),
]

function narrowed(rule: string, row: string): Amendment {
  return dropped(rule, `internal table: ${row}`, NO_LONGER_ANY)
}

function dropped(rule: string, where: string, says: string): Amendment {
  return { rule, reference: gone('edge-requirements-2015', where, says) }
}
