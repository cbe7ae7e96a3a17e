import { InventoryError } from '../inventory-error.ts'
import { cut, type Problems, quoted } from '../problems.ts'
import type { Source } from '../source.ts'
import {
  type Deployment,
  type Machine,
  type NetInterface,
  NO_DEPLOYMENT,
  type Service,
  type ServicePort,
} from './deployment.ts'
import { readInterface, readName, readPort } from './topology-attributes.ts'
import { type Element, readXml } from './xml.ts'

/** All namespaces of topology documents begin so; the year at the end and the part before it differ by element. */
const NAMESPACE = 'urn:schema:Microsoft.Rtc.Management.Deploy.'

const ROOT = /<((?:[\w.-]+:)?Topology(?:Builder)?)(?=[\s>/])/

/** Whether a text holds a topology document, with anything before it. */
export function holdsTopology(text: string): boolean {
  return ROOT.test(text)
}

/**
 * Reads the document that `Get-CsTopology -AsXml` prints, or Topology Builder saves as `.tbxml`. Text of the console
 * before and after it is passed over. Elements that are not known are too: their shape is no promise of the product.
 */
export function readTopology(source: Source, problems: Problems): Deployment {
  const root = ROOT.exec(source.text)
  if (root === null) return NO_DEPLOYMENT
  const reading = startReading(source, problems)
  readXml(source, root.index, documentEnd(source, root.index, root[1] ?? ''), reading)
  return reading.finish()
}

/** Cut off documents are told by their missing end before they are read: half a topology is no smaller deployment. */
function documentEnd(source: Source, start: number, name: string): number {
  const end = source.text.lastIndexOf(`</${name}`)
  const close = end < start ? -1 : source.text.indexOf('>', end)
  if (close >= 0) return close + 1
  throw new InventoryError(
    `the topology that begins at ${source.place(start)} is cut off: it has no </${cut(name)}>; wanted the whole document`,
  )
}

/** A pool while it is read; `keys` are what services refer to it by: itself, then its instances of SQL Server. */
interface ReadPool {
  readonly keys: string[]
  readonly name: string
  readonly machines: { name: string; interfaces: NetInterface[] }[]
}

/** A service while it is read. */
interface ReadService {
  readonly offset: number
  roleName: string
  poolKey: string
  isDirector: boolean
  isActive: boolean
  isDatabase: boolean
  readonly ports: ServicePort[]
}

interface Reading {
  readonly open: (element: Element, depth: number) => void
  readonly close: (depth: number) => void
  readonly finish: () => Deployment
}

function startReading(source: Source, problems: Problems): Reading {
  const path: string[] = []
  const pools: ReadPool[] = []
  const services: ReadService[] = []
  return {
    open(element, depth) {
      if (depth === 0) refuseRoot(element, source)
      const isOurs = element.namespace.startsWith(NAMESPACE)
      path.push(isOurs ? element.name : '')
      // Topology Builder may keep the published topology beside the one that is being edited.
      const isLeftOut = path[0] === 'TopologyBuilder' && path.length > 1 && path[1] !== 'NewTopology'
      if (isOurs && !isLeftOut) readElement(element, path, pools, services, problems)
    },
    close: () => path.pop(),
    finish: () => finish(pools, services, source, problems),
  }
}

function refuseRoot({ namespace, offset }: Element, source: Source): void {
  if (namespace.startsWith(NAMESPACE)) return
  throw new InventoryError(
    `the document at ${source.place(offset)} is of the namespace ${quoted(namespace)}; wanted one that begins with ${NAMESPACE}`,
  )
}

function readElement(
  element: Element,
  path: readonly string[],
  pools: ReadPool[],
  services: ReadService[],
  problems: Problems,
): void {
  const parent = path.at(-2)
  const inPool = path.includes('Cluster')
  if (element.name === 'Cluster' && parent === 'Clusters') openPool(element, pools, problems)
  else if (inPool) readInPool(element, parent, pools.at(-1), problems)
  else if (element.name === 'Service' && parent === 'Services') services.push(openService(element))
  else if (path.includes('Service')) readInService(element, parent, services.at(-1), problems)
}

function openPool(element: Element, pools: ReadPool[], problems: Problems): void {
  const keys = [element.attribute('UniqueId') ?? '']
  pools.push({ keys, name: readName(element, 'Fqdn', problems) ?? '', machines: [] })
}

function readInPool(
  element: Element,
  parent: string | undefined,
  pool: ReadPool | undefined,
  problems: Problems,
): void {
  if (pool === undefined) return
  if (element.name === 'ClusterId' && parent === 'Cluster') pool.keys[0] = clusterKey(element)
  else if (element.name === 'SqlInstance') pool.keys.push(element.attribute('UniqueId') ?? '')
  else if (element.name === 'Machine') {
    pool.machines.push({ name: readName(element, 'Fqdn', problems) ?? pool.name, interfaces: [] })
  } else if (element.name === 'NetInterface') {
    const read = readInterface(element, problems)
    if (read !== undefined) pool.machines.at(-1)?.interfaces.push(read)
  }
}

function clusterKey(element: Element): string {
  return `${element.attribute('SiteId')}:${element.attribute('Number')}`
}

/** The builder's file has as attributes what the published document has as child elements. */
function openService(element: Element): ReadService {
  return {
    offset: element.offset,
    roleName: element.attribute('RoleName') ?? '',
    poolKey: element.attribute('InstalledOn') ?? '',
    isDirector: false,
    isActive: true,
    isDatabase: false,
    ports: [],
  }
}

function readInService(
  element: Element,
  parent: string | undefined,
  service: ReadService | undefined,
  problems: Problems,
): void {
  if (service === undefined) return
  switch (element.name) {
    case 'ServiceId':
      if (parent === 'Service') service.roleName = element.attribute('RoleName') ?? ''
      break
    case 'ClusterId':
      if (parent === 'InstalledOn' || parent === 'SqlInstanceId') service.poolKey = clusterKey(element)
      break
    case 'SqlInstanceId':
      service.isDatabase = true
      break
    case 'RegistrarService':
      service.isDirector = element.attribute('IsDirector')?.toLowerCase() === 'true'
      break
    case 'CentralMgmtService':
      service.isActive = element.attribute('IsActive')?.toLowerCase() !== 'false'
      break
    case 'Port': {
      const port = readPort(element, problems)
      if (port !== undefined) service.ports.push(port)
    }
  }
}

function finish(
  pools: readonly ReadPool[],
  services: readonly ReadService[],
  source: Source,
  problems: Problems,
): Deployment {
  if (pools.length === 0) problems.add(0, () => `the topology in ${source.file} has no Cluster: it names no machine`)
  const poolOf = new Map(pools.flatMap((pool) => pool.keys.map((key) => [key, pool])))
  poolOf.delete('')
  const known = services.flatMap((service): readonly Service[] => {
    const pool = poolOf.get(service.poolKey)
    if (pool === undefined || pool.name === '') return []
    const { roleName, isDirector, isActive, ports } = service
    // In the builder's file a database is told by what it is installed on.
    const isDatabase = service.isDatabase || pool.keys.indexOf(service.poolKey) > 0
    return [{ roleName, pool: pool.name, isDirector, isActive, isDatabase, ports }]
  })
  return {
    ...NO_DEPLOYMENT,
    pools: pools
      .filter(({ name }) => name !== '')
      .map(({ name, machines }) => ({ name, machines: machinesOf(name, machines) })),
    services: known,
    remarks: services
      .filter(({ poolKey }) => !poolOf.has(poolKey))
      .map(({ roleName, offset }) => {
        const service = `service ${quoted(roleName)} at ${source.place(offset)}`
        return `${service} is installed on no cluster of the document, and was left out`
      }),
  }
}

/** A pool without machines, such as a file share's, is its own machine. */
function machinesOf(name: string, machines: readonly Machine[]): readonly Machine[] {
  return machines.length === 0 ? [{ name, interfaces: [] }] : machines
}
