import { createHash } from 'node:crypto'
import type { Certificate } from '../../src/evidence/certificate.ts'
import { HostTable } from '../../src/flow/host-table.ts'
import type { Inventory, InventoryEntry } from '../../src/inventory/inventory.ts'
import type { Role } from '../../src/inventory/roles.ts'
import { type Conversation, noOutcomes } from '../../src/judge/conversation.ts'
import type { Unoriented } from '../../src/judge/direction.ts'
import { Ends } from '../../src/judge/ends.ts'
import { collected } from '../../src/judge/glossary.ts'
import type { Health } from '../../src/judge/health.ts'
import { createJudge, type Judge, type Judgement } from '../../src/judge/judge.ts'
import { isFinding, judgeAll, listOf } from '../../src/judge/judge-all.ts'
import type { Observation } from '../../src/judge/observation.ts'
import { ObservationTable } from '../../src/judge/observation-table.ts'
import type { Outcome } from '../../src/judge/outcome.ts'
import { type RuleSet, selectRules } from '../../src/rules/pack.ts'
import type { Rule } from '../../src/rules/rule.ts'

// A small deployment, conversations in it, and rule sets made for a question.

export const DEFAULT_RULE_SET = selectRules(['lync-2013', 'windows-baseline'], 'full')

/** One address for each name; a name of several roles is written with `+`. */
export const ADDRESSES = {
  director: '10.0.0.16',
  'edge-internal': '10.0.0.20',
  'reverse-proxy-internal': '10.0.0.30',
  'front-end+cms-master': '10.0.0.40',
  'front-end': '10.0.0.41',
  'domain-controller+dns-server+time-server': '10.0.0.10',
  'admin-station': '10.0.0.50',
  'sql-backend': '10.0.0.60',
  'client-internal': '10.1.0.10',
  other: '10.2.0.1',
  'edge-access': '192.0.2.20',
  'edge-webconf': '192.0.2.21',
  'edge-av': '192.0.2.22',
  'reverse-proxy-external': '192.0.2.30',
  'client-external': '198.51.100.10',
  'federation-partner': '203.0.113.5',
  'pic-partner': '203.0.113.30',
} as const

/** Two addresses that the inventory does not list. */
export const STRANGER = '10.9.9.9'
export const OTHER_STRANGER = '203.0.113.200'

export const INVENTORY: Inventory = {
  entries: Object.entries(ADDRESSES).map(([name, address], index) =>
    entry(name, name.split('+') as Role[], [{ family: 4, first: address, last: address }], index + 1),
  ),
}

export function entry(
  name: string,
  roles: readonly Role[],
  ranges: InventoryEntry['ranges'],
  line = 1,
): InventoryEntry {
  return { name, roles, ranges, file: 'inventory.yaml', line }
}

/** An inventory of single addresses with their roles. */
export function inventoryOfRoles(roles: Readonly<Record<string, readonly Role[]>>): Inventory {
  return {
    entries: Object.entries(roles).map(([address, of], index) =>
      entry(`host ${index}`, of, [{ family: 4, first: address, last: address }], index + 1),
    ),
  }
}

type Sample = Partial<Omit<Conversation, 'outcomes'>> & { readonly outcomes?: Partial<Record<Outcome, number>> }

/** One established TCP connection from a Front End to the Director, unless it is said to be another. */
export function conversation(fields: Sample = {}): Conversation {
  const outcomes = { ...noOutcomes(), ...(fields.outcomes ?? { established: 1 }) }
  const flows = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  return {
    transport: 'tcp',
    origAddress: ADDRESSES['front-end'],
    respAddress: ADDRESSES.director,
    respPort: 5061,
    service: 'none',
    certain: true,
    basis: 'handshake',
    flows,
    accepted: outcomes.established,
    broadcast: 0,
    origPackets: 5,
    respPackets: 4,
    origBytes: 500,
    respBytes: 4000,
    origIpBytes: 700,
    respIpBytes: 4160,
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
    lastNs: 1e9,
    ...fields,
    outcomes,
  }
}

/** `director > front-end tcp 444`: two names of ADDRESSES, or addresses, and what is opened. */
export function opened(text: string, fields: Sample = {}): Conversation {
  const [orig = '', , resp = '', transport = '', port = '0'] = text.split(' ')
  return conversation({
    origAddress: addressOf(orig),
    respAddress: addressOf(resp),
    transport,
    respPort: Number(port),
    ...fields,
  })
}

/** `director:50001 - edge-internal:49600 tcp`, with the lower end first as flow keys order them or not: nobody minds. */
export function unoriented(text: string, first: 'low' | 'high' = 'low'): Unoriented {
  const [low = '', , high = '', transport = ''] = text.split(' ')
  const [lowHost = '', lowPort] = low.split(':')
  const [highHost = '', highPort] = high.split(':')
  return {
    transport,
    lowAddress: addressOf(lowHost),
    lowPort: Number(lowPort),
    highAddress: addressOf(highHost),
    highPort: Number(highPort),
    first,
  }
}

/** Three datagram flows: answered, and once only the one and once only the other end spoke. */
export function observation(pair: string, fields: Partial<Observation> = {}): Observation {
  return {
    ...unoriented(pair),
    service: 'none',
    flows: 3,
    established: 1,
    onlyLow: 1,
    onlyHigh: 1,
    lowRefused: 0,
    lowProhibited: 0,
    highRefused: 0,
    highProhibited: 0,
    midstream: 0,
    handshakeFailed: 0,
    broadcast: 0,
    lowPackets: 10,
    highPackets: 20,
    lowBytes: 100,
    highBytes: 200,
    lowIpBytes: 1000,
    highIpBytes: 2000,
    lowCopies: 0,
    highCopies: 0,
    proof: 0,
    alert: undefined,
    claim: undefined,
    lowCertificate: undefined,
    highCertificate: undefined,
    expired: 0,
    icmpError: undefined,
    icmpSender: undefined,
    firstNs: 5,
    lastNs: 9,
    ...fields,
  }
}

/** The observations as those of a capture are kept. */
export function observationsOf(observations: readonly Observation[]): ObservationTable {
  const table = new ObservationTable(new Ends(new HostTable()), collected())
  for (const each of observations) table.append(each)
  return table
}

/** A certificate of these names; its fingerprint is made of them. */
export function certificate(names: readonly string[], fields: Partial<Certificate> = {}): Certificate {
  return {
    names,
    subject: `CN=${names[0] ?? ''}`,
    issuer: 'CN=Contoso Issuing CA',
    notBefore: Date.UTC(2025, 0, 1),
    notAfter: Date.UTC(2028, 0, 1),
    fingerprint: createHash('sha256').update(names.join()).digest('hex'),
    ...fields,
  }
}

function addressOf(name: string): string {
  return name in ADDRESSES ? ADDRESSES[name as keyof typeof ADDRESSES] : name
}

export const JUDGE: Judge = createJudge(INVENTORY, DEFAULT_RULE_SET)

/** A conversation with what was found. */
export interface Found {
  readonly conversation: Conversation
  readonly judgement: Judgement
  readonly health: Health | null
  readonly isFinding: boolean
}

/** The conversations with what was found, in the order in which they are listed. */
export function found(judge: Judge, conversations: readonly Conversation[]): readonly Found[] {
  const judged = judgeAll(judge, listOf(conversations), [])
  return [...judged.order].map((number) => ({
    conversation: judged.conversations.at(number),
    judgement: judged.judgements[number] as Judgement,
    health: judged.healths[number] ?? null,
    isFinding: isFinding(judged, number),
  }))
}

export function judged(text: string, judge = JUDGE): Judgement['answer'] {
  return judge.judge(opened(text), []).answer
}

/** A rule from front-end to director on tcp 1000, unless it is said to be another. */
export function rule(id: string, fields: Partial<Rule> = {}): Rule {
  return {
    id,
    originators: ['front-end'],
    responders: ['director'],
    transport: 'tcp',
    ports: [{ first: 1000, last: 1000 }],
    protocol: 'sip-mtls',
    purpose: 'made for a test',
    references: [],
    ...fields,
  }
}

/** Rules in force, in this order; the ids in `withdrawn` allow nothing. */
export function ruleSet(rules: readonly Rule[], withdrawn: readonly string[] = []): RuleSet {
  return {
    names: ['made'],
    reading: 'full',
    rules: rules.map((each) => ({
      pack: 'made',
      rule: each,
      references: each.references,
      withdrawn: withdrawn.includes(each.id),
    })),
  }
}
