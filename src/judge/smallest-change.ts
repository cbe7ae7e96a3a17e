import type { Service } from '../evidence/service.ts'
import { parseAddress } from '../inventory/address.ts'
import { rangeOf } from '../inventory/address-range.ts'
import type { Inventory, InventoryEntry } from '../inventory/inventory.ts'
import { compileLookup } from '../inventory/lookup.ts'
import type { Role } from '../inventory/roles.ts'
import type { RuleInForce, RuleSet } from '../rules/pack.ts'
import { APPLICATION_PROTOCOLS, type ApplicationProtocol, type Rule, type Transport } from '../rules/rule.ts'
import { type Conversation, noOutcomes } from './conversation.ts'
import { EVIDENCE, evidenceOf } from './evidence.ts'
import { type Answer, createJudge } from './judge.ts'
import { coversPort, createPlaceEnds, type Party } from './party.ts'

/** What decides a conversation's verdict; everything else in it only makes remarks. */
export type VerdictFacts = Pick<
  Conversation,
  | 'transport'
  | 'origAddress'
  | 'respAddress'
  | 'respPort'
  | 'service'
  | 'certain'
  | 'flows'
  | 'accepted'
  | 'broadcast'
  | 'basis'
>

/** What conversations are judged by, as far as a change can touch it. */
export interface JudgedWith {
  readonly inventory: Inventory
  readonly rules: RuleSet
}

/** A line of the inventory for one address. Where the address is listed already, its roles are among these. */
export interface NewLine {
  readonly name: string
  readonly address: string
  readonly roles: readonly Role[]
}

/** One line of the inventory, or one rule, that makes an unexpected conversation expected. */
export type SmallestChange =
  | { readonly kind: 'inventory'; readonly line: NewLine; readonly allowedBy: string }
  | { readonly kind: 'rule'; readonly rule: Rule; readonly open: readonly OpenField[] }

/** A field of a rule that somebody has to fill in: the rule would do as it is, but says more than anybody knows. */
export type OpenField = 'originators' | 'responders' | 'protocol'

/** Names for addresses that the inventory does not list, where the traffic has one. */
export type NameOf = (address: string) => string | undefined

/**
 * The one smallest change after which the conversation is expected; undefined where it is not unexpected, and where
 * nothing would accept it.
 *
 * Smallest is what allows least else: a line for an address that nobody has listed; then one more role for a listed
 * address, where machines of its kind have that role too; then a rule for these two roles and this port.
 */
export function smallestChange(
  facts: VerdictFacts,
  answer: Answer,
  judgedWith: JudgedWith,
  nameOf: NameOf,
): SmallestChange | undefined {
  if (answer.verdict !== 'unexpected') return undefined
  const asked = askedOf(facts, answer, judgedWith)
  for (const change of [...lines(asked, nameOf), ...ownRules(asked)]) {
    const allowedBy = ruleThatAllows(facts, withChange(judgedWith, change))
    if (allowedBy !== undefined) return change.kind === 'inventory' ? { ...change, allowedBy } : change
  }
  return undefined
}

/** What it is judged by after the change, as if its text had been pasted. */
export function withChange({ inventory, rules }: JudgedWith, change: SmallestChange): JudgedWith {
  if (change.kind === 'inventory') {
    return { inventory: { ...inventory, entries: [...inventory.entries, entryOf(change.line)] }, rules }
  }
  const { rule } = change
  const own: RuleInForce = { pack: OWN_PACK, rule, references: rule.references, withdrawn: false }
  return { inventory, rules: { ...rules, rules: [...rules.rules, own] } }
}

const OWN_PACK = 'own'

function entryOf({ name, address, roles }: NewLine): InventoryEntry {
  const point = parseAddress(address)
  const ranges = point === undefined ? [] : [rangeOf(point, point)]
  return { name, roles, ranges, file: '', line: 0 }
}

function ruleThatAllows(facts: VerdictFacts, { inventory, rules }: JudgedWith): string | undefined {
  const { answer } = createJudge(inventory, rules).judge({ ...NEUTRAL, ...facts }, [])
  return answer.verdict === 'expected' ? (answer.rule ?? undefined) : undefined
}

const NEUTRAL: Omit<Conversation, keyof VerdictFacts> = {
  outcomes: noOutcomes(),
  origPackets: 0,
  respPackets: 0,
  origBytes: 0,
  respBytes: 0,
  origIpBytes: 0,
  respIpBytes: 0,
  origCopies: 0,
  respCopies: 0,
  proof: 0,
  alert: undefined,
  claim: undefined,
  origCertificate: undefined,
  respCertificate: undefined,
  expired: 0,
  icmpError: undefined,
  icmpSender: undefined,
  firstNs: 0,
  lastNs: 0,
}

interface Asked {
  readonly facts: VerdictFacts
  readonly orig: Party
  readonly resp: Party
  readonly nearest: Rule | undefined
  readonly rules: RuleSet
  readonly answer: Answer
}

function askedOf(facts: VerdictFacts, answer: Answer, { inventory, rules }: JudgedWith): Asked {
  const [orig, resp] = createPlaceEnds(compileLookup(inventory))(facts.origAddress, facts.respAddress)
  const nearest = rules.rules.find(({ rule }) => rule.id === answer.nearestRule)?.rule
  return { facts, orig, resp, nearest, rules, answer }
}

/** One end of the conversation, and the roles that a rule wants there. */
interface End {
  readonly party: Party
  readonly address: string
  readonly wanted: (rule: Rule) => readonly (Role | 'any')[]
}

function lines(asked: Asked, nameOf: NameOf): readonly SmallestChange[] {
  const { facts, orig, resp, answer } = asked
  const origEnd: End = { party: orig, address: facts.origAddress, wanted: ({ originators }) => originators }
  const respEnd: End = {
    party: resp,
    address: facts.respAddress,
    wanted: ({ responders, sharedWith = [] }) => [...responders, ...sharedWith],
  }
  const lineOf = (end: End, role: Role): SmallestChange => ({
    kind: 'inventory',
    line: {
      name: end.party.placement?.name ?? nameOf(end.address) ?? `host ${end.address}`,
      address: end.address,
      roles: [...(end.party.placement?.roles ?? []), role],
    },
    allowedBy: '',
  })
  const unlisted = [origEnd, respEnd].filter(({ party }) => party.placement === undefined)
  if (unlisted.length > 0) return unlisted.flatMap((end) => rolesAtPort(asked, end).map((role) => lineOf(end, role)))
  const end = endThatDiffers(answer, origEnd, respEnd)
  return end === undefined ? [] : rolesBeside(asked, end).map((role) => lineOf(end, role))
}

/** The end in which alone the conversation differs from the nearest rule. */
function endThatDiffers({ differs }: Answer, orig: End, resp: End): End | undefined {
  const [only, ...others] = differs
  if (others.length > 0) return undefined
  if (only === 'originator') return orig
  return only === 'responder' ? resp : undefined
}

/** The roles that rules for this port want of the end: those of the nearest rule first. */
function rolesAtPort({ facts, nearest, rules }: Asked, { wanted }: End): readonly Role[] {
  const atPort = rules.rules.filter(
    ({ rule, withdrawn }) => !withdrawn && rule.transport === facts.transport && coversPort(rule, facts.respPort),
  )
  return named([...(nearest === undefined ? [] : wanted(nearest)), ...atPort.flatMap(({ rule }) => wanted(rule))])
}

/** The roles that the nearest rule wants and that a machine of these roles may well have besides. */
function rolesBeside({ nearest }: Asked, { party, wanted }: End): readonly Role[] {
  if (nearest === undefined) return []
  return named(wanted(nearest)).filter((role) => party.roles.some((known) => mayStandBeside(known, role)))
}

function named(parties: readonly (Role | 'any')[]): readonly Role[] {
  return [...new Set(parties)].filter((party) => party !== 'any')
}

/**
 * The roles that a machine or an address of a role may well have besides, as Lync Server 2013 and Windows domains are
 * set up. Between others, a missing role is not what is wrong.
 */
const BESIDE: Partial<Readonly<Record<Role, readonly Role[]>>> = {
  'front-end': ['cms-master', 'mediation', 'sql-backend', 'file-store', 'persistent-chat'],
  'edge-access': ['edge-webconf', 'edge-av'],
  'edge-webconf': ['edge-access', 'edge-av'],
  'edge-av': ['edge-access', 'edge-webconf'],
  'federation-partner': ['pic-partner', 'xmpp-partner'],
  'pic-partner': ['federation-partner', 'xmpp-partner'],
  'xmpp-partner': ['federation-partner', 'pic-partner'],
  'domain-controller': ['dns-server', 'time-server'],
  'admin-station': ['monitoring'],
  monitoring: ['admin-station'],
}

function mayStandBeside(known: Role, added: Role): boolean {
  return BESIDE[known]?.includes(added) ?? false
}

function ownRules(asked: Asked): readonly SmallestChange[] {
  const { facts, orig, resp, nearest } = asked
  const { transport, respPort, service } = facts
  if (transport !== 'tcp' && transport !== 'udp') return []
  const originator = roleOf(orig, nearest?.originators ?? [])
  const responder = roleOf(resp, nearest?.responders ?? [])
  const ends = [originator, responder]
  const rule: Rule = {
    id: freeId(['own', ...ends.filter((end) => end !== 'any'), transport, respPort].join('-'), asked.rules),
    originators: [originator],
    responders: [responder],
    transport: transport satisfies Transport,
    ports: [{ first: respPort, last: respPort }],
    protocol: protocolFor(service, nearest?.protocol),
    purpose: 'What it is for in one line',
    references: [{ page: OWN_PACK, kind: 'table', where: 'Who decided it and when' }],
  }
  const open: readonly OpenField[] = [
    ...(originator === 'any' ? ['originators' as const] : []),
    ...(responder === 'any' ? ['responders' as const] : []),
    ...(isProtocolOpen(asked) ? ['protocol' as const] : []),
  ]
  return [{ kind: 'rule', rule, open }]
}

/** Neither the bytes nor the nearest rule say which protocol the rule has to name. */
function isProtocolOpen({ facts: { service }, nearest, answer: { differs } }: Asked): boolean {
  if (service !== 'none') return service === 'unidentified'
  return nearest === undefined || differs.includes('port') || differs.includes('transport')
}

/** Of several roles the one that the rule names too; an end without any can only be anybody. */
function roleOf({ roles }: Party, wanted: readonly (Role | 'any')[]): Role | 'any' {
  return roles.find((role) => wanted.includes(role)) ?? roles[0] ?? 'any'
}

function freeId(wanted: string, { rules }: RuleSet): string {
  const taken = new Set(rules.map(({ rule }) => rule.id))
  let id = wanted
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}-${number}`
  return id
}

/** The protocol that says no more than the bytes do; Windows Fabric has none that is known. */
const PLAIN: Partial<Readonly<Record<Service, ApplicationProtocol>>> = {
  tls: 'tls',
  mtls: 'tls',
  'tls-one-way': 'tls',
  'tls-resumed': 'tls',
  tls13: 'tls',
  unidentified: 'windows-fabric',
}

/** The nearest rule's own protocol unless the bytes contradict it; else the one that they fit best. */
function protocolFor(service: Service, nearest: ApplicationProtocol | undefined): ApplicationProtocol {
  const rank = (protocol: ApplicationProtocol) => EVIDENCE.indexOf(evidenceOf(protocol, service))
  if (nearest !== undefined && evidenceOf(nearest, service) !== 'contradicted') return nearest
  const plain = PLAIN[service]
  if (plain !== undefined) return plain
  return APPLICATION_PROTOCOLS.reduce((best, protocol) => (rank(protocol) < rank(best) ? protocol : best))
}
