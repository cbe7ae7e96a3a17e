import type { Service } from '../evidence/service.ts'
import type { Role } from '../inventory/roles.ts'
import { INTERNET_FACING, ROLES } from '../inventory/roles.ts'
import type { RuleSet } from '../rules/pack.ts'
import { type PresentedName, soundsLike } from './presented-names.ts'
import { isPublic } from './public-address.ts'
import { createSigns, type Peer, type SignsOf } from './role-signs.ts'
import { type Contact, SUCCESSES, type Success } from './sightings.ts'

/** A machine as far as the traffic shows it: one address, or one of each family. */
export interface Unit {
  readonly addresses: readonly string[]
  /** Best first. */
  readonly names: readonly PresentedName[]
  readonly contacts: readonly Contact[]
  readonly flows: number
  /** It takes part in nearly everything: the capture was taken at it, and what is not seen does not happen. */
  readonly isWatched: boolean
}

/** What the traffic has for a role. */
export interface RoleScore {
  readonly role: Role
  readonly score: number
  /** Ports that tell this role from most others, and those of them that were accepted. */
  readonly telling: number
  readonly served: number
  /** The weightiest first. */
  readonly clues: readonly Clue[]
}

/** Why a role is suggested: what was seen on a port, how a name sounds, or that nothing was seen. */
export type Clue =
  | PortClue
  | { readonly kind: 'name'; readonly name: PresentedName }
  | { readonly kind: 'no-conferencing' }

export interface PortClue {
  readonly kind: 'port'
  readonly does: Contact['does']
  readonly transport: Contact['transport']
  /** Ports that are given at random stand under the first of them. */
  readonly port: number
  readonly isDynamic: boolean
  readonly services: ReadonlySet<Service>
  /** The best of all contacts. */
  readonly success: Success
  readonly peers: ReadonlySet<string>
  /** What the peers are by the inventory, and by other suggestions. */
  readonly listedRoles: ReadonlySet<Role>
  readonly suggestedRoles: ReadonlySet<Role>
}

/** What is known of an address. */
export type Peers = (address: string) => Peer

export interface Scored {
  /** The roles that fit, best first. */
  readonly scores: readonly RoleScore[]
  /** All that was seen, what was answered first. */
  readonly seen: readonly PortClue[]
}

export type Scorer = (unit: Unit, peers: Peers) => Scored

/** A name sounds like many things: it tips a balance, and shows no role alone. */
const NAME_WEIGHT = 0.35
const LEAST_BESIDE_NAME = 0.08
/** What is left of a Front End Server that was watched and seen to accept no conference. */
const WITHOUT_CONFERENCES = 0.7
/** What is left of a server that was never seen to accept anything, nor to show a certificate. */
const WITHOUT_SERVICE = 0.4
/** What is left of a client that was seen to accept something. */
const WITH_SERVICE = 0.4
/** Attempts that nobody answered add up to no more than this, however many ports were tried. */
const MOST_OF_ATTEMPTS = 0.3
/** Ports from here on are given at random: all of a protocol are one sighting. */
const FIRST_DYNAMIC = 49_152
const LOGGING_PORTS: ReadonlySet<number> = new Set([50_001, 50_002, 50_003])

export function createScorer(rules: RuleSet): Scorer {
  const signsOf = createSigns(rules)
  return (unit, peers) => {
    const sightings = sightingsOf(unit.contacts, peers, signsOf)
    const sums = sumUp(sightings)
    if (unit.isWatched) weighAbsence(sums, sightings)
    const [service, place] = [serviceFactors(unit), placeFactors(unit, peers)]
    for (const sum of sums.values()) sum.score *= service(sum.role) * place(sum.role)
    addName(sums, unit.names)
    return { scores: [...sums.values()].map(finished).sort(byScore), seen: bestFirst(sightings) }
  }
}

interface Sum {
  readonly role: Role
  score: number
  telling: number
  served: number
  readonly clues: { readonly clue: Clue; readonly weight: number }[]
}

/** All contacts on one port in one direction. */
interface Sighting {
  readonly clue: {
    -readonly [K in keyof PortClue]: PortClue[K] extends ReadonlySet<infer Value> ? Set<Value> : PortClue[K]
  }
  readonly weights: Map<Role, number>
  readonly telling: Set<Role>
}

function sightingsOf(contacts: readonly Contact[], peers: Peers, signsOf: SignsOf): readonly Sighting[] {
  const sightings = new Map<string, Sighting>()
  for (const contact of contacts) {
    const { does, transport, port, service } = contact
    const isDynamic = port >= FIRST_DYNAMIC && !LOGGING_PORTS.has(port)
    const key = `${does} ${transport} ${isDynamic ? service : port}`
    const sighting = sightings.get(key) ?? emptySighting(contact, isDynamic)
    sightings.set(key, sighting)
    addContact(sighting, contact, peers(contact.peer), signsOf)
  }
  return [...sightings.values()]
}

function emptySighting({ does, transport, port, success }: Contact, isDynamic: boolean): Sighting {
  const roles = { listedRoles: new Set<Role>(), suggestedRoles: new Set<Role>() }
  const sets = { services: new Set<Service>(), peers: new Set<string>(), ...roles }
  const clue = { kind: 'port', does, transport, port, isDynamic, success, ...sets } as const
  return { clue, weights: new Map(), telling: new Set() }
}

function addContact({ clue, weights, telling }: Sighting, contact: Contact, peer: Peer, signsOf: SignsOf): void {
  const { success, service } = contact
  if (SUCCESSES.indexOf(success) < SUCCESSES.indexOf(clue.success)) clue.success = success
  if (service !== 'none') clue.services.add(service)
  clue.peers.add(contact.peer)
  for (const role of peer.roles) (peer.isListed ? clue.listedRoles : clue.suggestedRoles).add(role)
  for (const { role, weight, isTelling } of signsOf(contact, peer)) {
    weights.set(role, Math.max(weights.get(role) ?? 0, weight))
    if (isTelling) telling.add(role)
  }
}

function bestFirst(sightings: readonly Sighting[]): readonly PortClue[] {
  const place = ({ success }: PortClue) => SUCCESSES.indexOf(success)
  return sightings.map(({ clue }) => clue).sort((left, right) => place(left) - place(right))
}

function sumUp(sightings: readonly Sighting[]): Map<Role, Sum> {
  const sums = new Map<Role, Sum>()
  const attempts = new Map<Role, number>()
  for (const { clue, weights, telling } of sightings) {
    const isAttempt = clue.success === 'failed' || clue.success === 'refused'
    for (const [role, weight] of weights) {
      const sum = sumOf(sums, role)
      sum.clues.push({ clue, weight })
      if (telling.has(role)) sum.telling += 1
      if (telling.has(role) && clue.does === 'accepts') sum.served += 1
      if (isAttempt) attempts.set(role, (attempts.get(role) ?? 0) + weight)
      else sum.score += weight
    }
  }
  for (const [role, weight] of attempts) sumOf(sums, role).score += Math.min(weight, MOST_OF_ATTEMPTS)
  return sums
}

function sumOf(sums: Map<Role, Sum>, role: Role): Sum {
  const sum = sums.get(role) ?? { role, score: 0, telling: 0, served: 0, clues: [] }
  sums.set(role, sum)
  return sum
}

/** Director and Front End share nearly all ports; what a Director does not have are conferences and calls. */
function weighAbsence(sums: ReadonlyMap<Role, Sum>, sightings: readonly Sighting[]): void {
  const director = sums.get('director')
  const frontEnd = sums.get('front-end')
  if (director === undefined || frontEnd === undefined || director.telling === 0) return
  const holdsConferences = sightings.some(
    ({ clue, weights }) =>
      clue.does === 'accepts' && clue.success === 'answered' && weights.has('front-end') && !weights.has('director'),
  )
  if (holdsConferences) return
  frontEnd.score *= WITHOUT_CONFERENCES
  director.clues.push({ clue: { kind: 'no-conferencing' }, weight: 1 })
}

/** Servers that accept something wherever they are seen, or show a certificate to each other. */
const SERVERS: ReadonlySet<Role> = new Set<Role>([
  'director',
  'front-end',
  'edge-internal',
  'edge-access',
  'edge-webconf',
  'edge-av',
  'reverse-proxy-external',
  'mediation',
  'sba',
  'sbs',
  'persistent-chat',
])
/** Sessions in which a certificate was shown, or may have been without being seen. */
const MUTUAL: ReadonlySet<Service> = new Set<Service>(['mtls', 'tls-resumed', 'tls13', 'tls'])

/** Servers serve, and clients do not. */
function serviceFactors({ contacts }: Unit): (role: Role) => number {
  const accepts = contacts.some(isAccepted)
  const serves = accepts || contacts.some(({ service }) => MUTUAL.has(service))
  return (role) => {
    if (role === 'client-internal' || role === 'client-external') return accepts ? WITH_SERVICE : 1
    return serves || !SERVERS.has(role) ? 1 : WITHOUT_SERVICE
  }
}

/** Clients take media from each other, at ports that are given at random. */
function isAccepted({ does, success, port }: Contact): boolean {
  return does === 'accepts' && (success === 'answered' || success === 'assumed') && port < FIRST_DYNAMIC
}

/** Roles whose own address is on the Internet. */
export const ON_INTERNET: ReadonlySet<Role> = new Set<Role>([
  'federation-partner',
  'pic-partner',
  'xmpp-partner',
  'office-365',
])
/** Roles that are inside or outside as it happens. */
const ANYWHERE: ReadonlySet<Role> = new Set<Role>(['dns-server', 'time-server', 'pstn-gateway'])
const MISPLACED = 0.4

/** Whether a role belongs where the machine is: on the Internet, facing it, or inside. */
function placeFactors(unit: Unit, peers: Peers): (role: Role) => number {
  const others = [...new Set(unit.contacts.map(({ peer }) => peer))]
  const outside = outsideShare(others, peers)
  const meetsOnlyEdges = others.every((each) => peers(each).roles.some((role) => INTERNET_FACING.has(role)))
  const isInside = unit.addresses.some((address) => isPublic(address) === false)
  return (role) => {
    if (ANYWHERE.has(role)) return 1
    if (ON_INTERNET.has(role)) return isInside ? MISPLACED : 1
    if (INTERNET_FACING.has(role)) return meetsOnlyEdges || (outside !== undefined && outside < 0.5) ? MISPLACED : 1
    return outside !== undefined && outside >= 0.5 ? MISPLACED : 1
  }
}

/** How many of the peers are on the Internet; undefined where their addresses do not tell. */
function outsideShare(others: readonly string[], peers: Peers): number | undefined {
  const known = others.map((address) => isOnInternet(address, peers(address))).filter((each) => each !== undefined)
  return known.length === 0 ? undefined : known.filter((each) => each).length / known.length
}

function isOnInternet(address: string, { roles, isListed }: Peer): boolean | undefined {
  return isListed && roles.length > 0 ? roles.some((role) => ON_INTERNET.has(role)) : isPublic(address)
}

function addName(sums: ReadonlyMap<Role, Sum>, [best]: readonly PresentedName[]): void {
  if (best === undefined) return
  for (const role of soundsLike(best.name)) {
    const sum = sums.get(role)
    if (sum === undefined || sum.score < LEAST_BESIDE_NAME) continue
    sum.score += NAME_WEIGHT
    sum.clues.push({ clue: { kind: 'name', name: best }, weight: NAME_WEIGHT })
  }
}

function finished({ clues, ...sum }: Sum): RoleScore {
  const ordered = clues.toSorted((left, right) => right.weight - left.weight)
  return { ...sum, clues: ordered.map(({ clue }) => clue) }
}

function byScore(left: RoleScore, right: RoleScore): number {
  return right.score - left.score || ROLES.indexOf(left.role) - ROLES.indexOf(right.role)
}
