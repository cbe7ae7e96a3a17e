import type { Problems } from '../problems.ts'
import type { Source } from '../source.ts'
import {
  type Deployment,
  NO_DEPLOYMENT,
  type Protocol,
  type Service,
  type ServicePort,
  type Side,
} from './deployment.ts'
import { readTable, refuseRow } from './table.ts'
import { type Attributes, readName, readPort } from './topology-attributes.ts'

/** Whether the columns are those of `Get-CsService | Export-Csv`. */
export function areServiceColumns(columns: readonly string[]): boolean {
  const names = columns.map((column) => column.toLowerCase())
  return names.includes('poolfqdn') || (names.includes('identity') && names.includes('serviceid'))
}

/** Reads the table of services. A table of services of one kind has their ports; a mixed one, the roles only. */
export function readServices(source: Source, problems: Problems): Deployment {
  const services = readTable(source, problems)
    .map((row) => readRow(row, problems))
    .filter((service) => service !== undefined)
  return { ...NO_DEPLOYMENT, services }
}

/** What the cmdlet calls differently from the topology document. */
const ROLE_NAMES: ReadonlyMap<string, string> = new Map([
  ['UserServer', 'UserServices'],
  ['WebServer', 'WebServices'],
  ['ConferencingServer', 'ConfServices'],
  ['CentralManagement', 'CentralMgmt'],
  ['Director', 'Registrar'],
  ['TrustedApplicationPool', 'ExternalServer'],
  ['PersistentChatServer', 'PersistentChatService'],
])

function readRow(row: Attributes, problems: Problems): Service | undefined {
  const [identityRole = '', identityPool] = (row.attribute('Identity') ?? '').split(':')
  const role = row.attribute('Role') || identityRole
  const from: Attributes = {
    offset: row.offset,
    attribute: (name) => row.attribute(name) || (name === 'PoolFqdn' ? identityPool : undefined),
  }
  const pool = readName(from, 'PoolFqdn', problems)
  if (pool === undefined || role === '') {
    if ((from.attribute('PoolFqdn') ?? '') === '' || role === '') refuseRow(row, 'PoolFqdn and Role', problems)
    return undefined
  }
  return {
    roleName: ROLE_NAMES.get(role) ?? role,
    pool,
    isDirector: role === 'Director',
    isActive: row.attribute('IsActive')?.toLowerCase() !== 'false',
    isDatabase: role.endsWith('Database'),
    ports: COLUMNS.filter(([roleOf]) => roleOf === role || (roleOf === 'Registrar' && role === 'Director'))
      .map((column) => readColumn(row, column, problems))
      .filter((port) => port !== undefined),
  }
}

/** Which port of the topology document a column is: its role, column, owner, usage, side and protocol. */
type Column = readonly [
  role: string,
  column: string,
  owner: string,
  usage: string,
  side: Side,
  protocol: Protocol,
  /** The columns of what it is published as, or of how many ports there are. */
  more?: { readonly Range?: string; readonly ConfiguredPort?: string; readonly ConfiguredFqdn?: string },
]

const ACCESS = { ConfiguredFqdn: 'AccessEdgeExternalFqdn' }
const DATA = { ConfiguredFqdn: 'DataEdgeExternalFqdn' }
const MEDIA = { ConfiguredFqdn: 'AVEdgeExternalFqdn' }

/** A web site's port, which a reverse proxy may publish as another one. */
function webPort(column: string, side: Side, protocol: Protocol): Column {
  return ['WebServer', column, 'OCSWebSite', 'WebSite', side, protocol, { ConfiguredPort: `Published${column}` }]
}

/** Where a range of media ports begins; another column says how many there are. */
function mediaPorts(role: string, kind: 'Audio' | 'Video' | 'AppSharing'): Column {
  const more = { Range: `${kind}PortCount` }
  return [role, `${kind}PortStart`, 'MediaComp', `${kind}Communication`, 'primary', 'tcporudp', more]
}

const COLUMNS: readonly Column[] = [
  ['EdgeServer', 'AccessEdgeInternalSipPort', 'AccessEdge', 'SipServer', 'internal', 'mtls'],
  ['EdgeServer', 'AccessEdgeExternalSipPort', 'AccessEdge', 'SipServer', 'external', 'mtls', ACCESS],
  ['EdgeServer', 'AccessEdgeClientSipPort', 'AccessEdge', 'SipClient', 'external', 'tls', ACCESS],
  ['EdgeServer', 'AccessEdgeClientPort', 'AccessEdge', 'SipClient', 'external', 'tls', ACCESS],
  ['EdgeServer', 'DataPsomServerPort', 'DataEdge', 'PsomServer', 'internal', 'mtls'],
  ['EdgeServer', 'DataPsomClientPort', 'DataEdge', 'PsomClient', 'external', 'tls', DATA],
  ['EdgeServer', 'MediaRelayAuthEdgePort', 'MediaRelayAuthenticationEdge', 'SipServer', 'internal', 'mtls'],
  ['EdgeServer', 'MediaRelayInternalTurnTcpPort', 'MediaRelayEdge', 'TURNServer', 'internal', 'tcp'],
  ['EdgeServer', 'MediaRelayInternalTurnUdpPort', 'MediaRelayEdge', 'TURNServer', 'internal', 'udp'],
  ['EdgeServer', 'MediaRelayExternalTurnTcpPort', 'MediaRelayEdge', 'TURNServer', 'external', 'tcp', MEDIA],
  ['EdgeServer', 'MediaRelayExternalTurnUdpPort', 'MediaRelayEdge', 'TURNServer', 'external', 'udp', MEDIA],
  [
    'EdgeServer',
    'MediaCommunicationPortStart',
    'MediaRelayEdge',
    'MediaCommunication',
    'external',
    'tcporudp',
    { ...MEDIA, Range: 'MediaCommunicationPortCount' },
  ],
  ['EdgeServer', 'XmppListeningPort', 'XmppFederationProxy', 'XmppServer', 'external', 'tls', ACCESS],
  ['EdgeServer', 'XmppInternalPort', 'XmppFederationProxy', 'XptServer', 'internal', 'mtls'],
  ['EdgeServer', 'SkypeSearchProxyPort', 'SkypeSearchProxy', 'WebServer', 'internal', 'mtls'],
  ['Registrar', 'SipPort', 'Registrar', 'SipServer', 'primary', 'mtls'],
  ['Registrar', 'SipServerTcpPort', 'Registrar', 'SipServer', 'primary', 'tcp'],
  ['Registrar', 'WebPort', 'Registrar', 'WebServer', 'primary', 'mtls'],
  ['Registrar', 'LyssWcfMtlsPort', 'Lyss', 'WcfMtls', 'primary', 'mtls'],
  webPort('PrimaryHttpPort', 'primary', 'http'),
  webPort('PrimaryHttpsPort', 'primary', 'https'),
  webPort('ExternalHttpPort', 'external', 'http'),
  webPort('ExternalHttpsPort', 'external', 'https'),
  ['WebServer', 'ReachPrimaryPsomServerPort', 'Reach', 'PsomServer', 'primary', 'mtls'],
  ['WebServer', 'ReachExternalPsomServerPort', 'Reach', 'PsomServer', 'external', 'mtls'],
  ['WebServer', 'McxSipPrimaryListeningPort', 'McxService', 'SipServer', 'primary', 'mtls'],
  ['WebServer', 'McxSipExternalListeningPort', 'McxServiceExternal', 'SipServer', 'primary', 'mtls'],
  ['WebServer', 'UcwaSipPrimaryListeningPort', 'UcwaService', 'SipServer', 'primary', 'mtls'],
  ['WebServer', 'UcwaSipExternalListeningPort', 'UcwaServiceExternal', 'SipServer', 'primary', 'mtls'],
  mediaPorts('WebServer', 'AppSharing'),
  ['ConferencingServer', 'ImSipPort', 'IMConf', 'SipServer', 'primary', 'mtls'],
  ['ConferencingServer', 'AudioVideoSipPort', 'AVConf', 'SipServer', 'primary', 'mtls'],
  ['ConferencingServer', 'AppSharingSipPort', 'AppSharingConf', 'SipServer', 'primary', 'mtls'],
  ['ConferencingServer', 'DataPsomPort', 'DataConf', 'PsomClient', 'primary', 'tls'],
  mediaPorts('ConferencingServer', 'Audio'),
  mediaPorts('ConferencingServer', 'Video'),
  mediaPorts('ConferencingServer', 'AppSharing'),
  ['MediationServer', 'SipServerPort', 'Mediation', 'SipServer', 'primary', 'mtls'],
  ['MediationServer', 'SipClientTlsPort', 'Mediation', 'SipClient', 'pstn', 'tls'],
  ['MediationServer', 'SipClientTcpPort', 'Mediation', 'SipClient', 'pstn', 'tcp'],
  mediaPorts('MediationServer', 'Audio'),
]

function readColumn(
  row: Attributes,
  [, column, owner, usage, side, protocol, more]: Column,
  problems: Problems,
): ServicePort | undefined {
  if (row.attribute(column) === undefined) return undefined
  const values: Readonly<Record<string, string>> = {
    Owner: owner,
    Usage: usage,
    InterfaceSide: side,
    Protocol: protocol,
  }
  const columns: Readonly<Record<string, string>> = { Port: column, ...more }
  const attribute = (name: string): string | undefined => values[name] ?? row.attribute(columns[name] ?? '')
  const port = readPort({ offset: row.offset, attribute }, problems)
  // The cmdlet does not say which of several external interfaces a service has.
  return port && { ...port, number: undefined }
}
