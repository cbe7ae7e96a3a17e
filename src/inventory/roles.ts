/**
 * What an address can do in a Lync Server 2013 deployment: a closed list.
 *
 * Roles belong to addresses, not to machines: an Edge has four role addresses.
 * A virtual address or a pool is an address of its server's role.
 */
export const ROLES = [
  'director',
  'front-end',
  'cms-master',
  'edge-internal',
  'edge-access',
  'edge-webconf',
  'edge-av',
  'reverse-proxy-internal',
  'reverse-proxy-external',
  'client-internal',
  'client-external',
  'federation-partner',
  'pic-partner',
  'xmpp-partner',
  'mediation',
  'pstn-gateway',
  'sba',
  'sbs',
  'persistent-chat',
  'office-web-apps',
  'sql-backend',
  'file-store',
  'load-balancer',
  'domain-controller',
  'dns-server',
  'time-server',
  'admin-station',
  'monitoring',
  'office-365',
  'trusted-application',
  'other',
] as const

export type Role = (typeof ROLES)[number]

/** The roles whose address faces the Internet: anybody may send to it, so an unlisted peer is a client-external. */
export const INTERNET_FACING: ReadonlySet<Role> = new Set<Role>([
  'edge-access',
  'edge-webconf',
  'edge-av',
  'reverse-proxy-external',
])
