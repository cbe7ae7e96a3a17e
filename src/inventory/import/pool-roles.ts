import { ROLES, type Role } from '../roles.ts'
import { type Deployment, nameKey, type Service } from './deployment.ts'

/** What the servers of a pool do, by the service that says so. Registrars and databases need more than their name. */
const ROLE_OF_SERVICE: ReadonlyMap<string, Role> = new Map([
  ['UserServices', 'front-end'],
  ['MediationServer', 'mediation'],
  ['PstnGateway', 'pstn-gateway'],
  ['WacService', 'office-web-apps'],
  ['FileStore', 'file-store'],
  ['PersistentChatService', 'persistent-chat'],
  ['ExternalServer', 'trusted-application'],
])

/** Services that give a server no role of its own: they stand beside one that does. */
const WITHOUT_ROLE: ReadonlySet<string> = new Set([
  'WebServices',
  'ConfServices',
  'ApplicationServer',
  'ManagementServices',
  'ManagementServer',
  'BackupServer',
])

/** The services of each pool, by the key of its name. */
export function servicesByPool({ services }: Deployment): ReadonlyMap<string, readonly Service[]> {
  const byPool = new Map<string, Service[]>()
  for (const service of services) {
    const key = nameKey(service.pool)
    byPool.set(key, [...(byPool.get(key) ?? []), service])
  }
  return byPool
}

export function isEdgePool(services: readonly Service[]): boolean {
  return services.some(({ roleName }) => roleName === 'EdgeServer')
}

/** The roles of a pool's servers, in the order of the closed list; those of an Edge belong to its interfaces. */
export function rolesOfPool(deployment: Deployment, services: readonly Service[]): readonly Role[] {
  const roles = new Set<Role>()
  for (const service of services) {
    const role = roleOf(service, services, deployment)
    if (role !== undefined) roles.add(role)
  }
  const isServerOfLync = [...roles].some((role) => role !== 'file-store') || isEdgePool(services)
  if (!isServerOfLync && services.some(({ isDatabase }) => isDatabase)) roles.add('sql-backend')
  return ROLES.filter((role) => roles.has(role))
}

function roleOf(service: Service, services: readonly Service[], deployment: Deployment): Role | undefined {
  if (service.isDatabase) return undefined
  if (service.roleName === 'Registrar') return roleOfRegistrar(service, services, deployment)
  if (service.roleName === 'CentralMgmt') return service.isActive ? 'cms-master' : undefined
  return ROLE_OF_SERVICE.get(service.roleName)
}

/**
 * A Director is a Registrar that says so; a Front End has User Services beside it; what has neither is a branch's
 * appliance or server, which a topology does not tell apart. A file that knows no User Services at all is a table of
 * Registrars only, and they are most likely Front Ends.
 */
function roleOfRegistrar(registrar: Service, services: readonly Service[], deployment: Deployment): Role {
  if (registrar.isDirector) return 'director'
  const hasUsers = (among: readonly Service[]) => among.some(({ roleName }) => roleName === 'UserServices')
  return hasUsers(services) || !hasUsers(deployment.services) ? 'front-end' : 'sba'
}

/** The role names that say nothing to us, each once. */
export function unknownRoleNames({ services }: Deployment): readonly string[] {
  const names = services.filter((service) => !isKnown(service)).map(({ roleName }) => roleName)
  return [...new Set(names)]
}

function isKnown({ roleName, isDatabase }: Service): boolean {
  return (
    isDatabase ||
    roleName.endsWith('Store') ||
    ['Registrar', 'CentralMgmt', 'EdgeServer'].includes(roleName) ||
    ROLE_OF_SERVICE.has(roleName) ||
    WITHOUT_ROLE.has(roleName)
  )
}
