import type { MovedPort, PortSpan } from '../inventory.ts'
import { formatSpan, isSameSpans, mergeSpans } from '../ports.ts'
import type { Role } from '../roles.ts'
import type { Deployment, Protocol, Service, ServicePort } from './deployment.ts'
import { rolesOfPool, servicesByPool } from './pool-roles.ts'

/** A port of the documentation, with what the topology has to say of it. */
export type TopologyPort = Pick<MovedPort, 'name' | 'role' | 'transport' | 'documented' | 'actual'> & {
  readonly isMoved: boolean
}

/** Whose port it is: a role, or `server` for the Director, Front End or branch server that the pool is. */
type Owner = Role | 'server'

/** A documented port by owner, usage, side and, where these are not enough, protocol of the topology's entry. */
interface Documented {
  readonly entry: string
  readonly role: Owner
  readonly documented: PortSpan
  /** What a topology has before anybody moves it, where the documentation rounds or adds up. */
  readonly usual: PortSpan
}

function one(entry: string, role: Owner, port: number): Documented {
  const span = { first: port, last: port }
  return { entry, role, documented: span, usual: span }
}

function range(entry: string, role: Owner, [first, last]: readonly [number, number], count: number): Documented {
  return { entry, role, documented: { first, last }, usual: { first, last: first + count - 1 } }
}

/** One of several ports that are one line of the documentation. */
function part(entry: string, [first, last]: readonly [number, number], port: number): Documented {
  return { entry, role: 'server', documented: { first, last }, usual: { first: port, last: port } }
}

const FABRIC = [5090, 5094] as const
const CHAT_ROOMS = [5095, 5096] as const
const AUDIO = [49152, 57500] as const
const VIDEO = [57501, 65535] as const
const APP_SHARING = [49152, 65535] as const

export const DOCUMENTED: readonly Documented[] = [
  one('AccessEdge SipServer internal', 'edge-internal', 5061),
  one('AccessEdge SipClient external', 'edge-access', 443),
  one('AccessEdge SipServer external', 'edge-access', 5061),
  one('DataEdge PsomServer internal', 'edge-internal', 8057),
  one('DataEdge PsomClient external', 'edge-webconf', 443),
  one('MediaRelayAuthenticationEdge SipServer internal', 'edge-internal', 5062),
  one('MediaRelayEdge TURNServer internal tcp', 'edge-internal', 443),
  one('MediaRelayEdge TURNServer internal udp', 'edge-internal', 3478),
  one('MediaRelayEdge TURNServer external tcp', 'edge-av', 443),
  one('MediaRelayEdge TURNServer external udp', 'edge-av', 3478),
  range('MediaRelayEdge MediaCommunication external', 'edge-av', [50000, 59999], 10_000),
  one('XmppFederationProxy XmppServer external', 'edge-access', 5269),
  one('XmppFederationProxy XptServer internal', 'edge-internal', 23456),
  one('ReplicationService Replication internal', 'edge-internal', 4443),
  one('SkypeSearchProxy WebServer internal', 'edge-internal', 4443),
  one('Registrar SipServer primary mtls', 'server', 5061),
  one('Registrar SipServer primary tcp', 'server', 5060),
  one('QoE SipServer primary', 'server', 5061),
  one('Registrar WebServer primary', 'server', 444),
  one('McuFactory WebServer primary', 'server', 444),
  one('IMConf WebServer primary', 'server', 444),
  one('DataConf WebServer primary', 'server', 444),
  one('AVConf WebServer primary', 'server', 444),
  one('AppSharingConf WebServer primary', 'server', 444),
  one('PresenceFocus UserPinManagement primary', 'server', 443),
  one('OCSWebSite WebSite primary http', 'server', 80),
  one('OCSWebSite WebSite primary https', 'server', 443),
  one('OCSWebSite WebSite external http', 'server', 8080),
  one('OCSWebSite WebSite external https', 'server', 4443),
  one('McuFactory WcfServer primary', 'server', 9001),
  part('WinFab WinFabFederation primary', FABRIC, 5090),
  part('WinFab WinFabLeaseAgent primary', FABRIC, 5091),
  part('WinFab WinFabClientConnection primary', FABRIC, 5092),
  part('WinFab WinFabIPC primary', FABRIC, 5093),
  part('WinFab WinFabReplication primary', FABRIC, 5094),
  one('Lyss WcfMtls primary', 'server', 5077),
  one('XmppFederation SipServer primary', 'server', 5098),
  one('IMConf SipServer primary', 'server', 5062),
  one('AVConf SipServer primary', 'server', 5063),
  one('AppSharingConf SipServer primary', 'server', 5065),
  one('DataConf PsomClient primary', 'server', 8057),
  one('Reach PsomServer primary', 'server', 8060),
  one('Reach PsomServer external', 'server', 8061),
  one('McxService SipServer primary', 'server', 5086),
  one('McxServiceExternal SipServer primary', 'server', 5087),
  one('UcwaService SipServer primary', 'server', 5088),
  one('UcwaServiceExternal SipServer primary', 'server', 5089),
  part('PersistentChatWebManager SipServer primary', CHAT_ROOMS, 5095),
  part('PersistentChatWebManagerExternal SipServer primary', CHAT_ROOMS, 5096),
  one('Caa SipServer primary', 'server', 5072),
  one('Cas SipServer primary', 'server', 5073),
  one('Cps SipServer primary', 'server', 5075),
  one('testbot SipServer primary', 'server', 5076),
  one('RGS SipServer primary', 'server', 5071),
  one('RGS WcfMtls primary', 'server', 8404),
  one('PDP SipServer primary', 'server', 5080),
  one('PDP TURNServer primary', 'server', 448),
  range('MediaComp AudioCommunication primary', 'server', AUDIO, 8348),
  range('MediaComp VideoCommunication primary', 'server', VIDEO, 8034),
  range('MediaComp AppSharingCommunication primary', 'server', APP_SHARING, 16_383),
  one('Mediation SipServer primary', 'mediation', 5070),
  one('Mediation SipClient pstn tls', 'mediation', 5067),
  one('Mediation SipClient pstn tcp', 'mediation', 5068),
  one('GatewayComp SipClient pstn tcp', 'pstn-gateway', 5081),
  one('GatewayComp SipClient pstn tls', 'pstn-gateway', 5082),
]

/** What the reverse proxy publishes the external web sites as. */
const PUBLISHED: readonly Documented[] = [
  one('OCSWebSite WebSite external http', 'reverse-proxy-external', 80),
  one('OCSWebSite WebSite external https', 'reverse-proxy-external', 443),
]

const BY_ENTRY: ReadonlyMap<string, Documented> = new Map(DOCUMENTED.map((each) => [each.entry, each]))
const PUBLISHED_BY_ENTRY: ReadonlyMap<string, Documented> = new Map(PUBLISHED.map((each) => [each.entry, each]))

function find(entries: ReadonlyMap<string, Documented>, port: ServicePort): Documented | undefined {
  const entry = `${port.owner} ${port.usage} ${port.side}`
  return entries.get(entry) ?? entries.get(`${entry} ${port.protocol}`)
}

interface Gathered {
  readonly names: Set<string>
  readonly role: Role
  readonly transport: MovedPort['transport']
  readonly documented: PortSpan
  readonly actual: PortSpan[]
  readonly usual: PortSpan[]
}

/**
 * The documented ports that a deployment has something to say of, and where it has them: all numbers that servers of
 * the role use, because a rule names a role and not a server.
 */
export function topologyPorts(deployment: Deployment): readonly TopologyPort[] {
  const gathered = new Map<string, Gathered>()
  for (const services of servicesByPool(deployment).values()) {
    const server = serverRole(rolesOfPool(deployment, services))
    for (const service of services) {
      for (const port of service.ports) gatherPort(port, service, server, gathered)
    }
  }
  return [...gathered.values()].map(({ names, actual, usual, ...port }) => {
    const merged = mergeSpans(actual)
    const isMoved = !isSameSpans(merged, mergeSpans(usual)) && !isSameSpans(merged, [port.documented])
    return { ...port, name: [...names].join(', '), actual: merged, isMoved }
  })
}

function serverRole(roles: readonly Role[]): Role | undefined {
  return roles.find((role) => role === 'director' || role === 'front-end' || role === 'sba')
}

function gatherPort(
  port: ServicePort,
  service: Service,
  server: Role | undefined,
  gathered: Map<string, Gathered>,
): void {
  const isOfMediation = service.roleName === 'MediationServer'
  const known = find(BY_ENTRY, port)
  const span = { first: port.first, last: port.first + port.count - 1 }
  const published = port.publishedPort === undefined ? [] : [{ first: port.publishedPort, last: port.publishedPort }]
  if (known !== undefined) {
    const role = known.role === 'server' ? (isOfMediation ? 'mediation' : server) : known.role
    // Inside, clients reach what a load balancer publishes at an address of the server's role.
    gather(known, role, port, port.side === 'primary' ? [span, ...published] : [span], gathered)
  }
  const proxied = find(PUBLISHED_BY_ENTRY, port)
  if (proxied !== undefined && published.length > 0)
    gather(proxied, 'reverse-proxy-external', port, published, gathered)
}

function gather(
  { documented, usual }: Documented,
  role: Role | undefined,
  port: ServicePort,
  actual: readonly PortSpan[],
  gathered: Map<string, Gathered>,
): void {
  if (role === undefined) return
  for (const transport of TRANSPORTS[port.protocol]) {
    const key = `${role} ${transport} ${formatSpan(documented)}`
    const before = gathered.get(key) ?? { names: new Set(), role, transport, documented, actual: [], usual: [] }
    before.names.add(`${port.owner} ${port.usage}`)
    before.actual.push(...actual)
    before.usual.push(usual)
    gathered.set(key, before)
  }
}

const TRANSPORTS: Readonly<Record<Protocol, readonly MovedPort['transport'][]>> = {
  mtls: ['tcp'],
  tls: ['tcp'],
  tcp: ['tcp'],
  http: ['tcp'],
  https: ['tcp'],
  udp: ['udp'],
  tcporudp: ['tcp', 'udp'],
}
