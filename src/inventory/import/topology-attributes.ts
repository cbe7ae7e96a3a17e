import { familyOf, formatAddress, parseAddress } from '../address.ts'
import { MAX_PORT } from '../ports.ts'
import { type Problems, quoted } from '../problems.ts'
import type { NetInterface, Protocol, ServicePort, Side } from './deployment.ts'
import { SIDES } from './deployment.ts'

/** Where a value stands that a file gives by name: an element with attributes, or a row with columns. */
export interface Attributes {
  readonly attribute: (name: string) => string | undefined
  readonly offset: number
}

const PROTOCOLS: readonly Protocol[] = ['mtls', 'tls', 'tcp', 'udp', 'tcporudp', 'http', 'https']

const NAME = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_.])?$/u
const LONGEST_NAME = 255

/** The name of a host, or an address in its place; undefined where there is none. */
export function readName(from: Attributes, name: string, problems: Problems): string | undefined {
  const text = from.attribute(name)?.trim() ?? ''
  if (text === '') return undefined
  if ((text.length <= LONGEST_NAME && NAME.test(text)) || parseAddress(text) !== undefined) return text
  problems.add(from.offset, (place) => `${name} ${quoted(text)} at ${place} is not the name of a host`)
  return undefined
}

/** The interface of a machine; undefined where its side is none that is known. */
export function readInterface(from: Attributes, problems: Problems): NetInterface | undefined {
  const side = sideOf(from.attribute('InterfaceSide'))
  if (side === undefined) return undefined
  const publishedName = readName(from, 'ConfiguredFqdn', problems)
  return {
    side,
    number: readNumber(from, 'InterfaceNumber', problems) ?? 1,
    addresses: readAddresses(from, ['IPAddress', 'IPv6Address'], problems),
    publicAddresses: readAddresses(from, ['ConfiguredIPAddress', 'ConfiguredIPv6Address'], problems),
    ...(publishedName === undefined ? {} : { publishedName }),
  }
}

export function sideOf(text: string | undefined): Side | undefined {
  return SIDES.find((side) => side === text?.toLowerCase())
}

function readAddresses(from: Attributes, names: readonly string[], problems: Problems): readonly string[] {
  return names.map((name) => readAddress(from, name, problems)).filter((address) => address !== undefined)
}

/** Undefined for 0.0.0.0 and ::, which stand for all addresses of the host. */
function readAddress(from: Attributes, name: string, problems: Problems): string | undefined {
  const text = from.attribute(name)?.trim() ?? ''
  const point = parseAddress(text)
  if (point === undefined) {
    if (text !== '') {
      problems.add(from.offset, (place) => `${name} ${quoted(text)} at ${place} is not an IP address`)
    }
    return undefined
  }
  const address = formatAddress(point)
  return address === (familyOf(point) === 4 ? '0.0.0.0' : '::') ? undefined : address
}

/** Undefined where the port is switched off, or says nothing that is known. */
export function readPort(from: Attributes, problems: Problems): ServicePort | undefined {
  const first = readNumber(from, 'Port', problems)
  const side = sideOf(from.attribute('InterfaceSide'))
  const protocol = PROTOCOLS.find((known) => known === from.attribute('Protocol')?.toLowerCase())
  if (!first || side === undefined || protocol === undefined) return undefined
  const count = readNumber(from, 'Range', problems) || 1
  if (first + count - 1 > MAX_PORT) {
    problems.add(from.offset, (place) => `the ports at ${place}, ${count} from ${first}, go beyond ${MAX_PORT}`)
    return undefined
  }
  const publishedPort = readNumber(from, 'ConfiguredPort', problems)
  const publishedName = readName(from, 'ConfiguredFqdn', problems)
  return {
    owner: (from.attribute('Owner') ?? '').replace(/^urn:\w+:/, ''),
    usage: from.attribute('Usage') ?? '',
    side,
    number: readNumber(from, 'InterfaceNumber', problems) ?? 1,
    protocol,
    first,
    count,
    ...(publishedPort ? { publishedPort } : {}),
    ...(publishedName === undefined ? {} : { publishedName }),
  }
}

/** A number up to the highest port; undefined where there is none. */
export function readNumber(from: Attributes, name: string, problems: Problems): number | undefined {
  const text = from.attribute(name)?.trim() ?? ''
  if (text === '') return undefined
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number <= MAX_PORT) return number
  problems.add(from.offset, (place) => `${name} ${quoted(text)} at ${place} is not a number from 0 to ${MAX_PORT}`)
  return undefined
}
