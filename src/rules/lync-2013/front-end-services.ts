import type { Role } from '../../inventory/roles.ts'
import { correction, port, portRange, relatedPage, topology } from '../notation.ts'
import type { Reference } from '../reference.ts'
import type { ApplicationProtocol, PortRange, Rule } from '../rule.ts'
import { listener, printedAsTcp } from './citations.ts'

// Ports of the services on a Front End that other services call, nearly all of them in the same pool.

export const FRONT_END_SERVICE_RULES: readonly Rule[] = [
  service('im-5062', port(5062), 'sip-mtls', 'IM conferencing; on an Edge the same number is MRAS', [
    listener('int-fe-imconf-5062'),
    printedAsTcp('int-fe-imconf-5062'),
  ]),
  service('av-5063', port(5063), 'sip-mtls', 'Signalling of audio and video conferencing', [
    listener('int-fe-avconf-5063'),
    printedAsTcp('int-fe-avconf-5063'),
  ]),
  service('dial-in-5064', port(5064), 'sip', 'Dial-in conferencing', [listener('int-fe-caa-5064')]),
  service('attendant-5072', port(5072), 'sip-mtls', 'Conferencing Attendant of dial-in conferencing', [
    listener('int-fe-caa-5072'),
    printedAsTcp('int-fe-caa-5072'),
  ]),
  service('application-sharing-5065', port(5065), 'sip-mtls', 'Signalling of application sharing', [
    listener('int-fe-appshare-5065'),
    printedAsTcp('int-fe-appshare-5065'),
  ]),
  service('announcement-5073', port(5073), 'sip-mtls', 'Conferencing Announcement', [
    listener('int-fe-cas-5073'),
    printedAsTcp('int-fe-cas-5073'),
  ]),
  service('call-park-5075', port(5075), 'sip-mtls', 'Call Park', [
    listener('int-fe-cps-5075'),
    printedAsTcp('int-fe-cps-5075'),
  ]),
  service('audio-test-5076', port(5076), 'sip-mtls', 'Audio Test', [
    listener('int-fe-testbot-5076'),
    printedAsTcp('int-fe-testbot-5076'),
  ]),
  service('response-group-5071', port(5071), 'sip-mtls', 'Response Group', [
    listener('int-fe-rgs-5071'),
    printedAsTcp('int-fe-rgs-5071'),
  ]),
  service(
    'response-group-8404',
    port(8404),
    'wcf-mtls',
    'Match making of Response Group in a pool of several servers',
    [
      listener('int-fe-rgs-8404'),
      relatedPage('response-group', '8404', 'Pools of several servers need 8404 between them for match making.'),
    ],
  ),
  service(
    'bandwidth-5080',
    port(5080),
    'sip-mtls',
    "Call admission control of an Edge's media",
    [listener('int-fe-pdp-5080'), printedAsTcp('int-fe-pdp-5080')],
    ['edge-internal', 'front-end'],
  ),
  service('web-app-8060', port(8060), 'psom-mtls', 'Meeting data of Lync Web App, internal web site', [
    listener('int-fe-reach-8060'),
  ]),
  service('web-app-8061', port(8061), 'psom-mtls', 'Meeting data of Lync Web App, external web site', [
    listener('int-fe-reach-8061'),
  ]),
  service('mobility-5086', port(5086), 'sip-mtls', 'Mobility service, internal web site', [
    listener('int-fe-mcx-5086'),
  ]),
  service('mobility-5087', port(5087), 'sip-mtls', 'Mobility service, external web site', [
    listener('int-fe-mcx-5087'),
  ]),
  ucwa(5088, 'internal', 'external'),
  ucwa(5089, 'external', 'internal'),
  service(
    'rpc-135',
    port(135),
    'rpc',
    'RPC endpoint mapper: moving users, user replication, address book',
    [listener('int-fe-rpc-135')],
    ['front-end', 'admin-station'],
  ),
  service(
    'rpc-dynamic',
    // All but the ports of Centralized Logging.
    [...portRange(49152, 50000), ...portRange(50004, 65535)],
    'rpc',
    'RPC services of the pool, on the ports that the endpoint mapper gives',
    [
      correction(
        'internal-servers',
        'int-fe-rpc-135',
        'The row has the endpoint mapper only; dynamic ports follow it.',
      ),
    ],
  ),
  service('fabric-5090', portRange(5090, 5094), 'windows-fabric', 'Windows Fabric of the pool', [
    topology('topo-winfab-5090', 'Federation 5090, lease 5091, client 5092, IPC 5093, replication 5094.'),
  ]),
  service('storage-5077', port(5077), 'wcf-mtls', 'Storage service of the pool', [
    topology('topo-lyss-5077', 'Port of the storage service, between the servers of a pool.'),
  ]),
  service('conference-directory-9001', port(9001), 'wcf-mtls', 'Management of conference directories', [
    topology('topo-confdir-9001', 'Port of conference directory management, between the servers of a pool.'),
  ]),
  service('persistent-chat-web-5095', portRange(5095, 5096), 'sip-mtls', 'Room management of Persistent Chat', [
    topology('topo-pchatweb-5095', 'Internal web site 5095, external web site 5096.'),
  ]),
  service('xmpp-gateway-5098', port(5098), 'sip-mtls', 'SIP side of the XMPP gateway', [
    topology('topo-xmppgw-5098', "Port of the gateway; the help of Set-CsEdgeServer prints it as the Edge's."),
  ]),
]

/** Topology documents and the page on mobility have the two numbers the other way round. */
function ucwa(number: number, site: string, printed: string): Rule {
  return service(
    `ucwa-${number}`,
    port(number),
    'sip-mtls',
    `UCWA mobility service, ${site} web site`,
    [
      relatedPage(
        'mobility-technical',
        `mob-ucwa-${number}`,
        'Users of a Survivable Branch Appliance need both ports.',
      ),
      correction(
        'mobility-technical',
        `mob-ucwa-${number}`,
        `The page prints this as the ${printed} port; topology documents have it as the ${site} one.`,
      ),
      topology(`topo-ucwa-${number}`, `Listening port of the ${site} web site.`),
    ],
    ['front-end', 'sba'],
    ['front-end', 'sba'],
  )
}

function service(
  name: string,
  ports: readonly PortRange[],
  protocol: ApplicationProtocol,
  purpose: string,
  references: readonly Reference[],
  originators: readonly Role[] = ['front-end'],
  responders: readonly Role[] = ['front-end'],
): Rule {
  return { id: `front-end-${name}`, originators, responders, transport: 'tcp', ports, protocol, purpose, references }
}
