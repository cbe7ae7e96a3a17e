import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SERVICES } from '../../src/evidence/service.ts'
import { HostTable } from '../../src/flow/host-table.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { byCase } from '../../src/judge/cases.ts'
import type { Conversation } from '../../src/judge/conversation.ts'
import { ConversationTable } from '../../src/judge/conversation-table.ts'
import { Ends } from '../../src/judge/ends.ts'
import { collected } from '../../src/judge/glossary.ts'
import { createJudge, type Judge } from '../../src/judge/judge.ts'
import { joined, judgeAll, listOf } from '../../src/judge/judge-all.ts'
import { OUTCOMES } from '../../src/judge/outcome.ts'
import { DOUBTS, type Doubt } from '../../src/judge/trust.ts'
import { certificate, conversation, DEFAULT_RULE_SET, entry } from './samples.ts'

// Conversations in tables are judged by what makes a case; each by itself is judged by all that it is.

const HOSTS: Inventory = {
  entries: [
    entry('dir01.contoso.local', ['director'], [{ family: 4, first: '10.0.0.16', last: '10.0.0.16' }]),
    entry('edge01.contoso.com', ['edge-access'], [{ family: 4, first: '192.0.2.20', last: '192.0.2.20' }]),
    entry('fe01.contoso.local', ['front-end'], [{ family: 6, first: '2001:db8::41', last: '2001:db8::41' }]),
    entry('clients', ['client-internal'], [{ family: 4, first: '10.1.0.0', last: '10.1.255.255', prefix: 16 }]),
  ],
}

/** Listed, unlisted, groups, the broadcast address of a listed network, and folded networks. */
const ENDS = [
  ...['10.0.0.16', '192.0.2.20', '2001:db8::41', '10.1.0.1', '10.1.0.2', '10.9.9.9', '2001:db8:9::9'],
  ...['239.1.1.1', 'ff02::1', '10.1.255.255', '10.9.0.0/16', '192.0.2.0/24'],
]
const CERTIFICATES = [
  certificate(['dir01.contoso.local']),
  certificate(['edge01.contoso.com', 'fe01.contoso.local']),
  certificate(['elsewhere.example']),
]
/** Documented ones, one that nobody from the Internet should reach, and one of which nobody says anything. */
const PORTS = [443, 5061, 50_001, 9]

const counts = fc.record(
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, fc.constantFrom(0, 0, 0, 1, 2)])) as Record<
    (typeof OUTCOMES)[number],
    fc.Arbitrary<number>
  >,
)
const maybeCertificate = fc.constantFrom(undefined, undefined, ...CERTIFICATES)

const conversations: fc.Arbitrary<Conversation> = fc
  .record({
    transport: fc.constantFrom('tcp', 'tcp', 'udp', 'icmp'),
    origAddress: fc.constantFrom(...ENDS),
    respAddress: fc.constantFrom(...ENDS),
    respPort: fc.constantFrom(...PORTS),
    service: fc.constantFrom(...SERVICES),
    outcomes: counts,
    accepted: fc.constantFrom(0, 1),
    isBroadcast: fc.constantFrom(0, 0, 1),
    proof: fc.constantFrom(0, 1, 2, 3),
    expired: fc.constantFrom(0, 0, 1),
    origCertificate: maybeCertificate,
    respCertificate: maybeCertificate,
  })
  .map(({ isBroadcast, ...fields }) => {
    const flows = 1 + OUTCOMES.reduce((sum, outcome) => sum + fields.outcomes[outcome], 0)
    return conversation({ ...fields, flows, broadcast: isBroadcast === 1 ? flows : flows - 1 })
  })

/** Conversations most of which differ from another one in a single field. */
const alike = fc
  .tuple(conversations, fc.array(fc.tuple(conversations, fc.nat()), { maxLength: 40 }))
  .map(([like, others]) =>
    others.map(([other, number]): Conversation => {
      const fields = Object.keys(like) as (keyof Conversation)[]
      const field = fields[number % fields.length] as keyof Conversation
      return { ...like, [field]: other[field] }
    }),
  )

const doubts: fc.Arbitrary<Doubt[]> = fc.subarray([...DOUBTS])

function tableOf(seen: readonly Conversation[], ends: Ends, certain: boolean): ConversationTable {
  const table = new ConversationTable(ends, collected(), certain)
  for (const each of seen) table.append(each)
  return table
}

function judge(): Judge {
  return createJudge(HOSTS, DEFAULT_RULE_SET)
}

test('by their cases, conversations are judged as each by itself', () => {
  fc.assert(
    fc.property(alike, fc.nat(40), doubts, (seen, first, doubted) => {
      const ends = new Ends(new HostTable())
      const certain = seen.slice(0, first)
      const assumed = seen.slice(first).map((each): Conversation => ({ ...each, certain: false, basis: 'rules' }))
      const all = [...certain, ...assumed]
      const tables = joined(tableOf(certain, ends, true), tableOf(assumed, ends, false))
      const byCases = judgeAll(judge(), tables, doubted)
      const one = judge()
      expect(byCases.judgements).toEqual(all.map((each) => one.judge(each, doubted)))
      expect(byCases.healths).toEqual(judgeAll(one, listOf(all), doubted).healths)
    }),
    { numRuns: 500 },
  )
})

test('one conversation of each case is looked at', () => {
  const clients = Array.from({ length: 3000 }, (_, client) => `10.1.${client >>> 8}.${client & 0xff}`)
  const seen = clients.map((origAddress, index) =>
    conversation({ origAddress, respAddress: '10.0.0.16', respPort: 443, origBytes: index }),
  )
  const asked: string[] = []
  const list = tableOf(seen, new Ends(new HostTable()), true)
  const portOf = byCase(list, judge().kindOf, ({ origAddress, respPort }) => {
    asked.push(origAddress)
    return respPort
  })
  expect(clients.map((_, number) => portOf(number))).toEqual(clients.map(() => 443))
  expect(asked).toEqual(['10.1.0.0'])
})
