import { INTERNET_FACING, type Role } from '../inventory/roles.ts'
import type { RuleSet } from '../rules/pack.ts'
import type { PortRange, Rule, Party as RuleParty } from '../rules/rule.ts'
import { type Evidence, evidenceOf } from './evidence.ts'
import { names } from './party.ts'
import type { Contact, Success } from './sightings.ts'

/** How far a contact speaks for a role of the address that was seen. */
export interface Sign {
  readonly role: Role
  /** From 0 to 1: 1 where the contact fits this role alone, in every respect. */
  readonly weight: number
  /** A port or protocol that only few roles have, and not one that every Windows host has. */
  readonly isTelling: boolean
}

/** What is known of the other end. */
export interface Peer {
  /** Empty where nothing is. */
  readonly roles: readonly Role[]
  /** The inventory says it; else it is a suggestion as well. */
  readonly isListed: boolean
}

/** The roles that a contact speaks for. */
export type SignsOf = (contact: Contact, peer: Peer) => readonly Sign[]

/** No traffic shows a load balancer: its connections are those of its clients. */
const NEVER: ReadonlySet<Role> = new Set<Role>(['load-balancer', 'other'])

/** Roles that few deployments have, and that share most ports with others: only ports of their own make up for it. */
const SELDOM: ReadonlyMap<Role, number> = new Map<Role, number>([
  ['office-365', 0.1],
  ['pic-partner', 0.7],
  ['sba', 0.2],
  ['sbs', 0.2],
  ['mediation', 0.4],
  ['persistent-chat', 0.4],
  ['office-web-apps', 0.4],
  ['file-store', 0.4],
  ['sql-backend', 0.7],
  ['trusted-application', 0.5],
  ['monitoring', 0.5],
  ['pstn-gateway', 0.5],
])

const OF_SUCCESS: Readonly<Record<Contact['does'], Readonly<Record<Success, number>>>> = {
  accepts: { answered: 1, assumed: 0.6, failed: 0.1, refused: 0 },
  opens: { answered: 1, assumed: 0.6, failed: 0.25, refused: 0.25 },
}
const OF_EVIDENCE: Readonly<Record<Evidence, number>> = { confirmed: 1, consistent: 0.8, unknown: 0.6, contradicted: 0 }

// How well the other end fits the rule.
const NAMED_AND_LISTED = 1
const NAMED_AND_SUGGESTED = 0.8
const ANYBODY = 0.7
const UNKNOWN_PEER = 0.5
/** What an address serves is its own, whoever comes; what it opens depends on whose port it is. */
const OTHER_PEER = { accepts: 0.35, opens: 0.1 } as const

/** A rule for services that share an address fits few addresses. */
const SHARED_ADDRESS = 0.3
/** Wider ranges are those of media and of RPC: the number alone says nothing. */
const WIDEST_NARROW = 100

/** Ports that any Windows host serves, or any web server, and ports that any host opens. */
const COMMON: Readonly<Record<Contact['does'], ReadonlySet<number>>> = {
  accepts: new Set([22, 80, 135, 137, 138, 139, 161, 443, 445, 1434, 3389, 5985, 5986, 8080, 50001, 50002, 50003]),
  opens: new Set([53, 80, 88, 123, 135, 137, 138, 139, 389, 443, 445, 464, 636, 1434, 3268, 3269]),
}
/** Protocols that are so few roles' own that they tell even on a common port. */
const TELLING_SERVICES: ReadonlySet<string> = new Set(['ms-turn', 'stun', 'rtp'])
/** A role that shares a contact with more others than this is not told by it. */
const LEAST_SHARE = 0.2

/** Agents of System Center Operations Manager call their management server here; no page of Lync has it. */
const MONITORING_PORT = 5723
const MONITORING_SIGN: readonly Sign[] = [{ role: 'monitoring', weight: 0.4, isTelling: true }]

/** Asks the rules in force which roles explain what an address was seen doing. */
export function createSigns(rules: RuleSet): SignsOf {
  const inForce = rules.rules.filter(({ rule, withdrawn }) => !withdrawn && !passesOn(rule)).map(({ rule }) => rule)
  const known = new Map<string, readonly Sign[]>()
  return (contact, peer) => {
    const { does, transport, port, service, success } = contact
    const key = `${does} ${transport} ${port} ${service} ${success} ${peer.roles.join()} ${peer.isListed}`
    let signs = known.get(key)
    if (signs === undefined) {
      signs = signsOf(inForce, contact, peer)
      known.set(key, signs)
    }
    return signs
  }
}

/** What a load balancer passes on says nothing of the roles at its ends that other rules do not say. */
function passesOn({ originators }: Rule): boolean {
  return originators.includes('load-balancer')
}

function signsOf(rules: readonly Rule[], contact: Contact, peer: Peer): readonly Sign[] {
  if (contact.port === MONITORING_PORT && contact.transport === 'tcp') {
    return contact.does === 'accepts' && OF_SUCCESS.accepts[contact.success] >= 0.6 ? MONITORING_SIGN : []
  }
  const fits = new Map<Role, number>()
  for (const rule of rules) {
    const fit = fitOf(rule, contact, peer)
    if (fit === 0) continue
    for (const role of rolesOf(rule, contact.does)) fits.set(role, Math.max(fits.get(role) ?? 0, fit))
  }
  return weighed(fits, contact)
}

/** From 0 to 1: how well a rule explains the contact, were the address of a role that the rule names. */
function fitOf(rule: Rule, { does, transport, port, service }: Contact, peer: Peer): number {
  if (rule.transport !== transport) return 0
  const range = rule.ports.find(({ first, last }) => port >= first && port <= last)
  if (range === undefined) return 0
  const evidence = evidenceOf(rule.protocol, service)
  if (isWide(range) && evidence !== 'confirmed') return 0
  const shared = rule.sharedWith === undefined ? 1 : SHARED_ADDRESS
  return OF_EVIDENCE[evidence] * peerFit(rule, does, peer) * shared
}

function isWide({ first, last }: PortRange): boolean {
  return last - first >= WIDEST_NARROW
}

function peerFit(rule: Rule, does: Contact['does'], { roles, isListed }: Peer): number {
  if (roles.length === 0) return UNKNOWN_PEER
  const parties = does === 'accepts' ? rule.originators : rule.responders
  const usual = (does === 'accepts' ? rule.usualOriginators : rule.usualResponders) ?? []
  if (names([...parties, ...usual], roles)) return isListed ? NAMED_AND_LISTED : NAMED_AND_SUGGESTED
  return parties.includes('any') ? ANYBODY : OTHER_PEER[does]
}

/** The roles that a rule names on the side of the address; of anybody, who usually comes. */
function rolesOf(rule: Rule, does: Contact['does']): readonly Role[] {
  const { protocol, originators, responders, usualOriginators = [], usualResponders = [] } = rule
  if (does === 'opens') return [...originators, ...usualOriginators, ...anybodyOutside(rule)].filter(isSuggested)
  // Domain controllers do both as well, but what makes them one is Kerberos and the directory.
  if (protocol === 'dns' || protocol === 'ntp') return [protocol === 'dns' ? 'dns-server' : 'time-server']
  return [...responders, ...usualResponders].filter(isSuggested)
}

/** Whoever is on the Internet, and has no other role, counts as an external client. */
function anybodyOutside({ originators, responders }: Rule): readonly Role[] {
  const facesInternet = responders.some((party) => party !== 'any' && INTERNET_FACING.has(party))
  return originators.includes('any') && facesInternet ? ['client-external'] : []
}

function isSuggested(party: RuleParty): party is Role {
  return party !== 'any' && !NEVER.has(party)
}

/** The best fit, shared out among the roles that have one. */
function weighed(fits: ReadonlyMap<Role, number>, { does, port, service, success }: Contact): readonly Sign[] {
  const parts = [...fits].map(([role, fit]) => ({ role, fit, part: fit * (SELDOM.get(role) ?? 1) }))
  const whole = parts.reduce((sum, { part }) => sum + part, 0)
  const isCommon = COMMON[does].has(port) && !TELLING_SERVICES.has(service)
  return parts.map(({ role, fit, part }) => ({
    role,
    weight: (part / whole) * fit * OF_SUCCESS[does][success],
    isTelling: !isCommon && part / whole >= LEAST_SHARE && OF_SUCCESS[does][success] >= 0.6,
  }))
}
