import type { Inventory, InventoryEntry } from '../inventory/inventory.ts'
import { compileLookup } from '../inventory/lookup.ts'
import { INTERNET_FACING, type Role } from '../inventory/roles.ts'
import type { RuleSet } from '../rules/pack.ts'
import { clientNetworks } from './client-networks.ts'
import { findOpenEntries } from './open-entries.ts'
import type { PresentedName, PresentedNames } from './presented-names.ts'
import {
  type Clue,
  createScorer,
  ON_INTERNET,
  type Peers,
  type RoleScore,
  type Scored,
  type Unit,
} from './role-scores.ts'
import { type Captures, inOrder, isWatchedIn, type Sighted, sightingsOf } from './sightings.ts'

/**
 * How sure a suggestion is. Clear: several signs that few other roles have, and nothing that speaks for another role as
 * much. Likely: at least one such sign. Possible: it fits, and so may something else. It is never more than a
 * suggestion: whoever knows the deployment decides.
 */
export const CONFIDENCES = ['clear', 'likely', 'possible'] as const
export type Confidence = (typeof CONFIDENCES)[number]

/** What the traffic suggests to write of addresses that the inventory does not know. */
export interface Suggestion {
  /** Of one machine, or the one network of clients. */
  readonly addresses: readonly string[]
  /** Best first; empty where the traffic has none. */
  readonly names: readonly PresentedName[]
  /** Best first; empty where nothing can be told. */
  readonly roles: readonly Role[]
  /** Why, the weightiest first; where nothing can be told, all that was seen. */
  readonly clues: readonly Clue[]
  readonly confidence: Confidence | undefined
  /** Other roles that the same traffic speaks for. */
  readonly alternatives: readonly Role[]
  readonly flows: number
  /** Of a network: how many addresses it stands for; else 0. */
  readonly clients: number
  /** The entry without an address that this seems to be: the roles to write are the entry's. */
  readonly entry: InventoryEntry | undefined
}

export interface Suggestions {
  /** The most flows first. */
  readonly list: readonly Suggestion[]
  /** Addresses that only speak with the Internet side: without an entry they count as external clients. */
  readonly outside: number
}

/** Roles that one machine often has together; of others it has one or the other. */
const TOGETHER: readonly ReadonlySet<Role>[] = [
  new Set<Role>(['domain-controller', 'dns-server', 'time-server']),
  new Set<Role>(['front-end', 'cms-master', 'mediation', 'sql-backend', 'file-store']),
  new Set<Role>(['edge-access', 'edge-webconf', 'edge-av']),
  new Set<Role>(['reverse-proxy-internal', 'reverse-proxy-external']),
]

/** Roles that are told by what they open. */
const CALLERS: ReadonlySet<Role> = new Set<Role>([
  'client-internal',
  'client-external',
  'admin-station',
  'monitoring',
  'reverse-proxy-internal',
  'federation-partner',
  'pic-partner',
  'xmpp-partner',
  'office-365',
  'pstn-gateway',
  'trusted-application',
])
/** So many ports that only few roles have make up for none of them being accepted. */
const MUCH = 3

// Sums of weights; a port that fits one role alone in every respect has the weight 1.
const CLEAR_SCORE = 1.2
const LIKELY_SCORE = 0.45
const POSSIBLE_SCORE = 0.2
const COMPANION_SCORE = 0.3
// What another role may have of the first one's score.
const CLEAR_RIVAL = 0.5
const LIKELY_RIVAL = 0.75
const NAMED_RIVAL = 0.6

/** First with what the inventory says of the peers, then with what that suggests as well. */
const ROUNDS = 3

/** Suggests roles for the addresses that the inventory does not know. Nothing is changed by it. */
export function suggest(captures: Captures, names: PresentedNames, inventory: Inventory, rules: RuleSet): Suggestions {
  const lookup = compileLookup(inventory)
  const sighted = sightingsOf(inOrder(captures), (address) => lookup(address) === undefined)
  const units = unitsOf(sighted, names, isWatchedIn(captures))
  const scorer = createScorer(rules)
  const listed: Peers = (address) => ({ roles: lookup(address)?.roles ?? [], isListed: true })
  const alone = units.map((unit) => judge(unit, scorer(unit, listed), undefined))
  let judged = alone
  let peers = listed
  for (let round = 1; round < ROUNDS; round += 1) {
    peers = withSuggested(listed, judged)
    judged = units.map((unit, index) => judge(unit, scorer(unit, peers), alone[index]))
  }
  const inside = judged.filter((each, index) => !isOutside(each, units[index] as Unit, peers))
  const list = withNetworks(findOpenEntries(inside, inventory), inventory)
  return { list: list.toSorted((left, right) => right.flows - left.flows), outside: judged.length - inside.length }
}

/**
 * Two addresses of different families are one machine where they present the same certificate, and nobody else does.
 */
function unitsOf(
  sighted: ReadonlyMap<string, Sighted>,
  names: PresentedNames,
  isWatched: (addresses: readonly string[]) => boolean,
): readonly Unit[] {
  const byCertificate = new Map<string, string[]>()
  for (const address of sighted.keys()) {
    const [best] = names.of(address)
    const key = best?.kind === 'certificate' ? best.name : address
    const alike = byCertificate.get(key) ?? []
    alike.push(address)
    byCertificate.set(key, alike)
  }
  const machines = [...byCertificate.values()].flatMap((addresses) =>
    isDualStack(addresses) ? [addresses.toSorted(ipv4First)] : addresses.map((address) => [address]),
  )
  return machines.map((addresses) => {
    const seen = addresses.flatMap((address) => sighted.get(address) ?? [])
    return {
      addresses,
      names: names.of(addresses[0] as string),
      contacts: seen.flatMap(({ contacts }) => contacts),
      flows: seen.reduce((sum, { flows }) => sum + flows, 0),
      isWatched: isWatched(addresses),
    }
  })
}

function isDualStack(addresses: readonly string[]): boolean {
  return addresses.length === 2 && addresses.filter((address) => address.includes(':')).length === 1
}

function ipv4First(left: string, right: string): number {
  return Number(left.includes(':')) - Number(right.includes(':'))
}

/** What the scores of a machine come to. `alone` is what was found without relying on other suggestions. */
function judge(unit: Unit, { scores, seen }: Scored, alone: Suggestion | undefined): Suggestion {
  const { addresses, names, flows } = unit
  const found = { addresses, names, flows, clients: 0, entry: undefined }
  const [first] = scores
  if (first === undefined || !isPossible(first)) {
    return { ...found, roles: [], clues: seen, confidence: undefined, alternatives: [] }
  }
  const rivals = scores.filter(({ role }) => !areTogether(first.role, role))
  const companions = scores.slice(1).filter((each) => areTogether(first.role, each.role) && isShown(each))
  const shown = withServer([first, ...companions], scores)
  return {
    ...found,
    roles: shown.map(({ role }) => role),
    clues: [...new Set(shown.flatMap(({ clues }) => clues))],
    confidence: confidenceOf(first, rivals[0]?.score ?? 0, alone),
    alternatives: rivals.filter(({ score }) => score >= NAMED_RIVAL * first.score).map(({ role }) => role),
  }
}

/** A server is not told by ports alone that every Windows host has. */
function isPossible({ role, score, telling, clues }: RoleScore): boolean {
  if (score < POSSIBLE_SCORE) return false
  return CALLERS.has(role) || telling > 0 || clues.some(({ kind }) => kind === 'name')
}

function areTogether(left: Role, right: Role): boolean {
  return left === right || TOGETHER.some((roles) => roles.has(left) && roles.has(right))
}

/**
 * A further role of a machine needs signs of its own; one of the Edge services that answers at a wrong address has one.
 */
function isShown({ role, score, telling }: RoleScore): boolean {
  return telling >= (INTERNET_FACING.has(role) ? 2 : 1) && score >= COMPANION_SCORE
}

/** The Central Management master is a Front End Server. */
function withServer(roles: readonly RoleScore[], scores: readonly RoleScore[]): readonly RoleScore[] {
  const server = scores.find(({ role }) => role === 'front-end')
  if (server === undefined || !roles.some(({ role }) => role === 'cms-master')) return roles
  return [server, ...roles.filter((each) => each !== server)]
}

function confidenceOf(first: RoleScore, rival: number, alone: Suggestion | undefined): Confidence {
  const { role, score, telling, served } = first
  const standsAlone = alone === undefined || alone.roles.some((each) => areTogether(each, role))
  const isTold = CALLERS.has(role) ? telling >= 1 : served >= 1 || telling >= MUCH
  if (!isTold || score < LIKELY_SCORE || rival > LIKELY_RIVAL * score) return 'possible'
  return score >= CLEAR_SCORE && telling >= 2 && rival <= CLEAR_RIVAL * score && standsAlone ? 'clear' : 'likely'
}

/** Peers are taken to have the roles that are suggested for them, the near ones too where it is one or the other. */
function withSuggested(listed: Peers, judged: readonly Suggestion[]): Peers {
  const suggested = new Map<string, readonly Role[]>()
  for (const { addresses, roles, confidence, alternatives } of judged) {
    if (roles.length === 0) continue
    const near = confidence === 'possible' ? alternatives : []
    for (const address of addresses) suggested.set(address, [...roles, ...near])
  }
  return (address) => {
    const roles = suggested.get(address)
    return roles === undefined ? listed(address) : { roles, isListed: false }
  }
}

/** External clients, and whoever speaks with nobody but addresses that face the Internet without showing a role. */
function isOutside({ roles, confidence }: Suggestion, { contacts }: Unit, peers: Peers): boolean {
  if (roles[0] === 'client-external') return true
  if (roles.length > 0 && (confidence !== 'possible' || ON_INTERNET.has(roles[0] ?? 'other'))) return false
  return contacts.every(({ peer }) => peers(peer).roles.some((role) => INTERNET_FACING.has(role)))
}

/** Clients that share a network are one suggestion. */
function withNetworks(list: readonly Suggestion[], inventory: Inventory): readonly Suggestion[] {
  const clients = list.filter((each) => each.entry === undefined && each.roles[0] === 'client-internal')
  const servers = list.filter((each) => each.roles.length > 0 && !clients.includes(each))
  const byAddress = new Map(clients.flatMap((each) => each.addresses.map((address) => [address, each] as const)))
  const networks = clientNetworks(
    [...byAddress.keys()],
    servers.flatMap(({ addresses }) => addresses),
    inventory,
  )
  const inNetworks = new Set(networks.flatMap((network) => network.clients).map((address) => byAddress.get(address)))
  const suggestions = networks.flatMap(({ network, clients: addresses }) => {
    const members = [...new Set(addresses.map((address) => byAddress.get(address)))].filter(
      (each) => each !== undefined,
    )
    return ofNetwork(network, addresses.length, members)
  })
  return [...suggestions, ...list.filter((each) => !inNetworks.has(each))]
}

/** The network is as sure as the surest client in it, and has the signs of all. */
function ofNetwork(network: string, clients: number, members: readonly Suggestion[]): readonly Suggestion[] {
  const [first] = members
  if (first === undefined) return []
  const confidence = members.some((each) => each.confidence !== 'possible') ? 'likely' : 'possible'
  const flows = members.reduce((sum, each) => sum + each.flows, 0)
  const clues = new Map(members.flatMap((each) => each.clues).map((clue) => [clueKey(clue), clue]))
  return [
    {
      ...first,
      addresses: [network],
      names: [],
      clues: [...clues.values()],
      alternatives: [],
      clients,
      flows,
      confidence,
    },
  ]
}

function clueKey(clue: Clue): string {
  return clue.kind === 'port' ? `${clue.does} ${clue.transport} ${clue.port} ${clue.success}` : clue.kind
}
